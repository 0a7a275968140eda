#pragma once

#include <cstdint>

namespace tandem::test {

/// Makes file permissions bind the calling thread, and the threads that it starts, for the scope's lifetime, even if root runs the
/// tests: takes away the two capabilities by which root passes them over. Changes nothing for whoever has them not.
class Unprivileged {
 public:
  Unprivileged();
  ~Unprivileged();
  Unprivileged(const Unprivileged&) = delete;
  Unprivileged& operator=(const Unprivileged&) = delete;

 private:
  std::uint32_t before_;  // the effective capabilities 0 to 31
};

}  // namespace tandem::test
