// Four producers and four consumers and what they have in common, to be killed as a whole by test_crash_program.py.

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "tandem/multiprocessing/init.hpp"
#include "tandem/multiprocessing/lock.hpp"
#include "tandem/multiprocessing/process.hpp"
#include "tandem/multiprocessing/queue.hpp"
#include "tandem/multiprocessing/semaphore.hpp"
#include "tandem/multiprocessing/zygote.hpp"
#include "tandem/platform/process.hpp"

namespace {

namespace mp = tandem::multiprocessing;

using Replies = mp::Queue<std::string>;
struct Letter {
  std::string text;
  Replies replies{Replies::Blank{}};
  template <class Archive>
  void serialize(Archive& archive) {
    archive(text, replies);
  }
};
using Post = mp::Queue<Letter>;

void produce(Post post, mp::Semaphore rooms) {
  Replies replies;
  for (std::size_t number = 0;; ++number) {
    const mp::Permit room = rooms.hold();
    post.put({std::string(number * 37 % 5000, 'x'), replies});
    while (replies.try_get()) {
    }
  }
}

void consume(Post post, mp::Lock lock) {
  for (;;) {
    Letter letter = post.get();
    const std::scoped_lock hold{lock};
    letter.replies.put(letter.text);
  }
}

}  // namespace

int main(int argc, char** argv) {
  tandem::init(argc, argv);
  const Post post{100};
  const mp::Lock lock;
  const mp::Semaphore rooms{2};
  std::vector<mp::Process> workers;
  for (int i = 0; i < 8; ++i) {
    workers.push_back(i < 4 ? mp::Process{produce, post, rooms} : mp::Process{consume, post, lock});
    workers.back().daemon(true);
    workers.back().start();
  }
  std::printf("%d %d", tandem::platform::this_pid(), mp::zygote::pid());
  for (const mp::Process& worker : workers) std::printf(" %d", worker.pid());
  std::puts("");
  std::fflush(stdout);
  for (;;) std::this_thread::sleep_for(std::chrono::hours{1});
}
