#include "tandem/platform/errors.hpp"

#include <cerrno>
#include <string>
#include <system_error>

#include <gtest/gtest.h>

namespace tandem::platform {
namespace {

template <class Call>
std::system_error caught(Call call) {
  try {
    call();
  } catch (const std::system_error& error) {
    return error;
  }
  ADD_FAILURE() << "no std::system_error came";
  return std::system_error{std::error_code{}};
}

TEST(Errors, CarriesTheCodeAndTheCall) {
  const auto error = caught([] { throw_error(ENOENT, "openat2", "public/x"); });
  EXPECT_EQ(error.code(), std::errc::no_such_file_or_directory);
  EXPECT_EQ(std::string{error.what()}.rfind("openat2 public/x: ", 0), 0U) << error.what();
}

TEST(Errors, TheSubjectMayBeLeftOut) {
  const auto error = caught([] { throw_error(EMFILE, "socket"); });
  EXPECT_EQ(std::string{error.what()}.rfind("socket: ", 0), 0U) << error.what();
}

TEST(Errors, ErrnoIsReadAtOnce) {
  const auto error = caught([] {
    errno = EADDRINUSE;
    throw_errno("bind", std::string(1000, 'x'));  // a long subject allocates, which may change errno
  });
  EXPECT_EQ(error.code().value(), EADDRINUSE);
}

}  // namespace
}  // namespace tandem::platform
