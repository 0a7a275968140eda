#include <memory>
#include <thread>

#include <gtest/gtest.h>

#include "tandem/multiprocessing/init.hpp"
#include "tests/support/leak_check.hpp"

int main(int argc, char** argv) {
  tandem::init(argc, argv);
  ::testing::InitGoogleTest(&argc, argv);
  // A sanitizer's own thread begins with the first thread of the program. This one brings it to life before anything is
  // counted.
  std::thread{[] {}}.join();
  ::testing::UnitTest::GetInstance()->listeners().Append(std::make_unique<tandem::test::LeakCheck>().release());
  return RUN_ALL_TESTS();
}
