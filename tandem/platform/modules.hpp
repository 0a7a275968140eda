#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace tandem::platform {

/// The program itself, or a shared library, as it lies in this process's memory.
struct Module {
  struct Range {
    std::uintptr_t begin, end;  // end is the first address behind it
  };
  std::uintptr_t base = 0;  // what the file's own addresses are counted from
  Range all = {};
  std::vector<Range> code = {};              // where it may be executed
  std::vector<unsigned char> build_id = {};  // of NT_GNU_BUILD_ID; empty if it was linked without
  std::string path = {};                     // absolute
};

/// All of them, in the order in which the loader knows them; the program comes first. The kernel's vdso is left out.
std::vector<Module> loaded_modules();

/// A number that is another one after each dlopen and dlclose that changed something.
std::uint64_t module_changes() noexcept;

/// The size of the file, 0 if it cannot be asked.
std::uint64_t file_size(const std::string& path) noexcept;

/// dlopen with RTLD_NOW | RTLD_LOCAL; it stays loaded. Throws std::runtime_error with the loader's text.
void load_module(const std::string& path);

}  // namespace tandem::platform
