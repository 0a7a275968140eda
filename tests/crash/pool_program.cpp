// A program with a pool that has more to do than it can, to be killed as a whole by test_pool_program.py.

#include <chrono>
#include <cstdio>
#include <string>
#include <thread>
#include <vector>

#include "tandem/multiprocessing/init.hpp"
#include "tandem/multiprocessing/process_pool_executor.hpp"
#include "tandem/multiprocessing/zygote.hpp"
#include "tandem/platform/process.hpp"

int main(int argc, char** argv) {
  tandem::init(argc, argv);
  tandem::futures::ProcessPoolExecutor pool{4};
  std::vector<tandem::futures::Future<std::string>> all;
  for (int i = 0; i < 5000; ++i) {
    all.push_back(pool.with({.retries = 3})
                      .submit(
                          [](std::string text, int n) {
                            if (n % 100 == 0) std::this_thread::sleep_for(std::chrono::milliseconds{5});
                            return text + text;
                          },
                          std::string(static_cast<std::size_t>(i) * 37 % 5000, 'x'), i));
  }
  for (int i = 0; i < 4; ++i) pool.submit([] { std::this_thread::sleep_for(std::chrono::hours{1}); });
  std::printf("%d %d", tandem::platform::this_pid(), tandem::multiprocessing::zygote::pid());
  for (const int pid : pool.worker_pids()) std::printf(" %d", pid);
  std::puts("");
  std::fflush(stdout);
  for (;;) std::this_thread::sleep_for(std::chrono::hours{1});
}
