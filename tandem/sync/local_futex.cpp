#include "tandem/sync/local_futex.hpp"

#include <array>
#include <functional>
#include <memory>
#include <mutex>

#include "tandem/base/mutex.hpp"
#include "tandem/base/tuning.hpp"
#include "tandem/sync/parker.hpp"

namespace tandem::sync {
namespace {

using Clock = Deadline::Clock;

// A waiter that has slept this long gets the lock handed over by the next release, instead of racing for it with those who just
// come along. Racing is faster (no lock stands idle while a sleeper wakes up); hand-off bounds how long somebody can lose.
constexpr auto fair_after = std::chrono::milliseconds{1};

// The lot: a fixed table, since a bucket holds only those who sleep right now. Its locks are the system's: they are held for a few
// dozen instructions, never while anybody is resumed, and they are the one place that may not be built on the lot itself.
struct alignas(base::cache_line_size) Bucket {
  base::Mutex mutex;
  base::IntrusiveList<Waiter> waiters;  // of all words that hash here, in order of arrival
};

constinit std::array<Bucket, base::parking_lot_buckets> lot;
static_assert(lot.size() <= 256 && (lot.size() & (lot.size() - 1)) == 0, "bucket_of() takes bits of a byte");

Bucket& bucket_of(const Word* word) noexcept {
  // Fibonacci hashing: words are four bytes apart and more, and the high bits of the product depend on all bits of the address.
  const auto key = reinterpret_cast<std::uintptr_t>(word) * std::uintptr_t{0x9E3779B97F4A7C15};
  return lot[(key >> 56) & (lot.size() - 1)];
}

/// Holds the mutexes of two buckets, which may be the same one.
class HoldBoth {
 public:
  HoldBoth(Bucket& a, Bucket& b) noexcept : first_{std::less<>{}(&a, &b) ? a : b}, second_{std::less<>{}(&a, &b) ? b : a} {
    first_.mutex.lock();
    if (&first_ != &second_) second_.mutex.lock();
  }
  ~HoldBoth() {
    if (&first_ != &second_) second_.mutex.unlock();
    first_.mutex.unlock();
  }
  HoldBoth(const HoldBoth&) = delete;
  HoldBoth& operator=(const HoldBoth&) = delete;

 private:
  Bucket& first_;  // by address, so that two who hold both never wait for each other
  Bucket& second_;
};

}  // namespace

Wake LocalFutex::park(const Park& park) noexcept { return this_parker().park(park); }

bool LocalFutex::enqueue(Waiter& waiter, const Park& park) noexcept {
  waiter.word_.store(park.word, std::memory_order_relaxed);
  waiter.since_ = park.since != Deadline::TimePoint{} ? park.since : Clock::now();
  Bucket& bucket = bucket_of(park.word);
  const std::lock_guard hold{bucket.mutex};
  // Compared under the bucket's mutex: a waker changes the word first and takes the mutex then, so either this comparison sees the
  // change, or the waker finds us in the list.
  if (park.word->load(std::memory_order_acquire) != park.expected) return false;
  bucket.waiters.push_back(waiter);
  return true;
}

bool LocalFutex::withdraw(Waiter& waiter, Wake why) noexcept {
  if (!waiter.claim()) return false;
  waiter.outcome(why);
  for (;;) {
    const Word* const word = word_of(waiter);
    Bucket& bucket = bucket_of(word);
    const std::lock_guard hold{bucket.mutex};
    if (word_of(waiter) != word) continue;  // it was requeued before we had the mutex
    bucket.waiters.remove(waiter);          // wakers pass over a claimed node and leave it to us
    return true;
  }
}

unsigned LocalFutex::wake(const Word& word, unsigned n) noexcept {
  base::IntrusiveList<Waiter> woken;
  unsigned count = 0;
  {
    Bucket& bucket = bucket_of(&word);
    const std::lock_guard hold{bucket.mutex};
    for (Waiter* waiter = bucket.waiters.front(); waiter != nullptr && count < n;) {
      Waiter* const next = bucket.waiters.next(*waiter);
      if (word_of(*waiter) == &word && waiter->claim()) {
        bucket.waiters.remove(*waiter);
        waiter->outcome(Wake::notified);
        woken.push_back(*waiter);
        ++count;
      }
      waiter = next;
    }
  }
  while (Waiter* waiter = woken.pop_front()) waiter->resume();
  return count;
}

void LocalFutex::wake_one(const Word& word, DecideFn decide, void* context) noexcept {
  Waiter* woken = nullptr;
  {
    Bucket& bucket = bucket_of(&word);
    const std::lock_guard hold{bucket.mutex};
    Waiter* waiter = bucket.waiters.front();
    while (waiter != nullptr && !(word_of(*waiter) == &word && waiter->claim())) waiter = bucket.waiters.next(*waiter);
    woken = waiter;

    NextWaiter next{.found = woken != nullptr, .more = false, .overdue = false};
    if (woken != nullptr) {
      // A sleeper that has just timed out but still stands in the list counts as one more: too careful, never wrong.
      for (Waiter* other = bucket.waiters.next(*woken); other != nullptr && !next.more; other = bucket.waiters.next(*other)) {
        next.more = word_of(*other) == &word;
      }
      next.overdue = Clock::now() - woken->since_ > fair_after;
      bucket.waiters.remove(*woken);
    }
    const Wake outcome = decide(context, next);
    if (woken != nullptr) woken->outcome(outcome);
  }
  if (woken != nullptr) woken->resume();
}

void LocalFutex::requeue_one(const Word& from, const Word& to, PrepareFn prepare, void* context) noexcept {
  Waiter* woken = nullptr;
  {
    Bucket& old_bucket = bucket_of(&from);
    Bucket& new_bucket = bucket_of(&to);
    const HoldBoth hold{old_bucket, new_bucket};
    Waiter* waiter = old_bucket.waiters.front();
    while (waiter != nullptr && !(word_of(*waiter) == &from && waiter->asleep())) waiter = old_bucket.waiters.next(*waiter);
    if (waiter == nullptr) return;
    if (prepare(context)) {
      old_bucket.waiters.remove(*waiter);
      new_bucket.waiters.push_back(*waiter);
      waiter->word_.store(&to, std::memory_order_relaxed);
      waiter->since_ = Clock::now();
      return;
    }
    if (waiter->claim()) {
      old_bucket.waiters.remove(*waiter);
      waiter->outcome(Wake::notified);
      woken = waiter;
    }
  }
  if (woken != nullptr) woken->resume();
}

void LocalFutex::forget_all() noexcept {
  // Not unlinked one by one: a list may have been copied in the midst of a change, and a mutex in the hands of a thread.
  for (Bucket& bucket : lot) std::construct_at(&bucket);
}

std::size_t LocalFutex::parked() noexcept {
  std::size_t sum = 0;
  for (Bucket& bucket : lot) {
    const std::lock_guard hold{bucket.mutex};
    sum += bucket.waiters.size();
  }
  return sum;
}

}  // namespace tandem::sync
