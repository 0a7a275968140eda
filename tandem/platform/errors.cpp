#include "tandem/platform/errors.hpp"

#include <cerrno>
#include <string>
#include <system_error>

namespace tandem::platform {

void throw_error(int code, std::string_view call, std::string_view subject) {
  std::string what{call};
  if (!subject.empty()) what.append(" ").append(subject);
  throw std::system_error(code, std::generic_category(), what);
}

void throw_errno(std::string_view call, std::string_view subject) { throw_error(errno, call, subject); }

}  // namespace tandem::platform
