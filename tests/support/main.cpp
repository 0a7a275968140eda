#include <memory>
#include <thread>

#include <gtest/gtest.h>

#include "tandem/multiprocessing/init.hpp"
#include "tests/support/leak_check.hpp"

#if defined(__SANITIZE_THREAD__)
// glibc guards its locales with a lock that ThreadSanitizer does not see. libcurl and libidn2 use them on several threads.
extern "C" const char* __tsan_default_suppressions() {  // NOLINT: the sanitizer's name
  return "race:_nl_unload_locale\n";
}
#endif

int main(int argc, char** argv) {
  tandem::init(argc, argv);
  ::testing::InitGoogleTest(&argc, argv);
  // A sanitizer's own thread begins with the first thread of the program. This one brings it to life before anything is
  // counted.
  std::thread{[] {}}.join();
  ::testing::UnitTest::GetInstance()->listeners().Append(std::make_unique<tandem::test::LeakCheck>().release());
  return RUN_ALL_TESTS();
}
