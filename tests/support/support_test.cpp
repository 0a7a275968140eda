#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>

#include <gtest/gtest.h>

#include "tests/support/eventually.hpp"
#include "tests/support/random.hpp"
#include "tests/support/temp_dir.hpp"

namespace tandem::test {
namespace {

using namespace std::chrono_literals;

TEST(Eventually, ReturnsWhenTheConditionHolds) {
  int calls = 0;
  EXPECT_TRUE(eventually([&] { return ++calls == 3; }));
  EXPECT_EQ(calls, 3);
}

TEST(Eventually, GivesUpAtItsDeadlineAndNotBefore) {
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_FALSE(eventually([] { return false; }, 30ms));
  EXPECT_GE(std::chrono::steady_clock::now() - begin, 30ms);
}

TEST(Random, StreamsRepeatAndDiffer) {
  EXPECT_EQ(random_engine(1)(), random_engine(1)());
  EXPECT_NE(random_engine(1)(), random_engine(2)());
}

TEST(RandomDeathTest, SeedComesFromTheEnvironment) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");  // a program begun anew has not chosen its seed yet
  EXPECT_EXIT(
      {
        ::setenv("TANDEM_SEED", "42", 1);
        std::_Exit(seed() == 42 ? 0 : 1);
      },
      ::testing::ExitedWithCode(0), "");
}

TEST(Random, SeedIsAWholeNumber) {
  EXPECT_EQ(parse_seed("18446744073709551615"), 18446744073709551615ULL);
  for (const char* wrong : {"", "12x", " 1", "-1", "18446744073709551616"}) {
    EXPECT_THROW(parse_seed(wrong), std::invalid_argument) << wrong;
  }
}

TEST(TempDir, IsGoneWithItsContentAfterwards) {
  std::filesystem::path kept;
  {
    const TempDir dir;
    kept = dir.path();
    const auto file = dir.write("a/b/c.txt", "hello");
    EXPECT_EQ(file, dir / "a/b/c.txt");
    std::ifstream in{file};
    std::string content;
    in >> content;
    EXPECT_EQ(content, "hello");
  }
  EXPECT_FALSE(std::filesystem::exists(kept));
}

TEST(TempDir, EachIsItsOwn) {
  const TempDir one;
  const TempDir two;
  EXPECT_NE(one.path(), two.path());
}

}  // namespace
}  // namespace tandem::test
