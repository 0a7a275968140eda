#include "tandem/futures/thread_engine.hpp"

#include <algorithm>
#include <optional>
#include <stdexcept>
#include <system_error>
#include <utility>

#include "tandem/base/exception_text.hpp"
#include "tandem/futures/errors.hpp"
#include "tandem/futures/patience.hpp"
#include "tandem/sync/guard.hpp"

namespace tandem::futures {
namespace {

// Once in so many tasks a worker looks first where it would look last, so that a worker which always finds something nearer does
// not leave what is there waiting for ever. Primes, so that they do not fall into step with the program's own numbers.
constexpr unsigned look_at_centre_first = 61;
constexpr unsigned look_at_others_first = 127;

// So many tasks in a deque that have run already are left there; more are cleared out.
constexpr std::size_t few_leftovers = 64;

std::shared_ptr<Runnable> let_go(Runnable* task) noexcept { return task == nullptr ? nullptr : task->let_go(); }

}  // namespace

/// One thread of the pool, and what it has submitted.
class ThreadEngine::Worker final : public PoolWorker {
 public:
  Worker(ThreadEngine& of, Worker* older) : PoolWorker{&of}, engine{of}, next{older} {}

  void pauses() noexcept override {
    engine.crew_.pauses();
    if (engine.any_queued()) engine.ring();
  }
  void goes_on() noexcept override { engine.crew_.goes_on(); }
  bool takes_out(Runnable& task) noexcept override {
    const bool found = task.is_central() ? engine.central_.take_out(task)
                                         : deque.take_back(&task) || deque.take_if_oldest(&task) || engine.central_.take_out(task);
    if (found) {
      task.let_go();
    } else if (!task.is_central()) {
      one_more_leftover();
    }
    return found;
  }

  /// A task in the deque was run from elsewhere, and its place stays until it is taken out. Takes such ones out if they are many:
  /// each keeps a result alive.
  void one_more_leftover() noexcept {
    if (++leftovers < few_leftovers || 2 * leftovers < deque.size()) return;
    leftovers = 0;
    bool was_away = false;
    for (std::size_t left = deque.size(); left > 0; --left) {
      Runnable* const task = deque.take();
      if (task == nullptr) break;
      if (task->pending()) {
        deque.push(task);  // there is room: one was taken out
        was_away = true;
      } else {
        task->let_go();
      }
    }
    if (was_away) engine.ring();  // a searcher may have looked just then, found nothing, and gone to sleep
  }

  ThreadEngine& engine;
  Worker* const next;  // one that is older
  WorkDeque<Runnable> deque;
  Patience patience;
  unsigned taken = 0;                       // tasks; only for taking turns
  std::size_t leftovers = 0;                // places in the deque whose task was run from elsewhere; at most that many
  std::optional<threading::Thread> thread;  // set before it is listed
};

ThreadEngine::ThreadEngine(int max_workers, std::string prefix, std::function<void()> initializer)
    : max_workers_{std::min(static_cast<std::uint32_t>(max_workers), CrewWord::most_workers / 2)},
      prefix_{std::move(prefix)},
      crew_{max_workers_, 2 * max_workers_},
      initializer_{std::move(initializer)} {}

ThreadEngine::~ThreadEngine() = default;

ThreadEngine::Worker* ThreadEngine::self() noexcept {
  PoolWorker* const worker = PoolWorker::current();
  return worker != nullptr && worker->pool() == this ? static_cast<Worker*>(worker) : nullptr;
}

// ---- tasks come

void ThreadEngine::submit(std::shared_ptr<Runnable> task) {
  if (last_worker_.load(std::memory_order_acquire) == nullptr) recruit(true);  // so no task is ever taken on that nobody can run
  Runnable& bare = *task;
  bare.keep(std::move(task));
  try {
    push(bare);
  } catch (...) {
    bare.let_go();
    throw;
  }
  ring();
}

void ThreadEngine::push(Runnable& task) {
  Worker* const me = task.is_central() ? nullptr : self();
  const bool taken = me == nullptr ? central_.put(task) : !closed_.load(std::memory_order_acquire);
  if (!taken) refuse();
  if (me != nullptr) me->deque.push(&task);
}

std::exception_ptr ThreadEngine::why_broken() const {
  const sync::Guard hold{lock_};
  return broken_.empty() ? nullptr : std::make_exception_ptr(BrokenThreadPool{broken_});
}

void ThreadEngine::refuse() const {
  if (const std::exception_ptr broken = why_broken()) std::rethrow_exception(broken);
  throw std::logic_error("ThreadPoolExecutor::submit after shutdown(): it takes no more work");
}

void ThreadEngine::put_back(std::shared_ptr<Runnable> task) {
  Runnable& bare = *task;
  bare.keep(std::move(task));
  try {
    central_.put_back(bare);
  } catch (...) {
    bare.let_go();
    throw;
  }
  ring();
}

void ThreadEngine::pay() noexcept {
  if (owed_.fetch_sub(1, std::memory_order_seq_cst) == 1 && is_over()) wake_all();  // who stayed for it need not any longer
}

// ---- workers come and go

void ThreadEngine::ring() noexcept {
  bool may_recruit = true;
  for (;;) {
    switch (crew_.ring(may_recruit)) {
      case CrewWord::Ring::nobody:
        return;
      case CrewWord::Ring::sleeper:
        static_cast<void>(bell_.release(1));  // there are fewer sleepers than it can hold permits
        return;
      case CrewWord::Ring::recruit:
        if (recruit(false) || !any_queued()) return;
        may_recruit = false;  // others relied on the one who does not come: a sleeper may do instead
    }
  }
}

/// Makes a thread, for which CrewWord::ring() has made room, or, if there `must` be one, unless there is one by now. False if it
/// could not be made; throws instead if it must.
bool ThreadEngine::recruit(bool must) {
  const sync::Guard hold{lock_};
  if (must && (!workers_.empty() || crew_.ring(true) != CrewWord::Ring::recruit)) return true;
  try {
    // Outsiders must not make any after close(): somebody may be waiting for the last one.
    if (closed_.load(std::memory_order_acquire) && !is_mine()) {
      crew_.recruit_failed();
      return false;
    }
    workers_.reserve(workers_.size() + 1);  // nothing may fail once the thread runs
    auto worker = std::make_unique<Worker>(*this, last_worker_.load(std::memory_order_relaxed));
    worker->thread.emplace([engine = shared_from_this(), me = worker.get()] { engine->work(*me); });
    worker->thread->name(prefix_ + "_" + std::to_string(workers_.size()));
    worker->thread->start();
    last_worker_.store(worker.get(), std::memory_order_release);
    workers_.push_back(std::move(worker));
    return true;
  } catch (...) {
    crew_.recruit_failed();
    // A pool with fewer threads than it may have still works; one with none does not.
    if (must) throw;
    return false;
  }
}

void ThreadEngine::wake_all() noexcept {
  const std::uint32_t asleep = crew_.wake_all();
  if (asleep != 0) static_cast<void>(bell_.release(asleep));
}

bool ThreadEngine::any_queued() const noexcept {
  if (central_.size() != 0) return true;
  for (const Worker* worker = last_worker_.load(std::memory_order_acquire); worker != nullptr; worker = worker->next) {
    if (!worker->deque.empty()) return true;
  }
  return false;
}

/// There is nothing to do and nothing will come, but from workers that are busy; those look after it themselves.
bool ThreadEngine::is_over() const noexcept {
  return closed_.load(std::memory_order_seq_cst) && owed_.load(std::memory_order_seq_cst) == 0 && !any_queued();
}

// ---- what a worker does

bool ThreadEngine::initialize() noexcept {
  if (!initializer_) return true;
  try {
    initializer_();
    return true;
  } catch (...) {
    break_down(std::current_exception());
    return false;
  }
}

void ThreadEngine::work(Worker& me) noexcept {
  const PoolScope scope{me};
  if (!initialize()) {
    crew_.leaves(true);
    wake_all();
    return;
  }
  bool searching = true;  // it was made because there is work
  for (;;) {
    std::shared_ptr<Runnable> task = find(me);
    if (!task && !searching) searching = crew_.begin_search();
    if (!task && searching) task = look_around(me);
    if (task) {
      if (std::exchange(searching, false)) {
        crew_.end_search();
        if (any_queued()) ring();
      }
      task->run_if_pending();
      task.reset();
      if (!crew_.too_many_awake()) continue;
    } else if (is_over()) {
      crew_.leaves(searching);
      wake_all();  // it is over for them, too
      return;
    }
    rest(me, searching);
    searching = true;
  }
}

/// Sleeps until somebody rings.
void ThreadEngine::rest(Worker&, bool searched) noexcept {
  crew_.falls_asleep(searched);
  if (any_queued()) ring();  // maybe for this one
  if (is_over()) wake_all();
  static_cast<void>(bell_.acquire(Deadline::never(), {.allowed = false}));
}

std::shared_ptr<Runnable> ThreadEngine::find(Worker& me) noexcept {
  ++me.taken;
  if (me.taken % look_at_centre_first == 0 || central_.urgent()) {
    // Not what has a low priority: that comes last at any time.
    if (Runnable* const task = central_.take(me.taken % look_at_centre_first == 0 ? 0 : 1)) return let_go(task);
  }
  if (me.taken % look_at_others_first == 0) {
    if (Runnable* const task = steal(me.next)) return let_go(task);
  }
  if (Runnable* const task = me.deque.take()) return let_go(task);
  if (Runnable* const task = central_.take(0)) return let_go(task);
  if (Runnable* const task = steal(me.next)) return let_go(task);
  return let_go(central_.take());
}

/// The oldest of some worker; those behind `from` in the list are asked first, so that not all thieves go to the same one.
Runnable* ThreadEngine::steal(const Worker* from) noexcept {
  const auto from_those = [](Worker* worker, const Worker* end) -> Runnable* {
    for (; worker != end; worker = worker->next) {
      if (Runnable* const task = worker->deque.take()) return task;
    }
    return nullptr;
  };
  if (Runnable* const task = from_those(const_cast<Worker*>(from), nullptr)) return task;
  return from_those(last_worker_.load(std::memory_order_acquire), from);
}

std::shared_ptr<Runnable> ThreadEngine::look_around(Worker& me) noexcept {
  const int looks = me.patience.looks();
  if (looks == 0) return nullptr;
  std::shared_ptr<Runnable> task;
  for (int i = looks; i > 0 && !task && !closed_.load(std::memory_order_relaxed); --i) {
    if (any_queued()) task = find(me);
    if (!task) base::cpu_pause();
  }
  me.patience.paid_off(task != nullptr);
  return task;
}

// ---- the end

void ThreadEngine::close(bool cancel) noexcept {
  central_.close();
  {
    const sync::Guard hold{lock_};  // whoever is making a thread has made it; from here on only workers do
    closed_.store(true, std::memory_order_seq_cst);
  }
  if (cancel) {
    no_repeats_.set();
    timekeeper_.hurry();
    while (const auto task = next_queued()) task->cancel_pending();
  }
  wake_all();
}

void ThreadEngine::break_down(const std::exception_ptr& error) noexcept {
  const std::string why = "ThreadPoolExecutor: its initializer failed, so it takes no more work: " + base::exception_text(error);
  {
    const sync::Guard hold{lock_};
    if (broken_.empty()) broken_ = why;
  }
  central_.close();
  closed_.store(true, std::memory_order_seq_cst);
  no_repeats_.set();
  timekeeper_.hurry();
  const std::exception_ptr broken = std::make_exception_ptr(BrokenThreadPool{why});
  while (const auto task = next_queued()) task->fail_pending(broken);
  wake_all();
}

std::shared_ptr<Runnable> ThreadEngine::next_queued() noexcept {
  Runnable* const task = central_.take();
  return let_go(task != nullptr ? task : steal(nullptr));
}

void ThreadEngine::join() {
  const Worker* const me = self();
  for (std::size_t i = 0;; ++i) {
    std::optional<threading::ThreadRef> worker;
    {
      const sync::Guard hold{lock_};
      if (i == workers_.size()) break;
      if (workers_[i].get() != me) worker = *workers_[i]->thread;
    }
    if (worker) worker->join();
  }
  timekeeper_.end();
}

void ThreadEngine::run_what_is_queued() noexcept {
  while (const std::shared_ptr<Runnable> task = find(*self())) task->run_if_pending();
}

}  // namespace tandem::futures
