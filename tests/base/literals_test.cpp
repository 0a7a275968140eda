#include "tandem/base/literals.hpp"

#include <gtest/gtest.h>

namespace {

namespace own {
using namespace tandem::threading;  // as most programs say
static_assert(512_MiB == 512u * 1024 * 1024);
}  // namespace own

namespace said {
using namespace tandem::literals;
static_assert(4_KiB == 4096 && 1_GiB == 1024 * 1_MiB && 17179869183_GiB == 17179869183u * 1_GiB);
}  // namespace said

TEST(Literals, AreNumbersLikeAnyOther) {
  using namespace tandem;
  const std::size_t limit = 3_MiB;
  EXPECT_EQ(limit, 3'145'728u);
}

}  // namespace
