// As tests/support/main.cpp, and it answers calls when it is started for that.

#include <memory>
#include <string_view>
#include <thread>

#include <gtest/gtest.h>

#include "tests/remote/elsewhere.hpp"
#include "tests/support/leak_check.hpp"

int main(int argc, char** argv) {
  if (argc == 2 && std::string_view{argv[1]} == "--answer-call") return tandem::test::answer_call();
  ::testing::InitGoogleTest(&argc, argv);
  std::thread{[] {}}.join();  // a sanitizer's own thread begins with the first one
  ::testing::UnitTest::GetInstance()->listeners().Append(std::make_unique<tandem::test::LeakCheck>().release());
  return RUN_ALL_TESTS();
}
