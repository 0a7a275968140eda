#include "tandem/multiprocessing/lock.hpp"

#include <stdexcept>
#include <string>

namespace tandem::multiprocessing {

Lock::Lock(std::string_view name) : SharedHandle{shared::Kind::lock} { state().name.set(name); }

void Lock::refuse_release() const {
  throw std::logic_error("release of the unlocked Lock '" + std::string{name()} + "': acquire() must come first");
}

}  // namespace tandem::multiprocessing
