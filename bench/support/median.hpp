#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

namespace tandem::bench {

/// Of at least one figure; the upper one of the two in the middle.
inline double median(std::vector<double> figures) {
  const auto middle = figures.begin() + static_cast<std::ptrdiff_t>(figures.size() / 2);
  std::nth_element(figures.begin(), middle, figures.end());
  return *middle;
}

}  // namespace tandem::bench
