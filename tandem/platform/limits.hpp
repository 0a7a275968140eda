#pragma once

#include <cstddef>

namespace tandem::platform {

/// Lifts this process's limit of open descriptors towards `wanted`, as far as its hard limit allows, and gives the limit that is in
/// force then. Never lowers it. The usual limit of 1024 is too little for a server of many connections.
std::size_t raise_open_files_limit(std::size_t wanted) noexcept;

}  // namespace tandem::platform
