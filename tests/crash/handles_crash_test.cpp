// Messages that carry handles of shared objects, and objects with names: those who have them are killed.

#include <array>
#include <string>
#include <thread>
#include <vector>

#include "tandem/multiprocessing/lock.hpp"
#include "tandem/multiprocessing/queue.hpp"
#include "tandem/multiprocessing/shared_memory.hpp"
#include "tests/crash/victim.hpp"

namespace tandem::test {
namespace {

namespace mp = multiprocessing;
using namespace std::chrono_literals;

using Numbers = mp::Queue<std::uint64_t>;
using Post = mp::Queue<Numbers>;

Numbers one_two_three() {
  Numbers numbers;
  for (const std::uint64_t number : {1, 2, 3}) numbers.put(number);
  return numbers;
}
bool is_one_two_three(Numbers numbers) {
  return numbers.get_nowait() == 1 && numbers.get_nowait() == 2 && numbers.get_nowait() == 3 && numbers.empty();
}

/// Sends queues with numbers in them, and keeps none.
void send_queues(Post post) {
  for (;;) post.put(one_two_three());
}

void receive_queues(Post post) {
  for (;;) {
    if (!is_one_two_three(post.get())) throw std::runtime_error("a queue came with other contents than it was sent with");
  }
}

class HandlesCrash : public CrashTest {};

TEST_F(HandlesCrash, QueuesInAQueue) {
  Post post{64};
  {
    std::vector<Victim> victims;
    const auto victim = [&](std::size_t i) { return i < 2 ? Victim{send_queues, post} : Victim{receive_queues, post}; };
    for (std::size_t i = 0; i < 4; ++i) victims.push_back(victim(i));
    for (int round = 0; round < rounds(400) && !HasFailure(); ++round) {
      wait_a_random_time(2000us);
      const std::size_t chosen = random_() % victims.size();
      victims[chosen].kill();
      ASSERT_TRUE(post.try_put(one_two_three(), patience)) << "a survivor cannot put";
      EXPECT_TRUE(is_one_two_three(post.get(patience)));
      victims[chosen] = victim(chosen);
    }
  }
  while (post.try_get(100ms)) {
  }
}

void pass_on(mp::Queue<Post> nested) {
  for (;;) {
    Post inner = nested.get();
    inner.put(Numbers{});
    nested.put(inner);
  }
}

// What lies in a queue that lies in a queue goes with it, though all who had a handle are dead.
TEST_F(HandlesCrash, QueuesInQueuesInAQueue) {
  for (int round = 0; round < rounds(100) && !HasFailure(); ++round) {
    mp::Queue<Post> outer;
    std::vector<Victim> victims;
    for (int i = 0; i < 2; ++i) victims.emplace_back(pass_on, outer);
    for (int i = 0; i < 3; ++i) outer.put(Post{});
    wait_a_random_time(3000us);
  }
}

/// Makes names and takes them away.
void name_memory(mp::Lock turn) {
  for (;;) {
    const std::scoped_lock hold{turn};
    mp::SharedMemory memory{"crash test", 100'000};
    mp::SharedMemory same = mp::SharedMemory::attach("crash test");
    if (!(same == memory)) throw std::runtime_error("two objects have the same name");
    same.unlink();
  }
}

TEST_F(HandlesCrash, NamedMemory) {
  mp::Lock turn;
  for (int round = 0; round < rounds(300) && !HasFailure(); ++round) {
    Victim victim{name_memory, turn};
    wait_a_random_time(3000us);
    victim.kill();
    const std::scoped_lock hold{turn};
    // It died before the name was given, or after it was taken away, or in between: then the name stays, as it should.
    try {
      mp::SharedMemory::attach("crash test").unlink();
    } catch (const std::system_error& error) {
      EXPECT_EQ(error.code(), std::errc::no_such_file_or_directory);
    }
    mp::SharedMemory again{"crash test", 5000};
    again.unlink();
  }
}

}  // namespace
}  // namespace tandem::test
