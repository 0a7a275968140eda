#include "tandem/sync/rlock.hpp"

#include <stdexcept>
#include <string>

namespace tandem::sync {

void RLock::refuse_release() const {
  throw std::logic_error("release of the RLock '" + std::string{name()} +
                         "' by somebody who does not hold it: only its holder may");
}

}  // namespace tandem::sync
