#include "tandem/shared/window.hpp"

#include <cstddef>
#include <cstring>
#include <system_error>

#include <gtest/gtest.h>
#include <sys/resource.h>

#include "tandem/platform/process.hpp"

namespace tandem::shared {
namespace {

constexpr std::uint64_t page = 4096;

class WindowTest : public ::testing::Test {
 protected:
  platform::Fd file_ = platform::make_sparse_memfd("tandem test", 4 * Window::size);
  Window window_{file_, Window::size};
};

TEST_F(WindowTest, CostsNothingUntilItIsUsed) {
  const auto mapping = window_.map(0, 1024 * page);
  EXPECT_EQ(platform::allocated_bytes(file_), 0U);
  window_.allocate(0, page);
  EXPECT_EQ(platform::allocated_bytes(file_), page);
  window_.allocate(0, page);
  EXPECT_EQ(platform::allocated_bytes(file_), page) << "it had that already";
}

TEST_F(WindowTest, GivesMemoryBackAndIsZeroThen) {
  window_.allocate(0, 16 * page);
  const auto mapping = window_.map(0, 16 * page);
  std::memset(mapping.data(), 7, mapping.size());
  window_.give_back(4 * page, 8 * page);
  EXPECT_EQ(platform::allocated_bytes(file_), 8 * page);
  EXPECT_EQ(mapping.data()[4 * page - 1], std::byte{7});
  EXPECT_EQ(mapping.data()[4 * page], std::byte{0});
  EXPECT_EQ(mapping.data()[12 * page], std::byte{7});
}

TEST_F(WindowTest, IsApartFromItsNeighbours) {
  window_.allocate(0, page);
  const Window other{file_, 2 * Window::size};
  other.allocate(0, page);
  const auto here = window_.map(0, page);
  const auto there = other.map(0, page);
  here.data()[5] = std::byte{1};
  EXPECT_EQ(there.data()[5], std::byte{0});
}

TEST_F(WindowTest, EndsWhereTheFileEnds) {
  const Window last{file_, 3 * Window::size};
  EXPECT_NO_THROW(last.allocate(Window::size - page, page));
  EXPECT_THROW(last.allocate(Window::size, page), std::system_error) << "nobody can make the file larger";
}

/// Runs `fn` in a child with that limit, and gives what it returned.
template <class Fn>
int with_limit(__rlimit_resource resource, rlim_t limit, Fn fn) {
  const int child = platform::fork_process();
  if (child == 0) {
    const rlimit both{limit, limit};
    if (::setrlimit(resource, &both) != 0) platform::exit_now(99);
    platform::exit_now(fn());
  }
  return *platform::reap_child(child);
}

TEST_F(WindowTest, MoreMemoryThanThereIsIsAnErrorAndNotADeath) {
  EXPECT_THROW(window_.allocate(0, platform::physical_memory() / page * page + page), std::system_error);
  EXPECT_EQ(platform::allocated_bytes(file_), 0U);
}

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)  // they map terabytes for themselves
TEST_F(WindowTest, SaysThatTheAddressSpaceIsFull) {
  EXPECT_EQ(1, with_limit(RLIMIT_AS, rlim_t{1} << 30, [&] {
              try {
                const auto mapping = window_.map(0, std::size_t{1} << 31);
                return 0;
              } catch (const std::system_error& error) {
                return error.code() == std::errc::not_enough_memory ? 1 : 2;
              }
            }));
}
#endif

}  // namespace
}  // namespace tandem::shared
