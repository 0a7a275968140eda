#pragma once

#include "bench/support/contender.hpp"

/// What does a message cost through a Pipe between two processes, whose receiver learns from the message how long it is?
///
/// Settings: "at_once" and "asleep", 8 bytes there and 8 bytes back, see ping_pong() in bench/support/shared/ping_pong.hpp;
/// "65536-1p1c", one after the other, see flow() in bench/support/shared/flow.hpp; "10000000-answered", see answered.hpp.
namespace tandem::bench {

/// send_bytes and recv_bytes, which makes a new string each time.
double tandem_bytes(const Order& order);
/// send_bytes and recv_bytes_into the same place each time.
double tandem_into(const Order& order);
/// send and recv of a number; there and back only.
double tandem_values(const Order& order);
/// A socketpair of streams: the length goes before each message, in the same call; two calls receive both, into the same place each
/// time.
double stream(const Order& order);
/// A socketpair that keeps packets apart, which needs no length: one call each, into the same place each time.
double packets(const Order& order);

}  // namespace tandem::bench
