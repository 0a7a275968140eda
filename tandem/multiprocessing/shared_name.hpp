#pragma once

#include <algorithm>
#include <array>
#include <string_view>

namespace tandem::multiprocessing {

/// What errors call a shared object, in its state, so that all processes call it the same. What is beyond 63 bytes is cut off.
/// Written before anybody else knows the object, and constant then.
class SharedName {
 public:
  void set(std::string_view name) noexcept {
    const std::size_t size = std::min(name.size(), text_.size() - 1);
    std::copy_n(name.data(), size, text_.data());
  }
  const char* get() const noexcept { return text_.data(); }

 private:
  std::array<char, 64> text_{};
};

static_assert(sizeof(SharedName) == 64, "processes share it");

}  // namespace tandem::multiprocessing
