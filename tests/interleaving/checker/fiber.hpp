#pragma once

#include <functional>
#include <memory>

namespace tandem::interleaving {

/// A stack of its own on which a function runs in pieces. What a thread of a model is: all of them share one thread of the system.
class Fiber {
 public:
  explicit Fiber(std::function<void()> body);
  /// Only of one that has finished or was abandoned.
  ~Fiber();
  Fiber(const Fiber&) = delete;
  Fiber& operator=(const Fiber&) = delete;

  /// Runs the body until it suspends itself or ends. Each fiber has exceptions in flight of its own.
  void resume();
  /// Called in the body: back to whoever resumed it.
  void suspend();
  /// The body will never go on. Its stack is left as it is, because it may stand in the middle of a function that must not throw,
  /// and others may have pointers into it.
  void abandon() noexcept;
  /// The body will never go on, nor does anybody look at what is on its stack, which is used again for another.
  void drop();

 private:
  class Stack;
  Stack* stack_;
};

}  // namespace tandem::interleaving
