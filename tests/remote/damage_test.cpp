// Messages that were cut short or changed on their way: an error or a value, and never anything worse. The sanitizers watch.

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <stdexcept>
#include <string>
#include <variant>
#include <vector>

#include <gtest/gtest.h>

#include "tandem/remote/exception.hpp"
#include "tests/remote/types.hpp"
#include "tests/support/random.hpp"

namespace tandem::remote {
namespace {

using test::Page;

using Everything = std::tuple<std::vector<Page>, std::map<std::string, std::vector<bool>>, std::variant<int, std::string>,
                              std::optional<std::unique_ptr<Page>>, std::vector<std::shared_ptr<int>>>;

std::size_t weigh(const Everything& all, int (*fn)(int), const std::string& text) {
  return std::get<0>(all).size() + std::get<1>(all).size() + text.size() + static_cast<std::size_t>(fn == nullptr ? 0 : fn(1));
}
int opposite(int n) { return -n; }

Message a_call() {
  Everything all;
  std::get<0>(all) = {{"http://a", {1, 2, 3}, 0.5}, {"", {}, {}}};
  std::get<1>(all) = {{"x", {true, false}}, {"y", {}}};
  std::get<2>(all) = "text";
  std::get<3>(all) = std::make_unique<Page>();
  std::get<4>(all) = {std::make_shared<int>(1), nullptr};
  std::get<4>(all).push_back(std::get<4>(all)[0]);
  return make_call(weigh, std::move(all), &opposite, "hello").message;
}

/// True if the call could be made, false if its message was refused.
bool try_call(std::span<const char> bytes) {
  // In memory of its own, so that AddressSanitizer sees each step beyond its end.
  const std::vector<char> exact(bytes.begin(), bytes.end());
  Message answer;
  OutputArchive out{answer};
  InputArchive in{exact, {}};
  try {
    run_call(in, out);
    return true;
  } catch (const std::exception& refusal) {
    EXPECT_TRUE(answer.bytes.empty()) << refusal.what();
    return false;
  }
}

TEST(Damage, EachPrefixOfACallIsAnError) {
  const Message call = a_call();
  EXPECT_TRUE(try_call(call.bytes));
  for (std::size_t size = 0; size < call.bytes.size(); ++size) {
    EXPECT_FALSE(try_call(std::span{call.bytes}.first(size))) << size << " of " << call.bytes.size();
  }
}

void flip(std::vector<char>& bytes, std::mt19937_64& random) {
  const std::size_t flips = 1 + random() % 4;
  for (std::size_t i = 0; i < flips; ++i) {
    char& byte = bytes[random() % bytes.size()];
    byte = random() % 2 == 0 ? static_cast<char>(byte ^ (1 << (random() % 8))) : static_cast<char>(random());
  }
}

TEST(Damage, ChangedBytesAreAnErrorOrAValue) {
  auto random = test::random_engine();
  const Message call = a_call();
  int refused = 0;
  for (int round = 0; round < 4000; ++round) {
    std::vector<char> bytes = call.bytes;
    flip(bytes, random);
    if (!try_call(bytes)) ++refused;
  }
  EXPECT_GT(refused, 0);
}

TEST(Damage, RandomBytesAreNoCall) {
  auto random = test::random_engine(1);
  for (int round = 0; round < 1000; ++round) {
    std::vector<char> bytes(random() % 200);
    for (char& byte : bytes) byte = static_cast<char>(random());
    EXPECT_FALSE(try_call(bytes));
  }
}

bool try_exception(std::span<const char> bytes) {
  const std::vector<char> exact(bytes.begin(), bytes.end());
  InputArchive in{exact, {}};
  try {
    return load_exception(in, {}) != nullptr;
  } catch (const std::exception&) {
    return false;
  }
}

TEST(Damage, OfExceptions) {
  auto random = test::random_engine(2);
  for (const auto& error : {std::make_exception_ptr(std::system_error{ENOENT, std::generic_category(), "open x"}),
                            std::make_exception_ptr(std::out_of_range{"no 7"}), std::make_exception_ptr(7)}) {
    Message message;
    OutputArchive out{message};
    save_exception(out, error);
    EXPECT_TRUE(try_exception(message.bytes));
    for (std::size_t size = 0; size < message.bytes.size(); ++size) {
      EXPECT_FALSE(try_exception(std::span{message.bytes}.first(size)));
    }
    for (int round = 0; round < 500; ++round) {
      std::vector<char> bytes = message.bytes;
      flip(bytes, random);
      try_exception(bytes);
    }
  }
}

}  // namespace
}  // namespace tandem::remote
