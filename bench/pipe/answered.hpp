#pragma once

#include <cstdint>
#include <string>

#include "bench/support/contender.hpp"
#include "bench/support/shared/message.hpp"
#include "bench/support/shared/process_crew.hpp"

namespace tandem::bench {

template <class Channel>
std::uint64_t answer(ProcessSeat& seat, Channel questions, Channel answers, std::uint64_t size) {
  std::string message = blank<std::string>(size);
  for (;;) {
    get(questions, message);
    Number number = number_in(message, size);
    if (number == last_number) return 0;
    put(answers, number);
    seat.did_one();
  }
}

/// Figure: a message of `size` bytes to another process, and 8 bytes back when all of it is there.
template <class Processes, class Channel>
double answered(const Order& order, ProcessCrew<Processes>& crew, Channel questions, Channel answers, std::uint64_t size) {
  crew.template add<&answer<Channel>>(questions, answers, size);
  crew.begin();
  std::string message = blank<std::string>(size);
  Number number = 0;
  const double figure = measure(order, [&] {
    set_number(message, ++number);
    put(questions, message);
    Number back = 0;
    get(answers, back);
    if (back != number) throw std::runtime_error("the answer is to another question");
  });
  set_number(message, last_number);
  put(questions, message);
  crew.join();
  return figure;
}

}  // namespace tandem::bench
