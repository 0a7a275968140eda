#pragma once

#include <stdexcept>
#include <string>
#include <type_traits>

#include "bench/support/shared/flow.hpp"
#include "bench/support/shared/message.hpp"

namespace tandem::bench {

/// Measures with messages of the type that has the size which the setting asks for. `measure_flow(std::type_identity<Message>)`.
template <class MeasureFlow>
double with_messages(const Order& order, MeasureFlow measure_flow) {
  switch (flow_setting(order.setting).size) {
    case sizeof(Number):
      return measure_flow(std::type_identity<Number>{});
    case sizeof(Kibibyte):
      return measure_flow(std::type_identity<Kibibyte>{});
    default:
      throw std::invalid_argument("'" + std::string{order.setting} + "': messages have 8 or 1024 bytes here");
  }
}

}  // namespace tandem::bench
