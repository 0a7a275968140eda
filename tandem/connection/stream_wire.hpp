#pragma once

#include <array>
#include <cstddef>

#include "tandem/connection/wire.hpp"

namespace tandem::multiprocessing {

/// Messages over TCP, as CPython's multiprocessing.connection writes them: the length in four bytes, the first one first; or,
/// beyond 2 GiB, minus one and then the length in eight.
class StreamWire final : public Wire {
 public:
  using Wire::Wire;

  Flow send(Outgoing& message, Patience patience) override;
  Flow receive(Incoming& message, Patience patience, Shown* shown) override;
  bool has_parts() const noexcept override { return in_head_ != 0; }
  bool takes_descriptors() const noexcept override { return false; }

 private:
  using Head = std::array<char, 12>;

  void read_head(Incoming& message);

  Head in_{};
  std::size_t in_head_ = 0;  // how much of it has arrived
};

}  // namespace tandem::multiprocessing
