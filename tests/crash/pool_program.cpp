// A program with a pool, of either kind, that has more to do than it can, to be killed as a whole by test_pool_program.py.

#include <chrono>
#include <cstdio>
#include <stdexcept>
#include <string>
#include <thread>
#include <tuple>
#include <vector>

#include "tandem/multiprocessing/init.hpp"
#include "tandem/multiprocessing/pool.hpp"
#include "tandem/multiprocessing/process_pool_executor.hpp"
#include "tandem/multiprocessing/zygote.hpp"
#include "tandem/platform/process.hpp"

namespace {

void sleep_for_ever() {
  for (;;) std::this_thread::sleep_for(std::chrono::hours{1});
}

int pid() { return tandem::platform::this_pid(); }

std::string twice(std::string text, int n) {
  if (n % 20 == 0) std::this_thread::sleep_for(std::chrono::milliseconds{5});
  return text + text;
}
std::string text(int n) { return std::string(static_cast<std::size_t>(n) * 37 % 5000, 'x'); }
constexpr int tasks = 5000;

/// Two workers sleep, two have work for about a second.
void print_and_wait(const std::vector<int>& workers, bool has_work) {
  if (!has_work) throw std::logic_error{"all is done already: the program must be killed with work pending"};
  std::printf("%d %d", pid(), tandem::multiprocessing::zygote::pid());
  for (const int worker : workers) std::printf(" %d", worker);
  std::puts("");
  std::fflush(stdout);
  sleep_for_ever();
}

void use_executor() {
  tandem::futures::ProcessPoolExecutor pool{4};
  std::vector<tandem::futures::Future<std::string>> all;
  for (int i = 0; i < 2; ++i) pool.submit(sleep_for_ever);
  for (int i = 0; i < tasks; ++i) all.push_back(pool.with({.retries = 3}).submit(twice, text(i), i));
  print_and_wait(pool.worker_pids(), !all.back().done());
}

void use_pool() {
  tandem::multiprocessing::Pool pool{4};
  std::vector<int> workers;
  for (int i = 0; i < 4; ++i) workers.push_back(pool.apply(pid));
  for (int i = 0; i < 2; ++i) pool.apply_async(sleep_for_ever);
  std::vector<std::tuple<std::string, int>> calls;
  for (int i = 0; i < tasks; ++i) calls.emplace_back(text(i), i);
  const auto all = pool.starmap_async(twice, calls, 10);
  print_and_wait(workers, !all.ready());
}

}  // namespace

int main(int argc, char** argv) {
  tandem::init(argc, argv);
  if (argc < 2 || argv[1] != std::string{"Pool"}) {
    use_executor();
  } else {
    use_pool();
  }
}
