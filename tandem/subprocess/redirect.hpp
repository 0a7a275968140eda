#pragma once

#include <cstdint>
#include <stdexcept>

#include "tandem/platform/fd.hpp"

namespace tandem::subprocess {

/// Where a standard stream of a program comes from or goes to: what this process has, unless said otherwise; PIPE, DEVNULL, STDOUT,
/// or a descriptor, which stays the caller's and must be open until the program was started.
///
/// Where this process has closed its own, the program gets /dev/null; in Python nothing, and the first file that it opens is its
/// stdin then.
class Redirect {
 public:
  enum class Kind : std::uint8_t { inherit, pipe, null, as_stdout, descriptor };

  constexpr Redirect() noexcept = default;
  constexpr explicit Redirect(Kind kind) noexcept : kind_{kind} {}
  /// Throws std::invalid_argument for a negative number.
  constexpr Redirect(int fd) : kind_{Kind::descriptor}, fd_{fd} {  // NOLINT: Python takes a number or a file
    if (fd < 0) throw std::invalid_argument("a descriptor that a program is to use must not be negative");
  }
  Redirect(const platform::Fd& fd) : Redirect{fd.get()} {}  // NOLINT

  constexpr Kind kind() const noexcept { return kind_; }
  constexpr int fd() const noexcept { return fd_; }

  friend bool operator==(const Redirect&, const Redirect&) noexcept = default;

 private:
  Kind kind_ = Kind::inherit;
  int fd_ = -1;
};

/// A new pipe, whose other end the Popen has.
inline constexpr Redirect PIPE{Redirect::Kind::pipe};
/// /dev/null.
inline constexpr Redirect DEVNULL{Redirect::Kind::null};
/// For stderr: where stdout goes.
inline constexpr Redirect STDOUT{Redirect::Kind::as_stdout};

}  // namespace tandem::subprocess
