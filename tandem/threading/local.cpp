#include "tandem/threading/local.hpp"

#include <unordered_map>

#include "tandem/base/atomics.hpp"
#include "tandem/sync/guard.hpp"

namespace tandem::threading {
namespace {

constinit base::Atomic<std::uint64_t> last_id{0};

}  // namespace

/// Owns the values, each under the address of its thread's cache.
class LocalValues::Store {
 public:
  void keep(const void* thread, std::shared_ptr<void> value) {
    const sync::Guard hold{lock_};
    values_[thread] = std::move(value);
  }
  void drop(const void* thread) noexcept {
    std::shared_ptr<void> last;  // destroyed after the lock is free: its destructor is the user's
    const sync::Guard hold{lock_};
    if (const auto found = values_.find(thread); found != values_.end()) {
      last = std::move(found->second);
      values_.erase(found);
    }
  }

 private:
  sync::Lock lock_{"local"};
  std::unordered_map<const void*, std::shared_ptr<void>> values_;  // guarded by lock_
};

/// What a thread knows of its own values, so that it finds them without a lock.
class LocalValues::Cache {
 public:
  ~Cache() {
    // One by one, since the destructor of a value may use another local.
    while (!known_.empty()) {
      const std::weak_ptr<Store> store = known_.begin()->second.store;
      known_.erase(known_.begin());
      if (const auto alive = store.lock()) alive->drop(this);
    }
    is_over = true;
  }

  void* find(std::uint64_t id) const noexcept {
    const auto found = known_.find(id);
    return found != known_.end() ? found->second.value : nullptr;
  }
  void add(std::uint64_t id, void* value, const std::shared_ptr<Store>& store) {
    if (known_.size() >= tidy_at_) {
      std::erase_if(known_, [](const auto& each) { return each.second.store.expired(); });
      tidy_at_ = 2 * known_.size() + 16;
    }
    known_[id] = {value, store};
  }

  static constinit thread_local bool is_over;

 private:
  struct Known {
    void* value;
    std::weak_ptr<Store> store;
  };
  std::unordered_map<std::uint64_t, Known> known_;
  std::size_t tidy_at_ = 16;  // when to forget locals that are gone
};

constinit thread_local bool LocalValues::Cache::is_over = false;

/// nullptr in the destructors of the thread's very last variables.
LocalValues::Cache* LocalValues::cache() noexcept {
  if (Cache::is_over) return nullptr;
  thread_local Cache own;
  return &own;
}

LocalValues::LocalValues() : id_{last_id.fetch_add(1, std::memory_order_relaxed) + 1}, store_{std::make_shared<Store>()} {}

LocalValues::~LocalValues() = default;

void* LocalValues::find() const noexcept {
  const Cache* const mine = cache();
  return mine != nullptr ? mine->find(id_) : nullptr;
}

void* LocalValues::add(std::shared_ptr<void> value) {
  void* const address = value.get();
  if (Cache* const mine = cache()) {
    mine->add(id_, address, store_);
    store_->keep(mine, std::move(value));
  } else {
    store_->keep(address, std::move(value));  // until the local goes; the next use makes another one
  }
  return address;
}

}  // namespace tandem::threading
