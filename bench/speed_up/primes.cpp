#include "bench/speed_up/primes.hpp"

#include <charconv>
#include <stdexcept>
#include <string>
#include <system_error>

namespace tandem::bench {
namespace {

constexpr int limit = 500'000;
constexpr int primes_below_limit = 41'538;

bool is_prime(int n) {
  if (n < 3 || n % 2 == 0) return n == 2;
  for (int divisor = 3; divisor * divisor <= n; divisor += 2) {
    if (n % divisor == 0) return false;
  }
  return true;
}

}  // namespace

int primes_in(int piece) {
  int count = 0;
  for (int n = limit / pieces * piece; n < limit / pieces * (piece + 1); ++n) count += is_prime(n) ? 1 : 0;
  return count;
}

int primes_in_every(int step, int first) {
  int count = 0;
  for (int piece = first; piece < pieces; piece += step) count += primes_in(piece);
  return count;
}

int workers_wanted(const Order& order) {
  int workers = 0;
  const char* const end = order.setting.data() + order.setting.size();
  const auto read = std::from_chars(order.setting.data(), end, workers);
  if (read.ec != std::errc{} || read.ptr != end || workers < 1 || workers > 64) {
    throw std::invalid_argument("'" + std::string{order.setting} + "' is no number of workers from 1 to 64");
  }
  return workers;
}

void check_count(int primes) {
  if (primes != primes_below_limit) throw std::runtime_error("there are not " + std::to_string(primes) + " primes below 500,000");
}

}  // namespace tandem::bench
