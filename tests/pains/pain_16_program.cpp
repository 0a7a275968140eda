// A program with shared memory of all kinds, to be killed by pain_16_nothing_left.py: says which processes it has, and goes on.

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "tandem/multiprocessing/init.hpp"
#include "tandem/multiprocessing/lock.hpp"
#include "tandem/multiprocessing/process.hpp"
#include "tandem/multiprocessing/queue.hpp"
#include "tandem/multiprocessing/shared_memory.hpp"
#include "tandem/multiprocessing/zygote.hpp"
#include "tandem/platform/process.hpp"

namespace {

namespace mp = tandem::multiprocessing;

void use_memory(mp::Queue<std::string> queue, mp::Lock lock, std::string name) {
  mp::SharedMemory common = mp::SharedMemory::attach("common");
  const mp::SharedMemory own{name, 8 << 20};
  std::ranges::fill(own.buf(), std::byte{1});
  for (;;) {
    const std::scoped_lock hold{lock};
    common.buf()[0] = std::byte{2};
    queue.put(std::string(100'000, 'x'));
    queue.get();
  }
}

}  // namespace

int main(int argc, char** argv) {
  tandem::init(argc, argv);
  const mp::SharedMemory common{"common", 16 << 20};
  std::ranges::fill(common.buf(), std::byte{1});
  const mp::Queue<std::string> queue;
  const mp::Lock lock;
  std::vector<mp::Process> users;
  for (int i = 0; i < 3; ++i) {
    users.emplace_back(use_memory, queue, lock, "own " + std::to_string(i));
    users.back().daemon(argc > 1 && std::string{argv[1]} == "daemons");
    users.back().start();
  }
  std::printf("%d %d", tandem::platform::this_pid(), mp::zygote::pid());
  for (const mp::Process& user : users) std::printf(" %d", user.pid());
  std::puts("");
  std::fflush(stdout);
  for (;;) std::this_thread::sleep_for(std::chrono::hours{1});
}
