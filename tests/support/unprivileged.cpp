#include "tests/support/unprivileged.hpp"

#include <cerrno>
#include <system_error>

#include <linux/capability.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace tandem::test {
namespace {

// There is no wrapper in the C library, and libcap would be a package for two calls.
std::uint32_t exchange_effective(std::uint32_t keep, std::uint32_t add) {
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  __user_cap_data_struct sets[_LINUX_CAPABILITY_U32S_3] = {};
  if (::syscall(SYS_capget, &header, sets) != 0) throw std::system_error(errno, std::generic_category(), "capget");
  const std::uint32_t before = sets[0].effective;
  sets[0].effective = (before & keep) | add;
  if (::syscall(SYS_capset, &header, sets) != 0) throw std::system_error(errno, std::generic_category(), "capset");
  return before;
}

}  // namespace

Unprivileged::Unprivileged() : before_{exchange_effective(~((1U << CAP_DAC_OVERRIDE) | (1U << CAP_DAC_READ_SEARCH)), 0)} {}
Unprivileged::~Unprivileged() { exchange_effective(0, before_); }

}  // namespace tandem::test
