#include "tandem/platform/address.hpp"

#include <stdexcept>
#include <string>
#include <system_error>

#include <gtest/gtest.h>

namespace tandem::platform {
namespace {

TEST(SocketAddress, ReadsAndWritesWhatPeopleWrite) {
  EXPECT_EQ(SocketAddress::parse("127.0.0.1:8080").text(), "127.0.0.1:8080");
  EXPECT_EQ(SocketAddress::parse("[::1]:80").text(), "[::1]:80");
  EXPECT_EQ(SocketAddress::parse(":65535").text(), "0.0.0.0:65535");
  EXPECT_EQ(SocketAddress::parse("127.0.0.1:0").port(), 0);
  EXPECT_EQ(SocketAddress::parse("localhost:7").text(), "127.0.0.1:7");
}

TEST(SocketAddress, KnowsWhatIsNoPlaceToGoTo) {
  EXPECT_TRUE(SocketAddress::parse(":1").is_any());
  EXPECT_TRUE(SocketAddress::parse("[::]:1").is_any());
  EXPECT_FALSE(SocketAddress::parse("127.0.0.1:1").is_any());
  EXPECT_FALSE(SocketAddress::parse("[::1]:1").is_any());
}

TEST(SocketAddress, RefusesOtherText) {
  for (const char* bad : {"", ":", "a", "a:b", "1.2.3.4:70000", "1.2.3.4:-1", "1.2.3.4: 80", "::1:80", "[::1:80", "[]:80"}) {
    EXPECT_THROW(SocketAddress::parse(bad), std::invalid_argument) << bad;
  }
}

TEST(SocketAddress, SaysWhichNameIsUnknown) {
  try {
    SocketAddress::parse("no.such.host.invalid:80");
    FAIL() << "the name was found";
  } catch (const std::system_error& error) {
    EXPECT_NE(std::string{error.what()}.find("no.such.host.invalid"), std::string::npos) << error.what();
    EXPECT_STREQ(error.code().category().name(), "getaddrinfo");
  }
}

}  // namespace
}  // namespace tandem::platform
