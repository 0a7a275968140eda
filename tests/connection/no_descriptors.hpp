#pragma once

#include <sys/resource.h>

#include "tandem/platform/duplicate.hpp"

namespace tandem::test {

/// While it lives, this process gets no more descriptors.
class NoDescriptors {
 public:
  NoDescriptors() {
    ::getrlimit(RLIMIT_NOFILE, &before_);
    rlimit now = before_;
    now.rlim_cur = static_cast<rlim_t>(platform::open_null().get());  // the lowest that is free
    ::setrlimit(RLIMIT_NOFILE, &now);
  }
  NoDescriptors(const NoDescriptors&) = delete;
  NoDescriptors& operator=(const NoDescriptors&) = delete;
  ~NoDescriptors() { ::setrlimit(RLIMIT_NOFILE, &before_); }

 private:
  rlimit before_{};
};

}  // namespace tandem::test
