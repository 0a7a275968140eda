#pragma once

// Functions for workers to call, in this process or in another.

#include <chrono>
#include <stdexcept>
#include <string>
#include <thread>

namespace tandem::test {

inline int add(int a, int b) { return a + b; }
inline int negate(int n) { return -n; }
inline std::string repeat(std::string text, int times) {
  std::string all;
  for (int i = 0; i < times; ++i) all += text;
  return all;
}
inline int refuse(int n) { throw std::out_of_range{"no " + std::to_string(n)}; }
inline void nothing() {}
/// Long enough that those behind it are still queued when the caller looks, on a slow machine too; nobody waits for its end
/// longer than for anything else.
inline int slow(int n) {
  std::this_thread::sleep_for(std::chrono::milliseconds{200});
  return n;
}
inline int refuse_3(int n) { return n == 3 ? refuse(n) : n; }

}  // namespace tandem::test
