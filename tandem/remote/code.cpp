#include "tandem/remote/code.hpp"

#include <algorithm>
#include <cstring>
#include <iomanip>
#include <sstream>
#include <stdexcept>

#include "tandem/remote/archive.hpp"
#include "tandem/remote/module_table.hpp"

namespace tandem::remote {
namespace {

using Entry = ModuleTable::Entry;

std::string hex(std::uint64_t number) {
  std::ostringstream text;
  text << std::hex << number;
  return text.str();
}

std::string hex(const std::vector<unsigned char>& bytes) {
  if (bytes.empty()) return "none";
  std::ostringstream text;
  for (const unsigned char byte : bytes) text << std::hex << std::setw(2) << std::setfill('0') << static_cast<int>(byte);
  return text.str();
}

/// The first bytes of a build-id as `readelf -n` shows them.
std::string hex_id(std::uint64_t id) {
  std::vector<unsigned char> bytes(sizeof id);
  std::memcpy(bytes.data(), &id, sizeof id);
  return hex(bytes);
}

bool is_code(const platform::Module& module, std::uintptr_t address) {
  return std::ranges::any_of(module.code,
                             [=](const platform::Module::Range& range) { return range.begin <= address && address < range.end; });
}

const Entry* find_id(std::uint64_t id) {
  return ModuleTables::instance().find([id](const ModuleTable& table) { return table.with_id(id); });
}

/// Spreads every bit of its input over the result (the finisher of splitmix64).
std::uint64_t mix(std::uint64_t word) {
  word = (word ^ (word >> 30)) * 0xbf58476d1ce4e5b9;
  word = (word ^ (word >> 27)) * 0x94d049bb133111eb;
  return word ^ (word >> 31);
}

std::uint64_t check_sum(CodeRef code, std::uint64_t kind) { return mix(mix(mix(code.module) + code.offset) + kind); }

void require_same_build(const Entry& entry, const ModuleNote& note) {
  if (entry.id == note.module && entry.module.build_id == note.build_id) return;
  throw std::runtime_error("the call needs code of " + note.path + " with build-id " + hex(note.build_id) + ", but here " +
                           entry.module.path + " has build-id " + hex(entry.module.build_id) +
                           ": the file has changed since the caller loaded it. Restart the program, so that all of its processes "
                           "load the same build");
}

}  // namespace

CodeRef code_of(const void* address) {
  if (address == nullptr) return {};
  const auto wanted = reinterpret_cast<std::uintptr_t>(address);
  const Entry* entry = ModuleTables::instance().find([wanted](const ModuleTable& table) { return table.at(wanted); });
  if (entry == nullptr || !is_code(entry->module, wanted)) {
    throw std::runtime_error("there is no function at 0x" + hex(wanted) + " in the program or its shared libraries" +
                             (entry == nullptr ? "" : " (it is data of " + entry->module.path + ")") +
                             ": only functions of those can be called in another process");
  }
  return {entry->id, wanted - entry->module.base};
}

const void* address_of(CodeRef code) {
  if (code == CodeRef{}) return nullptr;
  const Entry* entry = find_id(code.module);
  if (entry == nullptr) {
    throw std::runtime_error("the call is for code of a module that this process has not loaded (build-id " + hex_id(code.module) +
                             "...): both sides must run the same build of the program and of its shared libraries. Restart them "
                             "after a rebuild; load the library here too if it came by dlopen");
  }
  const std::uintptr_t address = entry->module.base + code.offset;
  if (!is_code(entry->module, address)) {
    throw std::runtime_error("there is no code at offset 0x" + hex(code.offset) + " of " + entry->module.path +
                             ": the message was damaged, or is from another build");
  }
  return reinterpret_cast<const void*>(address);
}

void remember_startup_modules() { ModuleTables::instance().renewed(true); }

std::optional<ModuleNote> note_for(CodeRef code) {
  if (code.module == 0) return std::nullopt;
  const Entry* entry = find_id(code.module);
  if (entry == nullptr || entry->since_startup) return std::nullopt;
  return ModuleNote{code.module, entry->module.build_id, entry->module.path};
}

void ensure_loaded(const ModuleNote& note) {
  if (const Entry* entry = find_id(note.module)) {
    require_same_build(*entry, note);
    return;
  }
  try {
    platform::load_module(note.path);
  } catch (const std::runtime_error& reason) {
    throw std::runtime_error("the call needs code of " + note.path + ", which could not be loaded in this process (" +
                             reason.what() + "): the file must be there under this path for all processes of the program");
  }
  if (const Entry* entry = find_id(note.module)) {
    require_same_build(*entry, note);
    return;
  }
  const ModuleTable& table = ModuleTables::instance().current();
  const auto loaded = std::ranges::find_if(table.entries, [&](const Entry& entry) { return entry.module.path == note.path; });
  require_same_build(loaded != table.entries.end() ? *loaded : Entry{.module = {.path = note.path}}, note);
}

void save_code(OutputArchive& out, CodeRef code, std::uint64_t kind) { out(code, check_sum(code, kind)); }

CodeRef load_code(InputArchive& in, std::uint64_t kind) {
  CodeRef code;
  std::uint64_t sum = 0;
  in(code, sum);
  if (sum != check_sum(code, kind)) {
    throw std::runtime_error(
        "what should name a function in this message does not: the message was damaged, or is for a different build");
  }
  return code;
}

}  // namespace tandem::remote
