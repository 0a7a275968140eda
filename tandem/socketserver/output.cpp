#include "tandem/socketserver/output.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "tandem/platform/open_beneath.hpp"

namespace tandem::socketserver {
namespace {

constexpr std::size_t worth_moving = 4096;    // below, a copy into the last chunk is cheaper than a chunk of its own
constexpr std::size_t worth_keeping = 32768;  // a buffer up to this size stays with its connection for the next answer

}  // namespace

std::string& Output::tail() {
  if (chunks_.empty() || !std::holds_alternative<std::string>(chunks_.back())) chunks_.emplace_back(std::string{});
  return std::get<std::string>(chunks_.back());
}

void Output::append(std::string_view bytes) {
  if (bytes.empty()) return;
  tail().append(bytes);
  size_ += bytes.size();
}

void Output::append(std::string&& bytes) {
  if (bytes.size() < worth_moving) return append(std::string_view{bytes});
  size_ += bytes.size();
  chunks_.emplace_back(std::move(bytes));
}

void Output::append(FileSlice slice) {
  if (slice.length == 0) return;
  size_ += slice.length;
  chunks_.emplace_back(std::move(slice));
}

std::span<char> Output::grow(std::size_t count) {
  std::string& last = tail();
  const std::size_t before = last.size();
  last.resize(before + count);
  size_ += count;
  return std::span{last}.subspan(before);
}

void Output::consume(std::uint64_t count) {
  if (count > size_) throw std::logic_error("Output::consume: more bytes than there are");
  size_ -= count;
  while (count > 0) {
    if (auto* slice = std::get_if<FileSlice>(&chunks_[first_])) {
      const std::uint64_t step = std::min(count, slice->length);
      slice->offset += step;
      slice->length -= step;
      count -= step;
      if (slice->length == 0) pop_front();
    } else {
      const std::string& bytes = std::get<std::string>(chunks_[first_]);
      const std::size_t step = std::min<std::uint64_t>(count, bytes.size() - sent_);
      sent_ += step;
      count -= step;
      if (sent_ == bytes.size()) pop_front();
    }
  }
}

void Output::pop_front() {
  sent_ = 0;
  if (first_ + 1 < chunks_.size()) {
    chunks_[first_++] = std::string{};  // closes its file, or frees its memory
    return;
  }
  // All is sent. What most answers need, one small buffer, is kept for the next one.
  first_ = 0;
  auto* last = std::get_if<std::string>(&chunks_.back());
  if (last == nullptr || last->capacity() > worth_keeping) {
    chunks_.clear();
    return;
  }
  last->clear();
  std::string kept = std::move(*last);
  chunks_.clear();
  chunks_.emplace_back(std::move(kept));
}

void Output::clear() {
  chunks_.clear();
  first_ = sent_ = 0;
  size_ = 0;
}

std::string text_of(const Output& output) {
  std::string text;
  std::size_t skip = output.sent_of_front();
  for (const Output::Chunk& chunk : output.chunks()) {
    if (const auto* slice = std::get_if<FileSlice>(&chunk)) {
      const std::size_t before = text.size();
      text.resize(before + slice->length);
      const platform::Transfer got = platform::read_at(slice->file.get(), std::span{text}.subspan(before), slice->offset);
      text.resize(before + got.bytes);
    } else {
      text += std::string_view{std::get<std::string>(chunk)}.substr(skip);
    }
    skip = 0;
  }
  return text;
}

}  // namespace tandem::socketserver
