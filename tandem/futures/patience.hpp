#pragma once

namespace tandem::futures {

/// How long it pays to look around before sleeping. Two threads that hand each other small tasks and results are several times
/// faster if neither sleeps; where the processors are busy with others, or what is awaited takes long, looking around is time lost.
/// So this learns from how it went: after some looks in vain it tries again only now and then.
///
/// For one thread.
class Patience {
 public:
  /// How often to look this time: 0, or base::pool_spins. Always 0 with one processor, where whoever is waited for cannot go on as
  /// long as somebody looks.
  int looks() noexcept;
  /// Whether it came while we looked; after each looks() that was not 0.
  void paid_off(bool found) noexcept { vain_ = found ? 0 : vain_ + 1; }

 private:
  unsigned vain_ = 0;  // looks in vain since one that was not; once there were some, also the waits without a look
};

}  // namespace tandem::futures
