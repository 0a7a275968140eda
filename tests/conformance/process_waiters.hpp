#pragma once

// The world of what lies in shared memory, with processes as its waiters: each is forked when it is started, and has from then on a
// memory of its own, and shares of its own in what is tested. What the test and its actors have in common beside that says so: see
// Common in waiters.hpp.

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <functional>
#include <memory>
#include <new>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "tandem/multiprocessing/context.hpp"
#include "tandem/platform/memfd.hpp"
#include "tandem/platform/process.hpp"
#include "tests/conformance/shared_waiters.hpp"

namespace tandem::test {

/// A number of Ts in memory that this process and those that it forks have in common.
template <class T>
class MappedRow {
 public:
  explicit MappedRow(std::size_t count) : count_{count} { std::uninitialized_value_construct_n(data(), count); }

  std::size_t size() const noexcept { return count_; }
  T& operator[](std::size_t i) const { return i < count_ ? data()[i] : throw std::out_of_range("a row in common"); }
  T& at(std::size_t i) const { return (*this)[i]; }
  T* begin() const noexcept { return data(); }
  T* end() const noexcept { return data() + count_; }
  T* data() const noexcept { return reinterpret_cast<T*>(memory_.data()); }

 private:
  static_assert(std::is_trivially_destructible_v<T>, "nobody knows who is the last to have it");
  std::size_t count_;
  platform::Mapping memory_{platform::make_memfd("test", (count_ + 1) * sizeof(T)), platform::Mapping::Access::read_write};
};

template <class T>
class MappedVariable {
 public:
  template <class... Args>
  explicit MappedVariable(Args&&... args) : row_{1} {
    ::new (static_cast<void*>(row_.data())) T(std::forward<Args>(args)...);
  }
  T& operator*() const noexcept { return *row_.data(); }
  T* operator->() const noexcept { return row_.data(); }

 private:
  MappedRow<T> row_;
};

/// An actor of a test as a process, by the start method fork. What fails there fails the test.
class ForkedActor {
 public:
  static ForkedActor started(std::function<void()> part) { return ForkedActor{std::move(part)}; }
  ForkedActor(ForkedActor&&) noexcept = default;
  ForkedActor& operator=(ForkedActor&&) = delete;
  /// One that was not joined is killed: it will not end by itself.
  ~ForkedActor() {
    if (process_ == nullptr) return;
    std::erase(running(), process_->pid());
    process_->kill();
  }

  [[nodiscard]] bool join(Deadline deadline) {
    if (!process_->join(deadline)) return false;
    std::erase(running(), process_->pid());
    EXPECT_EQ(process_->exitcode(), EXIT_SUCCESS) << "an actor in another process failed; what it said is above";
    process_.reset();
    return true;
  }

  static std::vector<std::filesystem::path> all_in_proc() {
    std::vector<std::filesystem::path> all;
    for (const int pid : running()) all.push_back("/proc/" + std::to_string(pid));
    return all;
  }

 private:
  explicit ForkedActor(std::function<void()> part)
      : process_{std::make_unique<multiprocessing::Process>(
            multiprocessing::get_context<"fork">().Process([part = std::move(part)] { std::exit(run(part)); }))} {
    static_cast<multiprocessing::Process&>(*process_).start();
    running().push_back(process_->pid());
  }
  static int run(const std::function<void()>& part) noexcept {
    try {
      part();
    } catch (const std::exception& error) {
      ADD_FAILURE() << "an actor in another process ended with " << error.what();
    }
    return ::testing::Test::HasFailure() ? EXIT_FAILURE : EXIT_SUCCESS;
  }
  static std::vector<int>& running() {
    static std::vector<int> pids;
    return pids;
  }

  std::unique_ptr<multiprocessing::Process> process_;
};

struct BetweenProcesses {
  using World = BetweenProcesses;
  using Actor = ForkedActor;
  static constexpr bool one_process = false;
  template <class T>
  using Common = MappedVariable<T>;
  template <class T>
  using CommonRow = MappedRow<T>;
  static std::uint64_t me() { return static_cast<std::uint64_t>(platform::this_pid()); }
  static std::size_t asleep() { return asleep_on_shared_words(ForkedActor::all_in_proc); }
};

}  // namespace tandem::test
