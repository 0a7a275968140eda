#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "tandem/base/atomics.hpp"
#include "tandem/platform/modules.hpp"
#include "tandem/remote/code.hpp"

namespace tandem::remote {

/// What was loaded at one moment, sorted for being asked; never changed.
struct ModuleTable {
  struct Entry {
    platform::Module module;
    std::uint64_t id = 0;
    bool since_startup = false;  // whoever receives calls has it too, at the same id
  };
  std::vector<Entry> entries;  // by address
  std::vector<const Entry*> by_id;
  std::uint64_t changes = 0;         // platform::module_changes() before it was made
  std::unique_ptr<ModuleTable> old;  // may still be read by somebody

  const Entry* at(std::uintptr_t address) const noexcept;
  const Entry* with_id(std::uint64_t id) const noexcept;
};

/// The table in force. Readers take no lock: each change of what is loaded makes a table of its own, and the few old ones are kept.
/// So a process that was forked while another thread was at it finds no lock held.
class ModuleTables {
 public:
  static ModuleTables& instance();

  /// What `find(table)` finds, in a table that is made anew if it finds nothing or something that could have been unloaded since.
  template <class Find>
  const ModuleTable::Entry* find(const Find& find) {
    const ModuleTable* table = &current();
    const ModuleTable::Entry* entry = find(*table);
    if (entry != nullptr && entry->since_startup) return entry;
    if (platform::module_changes() == table->changes) return entry;
    return find(renewed(false));
  }

  const ModuleTable& current();
  /// Made of what is loaded now. With `all_since_startup` all of it counts as there since startup, otherwise what did before.
  const ModuleTable& renewed(bool all_since_startup);

 private:
  ModuleTables() = default;

  // nullptr: nobody has asked yet; otherwise the newest table, immutable once it stands here. Stored with release by renewed()'s
  // compare-exchange, partner of the acquire in current().
  base::Atomic<ModuleTable*> newest_ = nullptr;
};

}  // namespace tandem::remote
