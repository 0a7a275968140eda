#include "tandem/multiprocessing/queue.hpp"

#include <array>
#include <chrono>
#include <complex>
#include <map>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "tandem/multiprocessing/joinable_queue.hpp"
#include "tandem/multiprocessing/process.hpp"
#include "tandem/multiprocessing/simple_queue.hpp"
#include "tandem/multiprocessing/task.hpp"
#include "tandem/platform/fd.hpp"
#include "tandem/platform/process.hpp"
#include "tandem/shared/arena.hpp"
#include "tests/support/eventually.hpp"

namespace tandem::multiprocessing {
namespace {

using namespace std::chrono_literals;

struct Page {
  std::string url;
  std::vector<int> words;
  std::map<std::string, double> scores;

  template <class Archive>
  void serialize(Archive& archive) {
    archive(url, words, scores);
  }
  friend bool operator==(const Page&, const Page&) = default;
};

TEST(SharedQueue, CarriesAnythingThatCanBeSerialized) {
  Queue<Page> pages;
  const Page page{"http://a/", {1, 2, 3}, {{"a", 0.5}}};
  pages.put(page);
  EXPECT_EQ(pages.get(), page);
  Queue<std::string> lines;
  lines.put("");
  lines.put(std::string(1000, 'x'));
  lines.put(std::string(100'000, 'y'));
  EXPECT_EQ(lines.get(), "");
  EXPECT_EQ(lines.get(), std::string(1000, 'x'));
  EXPECT_EQ(lines.get(), std::string(100'000, 'y'));
  Queue<bool> flags;
  flags.put(true);
  EXPECT_TRUE(flags.get());
  Queue<double> numbers;
  numbers.put(0.25);
  EXPECT_EQ(numbers.get(), 0.25);
}

TEST(SharedQueue, CarriesWhatConsistsOfNumbers) {
  using Block = std::array<std::array<int, 3>, 2>;
  Queue<Block> blocks;
  blocks.put({{{1, 2, 3}, {4, 5, 6}}});
  blocks.put_many(std::vector<Block>{{{{7, 8, 9}, {10, 11, 12}}}, {{{13, 14, 15}, {16, 17, 18}}}});
  EXPECT_EQ(blocks.get(), (Block{{{1, 2, 3}, {4, 5, 6}}}));
  EXPECT_EQ(blocks.try_get(), (Block{{{7, 8, 9}, {10, 11, 12}}}));
  EXPECT_EQ(blocks.get_many(9), (std::vector<Block>{{{{13, 14, 15}, {16, 17, 18}}}}));
  EXPECT_THROW(blocks.get_nowait(), queue::Empty);

  Queue<std::complex<double>> numbers;
  numbers.put({1.5, -2});
  EXPECT_EQ(numbers.get(), (std::complex<double>{1.5, -2}));
  Queue<std::chrono::steady_clock::time_point> times;
  const auto now = std::chrono::steady_clock::now();
  times.put(now);
  EXPECT_EQ(times.get(), now);
  Queue<std::array<bool, 3>> flags;  // not as they lie in memory
  flags.put({true, false, true});
  EXPECT_EQ(flags.get(), (std::array<bool, 3>{true, false, true}));
  Queue<std::array<std::string, 2>> names;
  names.put({"a", "b"});
  EXPECT_EQ(names.get(), (std::array<std::string, 2>{"a", "b"}));
}

TEST(SharedQueue, FullAndEmptyAreToldInEachManner) {
  Queue<int> queue{2};
  EXPECT_THROW(queue.get_nowait(), queue::Empty);
  EXPECT_THROW(queue.get(1ms), queue::Empty);
  EXPECT_EQ(queue.try_get(), std::nullopt);
  queue.put(1);
  queue.put_nowait(2);
  EXPECT_TRUE(queue.full());
  EXPECT_THROW(queue.put_nowait(3), queue::Full);
  EXPECT_THROW(queue.put(3, 1ms), queue::Full);
  EXPECT_FALSE(queue.try_put(3));
  EXPECT_EQ(queue.qsize(), 2U);
  EXPECT_EQ(queue.get(), 1);
  EXPECT_FALSE(queue.full());
  queue.maxsize(1);
  EXPECT_TRUE(queue.full());
}

TEST(SharedQueue, AnArgumentOfAProcessIsTheSameQueue) {
  Queue<std::string> lines;
  Process writer{[](Queue<std::string> out) { out.put("hello"); }, lines};
  writer.start();
  EXPECT_EQ(lines.get(20s), "hello");
  writer.join();
  EXPECT_EQ(writer.exitcode(), 0);
}

TEST(SharedQueue, WaitsAcrossProcesses) {
  Queue<int> there{1}, back{1};
  Process echo{[](Queue<int> in, Queue<int> out) {
                 for (const int number : in) out.put(number + 1);
               },
               there, back};
  echo.start();
  for (int i = 0; i < 1000; ++i) {
    there.put(i, 20s);
    ASSERT_EQ(back.get(20s), i + 1);
  }
  there.shutdown();
  echo.join();
  EXPECT_EQ(echo.exitcode(), 0);
}

TEST(SharedQueue, ManyAtATime) {
  Queue<int> numbers;
  EXPECT_EQ(numbers.put_many(std::vector{1, 2, 3, 4, 5}), 5U);
  EXPECT_EQ(numbers.get_many(3), (std::vector{1, 2, 3}));
  EXPECT_EQ(numbers.get_many(100), (std::vector{4, 5}));
  EXPECT_EQ(numbers.get_many(100, 1ms), std::vector<int>{});
  Queue<std::string> lines{3};
  const std::vector<std::string> four{"a", std::string(5000, 'b'), "c", "d"};
  EXPECT_EQ(lines.put_many(four, 10ms), 3U) << "there was room for three";
  EXPECT_EQ(lines.get_many(100), (std::vector{four[0], four[1], four[2]}));
}

TEST(SharedQueue, AStopTokenEndsAWait) {
  Queue<int> queue{1};
  std::jthread getter{[&](const std::stop_token& stop) { EXPECT_EQ(queue.try_get(stop), std::nullopt); }};
  getter.request_stop();
  getter.join();
  queue.put(1);
  std::jthread putter{[&](const std::stop_token& stop) { EXPECT_FALSE(queue.try_put(2, stop)); }};
  putter.request_stop();
}

TEST(SharedQueue, CloseEndsTheWaitsOfThisProcess) {
  Queue<int> queue;
  std::atomic<bool> ended = false;
  std::thread getter{[&] {
    EXPECT_THROW(queue.get(), std::invalid_argument);
    ended = true;
  }};
  std::this_thread::sleep_for(10ms);
  EXPECT_FALSE(ended);
  queue.close();
  getter.join();
  EXPECT_THROW(queue.put(1), std::invalid_argument);
  EXPECT_THROW(static_cast<void>(queue.try_get()), std::invalid_argument);
  queue.join_thread();
  queue.cancel_join_thread();
  // Others go on.
  Process other{[](Queue<int> theirs) {
                  theirs.put(5);
                  if (theirs.get() != 5) platform::exit_now(2);
                },
                queue};
  other.start();
  other.join();
  EXPECT_EQ(other.exitcode(), 0);
}

TEST(SharedQueue, ShutdownReleasesAllAndGivesTheRest) {
  Queue<int> queue;
  queue.put(1);
  queue.shutdown();
  EXPECT_THROW(queue.put(2), queue::ShutDown);
  EXPECT_THROW(queue.put_many(std::vector{2}), queue::ShutDown);
  EXPECT_EQ(queue.get(), 1);
  EXPECT_THROW(queue.get(), queue::ShutDown);
  EXPECT_EQ(queue.try_get(), std::nullopt);
  Queue<int> at_once;
  at_once.put(1);
  at_once.shutdown(true);
  EXPECT_THROW(at_once.get(), queue::ShutDown);
  EXPECT_EQ(at_once.qsize(), 0U);
}

TEST(SharedQueue, RangeForTakesUntilShutdown) {
  Queue<int> queue;
  for (int i = 0; i < 10; ++i) queue.put(i);
  queue.shutdown();
  int expected = 0;
  for (const int number : queue) EXPECT_EQ(number, expected++);
  EXPECT_EQ(expected, 10);
}

TEST(SharedQueue, TooLargeAnItemSaysSo) {
  Queue<std::string> lines{{.max_bytes = 100'000}};
  try {
    lines.put(std::string(200'000, 'x'));
    FAIL() << "it does not fit";
  } catch (const std::length_error& error) {
    EXPECT_NE(std::string{error.what()}.find("200"), std::string::npos) << error.what();
    EXPECT_NE(std::string{error.what()}.find("100"), std::string::npos) << error.what();
  }
  lines.put(std::string(60'000, 'x'));
  EXPECT_FALSE(lines.try_put(std::string(60'000, 'x'))) << "no room for the second";
  EXPECT_EQ(lines.get().size(), 60'000U);
}

TEST(SharedQueue, DescriptorsAreRefusedWithAReason) {
  Queue<std::vector<platform::Fd>> queue;
  std::vector<platform::Fd> fds;
  fds.emplace_back(::dup(0));
  try {
    queue.put(fds);
    FAIL() << "nobody would keep it open";
  } catch (const std::invalid_argument& error) {
    EXPECT_NE(std::string{error.what()}.find("descriptors"), std::string::npos) << error.what();
  }
  EXPECT_TRUE(queue.empty());
}

struct Moody {
  int number = 0;
  template <class Archive>
  void save(Archive& archive) const {
    if (number < 0) throw std::runtime_error("bad mood");
    archive(number);
  }
  template <class Archive>
  void load(Archive& archive) {
    archive(number);
    if (number > 100) throw std::runtime_error("bad mood here");
  }
};

TEST(SharedQueue, AnItemThatCannotBeSavedOrLoadedHarmsNobodyElse) {
  Queue<Moody> queue;
  queue.put({1});
  EXPECT_THROW(queue.put({-1}), std::runtime_error);
  queue.put({101});
  queue.put({2});
  EXPECT_EQ(queue.qsize(), 3U);
  EXPECT_EQ(queue.get().number, 1);
  EXPECT_THROW(queue.get(), std::runtime_error) << "it was taken all the same, as in Python";
  EXPECT_EQ(queue.get().number, 2);
}

/// Says another size each time.
struct Fickle {
  static inline int times = 0;
  template <class Archive>
  void save(Archive& archive) const {
    archive(std::string(static_cast<std::size_t>(5000 + times++), 'f'));
  }
  template <class Archive>
  void load(Archive& archive) {
    std::string text;
    archive(text);
  }
};

TEST(SharedQueue, AnItemThatChangesItsMindIsRefused) {
  Queue<Fickle> queue;
  EXPECT_THROW(queue.put(Fickle{}), std::logic_error);
  EXPECT_TRUE(queue.empty());
}

TEST(SharedQueue, AQueueInAQueueIsTheSameQueue) {
  const std::uint32_t objects = shared::Arena::instance().objects();
  {
    Queue<Queue<int>> lines;
    {
      Queue<int> numbers;
      numbers.put(7);
      lines.put(numbers);
    }
    Queue<int> numbers = lines.get();
    EXPECT_EQ(numbers.get(), 7) << "it lived though only the message meant it";
    // A question with the address for the answer, as Python cannot send it.
    Process servant{[](Queue<Queue<int>> questions) { questions.get().put(42); }, lines};
    servant.start();
    Queue<int> answer;
    lines.put(answer);
    EXPECT_EQ(answer.get(20s), 42);
    servant.join();
    lines.put(Queue<int>{});  // never gotten
    lines.put(Queue<int>{});
    lines.put(numbers);
    EXPECT_FALSE(lines.get() == numbers);
    EXPECT_FALSE(lines.get() == numbers);
    EXPECT_TRUE(lines.get() == numbers);
    lines.put(Queue<int>{});
  }
  EXPECT_EQ(shared::Arena::instance().objects(), objects) << "what lay in the queue went with it";
}

TEST(SharedQueue, QueuesThatLieInEachOtherGoWhenTheNextProcessEnds) {
  const std::uint32_t objects = shared::Arena::instance().objects();
  {
    Queue<Queue<Task>> a;
    Queue<Queue<Task>> b;
    Queue<Task> tasks;
    a.put(tasks);
    tasks.put(Task{[](Queue<Queue<Task>>) {}, a});
    b.put(tasks);
  }
  EXPECT_EQ(shared::Arena::instance().objects(), objects + 2) << "a and tasks keep each other";
  Queue<int> kept;
  Queue<Queue<int>> keeps;
  keeps.put(kept);
  kept = Queue<int>{};
  Process::started([] {}).join();
  EXPECT_TRUE(test::eventually([&] { return shared::Arena::instance().objects() == objects + 3; }));
  keeps.get().put(5);
}

TEST(SharedQueue, AnEmptyHandleSaysSo) {
  Queue<int> queue;
  Queue<int> taken = std::move(queue);
  EXPECT_THROW(queue.put(1), std::logic_error);  // NOLINT: it is the point
  EXPECT_THROW(queue.qsize(), std::logic_error);
  taken.put(1);
}

TEST(SharedQueue, SeveralProducersAndConsumersLoseNothing) {
  constexpr int each = 2000;
  Queue<int> numbers{100};
  Queue<long> sums;
  std::vector<Process> producers, consumers;
  for (int i = 0; i < 3; ++i) {
    producers.push_back(Process::started(
        [](Queue<int> out, int first) {
          for (int n = 0; n < each; ++n) out.put(first * each + n);
        },
        numbers, i));
    consumers.push_back(Process::started(
        [](Queue<int> in, Queue<long> out) {
          long sum = 0;
          for (const int number : in) sum += number;
          out.put(sum);
        },
        numbers, sums));
  }
  for (auto& producer : producers) producer.join();
  numbers.shutdown();
  long sum = 0;
  for (std::size_t i = 0; i < consumers.size(); ++i) sum += sums.get(20s);
  EXPECT_EQ(sum, 3L * each * (3L * each - 1) / 2);
}

// Functions as data

void add(Queue<int> to, int number) { to.put(number); }

TEST(SharedQueue, CarriesFunctions) {
  Queue<Task> work;
  Queue<int> results;
  Process executor{[](Queue<Task> tasks) {
                     for (const Task& task : tasks) task();
                   },
                   work};
  executor.start();
  work.put(Task{add, results, 1});
  work.put(Task{[](Queue<int> to, std::string text) { to.put(static_cast<int>(text.size())); }, results, "four"});
  EXPECT_EQ(results.get(20s), 1);
  EXPECT_EQ(results.get(20s), 4);
  work.shutdown();
  executor.join();
  EXPECT_EQ(executor.exitcode(), 0);
}

TEST(SharedTask, IsCalledAsOftenAsOneLikes) {
  Queue<int> results;
  const Task task{add, results, 3};
  task();
  task();
  EXPECT_EQ(results.get_many(10), (std::vector{3, 3}));
  EXPECT_THROW(Task{}(), std::logic_error);
  EXPECT_FALSE(Task{});
  EXPECT_THROW(Task{[] { throw std::out_of_range("as it is"); }}(), std::out_of_range);
}

// JoinableQueue and SimpleQueue

TEST(SharedJoinableQueue, KnowsWhenAllIsDone) {
  JoinableQueue<int> work;
  EXPECT_TRUE(work.join(0s));
  EXPECT_THROW(work.task_done(), std::invalid_argument);
  for (int i = 0; i < 10; ++i) work.put(i);
  EXPECT_FALSE(work.join(1ms));
  Process worker{[](JoinableQueue<int> theirs) {
                   for ([[maybe_unused]] const int item : theirs) theirs.task_done();
                 },
                 work};
  worker.daemon(true);
  worker.start();
  EXPECT_TRUE(work.join(20s));
  EXPECT_THROW(work.task_done(), std::invalid_argument);
  work.shutdown();
  worker.join();
}

TEST(SharedJoinableQueue, WhatAnImmediateShutdownDropsCountsAsDone) {
  JoinableQueue<int> work;
  work.put(1);
  work.put(2);
  EXPECT_EQ(work.get(), 1);
  work.shutdown(true);
  EXPECT_FALSE(work.join(1ms)) << "the first one is still worked on";
  work.task_done();
  EXPECT_TRUE(work.join(20s));
}

TEST(SharedSimpleQueue, PutsAndGets) {
  SimpleQueue<std::string> queue;
  EXPECT_TRUE(queue.empty());
  Process writer{[](SimpleQueue<std::string> out) { out.put("x"); }, queue};
  writer.start();
  EXPECT_EQ(queue.get(), "x");
  writer.join();
  queue.close();
  EXPECT_THROW(queue.put("y"), std::invalid_argument);
}

}  // namespace
}  // namespace tandem::multiprocessing
