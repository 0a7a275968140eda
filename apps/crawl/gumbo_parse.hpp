#pragma once

#include <string_view>

#include "apps/crawl/parse_arena.hpp"

struct GumboInternalOutput;

namespace tandem::crawl {

/// The tree of `html`, whatever it looks like, or nullptr if an arena's budget is exceeded or the parser gives up on it. The tree
/// belongs to `arena` and refers to `html`; there is nothing to free. arena.exceeded() says why there is none.
///
/// gumbo_destroy_output must not be called for it: that function recurses over the tree and overflows the stack on a deep one.
const GumboInternalOutput* gumbo_parse(ParseArena& arena, std::string_view html);

}  // namespace tandem::crawl
