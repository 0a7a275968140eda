#include "tandem/platform/modules.hpp"

#include <climits>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <stdexcept>

#include <dlfcn.h>
#include <elf.h>
#include <link.h>
#include <sys/stat.h>
#include <unistd.h>

namespace tandem::platform {
namespace {

std::string program_path() {
  std::string path(PATH_MAX, '\0');
  const ssize_t length = ::readlink("/proc/self/exe", path.data(), path.size());
  path.resize(length < 0 ? 0 : static_cast<std::size_t>(length));
  return path;
}

std::string absolute(const char* path) {
  const std::unique_ptr<char, void (*)(void*)> resolved{::realpath(path, nullptr), &std::free};
  return resolved ? resolved.get() : path;  // a file that has been replaced or removed keeps the name that it was loaded by
}

std::size_t padded(std::size_t size) { return (size + 3) & ~std::size_t{3}; }

/// Looks through a PT_NOTE segment. Its bytes are mapped, but a note's own sizes are not to be trusted beyond the segment's end.
std::vector<unsigned char> build_id_in(const unsigned char* notes, std::size_t size) {
  while (size >= sizeof(ElfW(Nhdr))) {
    ElfW(Nhdr) head;
    std::memcpy(&head, notes, sizeof head);
    const std::size_t name = sizeof head;
    const std::size_t data = name + padded(head.n_namesz);
    const std::size_t next = data + padded(head.n_descsz);
    if (next > size) break;
    if (head.n_type == NT_GNU_BUILD_ID && head.n_namesz == 4 && std::memcmp(notes + name, "GNU", 4) == 0) {
      return {notes + data, notes + data + head.n_descsz};
    }
    notes += next;
    size -= next;
  }
  return {};
}

Module describe(const dl_phdr_info& info) {
  Module module;
  module.base = info.dlpi_addr;
  for (int i = 0; i < info.dlpi_phnum; ++i) {
    const ElfW(Phdr)& part = info.dlpi_phdr[i];
    const Module::Range range{module.base + part.p_vaddr, module.base + part.p_vaddr + part.p_memsz};
    if (part.p_type == PT_LOAD) {
      if (module.all.end == 0) module.all.begin = range.begin;  // they stand in ascending order
      module.all.end = range.end;
      if ((part.p_flags & PF_X) != 0) module.code.push_back(range);
    } else if (part.p_type == PT_NOTE && module.build_id.empty()) {
      module.build_id = build_id_in(reinterpret_cast<const unsigned char*>(range.begin), part.p_memsz);
    }
  }
  return module;
}

bool is_vdso(const char* name) { return std::strncmp(name, "linux-vdso", 10) == 0 || std::strncmp(name, "linux-gate", 10) == 0; }

int add_module(dl_phdr_info* info, std::size_t /*size*/, void* list) {
  if (is_vdso(info->dlpi_name)) return 0;
  auto& modules = *static_cast<std::vector<Module>*>(list);
  modules.push_back(describe(*info));
  const bool is_program = modules.size() == 1 && info->dlpi_name[0] == '\0';
  modules.back().path = is_program ? program_path() : absolute(info->dlpi_name);
  return 0;
}

int read_changes(dl_phdr_info* info, std::size_t /*size*/, void* changes) {
  *static_cast<std::uint64_t*>(changes) = info->dlpi_adds + info->dlpi_subs;
  return 1;  // the same in each of them: one is enough
}

}  // namespace

std::vector<Module> loaded_modules() {
  std::vector<Module> modules;
  ::dl_iterate_phdr(&add_module, &modules);
  return modules;
}

std::uint64_t module_changes() noexcept {
  std::uint64_t changes = 0;
  ::dl_iterate_phdr(&read_changes, &changes);
  return changes;
}

std::uint64_t file_size(const std::string& path) noexcept {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 ? static_cast<std::uint64_t>(status.st_size) : 0;
}

void load_module(const std::string& path) {
  if (::dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL) == nullptr) {
    const char* reason = ::dlerror();
    throw std::runtime_error(std::string{"dlopen: "} + (reason == nullptr ? path : reason));
  }
}

}  // namespace tandem::platform
