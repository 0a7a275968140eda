#include <numeric>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "tandem/remote/archive.hpp"
#include "tandem/remote/channel.hpp"
#include "tandem/remote/crate_store.hpp"
#include "tandem/remote/opened_crates.hpp"

namespace tandem::remote {
namespace {

constexpr std::size_t large = 300'000;

std::string some_text(char first, std::size_t size = large) {
  std::string text(size, '\0');
  std::iota(text.begin(), text.end(), first);
  return text;
}

/// Written as the arguments of a call are.
Message message_of(CrateStore& crates, const std::string& text) {
  Message message;
  OutputArchive out{message, crates};
  out(std::string{"first of all"}, text, 7);
  return message;
}

void expect_text(std::span<const char> body, const std::string& text) {
  InputArchive in{body, {}};
  std::string first;
  std::string second;
  int third = 0;
  in(first, second, third);
  EXPECT_EQ(first, "first of all");
  EXPECT_TRUE(second == text);
  EXPECT_EQ(third, 7);
  EXPECT_TRUE(in.rest().empty());
}

TEST(Crate, ALargeValueIsWrittenIntoIt) {
  CrateStore crates;
  const Message message = message_of(crates, some_text('a'));
  ASSERT_TRUE(message.stowed);
  EXPECT_TRUE(message.bytes.empty());
  expect_text(message.stowed.bytes(), some_text('a'));
  expect_text(duplicate(message).bytes, some_text('a'));
}

TEST(Crate, ASmallValueIsNot) {
  CrateStore crates;
  const Message message = message_of(crates, "small");
  EXPECT_FALSE(message.stowed);
  expect_text(message.bytes, "small");
}

TEST(Crate, GrowsWithItsMessage) {
  CrateStore crates;
  Message message;
  OutputArchive out{message, crates};
  const std::vector<std::string> texts{some_text('a'), some_text('b', 2'000'000), some_text('c', 5'000'000), "end"};
  out(texts);
  ASSERT_TRUE(message.stowed);
  InputArchive in{message.stowed.bytes(), {}};
  std::vector<std::string> loaded;
  in(loaded);
  EXPECT_TRUE(loaded == texts);
}

TEST(Crate, WhatGrowsBeyondAllCratesIsAMessageWithoutOne) {
  CrateStore crates;
  Message message;
  OutputArchive out{message, crates};
  const std::string text = some_text('a', CrateStore::most_room / 3);
  for (int i = 0; i < 4; ++i) out(text);
  EXPECT_FALSE(message.stowed);
  InputArchive in{message};
  for (int i = 0; i < 4; ++i) {
    std::string loaded;
    in(loaded);
    EXPECT_TRUE(loaded == text) << i;
  }
}

TEST(Crate, WhatWasNotSavedToItsEndIsTakenBack) {
  CrateStore crates;
  Message message;
  OutputArchive out{message, crates};
  out(std::string{"first of all"});
  const auto before = out.mark();
  out(some_text('x'));
  out.rewind(before);
  out(some_text('b'), 7);
  expect_text(message.stowed.bytes(), some_text('b'));
}

TEST(Crate, IsUsedAgainWhenItsMessageHasBeenReadAndDropped) {
  CrateStore crates;
  auto [left, right] = Channel::pair();
  Channel::Received received;
  const Crate* first = nullptr;
  for (char i = 'a'; i < 'f'; ++i) {
    const Message message = message_of(crates, some_text(i));
    if (first == nullptr) first = &message.stowed.crate();
    EXPECT_EQ(&message.stowed.crate(), first);
    ASSERT_TRUE(left.send(int{i}, message));
    ASSERT_EQ(right.receive(received), Channel::Receive::received);
    EXPECT_EQ(received.head<int>(), i);
    expect_text(received.body(), some_text(i));
    EXPECT_TRUE(received.descriptors().empty());
    received = {};
  }
}

TEST(Crate, IsNotUsedAgainBeforeItsMessageHasBeenRead) {
  CrateStore crates;
  auto [left, right] = Channel::pair();
  Channel::Received received;
  ASSERT_TRUE(left.send(1, message_of(crates, some_text('a'))));
  ASSERT_TRUE(left.send(2, message_of(crates, some_text('b'))));  // the first one is in the socket
  ASSERT_EQ(right.receive(received), Channel::Receive::received);
  ASSERT_TRUE(left.send(3, message_of(crates, some_text('c'))));  // somebody looks at the first one
  expect_text(received.body(), some_text('a'));
  for (const char text : {'b', 'c'}) {
    ASSERT_EQ(right.receive(received), Channel::Receive::received);
    expect_text(received.body(), some_text(text));
  }
}

TEST(Crate, AMessageCanBeSentAgainWhenItsReceiverIsGone) {
  CrateStore crates;
  const Message message = message_of(crates, some_text('a'));
  for (int i = 0; i < 3; ++i) {
    auto [left, right] = Channel::pair();
    Channel::Received received;
    ASSERT_TRUE(left.send(i, message));
    ASSERT_EQ(right.receive(received), Channel::Receive::received);
    expect_text(received.body(), some_text('a'));
  }
}

TEST(Crate, ThereAreNotMoreThanSoManyAndNotMoreMemory) {
  CrateStore crates;
  std::vector<Stowed> all;
  for (Stowed next = crates.acquire(large); next; next = crates.acquire(large)) all.push_back(std::move(next));
  EXPECT_EQ(all.size(), CrateStore::most_crates);
  all.clear();
  for (Stowed next = crates.acquire(10'000'000); next; next = crates.acquire(10'000'000)) all.push_back(std::move(next));
  EXPECT_EQ(all.size(), CrateStore::most_memory >> 24);  // 16 MiB each
  EXPECT_FALSE(crates.acquire(CrateStore::most_room));
}

TEST(Crate, OnesThatNobodyReadToTheEndMakeRoomForNewOnes) {
  CrateStore crates;
  for (std::size_t i = 0; i < 3 * CrateStore::most_crates; ++i) {
    auto [left, right] = Channel::pair();
    const Message message = message_of(crates, some_text('a'));
    ASSERT_TRUE(message.stowed) << i;
    ASSERT_TRUE(left.send(0, message));  // whoever should receive it goes
  }
}

TEST(Crate, AChannelStowsWhatIsNot) {
  CrateStore crates;
  auto [left, right] = Channel::pair();
  left.crates(crates);
  Message message;
  OutputArchive out{message};
  out(std::string{"first of all"}, some_text('a'), 7);
  for (std::size_t i = 0; i < 2 * CrateStore::most_crates; ++i) {  // the first ones in crates, the others in another way
    ASSERT_TRUE(left.send(0, message));
  }
  Channel::Received received;
  for (std::size_t i = 0; i < 2 * CrateStore::most_crates; ++i) {
    ASSERT_EQ(right.receive(received), Channel::Receive::received);
    expect_text(received.body(), some_text('a'));
  }
}

TEST(Crate, ReceiversUnmapWhatItsSenderHasGivenUp) {
  OpenedCrates opened;
  const auto crate = std::make_shared<Crate>(large);
  const auto other = std::make_shared<Crate>(large);
  const auto* const place = opened.open(crate->memory(), 1).bytes().data();
  EXPECT_EQ(opened.open(crate->memory(), 1).bytes().data(), place);
  crate->head().discarded.store(1);
  const auto kept = opened.open(crate->memory(), 1);  // anew, as it was unmapped
  const auto next = opened.open(other->memory(), 1);
  EXPECT_NE(next.bytes().data(), kept.bytes().data());
}

TEST(Crate, RefusesWhatIsDamaged) {
  OpenedCrates opened;
  const auto crate = std::make_shared<Crate>(large);
  EXPECT_THROW(opened.open(crate->memory(), crate->room() + 1), std::runtime_error);
  EXPECT_EQ(opened.open(crate->memory(), crate->room()).bytes().size(), crate->room());
  EXPECT_THROW(opened.open(platform::make_memfd("tiny", 8), 1), std::runtime_error);
}

}  // namespace
}  // namespace tandem::remote
