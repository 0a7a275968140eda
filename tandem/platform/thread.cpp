#include "tandem/platform/thread.hpp"

#include <string>
#include <system_error>

#include <pthread.h>
#include <sys/prctl.h>
#include <unistd.h>

namespace tandem::platform {
namespace {

static_assert(sizeof(pthread_t) == sizeof(unsigned long));

void check(int error, const char* call) {
  if (error != 0) throw std::system_error(error, std::generic_category(), call);  // these calls do not set errno
}

/// What a thread is to be like.
class Attributes {
 public:
  explicit Attributes(std::size_t stack_size) {
    check(::pthread_attr_init(&attributes_), "pthread_attr_init");
    if (stack_size != 0) check(::pthread_attr_setstacksize(&attributes_, stack_size), "pthread_attr_setstacksize");
  }
  Attributes(const Attributes&) = delete;
  Attributes& operator=(const Attributes&) = delete;
  ~Attributes() { ::pthread_attr_destroy(&attributes_); }

  const pthread_attr_t* get() const noexcept { return &attributes_; }

 private:
  pthread_attr_t attributes_;
};

}  // namespace

int native_thread_id() noexcept { return ::gettid(); }

void set_thread_name(std::string_view name) noexcept {
  char buffer[16] = {};
  name.copy(buffer, sizeof buffer - 1);
  ::prctl(PR_SET_NAME, buffer);
}

void NativeThread::start(Entry entry, void* argument, std::size_t stack_size) {
  const Attributes attributes{stack_size};
  check(::pthread_create(&handle_, attributes.get(), entry, argument), "pthread_create");
  joinable_ = true;
}

void NativeThread::join() noexcept {
  ::pthread_join(handle_, nullptr);
  joinable_ = false;
}

void NativeThread::detach() noexcept {
  ::pthread_detach(handle_);
  joinable_ = false;
}

}  // namespace tandem::platform
