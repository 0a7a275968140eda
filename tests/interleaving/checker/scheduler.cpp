#include "tests/interleaving/checker/scheduler.hpp"

#include <algorithm>
#include <exception>
#include <utility>

#include "tandem/base/exception_text.hpp"
#include "tests/interleaving/checker/mix.hpp"

namespace tandem::interleaving {

Scheduler::Scheduler(Chooser& chooser, Trace& trace, std::function<bool()> failed, std::size_t most_steps)
    : chooser_{chooser}, trace_{trace}, failed_{std::move(failed)}, most_steps_{most_steps} {
  ++runs_;
  trace_.clear();
  chooser_.restart();
}

Scheduler::~Scheduler() {
  for (const auto& thread : threads_) {
    if (thread->fiber == nullptr) continue;
    if (!thread->ended) thread->fiber->abandon();
    if (thread->killed) thread->fiber->drop();
  }
}

int Scheduler::add_thread(std::string name, std::function<void()> body) {
  const std::size_t index = threads_.size();
  threads_.push_back(std::make_unique<Thread>());
  Thread& thread = *threads_.back();
  thread.name = std::move(name);
  thread.body = std::move(body);
  thread.actor = sync::ActorId{1001} + index;
  thread.past = mix(index, 0);
  return static_cast<int>(index);
}

void Scheduler::add_event(const char* what, std::function<void()> action) { events_.push_back({what, std::move(action)}); }

void Scheduler::kill(int thread) noexcept {
  Thread& victim = *threads_[static_cast<std::size_t>(thread)];
  if (victim.ended) return;
  victim.ended = victim.killed = true;
  victim.sleeps = victim.wants = nullptr;
}

std::vector<std::string> Scheduler::names() const {
  std::vector<std::string> names;
  for (const auto& thread : threads_) names.push_back(thread->name);
  return names;
}

std::optional<std::string> Scheduler::run() {
  active_ = this;
  next_ = pick(-1, false);
  while (next_ >= 0 && !failure_) {
    running_ = std::exchange(next_, -1);
    resume(self());
    running_ = -1;
    if (next_ < 0 && !failure_) next_ = pick(-1, false);
  }
  active_ = nullptr;
  return failure_;
}

void Scheduler::begin(Thread& thread) {
  thread.fiber = std::make_unique<Fiber>([this, &thread] {
    try {
      thread.body();
    } catch (...) {
      fail("thread " + thread.name + " ended by an exception: " + base::exception_text(std::current_exception()));
    }
    thread.ended = true;
  });
}

void Scheduler::resume(Thread& thread) {
  const sync::ActorScope as{thread.actor};
  if (thread.fiber == nullptr) begin(thread);
  on_stack_ = &thread;
  thread.fiber->resume();
  on_stack_ = nullptr;
}

void Scheduler::leave_to(int next) {
  if (next == running_) return;
  next_ = next;
  on_stack_->fiber->suspend();
}

void Scheduler::fail(std::string what) {
  if (!failure_) failure_ = std::move(what);
  if (on_stack_ != nullptr) on_stack_->fiber->suspend();  // for ever: run() resumes nobody any more
}

void Scheduler::offer(bool yields) {
  if (failed_()) fail("a check failed");
  if (!in_one_piece_) leave_to(pick(running_, yields));
}

void Scheduler::point(const Object& object, Where where) {
  if (object.alive()) offer(false);
  if (object.alive()) return;
  note("uses a word after its end", Step::Kind::other, 0, where);
  fail("a word was used after its end");
}

void Scheduler::yield(Where where) {
  note("pauses", Step::Kind::other, 0, where);
  self().tired = true;
  offer(true);
}

Object::Run& Scheduler::run_of(const Object& object) const noexcept {
  Object::Run& run = object.run_;
  if (run.number != runs_) run = {.number = runs_, .name = ++objects_};
  return run;
}

std::uint64_t& Scheduler::past() noexcept { return running_ >= 0 ? self().past : surroundings_; }

void Scheduler::something_changed() noexcept {
  for (const auto& thread : threads_) {
    if (running_ < 0 || thread.get() != &self()) thread->tired = false;
  }
}

void Scheduler::record(const Object& object, Step::Kind kind, const char* operation, Where where, std::uint64_t before,
                       std::uint64_t after) {
  Object::Run& run = run_of(object);
  std::uint64_t done = mix(mix(past(), run.written), surroundings_);
  if (kind == Step::Kind::written) {
    done = mix(done, run.read);
    run.written = done;
    run.read = 0;
    if (before != after) something_changed();
  } else {
    run.read += mix(done, 1);
  }
  past() = done;
  note(operation, kind, run.name, where, before, after);
}

void Scheduler::note(const char* operation, Step::Kind kind, std::uint32_t object, Where where, std::uint64_t before,
                     std::uint64_t after) {
  trace_.add({.thread = running_,
              .kind = kind,
              .preempted = std::exchange(preempted_, false),
              .object = object,
              .operation = operation,
              .before = before,
              .after = after,
              .where = where});
  if (trace_.size() >= most_steps_) {
    fail("no end after " + std::to_string(most_steps_) + " steps: the threads keep each other busy and nobody gets on (livelock)");
  }
}

void Scheduler::lock(const Object& mutex) {
  if (in_one_piece_) {
    if (run_of(mutex).holder >= 0) fail("what happens in one piece needs a mutex that a thread holds");
  } else {
    self().wants = &mutex;
    point(mutex, {});
    self().wants = nullptr;
  }
  run_of(mutex).holder = running_;
  record(mutex, Step::Kind::written, "lock mutex", {}, 0, 1);
}

void Scheduler::unlock(const Object& mutex) {
  // No point before it: what others could do with a mutex that is still held, they can do before the holder's last operation, too.
  run_of(mutex).holder = -1;
  record(mutex, Step::Kind::written, "unlock mutex", {}, 1, 0);
}

bool Scheduler::sleep(const Object& word, Deadline deadline, bool patient) {
  if (deadline.when().time_since_epoch() <= now_) return false;
  Thread& sleeper = self();
  kernel_ = past() = mix(mix(past(), kernel_), surroundings_);
  sleeper.timed_out = false;
  sleeper.patient = patient;
  sleeper.sleeps = &word;
  sleeper.came = trace_.size();
  sleeper.deadline = deadline;
  note("falls asleep on", Step::Kind::other, run_of(word).name);
  leave_to(pick(running_, false));
  return !sleeper.timed_out;
}

int Scheduler::wake(const Object& word, int n) {
  offer(false);
  kernel_ = past() = mix(mix(past(), kernel_), surroundings_);
  note("wakes who sleeps on the word");
  for (int woken = 0; woken < n; ++woken) {
    Thread* first = nullptr;
    for (const auto& thread : threads_) {
      if (thread->sleeps == &word && (first == nullptr || thread->came < first->came)) first = thread.get();
    }
    if (first == nullptr) return woken;
    first->sleeps = nullptr;
    first->past = mix(first->past, kernel_);
    something_changed();
  }
  return n;
}

void Scheduler::at_once(const char* what, const std::function<void()>& action) {
  offer(false);
  carry_out(what, action);
}

void Scheduler::carry_out(const char* what, const std::function<void()>& action) {
  note(what);
  in_one_piece_ = true;
  action();
  in_one_piece_ = false;
  // Whatever others do from now on depends on it: it may have changed what is no word, the time or a request to stop.
  past() = surroundings_ = mix(surroundings_, state());
  something_changed();
}

}  // namespace tandem::interleaving
