#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "tandem/platform/process_id.hpp"
#include "tandem/remote/crate.hpp"
#include "tandem/sync/lock.hpp"

namespace tandem::remote {

/// A sender's crates, which it uses in turn. A few are kept, so that the next large message finds one whose memory was touched
/// before. Thread safety: acquire() may be called from any thread. May go before what it gave out.
class CrateStore {
 public:
  /// So much is kept at most, all crates together.
  static constexpr std::size_t most_memory = 64UL * 1024 * 1024;
  /// No larger message is stowed: it would leave no room for others.
  static constexpr std::size_t most_room = most_memory / 2;
  static constexpr std::size_t most_crates = 16;
  /// Smaller messages are not worth it.
  static constexpr std::size_t least_size = 32UL * 1024;

  CrateStore() = default;
  CrateStore(const CrateStore&) = delete;
  CrateStore& operator=(const CrateStore&) = delete;

  /// A crate with room for so many bytes, with nothing in it. Empty if there is none to be had: too many are in use, it is too
  /// much, the system has no memory or descriptor left, or this is a process that was forked from the one that made the store.
  Stowed acquire(std::size_t size);

 private:
  std::shared_ptr<Crate> find(std::size_t size) const noexcept;
  void make_room(std::size_t room);

  const platform::ProcessId owner_ = platform::this_process();
  sync::Lock lock_{"CrateStore"};
  std::vector<std::shared_ptr<Crate>> crates_;  // guarded by lock_
};

}  // namespace tandem::remote
