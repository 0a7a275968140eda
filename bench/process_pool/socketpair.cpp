#include <array>
#include <cerrno>
#include <stdexcept>
#include <string>

#include <poll.h>

#include "bench/process_pool/answering_process.hpp"
#include "bench/process_pool/contenders.hpp"

namespace tandem::bench {
namespace {

double one(const Order& order) {
  const AnsweringProcess process;
  return measure(order, [&] {
    process.ask();
    process.hear();
  });
}

/// Each has two messages to answer, so that it finds the next one when it has sent an answer.
double many(const Order& order) {
  constexpr int batch = 2'000;
  const std::array<AnsweringProcess, 2> processes;
  for (const auto& process : processes) {
    process.ask();
    process.ask();
  }
  return measure(order, batch, [&] {
    for (int answers = 0; answers < batch;) {
      std::array<pollfd, 2> ready{{{processes[0].socket(), POLLIN, 0}, {processes[1].socket(), POLLIN, 0}}};
      check(::poll(ready.data(), ready.size(), -1) > 0, "poll");
      for (std::size_t i = 0; i < ready.size(); ++i) {
        if (ready[i].revents == 0) continue;
        processes[i].hear();
        processes[i].ask();
        ++answers;
      }
    }
  });
}

}  // namespace

double socketpair(const Order& order) {
  if (order.setting == "one") return one(order);
  if (order.setting == "many") return many(order);
  throw std::invalid_argument("'" + std::string{order.setting} + "' is neither one nor many");
}

}  // namespace tandem::bench
