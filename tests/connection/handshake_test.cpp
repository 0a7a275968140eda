// The messages of the handshake, one by one, without a socket.

#include "tandem/connection/handshake.hpp"

#include <optional>
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "tests/support/random.hpp"

namespace tandem::test {
namespace {

using multiprocessing::Handshake;
using Side = Handshake::Side;

/// Hands messages to and fro until one has failed or both have no more to say; what each failed with.
std::pair<std::optional<std::string>, std::optional<std::string>> run(Handshake& listener, Handshake& client) {
  Handshake::Step to_client = listener.begin();
  Handshake::Step to_listener = client.begin();
  std::optional<std::string> listener_failed;
  std::optional<std::string> client_failed;
  while (!to_client.to_send.empty() || !to_listener.to_send.empty()) {
    const auto for_client = std::exchange(to_client.to_send, {});
    for (const std::string& message : for_client) {
      if (client_failed || client.is_done()) break;
      Handshake::Step step = client.next(message);
      for (auto& answer : step.to_send) to_listener.to_send.push_back(std::move(answer));
      client_failed = step.failure;
    }
    const auto for_listener = std::exchange(to_listener.to_send, {});
    for (const std::string& message : for_listener) {
      if (listener_failed || listener.is_done()) break;
      Handshake::Step step = listener.next(message);
      for (auto& answer : step.to_send) to_client.to_send.push_back(std::move(answer));
      listener_failed = step.failure;
    }
  }
  return {listener_failed, client_failed};
}

TEST(Handshake, BothHaveTheKey) {
  for (const std::string& key : {std::string{"secret"}, std::string{}, std::string(1000, 'k'), std::string{"\0x", 2}}) {
    Handshake listener{Side::listener, key};
    Handshake client{Side::client, key};
    const auto [listener_failed, client_failed] = run(listener, client);
    EXPECT_EQ(listener_failed, std::nullopt);
    EXPECT_EQ(client_failed, std::nullopt);
    EXPECT_TRUE(listener.is_done() && client.is_done());
    EXPECT_THROW(listener.next("more"), std::logic_error);
  }
}

TEST(Handshake, BothLearnThatTheKeysDiffer) {
  Handshake listener{Side::listener, "one"};
  Handshake client{Side::client, "other"};
  const auto [listener_failed, client_failed] = run(listener, client);
  EXPECT_NE(listener_failed.value_or("").find("authkey"), std::string::npos);
  EXPECT_NE(client_failed.value_or("").find("authkey"), std::string::npos);
  EXPECT_FALSE(listener.is_done() || client.is_done());
}

TEST(Handshake, AsCPythonWritesIt) {
  Handshake client{Side::client, "secret"};
  EXPECT_TRUE(client.begin().to_send.empty());
  // python3 -c "import hmac; print(hmac.digest(b'secret', b'{sha256}' + bytes(range(40)), 'sha256').hex())"
  std::string challenge = "#CHALLENGE#{sha256}";
  for (char c = 0; c < 40; ++c) challenge += c;
  const Handshake::Step step = client.next(challenge);
  ASSERT_EQ(step.to_send.size(), 1U);
  std::string hex;
  for (const char c : step.to_send[0].substr(8)) {
    for (const int half : {(c >> 4) & 15, c & 15}) hex += "0123456789abcdef"[half];
  }
  EXPECT_EQ(step.to_send[0].substr(0, 8), "{sha256}");
  EXPECT_EQ(hex, "fc57fbe650d6124b98215e7b5d197d5807ad69982d275a9735ea2d56f1fa6989");
}

TEST(Handshake, AChallengeIsNewEachTime) {
  Handshake one{Side::listener, "secret"};
  Handshake other{Side::listener, "secret"};
  const std::string first = one.begin().to_send.at(0);
  EXPECT_EQ(first.size(), 11 + 8 + 40U);
  EXPECT_TRUE(first.starts_with("#CHALLENGE#{sha256}"));
  EXPECT_NE(first, other.begin().to_send.at(0));
}

TEST(Handshake, ChallengesThatAreNone) {
  const std::string random(40, 'r');
  for (const std::string& message :
       {std::string{}, std::string{"#CHALLENGE#"}, "#CHALLENGE#" + random, "#CHALLENGE#{md5}" + random, "#WELCOME#" + random,
        "#CHALLENGE#{sha256}" + random.substr(1), "{sha256}" + random, std::string{"#FAILURE#"}}) {
    Handshake client{Side::client, "secret"};
    const Handshake::Step step = client.next(message);
    EXPECT_TRUE(step.failure) << message;
    EXPECT_TRUE(step.to_send.empty()) << "the key answers no questions like " << message;
  }
}

TEST(Handshake, AnswersThatAreWrong) {
  auto random = random_engine();
  for (int round = 0; round < 1000; ++round) {
    Handshake listener{Side::listener, "secret"};
    const std::string challenge = listener.begin().to_send.at(0);
    Handshake client{Side::client, "secret"};
    std::string answer = client.next(challenge).to_send.at(0);
    const auto at = random() % answer.size();
    if (round % 3 == 0) {
      answer.resize(at);
    } else if (round % 3 == 1) {
      answer[at] = static_cast<char>(answer[at] ^ (1 << random() % 8));
    } else {
      answer += 'x';
    }
    const Handshake::Step step = listener.next(answer);
    EXPECT_TRUE(step.failure);
    EXPECT_EQ(step.to_send, std::vector<std::string>{"#FAILURE#"});
    EXPECT_FALSE(listener.is_done());
  }
}

TEST(Handshake, ItsOwnChallengeSentBackIsNoAnswer) {
  Handshake listener{Side::listener, "secret"};
  const std::string challenge = listener.begin().to_send.at(0);
  EXPECT_TRUE(listener.next(challenge).failure);
}

TEST(Handshake, TheListenerMustShowTheKeyToo) {
  Handshake client{Side::client, "secret"};
  Handshake real{Side::listener, "secret"};
  ASSERT_FALSE(client.next(real.begin().to_send.at(0)).failure);
  const Handshake::Step asked = client.next("#WELCOME#");
  ASSERT_EQ(asked.to_send.size(), 1U);
  EXPECT_FALSE(client.is_done());
  EXPECT_TRUE(client.next("{sha256}" + std::string(32, 'x')).failure) << "somebody who welcomes anybody";
  EXPECT_FALSE(client.is_done());
}

}  // namespace
}  // namespace tandem::test
