#pragma once

#include <string_view>

namespace tandem::platform {

/// Throws std::system_error for `code` (errno by default), whose text begins with what was tried: "openat2 public/x: No such ...".
[[noreturn]] void throw_errno(std::string_view call, std::string_view subject = {});
[[noreturn]] void throw_error(int code, std::string_view call, std::string_view subject = {});

}  // namespace tandem::platform
