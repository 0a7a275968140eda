#include "tandem/platform/fd.hpp"

#include <filesystem>
#include <string>
#include <type_traits>
#include <utility>

#include <fcntl.h>
#include <gtest/gtest.h>

namespace tandem::platform {
namespace {

static_assert(!std::is_copy_constructible_v<Fd> && !std::is_copy_assignable_v<Fd>);
static_assert(std::is_nothrow_move_constructible_v<Fd> && std::is_nothrow_move_assignable_v<Fd>);

Fd make() {
  Fd fd{::open("/dev/null", O_RDONLY | O_CLOEXEC)};
  EXPECT_TRUE(fd);
  return fd;
}

bool is_open(int fd) { return std::filesystem::is_symlink("/proc/self/fd/" + std::to_string(fd)); }

TEST(Fd, HoldsNothingFromTheStart) {
  Fd fd;
  EXPECT_FALSE(fd);
  EXPECT_LT(fd.get(), 0);
  fd.reset();
  EXPECT_FALSE(fd);
}

TEST(Fd, ZeroIsADescriptor) {
  Fd fd{0};
  EXPECT_TRUE(fd);
  EXPECT_EQ(fd.release(), 0);
}

TEST(Fd, ClosesWhenItGoes) {
  int number = -1;
  {
    const Fd fd = make();
    number = fd.get();
    EXPECT_TRUE(is_open(number));
  }
  EXPECT_FALSE(is_open(number));
}

TEST(Fd, ReleaseGivesItAway) {
  Fd fd = make();
  const int number = fd.release();
  EXPECT_FALSE(fd);
  fd.reset();
  EXPECT_TRUE(is_open(number));
  const Fd again{number};
}

TEST(Fd, MoveLeavesTheSourceEmpty) {
  Fd from = make();
  const int number = from.get();
  Fd to{std::move(from)};
  EXPECT_FALSE(from);  // NOLINT: moved-from means empty here
  EXPECT_EQ(to.get(), number);
  EXPECT_TRUE(is_open(number));
}

TEST(Fd, AssignmentClosesTheOld) {
  Fd from = make();
  Fd to = make();
  const int kept = from.get();
  const int closed = to.get();
  to = std::move(from);
  EXPECT_EQ(to.get(), kept);
  EXPECT_TRUE(is_open(kept));
  EXPECT_FALSE(is_open(closed));
  Fd& same = to;
  to = std::move(same);
  EXPECT_EQ(to.get(), kept);
  EXPECT_TRUE(is_open(kept)) << "assigned to itself";
}

TEST(Fd, ResetTakesAnother) {
  Fd fd = make();
  const int closed = fd.get();
  Fd other = make();
  const int kept = other.get();
  fd.reset(other.release());
  EXPECT_EQ(fd.get(), kept);
  EXPECT_FALSE(is_open(closed));
}

}  // namespace
}  // namespace tandem::platform
