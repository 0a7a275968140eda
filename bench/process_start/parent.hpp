#pragma once

#include <memory>
#include <string_view>
#include <thread>
#include <vector>

namespace tandem::bench {

/// What the measuring process has become by the time it starts others: "small" is nothing, "big" is 1 GiB of touched memory and 8
/// threads that sleep. Throws std::invalid_argument for any other setting.
class Parent {
 public:
  explicit Parent(std::string_view setting);

 private:
  std::unique_ptr<char[]> memory_;
  std::vector<std::jthread> sleepers_;  // end with the object
};

}  // namespace tandem::bench
