#include <string>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "tandem/platform/fd.hpp"
#include "tests/remote/types.hpp"

namespace tandem::remote {
namespace {

using platform::Fd;

std::pair<Fd, Fd> make_pipe() {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) throw std::runtime_error("pipe2");
  return {Fd{ends[0]}, Fd{ends[1]}};
}

std::string text_in(const Fd& fd) {
  std::string text(16, '\0');
  const ssize_t length = ::read(fd.get(), text.data(), text.size());
  text.resize(length < 0 ? 0 : static_cast<std::size_t>(length));
  return text;
}

void write_hello(Fd out) { ASSERT_EQ(::write(out.get(), "hello", 5), 5); }

TEST(Descriptors, AreArgumentsOfCalls) {
  auto [in, out] = make_pipe();
  test::called(write_hello, std::move(out));
  EXPECT_EQ(text_in(in), "hello");
}

TEST(Descriptors, AreResultsOfCalls) {
  auto [in, out] = make_pipe();
  const Fd back = test::called([](Fd fd) { return fd; }, std::move(in));
  ASSERT_EQ(::write(out.get(), "x", 1), 1);
  EXPECT_EQ(text_in(back), "x");
  EXPECT_NE(::fcntl(back.get(), F_GETFD) & FD_CLOEXEC, 0);
}

TEST(Descriptors, StandInsideOfOtherValues) {
  auto [in, out] = make_pipe();
  std::vector<std::pair<std::string, Fd>> named;
  named.emplace_back("a", std::move(out));
  named.emplace_back("none", Fd{});
  const auto called = [](std::vector<std::pair<std::string, Fd>> all) {
    write_hello(std::move(all[0].second));
    return !all[1].second;
  };
  EXPECT_TRUE(test::called(called, std::move(named)));
  EXPECT_EQ(text_in(in), "hello");
}

TEST(Descriptors, TheSenderKeepsItsOwn) {
  auto [in, out] = make_pipe();
  Message message;
  OutputArchive{message}(out);
  EXPECT_TRUE(out);
  ASSERT_EQ(message.descriptors.size(), 1U);
  EXPECT_NE(message.descriptors[0].get(), out.get());
}

TEST(Descriptors, OneThatIsGivenAwayIsNotDuplicated) {
  auto [in, out] = make_pipe();
  const int number = out.get();
  Message message;
  OutputArchive archive{message};
  archive.attach(std::move(out));
  archive.attach(Fd{});
  EXPECT_FALSE(out);
  ASSERT_EQ(message.descriptors.size(), 1U);
  EXPECT_EQ(message.descriptors[0].get(), number);

  InputArchive back{message};
  Fd first, second{number + 1000};
  back(first, second);
  EXPECT_EQ(first.get(), number);
  EXPECT_FALSE(second);
}

TEST(Descriptors, OneThatIsMissingIsAnError) {
  Message message;
  {
    auto [in, out] = make_pipe();
    OutputArchive{message}(in, out);
  }
  message.descriptors.pop_back();
  Fd first, second;
  InputArchive in{message};
  in(first);
  EXPECT_TRUE(first);
  EXPECT_THROW(in(second), std::runtime_error);
  InputArchive again{message};
  EXPECT_THROW(again(second), std::runtime_error) << "it was taken already";
}

TEST(Descriptors, AClosedOneCannotBeSent) {
  Message message;
  OutputArchive out{message};
  EXPECT_THROW(out.attach(1'000'000), std::system_error);
}

}  // namespace
}  // namespace tandem::remote
