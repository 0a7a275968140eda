#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include "tandem/connection/wire.hpp"
#include "tandem/platform/message_socket.hpp"

namespace tandem::multiprocessing {

/// Messages between processes of one machine: over a unix socket that keeps packets apart. What fits into one packet, some 128 KB,
/// arrives whole or not at all, however its sender ends. Longer ones are put together from several packets; those of several
/// senders may come in turn, and if one of them dies in the middle, the others' arrive.
class PacketWire final : public Wire {
 public:
  using Wire::Wire;

  Flow send(Outgoing& message, Patience patience) override;
  Flow receive(Incoming& message, Patience patience, Shown* shown) override;
  bool has_parts() const noexcept override { return !others_.empty(); }
  bool takes_descriptors() const noexcept override { return true; }

 private:
  struct Prefix;
  struct Packet;

  Flow receive_next(Incoming& message, Patience patience);
  Flow receive_small(Incoming& message, Patience patience, Shown* shown);
  Flow receive_large(Incoming& message, Patience patience);
  Flow receive_into(Packet& packet, Patience patience);
  void begin(Incoming& message, Packet& packet) const;
  void take_in(Incoming& message, Packet& packet);
  void put_aside(Incoming& message, const Packet& packet);

  std::unique_ptr<char[]> buffer_;  // made by the first receive
  std::vector<Incoming> others_;    // that have begun while another one was arriving
  bool expects_large_ = false;      // the last packet was
};

}  // namespace tandem::multiprocessing
