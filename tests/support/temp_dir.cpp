#include "tests/support/temp_dir.hpp"

#include <cstdlib>
#include <fstream>
#include <ios>
#include <string>
#include <system_error>

#include <gtest/gtest.h>

#include "tandem/platform/errors.hpp"

namespace tandem::test {

TempDir::TempDir() {
  std::string name = (std::filesystem::temp_directory_path() / "tandem-test-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) platform::throw_errno("mkdtemp", name);
  path_ = name;
}

TempDir::~TempDir() {
  std::error_code error;
  std::filesystem::remove_all(path_, error);
  if (error) ADD_FAILURE() << "cannot remove " << path_ << ": " << error.message();
}

std::filesystem::path TempDir::write(std::string_view name, std::string_view content) const {
  const std::filesystem::path file = path_ / name;
  std::filesystem::create_directories(file.parent_path());
  std::ofstream out{file, std::ios::binary};
  out.write(content.data(), static_cast<std::streamsize>(content.size()));
  out.close();
  if (!out) throw std::ios_base::failure{"cannot write " + file.string()};
  return file;
}

}  // namespace tandem::test
