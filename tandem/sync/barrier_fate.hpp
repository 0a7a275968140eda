#pragma once

#include <cstdint>
#include <limits>
#include <stdexcept>
#include <string_view>

namespace tandem::sync {

/// A Barrier is broken, so that who waited there has not met the others; the text says what broke it. Python: BrokenBarrierError.
class BrokenBarrierError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// What becomes of a party of a barrier, and what its barrier is in; the numbers stand in words, also in shared memory. The last
/// two happen only where parties are processes.
enum class BarrierFate : std::uint32_t {
  none,     ///< It has not come.
  waiting,  ///< It has come, and nothing is decided.
  passed,   ///< All have come. Of a barrier: it is whole.
  timed_out,
  called_off,
  reset,
  aborted,
  action_failed,
  party_died,
  actor_died,
};

/// What is said of barriers, within a process and between processes: BrokenBarrierError for one that was broken in that way, maybe
/// by the death of process `dead`.
[[noreturn]] void throw_broken(BarrierFate reason, std::uint32_t dead = 0);
/// std::logic_error: the action has called that member.
[[noreturn]] void throw_used_by_its_action(std::string_view member);
/// Gives the number, if a barrier can be for so many. Throws std::invalid_argument.
int checked_parties(int parties, int most = std::numeric_limits<int>::max());

}  // namespace tandem::sync
