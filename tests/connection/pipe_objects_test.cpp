// Shared objects, descriptors and Connections through a Pipe. That nothing of them stays behind, the leak check looks.

#include <fstream>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "tandem/connection/connection.hpp"
#include "tandem/multiprocessing/lock.hpp"
#include "tandem/multiprocessing/queue.hpp"
#include "tandem/platform/duplicate.hpp"
#include "tandem/platform/fd.hpp"
#include "tests/connection/no_descriptors.hpp"

namespace tandem::test {
namespace {

using multiprocessing::Connection;
using multiprocessing::EOFError;
using multiprocessing::Lock;
using multiprocessing::Pipe;
using multiprocessing::Queue;

TEST(PipeObjects, AQueueAndALockGoThrough) {
  auto [left, right] = Pipe<std::pair<Queue<int>, Lock>>();
  Queue<int> queue;
  Lock lock;
  left.send({queue, lock});
  auto [queue_there, lock_there] = right.recv();
  queue_there.put(5);
  EXPECT_EQ(queue.get(), 5);
  lock_there.acquire();
  EXPECT_FALSE(lock.acquire(Deadline::passed()));
  lock_there.release();
}

TEST(PipeObjects, WhatNobodyReadsIsGivenBack) {
  auto [left, right] = Pipe<Queue<std::string>>();
  for (int i = 0; i < 50; ++i) left.send(Queue<std::string>{});
}

TEST(PipeObjects, WhatNobodyCanReadIsGivenBack) {
  auto [left, right] = Pipe<Queue<int>>();
  right.close();
  for (int i = 0; i < 20; ++i) EXPECT_THROW(left.send(Queue<int>{}), std::system_error);
}

TEST(PipeObjects, WhatIsTooLongOrTakenAsBytesIsGivenBack) {
  auto [left, right] = Pipe<std::pair<std::string, Queue<int>>>();
  Queue<int> queue;
  left.send({"long", queue});
  left.send({"long", queue});
  EXPECT_THROW(right.recv_bytes(1), std::length_error);
  EXPECT_GT(right.recv_bytes().size(), 4U);
  left.send({"x", queue});
  right.recv().second.put(1);
  EXPECT_EQ(queue.get(), 1) << "each message got its own";
}

TEST(PipeObjects, SeveralSendersAndAnEndThatIsPassedOn) {
  auto [left, right] = Pipe<Queue<int>>();
  auto [there, here] = Pipe<Connection<Queue<int>>>();
  there.send(left);
  auto second = here.recv();
  Queue<int> a;
  Queue<int> b;
  second.send(b);
  left.send(a);
  right.recv().put(2);
  there.send(right);
  right.close();
  auto last = here.recv();
  last.recv().put(1);
  EXPECT_EQ(a.get(), 1);
  EXPECT_EQ(b.get(), 2);
}

TEST(PipeObjects, ADescriptorGoesThrough) {
  auto [left, right] = Pipe<platform::Fd>();
  left.send(platform::open_null());
  left.send(platform::Fd{});
  const platform::Fd null = right.recv();
  EXPECT_GE(null.get(), 0);
  EXPECT_TRUE(std::ofstream{"/proc/self/fd/" + std::to_string(null.get())} << "x");
  EXPECT_FALSE(right.recv()) << "an empty one stays empty";
  left.send(platform::open_null());  // nobody takes it
}

TEST(PipeObjects, MoreDescriptorsThanAMessageCanHave) {
  auto [left, right] = Pipe<std::vector<platform::Fd>>();
  std::vector<platform::Fd> many;
  for (int i = 0; i < 251; ++i) many.push_back(platform::open_null());
  EXPECT_THROW(left.send(many), std::length_error);
  many.pop_back();
  left.send(many);
  EXPECT_EQ(right.recv().size(), 250U) << "the line is as before";
}

TEST(PipeObjects, AConnectionInAConnection) {
  auto [left, right] = Pipe<Connection<std::string>>();
  auto [inner_left, inner_right] = Pipe();
  inner_left.send("before");
  left.send(inner_right);
  inner_right.close();
  auto arrived = right.recv();
  inner_left.send("after");
  EXPECT_EQ(arrived.recv(), "before");
  EXPECT_EQ(arrived.recv(), "after");
  arrived.close();
  EXPECT_THROW(inner_left.recv(), EOFError);
  left.send(Connection<>{});
  EXPECT_TRUE(right.recv().closed());
}

TEST(PipeObjects, NotInTheMiddleOfAMessage) {
  auto [left, right] = Pipe();
  auto [there, here] = Pipe<Connection<>>();
  left.send("x");
  ASSERT_TRUE(right.poll());
  EXPECT_THROW(there.send(right), std::logic_error);
  EXPECT_EQ(right.recv(), "x");
  there.send(right);
  EXPECT_FALSE(here.recv().closed());
}

TEST(PipeObjects, NoDescriptorLeftForOneThatArrives) {
  auto [left, right] = Pipe<std::pair<int, platform::Fd>>();
  left.send({1, platform::open_null()});
  {
    const NoDescriptors none;
    EXPECT_THROW(right.recv(), std::runtime_error);
  }
  left.send({2, platform::open_null()});
  EXPECT_EQ(right.recv().first, 2) << "the next one is not concerned";
}

}  // namespace
}  // namespace tandem::test
