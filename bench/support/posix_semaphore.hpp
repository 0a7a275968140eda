#pragma once

#include <cerrno>

#include <semaphore.h>

#include "bench/support/contender.hpp"

namespace tandem::bench {

/// sem_t as a class.
class PosixSemaphore {
 public:
  explicit PosixSemaphore(unsigned permits) { check(::sem_init(&semaphore_, 0, permits) == 0, "sem_init"); }
  PosixSemaphore(const PosixSemaphore&) = delete;
  PosixSemaphore& operator=(const PosixSemaphore&) = delete;
  ~PosixSemaphore() { ::sem_destroy(&semaphore_); }

  void acquire() {
    while (::sem_wait(&semaphore_) != 0) check(errno == EINTR, "sem_wait");
  }
  void release() { check(::sem_post(&semaphore_) == 0, "sem_post"); }

 private:
  sem_t semaphore_;
};

}  // namespace tandem::bench
