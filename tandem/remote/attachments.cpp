#include "tandem/remote/attachments.hpp"

#include <algorithm>
#include <unordered_map>
#include <utility>

#include "tandem/platform/duplicate.hpp"
#include "tandem/platform/fd.hpp"
#include "tandem/sync/fork_hold.hpp"
#include "tandem/sync/guard.hpp"
#include "tandem/sync/lock.hpp"

namespace tandem::remote {
namespace {

/// All duplicates that lie in messages of this process.
struct Registry {
  sync::Lock lock{"attachments"};
  std::unordered_map<int, platform::FileIdentity> duplicates;  // guarded by lock
};

Registry& registry() { return sync::kept_over_forks<Registry>(); }
// Before there are threads, so that a fork finds its lock named.
[[maybe_unused]] const Registry& made_early = registry();

// Its user does not own them alone: what a program was started with is never closed for it.
constexpr int last_standard = 2;

}  // namespace

Attachments& Attachments::operator=(Attachments&& other) noexcept {
  if (this != &other) {
    clear();
    entries_ = std::exchange(other.entries_, {});
  }
  return *this;
}

void Attachments::add(int duplicate, int original) {
  entries_.push_back({duplicate, original});  // first: nobody would strike out one that is there only
  Registry& known = registry();
  const sync::Guard hold{known.lock};
  known.duplicates.insert_or_assign(duplicate, platform::identity_of(duplicate));
}

void Attachments::remove(int duplicate) noexcept {
  if (std::erase_if(entries_, [&](const Entry& entry) { return entry.duplicate == duplicate; }) == 0) return;
  Registry& known = registry();
  const sync::Guard hold{known.lock};
  known.duplicates.erase(duplicate);
}

void Attachments::clear() noexcept {
  if (entries_.empty()) return;
  Registry& known = registry();
  const sync::Guard hold{known.lock};
  for (const Entry& entry : std::exchange(entries_, {})) known.duplicates.erase(entry.duplicate);
}

bool Attachments::has_duplicate(int fd) const noexcept {
  return std::any_of(entries_.begin(), entries_.end(), [&](const Entry& entry) { return entry.duplicate == fd; });
}

// The duplicate is kept and the original closed, and not the other way round. The duplicate is certainly what was attached. The
// original's number may mean anything by now: its owner may have closed it before the start, and another file got the number. If it
// is the same end of the same line after all, but somebody else's copy of it, then no more is lost than a copy in the memory of a
// process that has the argument. Several duplicates of one original are several, as the objects made from them are.
//
// In the parent's memory there is an owner yet of each descriptor that is closed here. He does no harm by what he does to it: the
// number stays taken, so it cannot become another file's under his hands.
void Attachments::settle_in_child(Attachments* own) {
  Registry& known = registry();
  const sync::Guard hold{known.lock};
  if (own != nullptr) {
    for (const auto [duplicate, original] : own->entries_) {
      known.duplicates.erase(duplicate);
      // A number that was free again by the time of a later duplicate may be that one's.
      if (original <= last_standard || own->has_duplicate(original)) continue;
      if (platform::is_same_end(original, duplicate)) platform::close_but_keep_number(original);
    }
    own->entries_.clear();
  }
  for (const auto& [duplicate, identity] : std::exchange(known.duplicates, {})) {
    if (platform::identity_of(duplicate) == identity) platform::close_but_keep_number(duplicate);
  }
}

}  // namespace tandem::remote
