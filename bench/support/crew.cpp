#include "bench/support/crew.hpp"

#include <chrono>
#include <utility>
#include <vector>

#include "bench/support/median.hpp"

namespace tandem::bench {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int stretches = 30;

}  // namespace

void Crew::add(Work work) {
  Member& member = members_.emplace_back();
  threads_.emplace_back([&member, own = std::move(work)] { own(member); });
}

std::uint64_t Crew::done() const noexcept {
  std::uint64_t sum = 0;
  for (const Member& member : members_) sum += member.done_.load(std::memory_order_relaxed);
  return sum;
}

void Crew::stop() {
  for (Member& member : members_) member.stopped_.store(true, std::memory_order_relaxed);
  for (std::thread& thread : threads_) {
    if (thread.joinable()) thread.join();
  }
}

double measure_running(const Order& order, const std::function<std::uint64_t()>& done) {
  std::this_thread::sleep_for(order.duration / 10);
  const auto stretch = std::chrono::duration_cast<Clock::duration>(order.duration) / stretches;
  std::vector<double> took;
  const auto end = Clock::now() + order.duration;
  auto before = Clock::now();
  for (std::uint64_t counted = done();;) {
    std::this_thread::sleep_for(stretch);
    const std::uint64_t sum = done();
    const auto now = Clock::now();
    if (sum != counted) {  // else all of them were without a processor, and the stretch becomes a longer one
      took.push_back(std::chrono::duration<double, std::nano>(now - before).count() / static_cast<double>(sum - counted));
      before = now;
      counted = sum;
    }
    if (now >= end && !took.empty()) return median(took);
  }
}

}  // namespace tandem::bench
