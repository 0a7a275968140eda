#include "tandem/futures/wait_set.hpp"

#include <algorithm>

#include "tandem/futures/pool_worker.hpp"

namespace tandem::futures {

class WaitSet::Watch final : public FutureCore::Observer {
 public:
  Watch(WaitSet& set, FutureCore& core, std::size_t index) noexcept : set_{set}, core_{core}, index_{index} {}
  ~Watch() { core_.unsubscribe(*this); }

  void start() noexcept {
    if (!core_.subscribe(*this)) completed();
  }
  void completed() noexcept override { set_.completed(index_); }
  FutureCore& core() const noexcept { return core_; }

 private:
  WaitSet& set_;
  FutureCore& core_;
  const std::size_t index_;
};

WaitSet::WaitSet(const std::vector<FutureCore*>& cores) {
  done_.reserve(cores.size());
  watches_.reserve(cores.size());
  for (std::size_t i = 0; i < cores.size(); ++i) watches_.push_back(std::make_unique<Watch>(*this, *cores[i], i));
  left_ = watches_.size();
  const auto ours =
      std::ranges::find_if(cores, [](const FutureCore* core) { return core->pool() != nullptr && core->pool() == current_pool(); });
  if (ours != cores.end()) pool_ = current_pool();
  for (const auto& watch : watches_) watch->start();
}

WaitSet::~WaitSet() = default;

std::optional<std::size_t> WaitSet::next(Deadline deadline, const std::stop_token* stop) {
  if (left_ == 0) return std::nullopt;
  if (deadline.is_never() && stop == nullptr) help();
  {
    const sync::Guard hold{lock_};
    if (given_ < done_.size()) return take();
  }
  const WorkerPause pause{pool_, deadline};
  const sync::Guard hold{lock_};
  if (!changed_.wait_for([this] { return given_ < done_.size(); }, deadline, sync::Cancel{.stop = stop})) return std::nullopt;
  return take();
}

std::size_t WaitSet::take() noexcept {
  --left_;
  return done_[given_++];
}

void WaitSet::completed(std::size_t index) noexcept {
  const sync::Guard hold{lock_};
  done_.push_back(index);
  changed_.notify();
}

/// In a worker of the pool that the futures belong to, nobody else might ever run them: see FutureCore::wait. Each is asked once:
/// what is not run by that has been begun by somebody, or is another pool's.
void WaitSet::help() noexcept {
  for (; helped_ < watches_.size(); ++helped_) {
    {
      const sync::Guard hold{lock_};
      if (given_ < done_.size()) return;
    }
    watches_[helped_]->core().help();
  }
}

}  // namespace tandem::futures
