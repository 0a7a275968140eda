#include "tandem/base/intrusive_list.hpp"

#include <algorithm>
#include <deque>
#include <vector>

#include <gtest/gtest.h>

#include "tests/support/random.hpp"

namespace tandem::base {
namespace {

struct Node : ListNode {
  explicit Node(int n) : number{n} {}
  int number;
};
using List = IntrusiveList<Node>;

std::vector<int> content(List& list) {
  std::vector<int> numbers;
  for (Node* node = list.front(); node != nullptr; node = list.next(*node)) numbers.push_back(node->number);
  return numbers;
}

TEST(IntrusiveList, BeginsEmpty) {
  List list;
  EXPECT_TRUE(list.empty());
  EXPECT_EQ(list.size(), 0U);
  EXPECT_EQ(list.front(), nullptr);
  EXPECT_EQ(list.pop_front(), nullptr);
}

TEST(IntrusiveList, IsFirstInFirstOut) {
  List list;
  Node a{1}, b{2}, c{3};
  for (Node* node : {&a, &b, &c}) list.push_back(*node);
  EXPECT_EQ(list.size(), 3U);
  EXPECT_EQ(content(list), (std::vector{1, 2, 3}));
  EXPECT_EQ(list.pop_front(), &a);
  EXPECT_EQ(list.pop_front(), &b);
  EXPECT_EQ(list.front(), &c);
  EXPECT_EQ(list.next(c), nullptr);
  EXPECT_EQ(list.pop_front(), &c);
  EXPECT_TRUE(list.empty());
}

TEST(IntrusiveList, LinkedSaysWhetherANodeIsInAList) {
  List list;
  Node node{1};
  EXPECT_FALSE(node.linked());
  list.push_back(node);
  EXPECT_TRUE(node.linked()) << "the only node of a list too";
  list.remove(node);
  EXPECT_FALSE(node.linked());
  list.push_back(node);
  EXPECT_EQ(list.pop_front(), &node);
  EXPECT_FALSE(node.linked());
}

TEST(IntrusiveList, RemovesFirstMiddleAndLast) {
  List list;
  Node a{1}, b{2}, c{3}, d{4};
  for (Node* node : {&a, &b, &c, &d}) list.push_back(*node);
  list.remove(b);
  EXPECT_EQ(content(list), (std::vector{1, 3, 4}));
  list.remove(d);
  EXPECT_EQ(content(list), (std::vector{1, 3}));
  list.remove(a);
  EXPECT_EQ(content(list), (std::vector{3}));
  list.remove(c);
  EXPECT_TRUE(list.empty());
}

TEST(IntrusiveList, ANodeMayMoveOnToAnotherList) {
  List from, to;
  Node a{1}, b{2};
  from.push_back(a);
  from.push_back(b);
  while (Node* node = from.pop_front()) to.push_back(*node);
  EXPECT_TRUE(from.empty());
  EXPECT_EQ(content(to), (std::vector{1, 2}));
  while (to.pop_front() != nullptr) {
  }
}

TEST(IntrusiveList, RemovingWhileWalkingWithNextAskedBefore) {
  List list;
  std::deque<Node> nodes;
  for (int i = 0; i < 10; ++i) list.push_back(nodes.emplace_back(i));
  for (Node* node = list.front(); node != nullptr;) {
    Node* const next = list.next(*node);
    if (node->number % 2 == 0) list.remove(*node);
    node = next;
  }
  EXPECT_EQ(content(list), (std::vector{1, 3, 5, 7, 9}));
  while (list.pop_front() != nullptr) {
  }
}

TEST(IntrusiveList, DoesWhatAVectorDoesAtRandom) {
  auto random = test::random_engine();
  std::deque<Node> nodes;
  for (int i = 0; i < 32; ++i) nodes.emplace_back(i);
  List list;
  std::vector<int> expected;
  for (int round = 0; round < 20'000; ++round) {
    Node& node = nodes[random() % nodes.size()];
    if (random() % 8 == 0) {
      const Node* const first = list.pop_front();
      ASSERT_EQ(first == nullptr, expected.empty());
      if (first == nullptr) continue;
      ASSERT_EQ(first->number, expected.front());
      expected.erase(expected.begin());
    } else if (node.linked()) {
      list.remove(node);
      std::erase(expected, node.number);
    } else {
      list.push_back(node);
      expected.push_back(node.number);
    }
    ASSERT_EQ(content(list), expected) << "round " << round;
    ASSERT_EQ(list.size(), expected.size());
  }
  while (list.pop_front() != nullptr) {
  }
}

}  // namespace
}  // namespace tandem::base
