#pragma once

#include <string>

namespace tandem::base {

/// Makes the text longer, by bytes that have no value yet: for who fills them at once, and would else have the memory gone through
/// twice. C++23: resize_and_overwrite. Makes it shorter, too. Throws std::bad_alloc.
void resize_unfilled(std::string& text, std::size_t size);

}  // namespace tandem::base
