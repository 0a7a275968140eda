// Classes derived from Thread, and that make<T>() is how they are made.

#include "tandem/threading/made.hpp"

#include <deque>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "tandem/threading/excepthook.hpp"
#include "tandem/threading/primitives.hpp"
#include "tests/support/eventually.hpp"

namespace tandem::threading {
namespace {

class Loader : public Thread {
 public:
  explicit Loader(std::string file) : file_{std::move(file)} { name("loader of " + file_); }
  void run() override { loaded = "contents of " + file_; }

  std::string loaded;

 private:
  std::string file_;
};

TEST(Make, RunsTheOverriddenFunction) {
  auto loader = make<Loader>("urls.txt");
  EXPECT_EQ(loader.name(), "loader of urls.txt");
  EXPECT_FALSE(loader.is_alive());
  loader.start();
  loader.join();
  EXPECT_EQ(loader.loaded, "contents of urls.txt");
  EXPECT_THROW(loader.start(), std::logic_error) << "a thread runs once";
}

TEST(Make, WithoutItStartRefuses) {
  Loader loader{"urls.txt"};
  try {
    loader.start();
    ADD_FAILURE() << "its run() might outlive its members";
  } catch (const std::logic_error& error) {
    EXPECT_NE(std::string{error.what()}.find("threading::make<T>"), std::string::npos) << error.what();
  }
  EXPECT_TRUE(loader.loaded.empty());
}

TEST(Make, GivesWhatStaysWhereItIs) {
  static_assert(!std::is_copy_constructible_v<Made<Loader>> && !std::is_move_constructible_v<Made<Loader>>);
  static_assert(!std::is_move_assignable_v<Made<Loader>>);
  static_assert(!std::is_constructible_v<Thread, Made<Loader>&&>, "its Thread must not be torn out of it");
  static_assert(!std::is_assignable_v<Thread&, Made<Loader>&&>);
  static_assert(std::is_constructible_v<ThreadRef, const Made<Loader>&>);

  std::deque<Made<Loader>> loaders;
  for (const char* file : {"a", "b", "c"}) loaders.emplace_back(file).start();
  std::string all;
  for (auto& loader : loaders) {
    loader.join();
    all += loader.loaded + "; ";
  }
  EXPECT_EQ(all, "contents of a; contents of b; contents of c; ");
}

/// Its thread uses a member to the last.
class Counter : public Thread {
 public:
  Counter(Event& begun, long& sum) : begun_{begun}, sum_{sum} {}
  void run() override {
    begun_.set();
    const std::stop_token stop = stop_token();
    while (!stop.stop_requested()) values_.push_back(values_.size());
    for (const std::size_t value : values_) sum_ += value == 0 ? 1 : 0;
  }

 private:
  Event& begun_;
  long& sum_;
  std::vector<std::size_t> values_;
};

// The destructor of Thread comes when the derived part is gone; who joins there lets run() use what is destroyed.
TEST(Make, JoinsBeforeTheDerivedPartGoes) {
  long sum = 0;
  for (int i = 0; i < 50; ++i) {
    Event begun;
    auto counter = make<Counter>(begun, sum);
    counter.start();
    begun.wait();
  }
  EXPECT_GE(sum, 0);
}

TEST(Make, ATemporaryIsKept) {
  static Event done;
  class Once : public Thread {
   public:
    explicit Once(std::string word) : word_{std::move(word)} {}
    void run() override {
      if (word_ == std::string(100, 'w')) done.set();
    }

   private:
    std::string word_;
  };
  make<Once>(std::string(100, 'w')).start();
  EXPECT_TRUE(done.wait(std::chrono::seconds{20}));
  // It is joined when the next one is kept, or at exit.
  EXPECT_TRUE(test::eventually([] {
    std::size_t kept = 0;
    for (const ThreadRef& each : enumerate()) kept += each != main_thread() && !each.daemon() ? 1U : 0U;
    return kept == 0;
  }));
}

/// Derives from Thread, and has the function as it is given.
class Named : public Thread {
 public:
  template <class F>
  Named(const char* title, F fn) : Thread{std::move(fn)} {
    name(title);
  }
};

TEST(Make, AClassMayKeepTheFunction) {
  std::string who;
  auto named = make<Named>("title", [&] { who = current_thread().name(); });
  named.start();
  named.join();
  EXPECT_EQ(who, "title");
}

TEST(Make, AClassWithoutEitherSaysSo) {
  class Idle : public Thread {};
  std::string text;
  excepthook([&](const ExceptHookArgs& args) {
    try {
      std::rethrow_exception(args.exception);
    } catch (const std::logic_error& error) {
      text = error.what();
    }
  });
  auto idle = make<Idle>();
  idle.start();
  idle.join();
  excepthook({});
  EXPECT_NE(text.find("must override run()"), std::string::npos) << text;
}

}  // namespace
}  // namespace tandem::threading
