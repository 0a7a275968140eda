#pragma once

#include <cstdint>

/// Amounts of memory as they are read: `.memory_limit = 512_MiB`. Powers of 1,024; what does not fit is no constant and does not
/// compile.
///
/// `using namespace tandem;` brings them along, as do the modules whose names are usually brought in, tandem::threading first of
/// all; or say `using namespace tandem::literals;`.
namespace tandem {
inline namespace literals {

consteval std::uint64_t operator""_KiB(unsigned long long n) {
  if (n > (std::uint64_t{1} << 54) - 1) throw "tandem: that many KiB do not fit into 64 bits";
  return n << 10;
}
consteval std::uint64_t operator""_MiB(unsigned long long n) {
  if (n > (std::uint64_t{1} << 44) - 1) throw "tandem: that many MiB do not fit into 64 bits";
  return n << 20;
}
consteval std::uint64_t operator""_GiB(unsigned long long n) {
  if (n > (std::uint64_t{1} << 34) - 1) throw "tandem: that many GiB do not fit into 64 bits";
  return n << 30;
}

}  // namespace literals

namespace threading {
using literals::operator""_KiB, literals::operator""_MiB, literals::operator""_GiB;
}
namespace multiprocessing {
using literals::operator""_KiB, literals::operator""_MiB, literals::operator""_GiB;
}
namespace futures {
using literals::operator""_KiB, literals::operator""_MiB, literals::operator""_GiB;
}

}  // namespace tandem
