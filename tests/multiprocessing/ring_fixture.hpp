#pragma once

#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tandem/multiprocessing/message_ring.hpp"
#include "tandem/platform/memfd.hpp"

namespace tandem::test {

inline constexpr std::uint64_t kib = 1024;
inline constexpr std::uint64_t mib = 1024 * kib;

/// A MessageRing in a file of its own, that tests put strings into.
class TestRing {
 public:
  using Ring = multiprocessing::MessageRing;
  using Outcome = Ring::Outcome;

  explicit TestRing(Ring::Limits limits = {}, std::uint64_t file_size = shared::Window::size)
      : file_{platform::make_sparse_memfd("test ring", file_size)}, window_{formatted(file_, limits)}, ring_{window_} {}

  Ring& operator*() noexcept { return ring_; }
  Ring* operator->() noexcept { return &ring_; }
  const shared::Window& window() const noexcept { return window_; }
  std::uint64_t memory() const { return platform::allocated_bytes(file_); }

  Outcome put(std::string_view text, Deadline deadline = Deadline::passed(), sync::Cancel cancel = {}) {
    return ring_.put(
        {text.size()}, [&](std::span<std::byte> place) { copy(text, place); }, deadline, cancel);
  }
  /// Nothing if there is none until the deadline.
  std::optional<std::string> get(Deadline deadline = Deadline::passed(), sync::Cancel cancel = {}) {
    std::optional<std::string> text;
    ring_.get([&](const multiprocessing::IncomingMessage& message) { text = string(message); }, deadline, cancel);
    return text;
  }
  std::vector<std::string> get_all() {
    std::vector<std::string> all;
    while (auto text = get()) all.push_back(*std::move(text));
    return all;
  }

  /// Another mapping of the state, for tests that look into it or write over it.
  class State {
   public:
    explicit State(const shared::Window& window) : mapping_{window.map(0, 4096)} {}
    multiprocessing::RingState& operator*() const noexcept {
      return *reinterpret_cast<multiprocessing::RingState*>(mapping_.data());
    }
    multiprocessing::RingState* operator->() const noexcept { return &**this; }

   private:
    platform::Mapping mapping_;
  };
  State state() const { return State{window_}; }

  static void copy(std::string_view text, std::span<std::byte> place) {
    if (!text.empty()) std::memcpy(place.data(), text.data(), text.size());
  }
  static std::string string(const multiprocessing::IncomingMessage& message) {
    return {reinterpret_cast<const char*>(message.payload.data()), message.payload.size()};
  }

 private:
  static shared::Window formatted(const platform::Fd& file, Ring::Limits limits) {
    const shared::Window window{file, 0};
    Ring::format(window, limits);
    return window;
  }

  platform::Fd file_;
  shared::Window window_;
  Ring ring_;
};

/// Text of that size, different from those of other numbers nearby.
inline std::string text_of(std::size_t size, std::size_t number) {
  std::string text = std::to_string(number) + ':';
  text.resize(size, static_cast<char>('a' + number % 26));
  return text;
}

}  // namespace tandem::test
