#include "tandem/platform/thread.hpp"

#include <fstream>
#include <set>
#include <string>
#include <thread>

#include <gtest/gtest.h>

namespace tandem::platform {
namespace {

std::string kernel_name(int thread) {
  std::ifstream comm{"/proc/self/task/" + std::to_string(thread) + "/comm"};
  std::string name;
  std::getline(comm, name);
  return name;
}

TEST(Thread, EachHasItsOwnNativeId) {
  const int mine = native_thread_id();
  int other = mine;
  bool listed = false;
  std::thread{[&] {
    other = native_thread_id();
    listed = !kernel_name(other).empty();
  }}.join();
  EXPECT_NE(other, mine);
  EXPECT_TRUE(listed);
  EXPECT_EQ(native_thread_id(), mine);
}

std::string shown_as(std::string_view name) {
  std::string shown;
  std::thread{[&] {
    set_thread_name(name);
    shown = kernel_name(native_thread_id());
  }}.join();
  return shown;
}

TEST(Thread, NameIsShownByTheKernel) {
  EXPECT_EQ(shown_as("loader"), "loader");
  EXPECT_EQ(shown_as("exactly15bytes!"), "exactly15bytes!");
  EXPECT_EQ(shown_as("sixteen bytes at"), "sixteen bytes a");
  EXPECT_EQ(shown_as(std::string(1000, 'x')), std::string(15, 'x'));
  EXPECT_EQ(shown_as(""), "");
  const std::string longer{"not terminated"};
  EXPECT_EQ(shown_as(std::string_view{longer}.substr(0, 3)), "not");
}

}  // namespace
}  // namespace tandem::platform
