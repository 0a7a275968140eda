#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "tandem/shared/object.hpp"

namespace tandem::shared {

/// What a process that is forked from this one has of the shared objects: a share of its own in each that this one has.
///
/// Made before the fork, while sync::ForkHold lives, so that no share of ours goes meanwhile; destroyed after that, in both
/// processes. If the child never comes to be, its row is struck out by the fork server, and nothing else is to be done.
class Bequest {
 public:
  explicit Bequest(std::uint32_t child);

  /// In the child, once it may touch the arena: the objects that it finds in its memory are its own from now on.
  void take_over() noexcept;

 private:
  std::uint32_t child_;
  std::vector<std::shared_ptr<Object>> objects_;  // held over the fork: each is alive on both sides
};

}  // namespace tandem::shared
