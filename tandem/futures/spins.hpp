#pragma once

namespace tandem::futures {

/// How often to look again before sleeping, of `most`: none with one processor, where whoever is waited for cannot go on as long as
/// somebody looks.
int spins(int most) noexcept;

}  // namespace tandem::futures
