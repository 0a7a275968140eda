// Tasks and initializers that do what they should not.

#include <array>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <exception>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "tandem/futures/errors.hpp"
#include "tandem/multiprocessing/array.hpp"
#include "tandem/multiprocessing/event.hpp"
#include "tandem/multiprocessing/process_pool_executor.hpp"
#include "tandem/platform/fd.hpp"
#include "tandem/remote/exception.hpp"
#include "tests/multiprocessing/pool_calls.hpp"
#include "tests/support/eventually.hpp"

namespace tandem::futures {
namespace {

using namespace std::chrono_literals;
using test::eventually;

/// That the pool is broken, why, and where that was.
void expect_broken_by_missing_model(const std::exception_ptr& error) {
  try {
    std::rethrow_exception(error);
  } catch (const BrokenProcessPool& broken) {
    EXPECT_NE(std::string{broken.what()}.find("std::invalid_argument: no model"), std::string::npos) << broken.what();
    EXPECT_NE(std::string{broken.what()}.find("'fragile'"), std::string::npos) << broken.what();
    EXPECT_THROW(std::rethrow_if_nested(broken), std::invalid_argument);
  }
  const auto origin = remote::origin_of(error);
  ASSERT_TRUE(origin.has_value());
  EXPECT_EQ(origin->worker.substr(0, 7), "fragile");
}

TEST(ProcessPoolFaults, AnInitializerThatThrowsBreaksThePool) {
  multiprocessing::Event may_fail;
  ProcessPoolExecutor pool{{.max_workers = 2,
                            .name = "fragile",
                            .initializer = {[](multiprocessing::Event gate) {
                                              gate.wait();
                                              throw std::invalid_argument{"no model"};
                                            },
                                            may_fail}}};
  std::vector<Future<int>> all;
  for (int i = 0; i < 10; ++i) all.push_back(pool.submit(next, i));
  may_fail.set();
  for (const auto& future : all) expect_broken_by_missing_model(future.exception(20s));
  try {
    pool.submit(next, 1);
    FAIL() << "no exception";
  } catch (const BrokenProcessPool&) {
    expect_broken_by_missing_model(std::current_exception());
  }
  EXPECT_TRUE(eventually([&] { return pool.worker_pids().empty(); }));
}

TEST(ProcessPoolFaults, AnInitializerThatCrashesIsTriedThreeTimes) {
  ProcessPoolExecutor pool{{.max_workers = 1, .name = "fragile", .initializer = {[] { std::abort(); }}}};
  try {
    for (;;) pool.submit(next, 1).result(20s);
  } catch (const BrokenProcessPool& error) {
    EXPECT_NE(std::string{error.what()}.find("fragile"), std::string::npos) << error.what();
  }
}

TEST(ProcessPoolFaults, ATaskThatExitsEndsItsWorkerAndNothingElse) {
  ProcessPoolExecutor pool{1};
  auto future = pool.with({.name = "quitter"}).submit([](int code) { std::exit(code); }, 3);
  try {
    future.result(20s);
    FAIL() << "no exception";
  } catch (const WorkerCrashed& end) {
    EXPECT_EQ(end.exit_code(), 3);
    EXPECT_EQ(end.signal(), std::nullopt);
    EXPECT_NE(std::string{end.what()}.find("'quitter'"), std::string::npos);
  }
  EXPECT_EQ(pool.submit(next, 1).result(20s), 2);
}

TEST(ProcessPoolFaults, ATaskThatClosesAllDescriptorsIsEnded) {
  ProcessPoolExecutor pool{1};
  const auto before = pool.worker_pids();
  auto quick = pool.submit([] {
    for (int fd = 3; fd < 1024; ++fd) ::close(fd);
    return 1;
  });
  try {
    EXPECT_EQ(quick.result(20s), 1);
  } catch (const WorkerCrashed&) {
    // equally right: the worker has no way to say that the result is there
  }
  EXPECT_TRUE(eventually([&] { return pool.worker_pids().size() == 1 && pool.worker_pids() != before; }));
  auto slow = pool.submit([] {
    for (int fd = 3; fd < 1024; ++fd) ::close(fd);
    std::this_thread::sleep_for(10min);
    return 1;
  });
  try {
    slow.result(20s);
    FAIL() << "no exception";
  } catch (const WorkerCrashed& end) {
    EXPECT_NE(std::string{end.what()}.find("closed its channel"), std::string::npos) << end.what();
  }
  EXPECT_EQ(pool.submit(next, 1).result(20s), 2);
}

// Its worker goes on as long as it needs no descriptor, and whose task needs one then must not be told of an error of its own.
TEST(ProcessPoolFaults, ATaskThatClosesAllDescriptorsMakesNoOtherTaskFail) {
  ProcessPoolExecutor pool{1};
  int lost = 0;
  for (int round = 0; round < 20; ++round) {
    std::vector<Future<int>> all;
    for (int i = 0; i < 50; ++i) {
      all.push_back(pool.submit([](int n) { return n; }, i));
      if (i % 25 == 0) {
        pool.submit([] {
          for (int fd = 3; fd < 1024; ++fd) ::close(fd);
        });
      }
      // Which the worker has to map, from a descriptor.
      all.push_back(
          pool.submit([](multiprocessing::RawArray<int> numbers) { return numbers[99]; }, multiprocessing::RawArray<int>(100)));
    }
    for (const auto& future : all) {
      try {
        future.result(20s);
      } catch (const WorkerCrashed&) {
        ++lost;
      } catch (const std::exception& error) {
        FAIL() << error.what();
      }
    }
  }
  EXPECT_LE(lost, 40) << "one for each worker at most";
  EXPECT_EQ(pool.submit(next, 1).result(20s), 2);
}

// The number of the worker's channel means something else then, into which no result must be written.
TEST(ProcessPoolFaults, ATaskThatTakesOverTheChannelsNumberIsEnded) {
  ProcessPoolExecutor pool{1};
  std::array<int, 2> ends{};
  ASSERT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
  const platform::Fd read{ends[0]};
  auto future = pool.submit(
      [](platform::Fd out) {
        for (int fd = 3; fd < 64; ++fd) {
          if (fd != out.get()) ::dup2(out.get(), fd);
        }
        return 1;
      },
      platform::Fd{ends[1]});
  try {
    EXPECT_EQ(future.result(20s), 1);
  } catch (const WorkerCrashed&) {
    // equally right
  }
  EXPECT_EQ(pool.submit(next, 1).result(20s), 2);
  char byte = 0;
  EXPECT_EQ(::read(read.get(), &byte, 1), 0) << "something was written into the task's own file";
}

TEST(ProcessPoolFaults, ATaskThatForksIsAnsweredOnce) {
  ProcessPoolExecutor pool{1};
  for (int i = 0; i < 20; ++i) {
    auto future = pool.submit(
        [](int n) {
          ::fork();  // both return
          return n;
        },
        i);
    EXPECT_EQ(future.result(20s), i);
  }
  EXPECT_EQ(pool.submit(next, 1).result(20s), 2);
}

TEST(ProcessPoolFaults, ForksOfATaskThatLiveOnHoldUpNothing) {
  ProcessPoolExecutor pool{1};
  const int stray = pool.submit([] {
                          const int pid = ::fork();
                          if (pid == 0) {
                            std::this_thread::sleep_for(10min);
                            ::_exit(0);
                          }
                          return pid;
                        })
                        .result(20s);
  auto crash = pool.submit([]() -> int {
    ::raise(SIGKILL);
    return 0;
  });
  EXPECT_THROW(crash.result(20s), WorkerCrashed) << "it is seen although the stray holds the worker's end of the channel";
  EXPECT_EQ(pool.submit(next, 1).result(20s), 2);
  ::kill(stray, SIGKILL);
}

TEST(ProcessPoolFaults, StressWithRandomCrashes) {
  ProcessPoolExecutor pool{3};
  std::vector<Future<int>> all;
  for (int i = 0; i < 2000; ++i) {
    all.push_back(pool.submit(
        [](int n) {
          if (n % 50 == 17) ::raise(SIGKILL);
          if (n % 50 == 33) std::exit(5);
          return n;
        },
        i));
  }
  for (int i = 0; i < 2000; ++i) {
    const auto& future = all[static_cast<std::size_t>(i)];
    if (i % 50 == 17 || i % 50 == 33) {
      EXPECT_THROW(future.result(60s), WorkerCrashed);
    } else {
      EXPECT_EQ(future.result(60s), i);
    }
  }
  EXPECT_TRUE(eventually([&] { return pool.worker_pids().size() == 3; }));
}

}  // namespace
}  // namespace tandem::futures
