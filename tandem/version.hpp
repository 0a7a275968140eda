#pragma once

#include <string_view>

namespace tandem {

/// The release that these headers belong to, as semantic versioning has it. The build checks it against CMakeLists.txt.
inline constexpr std::string_view version = "0.1.0";

}  // namespace tandem
