#pragma once

#include <exception>
#include <string>

namespace tandem::base {

/// "std::runtime_error: no such page" for an exception that nobody caught: its type and, for a std::exception, its text. What is
/// not a std::exception gives its type alone.
std::string exception_text(const std::exception_ptr& error);

}  // namespace tandem::base
