// Start methods other than fork are slow, and fork is slow in a large program (cpython gh-137996, starfish#2055). How fast it is,
// bench/process_start measures; here is the reason: nothing of the parent's size is there to be copied.

#include <fstream>
#include <memory>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "tandem/multiprocessing/context.hpp"
#include "tandem/multiprocessing/queue.hpp"

namespace tandem::test {
namespace {

/// A number of kB from /proc/self/status.
long status_kb(const std::string& wanted) {
  std::ifstream status{"/proc/self/status"};
  for (std::string name; status >> name;) {
    long value = 0;
    if (name == wanted + ":" && status >> value) return value;
    std::getline(status, name);
  }
  return -1;
}

TEST(Pain07, AProcessHasNothingOfItsParentsSize) {
  constexpr std::size_t size = std::size_t{256} << 20;
  const std::unique_ptr<char[]> memory{new char[size]};
  for (std::size_t at = 0; at < size; at += 4096) reinterpret_cast<volatile char*>(memory.get())[at] = 1;
  ASSERT_GE(status_kb("VmRSS"), 256 * 1024);
  for (const std::string_view method : {"forkserver", "spawn"}) {
    multiprocessing::Queue<long> said;
    auto process =
        multiprocessing::get_context(method).Process([](multiprocessing::Queue<long> out) { out.put(status_kb("VmRSS")); }, said);
    process.start();
    const long kb = said.get();
    process.join();
    EXPECT_GT(kb, 0) << method;
    EXPECT_LT(kb, 128 * 1024) << method;
  }
}

}  // namespace
}  // namespace tandem::test
