#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tandem/base/deadline.hpp"
#include "tandem/sync/current.hpp"
#include "tests/interleaving/checker/chooser.hpp"
#include "tests/interleaving/checker/fiber.hpp"
#include "tests/interleaving/checker/hooks.hpp"
#include "tests/interleaving/checker/trace.hpp"

namespace tandem::interleaving {

/// Runs the threads of one model through one schedule. They are fibers of one thread of the system: between two places where they
/// call the scheduler nothing comes between them.
///
/// A run ends when all threads have; or at the first failure, and then the fibers stay where they are for ever.
class Scheduler {
 public:
  /// `failed` answers whether a check of the model has failed so far. All three must outlive the scheduler.
  Scheduler(Chooser& chooser, Trace& trace, std::function<bool()> failed, std::size_t most_steps);
  ~Scheduler();
  Scheduler(const Scheduler&) = delete;
  Scheduler& operator=(const Scheduler&) = delete;

  int add_thread(std::string name, std::function<void()> body);
  /// In an event: that thread stops where it is, for ever. The run may end without it.
  void kill(int thread) noexcept;
  /// How often a patient sleeper was woken by its time because nobody else could go on.
  unsigned naps_for_nothing() const noexcept { return naps_; }
  /// Something that may happen once, at any moment, in one piece, or never.
  void add_event(const char* what, std::function<void()> action);

  /// Nothing if all went well; otherwise what did not.
  std::optional<std::string> run();

  std::vector<std::string> names() const;
  /// Stands for all that the threads have done so far, in whatever order, as far as no order is implied by what they did: equal for
  /// two runs that differ only in the order of steps which have nothing to do with each other.
  std::uint64_t state() const noexcept;

  /// The one whose threads are running; nullptr outside of a run.
  static Scheduler* active() noexcept { return active_; }
  /// The thread that runs; -1 between two, and in an event.
  int running() const noexcept { return running_; }

  // For the hooks and the modelled parts of the platform, called by the thread that runs.
  void point(const Object& object, Where where);
  void record(const Object& object, Step::Kind kind, const char* operation, Where where, std::uint64_t before, std::uint64_t after);
  void lock(const Object& mutex);
  void unlock(const Object& mutex);
  void yield(Where where);
  /// Sleeps on `word`, whose value was compared by the caller after point(); false if the deadline has passed. Of a patient one the
  /// time is not up before all others stand still, unless a preemption is spent on it: it sleeps in naps, again and again.
  bool sleep(const Object& word, Deadline deadline, bool patient = false);
  /// Wakes up to n who sleep on `word`, first come first served; it need not be alive. Says how many it woke.
  int wake(const Object& word, int n);
  /// Carries `action` out in one piece.
  void at_once(const char* what, const std::function<void()>& action);
  /// Lets time pass; in one piece, too.
  void pass(std::chrono::nanoseconds time) noexcept { now_ += time; }
  std::chrono::nanoseconds now() const noexcept { return now_; }
  /// Ends the run, which has gone wrong. Comes back only where no thread runs.
  void fail(std::string what);

 private:
  struct Thread {
    std::string name;
    std::function<void()> body;
    sync::ActorId actor;
    std::unique_ptr<Fiber> fiber;  // once it has begun
    bool ended = false;
    bool killed = false;
    bool patient = false;            // how it sleeps
    bool tired = false;              // spins, and nobody has changed anything since
    bool timed_out = false;          // how its last sleep ended
    const Object* wants = nullptr;   // the mutex that it is about to take
    const Object* sleeps = nullptr;  // the word that it sleeps on
    std::uint64_t came = 0;          // when it began to sleep: the number of the step
    Deadline deadline = Deadline::never();
    std::uint64_t past = 0;  // stands for all that it has done, and all that led to that
  };
  struct Event {
    const char* what;
    std::function<void()> action;
    bool happened = false;
  };
  struct Way {
    enum class Kind : std::uint8_t { go_on, time_out, happen } kind;
    std::size_t index;
  };

  bool may_run(const Thread& thread) const noexcept;
  void begin(Thread& thread);
  void resume(Thread& thread);
  void offer(bool yields);
  void leave_to(int next);
  int pick(int from, bool yields);
  void list_ways(int from, bool goes_on);
  void list_runnable(int from, std::vector<Way>& rested, std::vector<Way>& tired) const;
  void expire(Thread& sleeper);
  void happen(Event& event);
  void carry_out(const char* what, const std::function<void()>& action);
  std::uint64_t& past() noexcept;
  Thread& self() noexcept { return *threads_[static_cast<std::size_t>(running_)]; }
  void something_changed() noexcept;
  void note(const char* operation, Step::Kind kind = Step::Kind::other, std::uint32_t object = 0, Where where = {},
            std::uint64_t before = 0, std::uint64_t after = 0);
  std::string standstill();
  Object::Run& run_of(const Object& object) const noexcept;

  static inline Scheduler* active_ = nullptr;
  static inline std::uint32_t runs_ = 0;

  Chooser& chooser_;
  Trace& trace_;
  const std::function<bool()> failed_;
  const std::size_t most_steps_;
  std::vector<std::unique_ptr<Thread>> threads_;
  std::vector<Event> events_;
  std::vector<Way> ways_;  // those that cost nothing first
  std::size_t free_ways_ = 0;
  std::vector<Way> costly_, tired_;  // kept for their memory
  std::optional<std::string> failure_;
  std::chrono::nanoseconds now_ = std::chrono::hours{1};
  std::uint64_t surroundings_ = 0;  // stands for all jumps of the clock and events, and what led to them
  std::uint64_t kernel_ = 0;        // stands for all sleeps and wakes
  unsigned naps_ = 0;
  mutable std::uint32_t objects_ = 0;  // how many have a name
  Thread* on_stack_ = nullptr;         // whose fiber is being executed
  int running_ = -1;                   // whom what happens is put down to
  int next_ = -1;                      // whom the fiber that was suspended last has left to
  bool in_one_piece_ = false;
  bool preempted_ = false;
};

}  // namespace tandem::interleaving
