#include "tandem/platform/fd.hpp"

#include <cerrno>
#include <filesystem>
#include <string>
#include <type_traits>
#include <utility>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "tandem/platform/duplicate.hpp"
#include "tandem/platform/pipe.hpp"

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

TEST(Fd, SameEndIsOneEndOfOneLine) {
  const Pipe pipe = make_pipe();
  const Pipe other = make_pipe();
  const Fd again = duplicate(pipe.write.get());
  EXPECT_TRUE(is_same_end(pipe.write.get(), again.get()));
  EXPECT_FALSE(is_same_end(pipe.read.get(), again.get())) << "the other end";
  EXPECT_FALSE(is_same_end(other.write.get(), again.get()));
  EXPECT_FALSE(is_same_end(-1, again.get()));
  const Fd file = make();
  const Fd same_file = duplicate(file.get());
  EXPECT_FALSE(is_same_end(file.get(), same_file.get())) << "no line";
}

TEST(Fd, WhatIsClosedMayKeepItsNumber) {
  Pipe pipe = make_pipe();
  close_but_keep_number(pipe.write.get());
  char byte = 0;
  EXPECT_EQ(::read(pipe.read.get(), &byte, 1), 0) << "the end of the line";
  EXPECT_EQ(::write(pipe.write.get(), &byte, 1), -1);
  EXPECT_EQ(errno, EBADF);
  EXPECT_NE(make().get(), pipe.write.get());
}

}  // namespace
}  // namespace tandem::platform
