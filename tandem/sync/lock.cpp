#include "tandem/sync/lock.hpp"

#include <stdexcept>
#include <string>

namespace tandem::sync {

void Lock::refuse_release() const {
  throw std::logic_error("release of the unlocked Lock '" + std::string{name_} + "': acquire() must come first");
}

}  // namespace tandem::sync
