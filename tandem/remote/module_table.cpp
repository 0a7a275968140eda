#include "tandem/remote/module_table.hpp"

#include <algorithm>
#include <cstring>
#include <string_view>
#include <utility>

namespace tandem::remote {
namespace {

/// FNV-1a.
std::uint64_t hash(std::string_view text, std::uint64_t start) {
  std::uint64_t state = 0xcbf29ce484222325 ^ start;
  for (const char c : text) state = (state ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  return state;
}

std::uint64_t id_of(const platform::Module& module) {
  std::uint64_t id = 0;
  if (module.build_id.size() >= sizeof id) {
    std::memcpy(&id, module.build_id.data(), sizeof id);
  } else {
    id = hash(module.path, platform::file_size(module.path));
  }
  return id != 0 ? id : 1;  // 0 stands for no module
}

bool knew_at_startup(const ModuleTable* before, const ModuleTable::Entry& entry) {
  if (before == nullptr) return true;
  return std::ranges::any_of(before->entries, [&](const ModuleTable::Entry& old) {
    return old.since_startup && old.id == entry.id && old.module.base == entry.module.base;
  });
}

std::unique_ptr<ModuleTable> make_table(const ModuleTable* before, bool all_since_startup) {
  auto table = std::make_unique<ModuleTable>();
  table->changes = platform::module_changes();
  for (platform::Module& module : platform::loaded_modules()) {
    ModuleTable::Entry entry{.module = std::move(module)};
    entry.id = id_of(entry.module);
    entry.since_startup = all_since_startup || knew_at_startup(before, entry);
    table->entries.push_back(std::move(entry));
  }
  std::ranges::sort(table->entries, {}, [](const ModuleTable::Entry& entry) { return entry.module.all.begin; });
  for (const ModuleTable::Entry& entry : table->entries) table->by_id.push_back(&entry);
  std::ranges::stable_sort(table->by_id, {}, &ModuleTable::Entry::id);
  return table;
}

}  // namespace

const ModuleTable::Entry* ModuleTable::at(std::uintptr_t address) const noexcept {
  const auto behind = std::ranges::upper_bound(entries, address, {}, [](const Entry& entry) { return entry.module.all.begin; });
  if (behind == entries.begin()) return nullptr;
  const Entry& entry = *std::prev(behind);
  return address < entry.module.all.end ? &entry : nullptr;
}

const ModuleTable::Entry* ModuleTable::with_id(std::uint64_t id) const noexcept {
  const auto found = std::ranges::lower_bound(by_id, id, {}, &Entry::id);
  return found != by_id.end() && (*found)->id == id ? *found : nullptr;
}

ModuleTables& ModuleTables::instance() {
  static ModuleTables* const tables = new ModuleTables;  // never destroyed: threads may send calls until the process is gone
  return *tables;
}

const ModuleTable& ModuleTables::current() {
  const ModuleTable* table = newest_.load(std::memory_order_acquire);
  return table != nullptr ? *table : renewed(true);
}

const ModuleTable& ModuleTables::renewed(bool all_since_startup) {
  ModuleTable* before = newest_.load(std::memory_order_acquire);
  for (;;) {
    std::unique_ptr<ModuleTable> table = make_table(before, all_since_startup);
    if (newest_.compare_exchange_strong(before, table.get(), std::memory_order_acq_rel, std::memory_order_acquire)) {
      table->old.reset(before);
      return *table.release();
    }
  }
}

}  // namespace tandem::remote
