#include <cerrno>
#include <system_error>
#include <utility>

#include <pthread.h>

#include "bench/shared_lock/contenders.hpp"
#include "bench/shared_lock/sharing.hpp"
#include "bench/support/shared/forked_processes.hpp"

namespace tandem::bench {
namespace {

void check_result(int error, const char* call) {
  if (error != 0) throw std::system_error(error, std::system_category(), call);
}

/// A pthread mutex in shared memory; a handle.
template <int robustness>
class SharedMutex {
 public:
  SharedMutex() {
    pthread_mutexattr_t attributes;
    check_result(::pthread_mutexattr_init(&attributes), "pthread_mutexattr_init");
    check_result(::pthread_mutexattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED), "pthread_mutexattr_setpshared");
    check_result(::pthread_mutexattr_setrobust(&attributes, robustness), "pthread_mutexattr_setrobust");
    check_result(::pthread_mutex_init(&*mutex_, &attributes), "pthread_mutex_init");
    ::pthread_mutexattr_destroy(&attributes);
  }
  void lock() { check_result(::pthread_mutex_lock(&*mutex_), "pthread_mutex_lock"); }
  void unlock() { check_result(::pthread_mutex_unlock(&*mutex_), "pthread_mutex_unlock"); }

 private:
  Shared<pthread_mutex_t> mutex_{std::in_place};
};

}  // namespace

double pthread_shared(const Order& order) { return share<SharedMutex<PTHREAD_MUTEX_STALLED>, ForkedProcesses>(order); }

double pthread_robust(const Order& order) { return share<SharedMutex<PTHREAD_MUTEX_ROBUST>, ForkedProcesses>(order); }

}  // namespace tandem::bench
