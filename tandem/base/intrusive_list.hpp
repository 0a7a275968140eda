#pragma once

#include <cstddef>

namespace tandem::base {

/// What an element of IntrusiveList<T> derives from. A node is in at most one list; it does not own its neighbours and must leave
/// the list before it is destroyed.
class ListNode {
 public:
  constexpr ListNode() noexcept = default;
  ListNode(const ListNode&) = delete;
  ListNode& operator=(const ListNode&) = delete;

  bool linked() const noexcept { return next_ != nullptr; }

 private:
  template <class T>
  friend class IntrusiveList;

  ListNode* prev_ = nullptr;
  ListNode* next_ = nullptr;
};

/// A doubly linked FIFO of elements that live elsewhere (on a waiter's stack, in a coroutine's frame). No allocation, so it may be
/// used under an internal lock and in noexcept code. Not synchronised.
template <class T>
class IntrusiveList {
 public:
  constexpr IntrusiveList() noexcept { head_.prev_ = head_.next_ = &head_; }
  IntrusiveList(const IntrusiveList&) = delete;
  IntrusiveList& operator=(const IntrusiveList&) = delete;

  bool empty() const noexcept { return head_.next_ == &head_; }

  std::size_t size() const noexcept {  // linear: for dumps and tests
    std::size_t n = 0;
    for (const ListNode* node = head_.next_; node != &head_; node = node->next_) ++n;
    return n;
  }

  T* front() noexcept { return empty() ? nullptr : static_cast<T*>(head_.next_); }

  /// The element behind `element`, or nullptr. Asked before `element` is unlinked or handed away.
  T* next(T& element) noexcept {
    ListNode* node = static_cast<ListNode&>(element).next_;
    return node == &head_ ? nullptr : static_cast<T*>(node);
  }

  void push_back(T& element) noexcept {
    ListNode& node = element;
    node.prev_ = head_.prev_;
    node.next_ = &head_;
    head_.prev_->next_ = &node;
    head_.prev_ = &node;
  }

  /// Takes `element`, which must be in this list, out of it.
  void remove(T& element) noexcept {
    ListNode& node = element;
    node.prev_->next_ = node.next_;
    node.next_->prev_ = node.prev_;
    node.prev_ = node.next_ = nullptr;
  }

  T* pop_front() noexcept {
    T* first = front();
    if (first != nullptr) remove(*first);
    return first;
  }

 private:
  ListNode head_;
};

}  // namespace tandem::base
