#include "tandem/remote/opened_crates.hpp"

#include <algorithm>
#include <stdexcept>
#include <string>

#include "tandem/remote/crate_store.hpp"

namespace tandem::remote {

OpenedCrates::Contents OpenedCrates::open(const platform::Fd& memory, std::uint64_t size) {
  std::erase_if(opened_, [](const auto& crate) { return crate->head().discarded.load(std::memory_order_relaxed) != 0; });
  const platform::FileIdentity identity = platform::identity_of(memory.get());
  auto known = std::ranges::find_if(opened_, [&](const auto& crate) { return crate->identity == identity; });
  if (known == opened_.end()) {
    Opened made{identity, platform::Mapping{memory, platform::Mapping::Access::read_write}};
    if (made.mapping.size() < crate_head_size)
      throw std::runtime_error("a message came in memory that is no crate; it was damaged");
    if (opened_.size() == CrateStore::most_crates) opened_.erase(opened_.begin());
    opened_.push_back(std::make_shared<const Opened>(std::move(made)));
  } else {
    std::rotate(known, known + 1, opened_.end());
  }
  const auto& crate = opened_.back();
  if (size > crate->mapping.size() - crate_head_size) {
    throw std::runtime_error("a message of " + std::to_string(size) + " bytes came in a crate that is smaller; it was damaged");
  }
  return {crate, static_cast<std::size_t>(size)};
}

}  // namespace tandem::remote
