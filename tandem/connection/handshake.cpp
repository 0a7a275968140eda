#include "tandem/connection/handshake.hpp"

#include <array>
#include <stdexcept>
#include <utility>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

namespace tandem::multiprocessing {
namespace {

constexpr std::string_view challenge_mark = "#CHALLENGE#";
constexpr std::string_view welcome = "#WELCOME#";
constexpr std::string_view failure = "#FAILURE#";
constexpr std::string_view digest_name = "{sha256}";
constexpr std::size_t random_size = 40;

/// The answer to a challenge: which digest, and the digest.
std::string answer_to(std::string_view challenge, const std::string& key) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  const auto* const bytes = reinterpret_cast<const unsigned char*>(challenge.data());
  if (::HMAC(::EVP_sha256(), key.data(), static_cast<int>(key.size()), bytes, challenge.size(), digest.data(), &size) == nullptr) {
    throw std::runtime_error("HMAC-SHA256 could not be computed");
  }
  return std::string{digest_name}.append(reinterpret_cast<const char*>(digest.data()), size);
}

/// In a time that tells nothing about where they differ.
bool are_equal(std::string_view a, std::string_view b) {
  return a.size() == b.size() && ::CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace

Handshake::Handshake(Side side, std::string key)
    : side_{side}, key_{std::move(key)}, awaited_{side == Side::listener ? Awaited::answer : Awaited::challenge} {}

Handshake::Step Handshake::begin() {
  if (side_ == Side::client) return {};
  return {{make_challenge()}, std::nullopt};
}

Handshake::Step Handshake::next(std::string_view message) {
  switch (awaited_) {
    case Awaited::answer:
      return judge(message);
    case Awaited::challenge:
      return answer(message);
    case Awaited::verdict:
      return take_verdict(message);
    case Awaited::nothing:
      break;
  }
  throw std::logic_error("the handshake is over");
}

std::string Handshake::make_challenge() {
  std::array<unsigned char, random_size> random{};
  if (::RAND_bytes(random.data(), random.size()) != 1) throw std::runtime_error("there are no random bytes to be had");
  challenge_ = std::string{digest_name}.append(reinterpret_cast<const char*>(random.data()), random.size());
  return std::string{challenge_mark} + challenge_;
}

Handshake::Step Handshake::judge(std::string_view answer) {
  if (!are_equal(answer, answer_to(challenge_, key_))) {
    return {{std::string{failure}}, "the other side does not have the same authkey, or does not know HMAC-SHA256"};
  }
  awaited_ = side_ == Side::listener ? Awaited::challenge : Awaited::nothing;
  return {{std::string{welcome}}, std::nullopt};
}

Handshake::Step Handshake::answer(std::string_view challenge) {
  // Shorter ones could have been computed before.
  if (!challenge.starts_with(challenge_mark) || !challenge.substr(challenge_mark.size()).starts_with(digest_name) ||
      challenge.size() < challenge_mark.size() + digest_name.size() + random_size) {
    return {{}, "the other side does not ask for an authkey as it should: is it given one, and does it know HMAC-SHA256?"};
  }
  awaited_ = Awaited::verdict;
  return {{answer_to(challenge.substr(challenge_mark.size()), key_)}, std::nullopt};
}

Handshake::Step Handshake::take_verdict(std::string_view verdict) {
  if (verdict != welcome) return {{}, "the other side refused our authkey: it does not have the same one"};
  if (side_ == Side::listener) {
    awaited_ = Awaited::nothing;
    return {};
  }
  awaited_ = Awaited::answer;
  return {{make_challenge()}, std::nullopt};
}

}  // namespace tandem::multiprocessing
