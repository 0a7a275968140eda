#pragma once

#include <filesystem>
#include <string_view>

namespace tandem::test {

/// A new empty folder under the system's temporary folder, removed with all that is in it by the destructor. A folder
/// that cannot be removed fails the running test.
class TempDir {
 public:
  TempDir();
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;
  ~TempDir();

  const std::filesystem::path& path() const noexcept { return path_; }
  std::filesystem::path operator/(std::string_view name) const { return path_ / name; }

  /// Writes `content` to the file `name`, making the folders on the way, and returns its path.
  std::filesystem::path write(std::string_view name, std::string_view content) const;

 private:
  std::filesystem::path path_;
};

}  // namespace tandem::test
