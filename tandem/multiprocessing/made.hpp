#pragma once

#include <concepts>
#include <memory>
#include <type_traits>
#include <utility>

#include "tandem/multiprocessing/process.hpp"
#include "tandem/remote/archive.hpp"
#include "tandem/remote/call.hpp"
#include "tandem/remote/serializable.hpp"

namespace tandem::multiprocessing {

/// Whether an object of a class derived from Process can be sent to the new process: it says what it consists of, or has nothing.
template <class T>
concept SendableProcess = std::is_default_constructible_v<T> && (sizeof(T) == sizeof(Process) || remote::Serializable<T>);

/// What the new process calls: makes the object that was sent, and runs it.
template <class T>
class MadeRun {
 public:
  MadeRun() = default;
  explicit MadeRun(const T& made) noexcept : made_{&made} {}

  void operator()() { static_cast<Process&>(*loaded_).run(); }

  void save([[maybe_unused]] remote::OutputArchive& out) const {
    if constexpr (has_data) out(*made_);
  }
  void load([[maybe_unused]] remote::InputArchive& in) {
    const Process::BeingLoaded mark;
    loaded_ = std::make_unique<T>();
    if constexpr (has_data) in(*loaded_);
  }

 private:
  static constexpr bool has_data = sizeof(T) != sizeof(Process) && SendableProcess<T>;  // what cannot be sent is refused elsewhere

  const T* made_ = nullptr;    // in who sends
  std::unique_ptr<T> loaded_;  // in who has received it
};

/// An object of a class derived from Process, as make<T>() gives it. Its start() sends a copy of it, as it is at that moment, to
/// the new process, where its run() is called; what that changes is changed there, and nothing of it is seen here.
template <class T>
class Made final : public T {
  static_assert(std::derived_from<T, Process>, "make<T>(): T must be derived from Process");
  static_assert(SendableProcess<T>,
                "tandem: make<T>(): a copy of the object goes to the new process: give T a default constructor and a member  "
                "template <class Archive> void serialize(Archive& archive) { archive(a, b); }");

 public:
  template <class... Args>
    requires std::constructible_from<T, Args...>
  explicit Made(Args&&... args) : T(std::forward<Args>(args)...) {}
  /// To be started by that method; see Context::make().
  template <class... Args>
  Made(StartMethod method, std::in_place_t /*as std::optional has it*/, Args&&... args) : T(std::forward<Args>(args)...) {
    this->Process::by(method);
  }
  Made(const Made&) = delete;
  Made(Made&&) = delete;
  Made& operator=(const Made&) = delete;
  ~Made() override { this->Process::end(); }

  /// As those of Process.
  void start() & { this->Process::start_with(remote::make_call(MadeRun<T>{*this})); }
  void start() && {
    static_cast<Made&>(*this).start();
    this->Process::keep();
  }
  int detach() { return this->Process::detach_with(remote::make_call(MadeRun<T>{*this})); }
};

/// The same under the start method "fork", as its Context::make<T>() gives it: what runs is the copy of the object itself.
template <class T>
class ForkedMade final : public T {
  static_assert(std::derived_from<T, Process>, "make<T>(): T must be derived from Process");

 public:
  template <class... Args>
    requires std::constructible_from<T, Args...>
  explicit ForkedMade(Args&&... args) : T(std::forward<Args>(args)...) {}
  ForkedMade(const ForkedMade&) = delete;
  ForkedMade(ForkedMade&&) = delete;
  ForkedMade& operator=(const ForkedMade&) = delete;
  ~ForkedMade() override { this->Process::end(); }

  /// As those of Process.
  void start() & { this->Process::start_with(runs_itself()); }
  void start() && {
    static_cast<ForkedMade&>(*this).start();
    this->Process::keep();
  }
  int detach() { return this->Process::detach_with(runs_itself()); }

 private:
  base::UniqueFunction<void()> runs_itself() {
    return [this] { static_cast<Process&>(*this).run(); };
  }
};

/// Makes a process of a class that derives from Process and overrides run(). Python: a subclass of multiprocessing.Process. The
/// object says by a member serialize() what it consists of; if it has no data of its own it need not, and neither if it is made by
/// get_context<"fork">().make<T>(...).
///
/// In run(), name(), pid(), daemon() and authkey() are those of the process that runs. A constructor may set name(), daemon() and
/// authkey(); in the new process, where the default constructor makes the object that is run, it sets nothing: what holds is what
/// the object that was started had.
///
///     class Loader : public Process {
///      public:
///       Loader() = default;
///       explicit Loader(std::string file) : file_{std::move(file)} {}
///       void run() override { load(file_); }
///       template <class Archive> void serialize(Archive& archive) { archive(file_); }
///      private:
///       std::string file_;
///     };
///     auto loader = make<Loader>("urls.txt");  loader.start();  loader.join();
template <class T, class... Args>
[[nodiscard]] Made<T> make(Args&&... args) {
  return Made<T>(std::forward<Args>(args)...);
}

}  // namespace tandem::multiprocessing
