#pragma once

namespace tandem::cli {

// What the command ends with. Pages that could not be fetched are a result, not a failure.
inline constexpr int exit_ok = 0;
inline constexpr int exit_failure = 1;  ///< could not do what it was asked for
inline constexpr int exit_usage = 2;    ///< was asked for something that makes no sense

}  // namespace tandem::cli
