#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "tandem/platform/fd.hpp"

namespace tandem::socketserver {

/// A part of an open file, to be sent as it is when its turn comes.
struct FileSlice {
  platform::Fd file;
  std::uint64_t offset = 0;
  std::uint64_t length = 0;
};

/// What a session has yet to send, in order: bytes and slices of files. The model sends from the front and says how much went out;
/// tests look at it. It belongs to whoever has the session: not synchronised.
class Output {
 public:
  using Chunk = std::variant<std::string, FileSlice>;

  void append(std::string_view bytes);
  /// Large strings are taken over without a copy.
  void append(std::string&& bytes);
  void append(FileSlice slice);
  /// Adds `count` bytes to be filled in at once by the caller; the span is valid until the next call.
  std::span<char> grow(std::size_t count);

  bool empty() const noexcept { return size_ == 0; }
  /// Bytes not yet sent, those of files included.
  std::uint64_t size() const noexcept { return size_; }
  /// What is left, the front first. Of a string in front, the first sent_of_front() bytes are gone already; a slice in front has
  /// been made smaller instead.
  std::span<const Chunk> chunks() const noexcept { return std::span{chunks_}.subspan(first_); }
  std::size_t sent_of_front() const noexcept { return sent_; }

  /// Drops `count` bytes from the front: they are sent.
  void consume(std::uint64_t count);
  void clear();

 private:
  std::string& tail();
  void pop_front();

  std::vector<Chunk> chunks_;
  std::size_t first_ = 0;  // chunks before this one are done
  std::size_t sent_ = 0;   // of the first chunk, if it is a string
  std::uint64_t size_ = 0;
};

/// All that is queued as one string, files read in. For tests.
std::string text_of(const Output& output);

}  // namespace tandem::socketserver
