// Whole programs for test_programs.py: what cannot be tried in a process that other tests need.

#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>

#include "tandem/futures/errors.hpp"
#include "tandem/multiprocessing/context.hpp"
#include "tandem/multiprocessing/errors.hpp"
#include "tandem/multiprocessing/init.hpp"
#include "tandem/multiprocessing/lock.hpp"
#include "tandem/multiprocessing/process.hpp"
#include "tandem/multiprocessing/process_pool_executor.hpp"
#include "tandem/multiprocessing/start_method.hpp"
#include "tandem/multiprocessing/zygote.hpp"

namespace {

using namespace std::chrono_literals;
using tandem::futures::ProcessPoolExecutor;
using tandem::multiprocessing::Process;
namespace zygote = tandem::multiprocessing::zygote;

int next(int n) { return n + 1; }
int sleep_long() {
  std::this_thread::sleep_for(10min);
  return 0;
}

/// Whatever the method of the processes is: workers do not come by all of them.
tandem::futures::ProcessPoolOptions workers(int count) {
  return {.max_workers = count, .mp_context = tandem::multiprocessing::get_context<"forkserver">()};
}

template <class F>
void print_error(const char* what, F call) {
  try {
    call();
    std::cout << what << ": no error" << std::endl;
  } catch (const std::exception& error) {
    std::cout << what << ": " << error.what() << std::endl;
  }
}

int no_init() {
  print_error("start", [] { Process{next, 1}.start(); });
  print_error("pool", [] { ProcessPoolExecutor{workers(2)}; });
  return 0;
}

int init_twice(int argc, char** argv) {
  tandem::init(argc, argv);
  print_error("init", [&] { tandem::init(argc, argv); });
  ProcessPoolExecutor pool{workers(1)};
  std::cout << pool.submit(next, 1).result() << std::endl;
  return 0;
}

int init_after_threads(int argc, char** argv) {
  std::jthread other{[](std::stop_token stop) {
    while (!stop.stop_requested()) std::this_thread::sleep_for(1ms);
  }};
  print_error("init", [&] { tandem::init(argc, argv); });
  return 0;
}

int zygote_killed() {
  Process process{sleep_long};
  process.start();
  ProcessPoolExecutor pool{workers(2)};
  auto running = pool.submit(sleep_long);
  auto also = pool.submit(sleep_long);
  auto queued = pool.submit(next, 1);
  std::this_thread::sleep_for(100ms);  // for the workers to begin: what has not begun is given to others, and not lost
  std::cout << "worker " << pool.worker_pids().front() << " child " << process.pid() << std::endl;
  ::kill(zygote::pid(), SIGKILL);
  process.join();
  print_error("exitcode", [&] { static_cast<void>(process.exitcode()); });
  print_error("running", [&] { running.result(20s); });
  print_error("queued", [&] { queued.result(20s); });
  print_error("submit", [&] { pool.submit(next, 1).result(20s); });
  print_error("start", [] { Process{next, 1}.start(); });
  print_error("pool", [] { ProcessPoolExecutor{workers(1)}; });
  return 0;
}

/// What this process has forked itself is its own, whoever else dies; but nothing new can be started.
int zygote_killed_under_fork() {
  Process runs{sleep_long};
  Process ends{[] { std::exit(7); }};
  Process daemon{sleep_long};
  daemon.daemon(true);
  runs.start();
  daemon.start();
  ends.start();
  ends.join();
  ::kill(zygote::pid(), SIGKILL);
  print_error("start", [] {
    for (;;) Process{next, 1}.start();  // until it is known to have died
  });
  std::cout << "alive: " << runs.is_alive() << " " << daemon.is_alive() << " " << *ends.exitcode() << std::endl;
  std::cout << "joined: " << runs.join(10ms) << std::endl;
  runs.kill();
  runs.join();
  std::cout << "killed: " << *runs.exitcode() << std::endl;
  return 0;  // which ends the daemon
}

/// Prints who is there, then waits to be killed.
int killed() {
  ProcessPoolExecutor pool{workers(2)};
  auto busy = pool.submit(sleep_long);
  Process daemon{sleep_long};
  daemon.daemon(true);
  daemon.start();
  Process stays{[] { std::this_thread::sleep_for(3s); }};
  stays.start();
  std::cout << zygote::pid() << " " << daemon.pid() << " " << pool.worker_pids()[0] << " " << pool.worker_pids()[1] << " "
            << stays.pid() << std::endl;
  sleep_long();
  return 0;
}

void say_late(std::string text) {
  std::this_thread::sleep_for(200ms);
  std::puts(text.c_str());
}

int at_exit() {
  Process{say_late, "joined"}.start();
  static Process daemon{[] {
    std::this_thread::sleep_for(10min);
    std::puts("never");
  }};
  daemon.daemon(true);
  daemon.start();
  std::puts("main is done");
  std::fflush(stdout);
  return 0;
}

int exit_in_child() {
  Process child{[] {
    std::atexit([] { std::puts("handler of the child"); });
    std::printf("unflushed");
    std::exit(9);
  }};
  child.start();
  child.join();
  std::printf(" %d\n", *child.exitcode());
  return 0;
}

/// What main has printed and not flushed must not come out of its children.
int buffers() {
  std::printf("once ");
  std::cout << "and once ";
  Process child{[] { std::printf("child "); }};
  child.start();
  child.join();
  std::puts("end");
  return 0;
}

/// Of a program that is not made for it.
int spawn() {
  tandem::multiprocessing::set_start_method("spawn", true);
  Process child{next, 1};
  child.start();
  std::cout << "pid: " << child.pid() << std::endl;
  child.join();
  std::cout << "exit code: " << *child.exitcode() << std::endl;
  return 0;
}

int spawn_pool() {
  tandem::futures::ProcessPoolExecutor pool{{.max_workers = 1, .mp_context = tandem::multiprocessing::get_context<"spawn">()}};
  try {
    for (;;) pool.submit(next, 1).result(20s);
  } catch (const tandem::futures::BrokenProcessPool& error) {
    std::cout << "pool: " << error.what() << std::endl;
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string what = argc > 1 ? argv[1] : "";
  if (what == "no-init") return no_init();
  if (what == "init-twice") return init_twice(argc, argv);
  if (what == "init-after-threads") return init_after_threads(argc, argv);
  if (what == "buffers") {
    std::printf("before ");
  }
  const bool is_spawned = std::getenv("TANDEM_SPAWNED") != nullptr;
  if ((what == "spawn-no-init" || what == "spawn-pool-no-init") && is_spawned) return 0;
  if (what == "spawn-late" && is_spawned) std::this_thread::sleep_for(10min);
  std::optional<tandem::multiprocessing::Lock> too_early;
  if (what == "spawn-shared-before" && is_spawned) too_early.emplace();
  tandem::init(argc, argv);
  if (const char* method = std::getenv("TEST_START_METHOD")) tandem::multiprocessing::set_start_method(method);
  if (what == "spawn-pool-no-init") return spawn_pool();
  if (what.rfind("spawn-", 0) == 0) return spawn();
  if (what == "zygote-killed") return zygote_killed();
  if (what == "zygote-killed-under-fork") return zygote_killed_under_fork();
  if (what == "killed") return killed();
  if (what == "at-exit") return at_exit();
  if (what == "exit-in-child") return exit_in_child();
  if (what == "buffers") return buffers();
  return 2;
}
