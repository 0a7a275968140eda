#pragma once

#include <optional>
#include <string>

namespace tandem::platform {

/// The numbers of a user and of a group, as getent(1) finds them; nothing if there is none of that name. Throws std::system_error.
std::optional<unsigned> user_id(const std::string& name);
std::optional<unsigned> group_id(const std::string& name);

}  // namespace tandem::platform
