#pragma once

// The world of what lies in shared memory, with threads of this process as its waiters; and a Barrier there whose action the suites
// can write as they write all others.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "tandem/multiprocessing/barrier.hpp"
#include "tandem/platform/thread.hpp"
#include "tandem/threading/thread.hpp"
#include "tests/conformance/waiters.hpp"

namespace tandem::test {

/// Where a thread says what it does in the kernel: whether it sleeps on a word that processes can share.
struct InKernel {
  bool runs = false;
  bool sleeps_on_shared_word = false;

  explicit InKernel(const std::filesystem::path& task) {
    std::ifstream file{task / "syscall"};
    std::string number;
    std::string address;
    std::string operation;
    if (!(file >> number)) return;  // it has ended meanwhile
    runs = number == "running";
    if (!(file >> address >> operation)) return;
    constexpr unsigned long private_flag = 128;
    const bool futex = number == "202" && (std::stoul(operation, nullptr, 16) & private_flag) == 0;
    const bool futex_waitv = number == "449";
    sleeps_on_shared_word = futex || futex_waitv;
  }
};

/// How many of them sleep on words that processes can share: asked of the kernel, as we keep no list of them. They get up at each
/// nap's end to look around, so it waits for a moment at which none of them runs. `tasks()` are their folders in /proc.
template <class Tasks>
std::size_t asleep_on_shared_words(Tasks tasks) {
  std::size_t asleep = 0;
  for (int attempt = 0; attempt < 50; ++attempt) {
    asleep = 0;
    bool somebody_runs = false;
    for (const auto& task : tasks()) {
      const InKernel state{task};
      somebody_runs = somebody_runs || state.runs;
      asleep += state.sleeps_on_shared_word;
    }
    if (!somebody_runs) break;
    std::this_thread::sleep_for(std::chrono::microseconds{100});
  }
  return asleep;
}

inline std::vector<std::filesystem::path> other_threads() {
  std::vector<std::filesystem::path> others;
  for (const auto& task : std::filesystem::directory_iterator{"/proc/self/task"}) {
    if (task.path().filename() != std::to_string(platform::native_thread_id())) others.push_back(task.path());
  }
  return others;
}

struct InSharedMemory : InThreads {
  using World = InSharedMemory;
  static std::size_t asleep() { return asleep_on_shared_words(other_threads); }
};

/// An action that captures something, as one that can be sent: by its number. Only in this process, where all is that it captures,
/// and those that it forks afterwards.
class NumberedAction {
 public:
  NumberedAction() = default;
  explicit NumberedAction(std::function<void()> action) {
    const std::scoped_lock hold{mutex()};
    number_ = static_cast<std::uint32_t>(all().size());
    all().push_back(std::move(action));
  }
  void operator()() const {
    std::unique_lock hold{mutex()};
    const auto action = all().at(number_);
    hold.unlock();
    action();
  }
  template <class Archive>
  void serialize(Archive& archive) {
    archive(number_);
  }

 private:
  static std::vector<std::function<void()>>& all() {
    static std::vector<std::function<void()>> actions;
    return actions;
  }
  static std::mutex& mutex() {
    static std::mutex guard;
    return guard;
  }
  std::uint32_t number_ = 0;
};

class SharedBarrier : public multiprocessing::Barrier {
 public:
  explicit SharedBarrier(int parties) : Barrier{parties} {}
  SharedBarrier(int parties, std::chrono::nanoseconds timeout) : Barrier{parties, timeout} {}
  SharedBarrier(int parties, std::function<void()> action, std::chrono::nanoseconds timeout = forever)
      : Barrier{parties, NumberedAction{std::move(action)}, timeout} {}
};

}  // namespace tandem::test
