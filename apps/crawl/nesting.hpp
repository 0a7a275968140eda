#pragma once

#include <cstddef>
#include <string_view>

namespace tandem::crawl {

/// Whether the elements of `html` are nested deeper than `limit`, found by one linear scan that builds nothing and ends at the
/// first element too many.
///
/// An estimate, on purpose: elements that are void or that end each other (br; p, li, td, option, a ...) do not count, comments and
/// the text of scripts are skipped, an end tag closes what stands open inside it. A page may be made that looks flat to this scan
/// and deep to a parser; ParseArena's budgets are there for those. What it spares is building a tree at all for the plain case.
bool nested_deeper_than(std::string_view html, std::size_t limit);

}  // namespace tandem::crawl
