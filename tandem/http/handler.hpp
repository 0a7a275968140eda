#pragma once

#include "tandem/http/request.hpp"
#include "tandem/http/response.hpp"

namespace tandem::http {

/// Answers requests. One object serves all connections at once: handle() is called by many threads at a time.
/// What it throws becomes a 500, with a line on stderr.
class Handler {
 public:
  Handler() = default;
  Handler(const Handler&) = delete;
  Handler& operator=(const Handler&) = delete;
  virtual ~Handler() = default;

  virtual Response handle(const Request& request) const = 0;
};

}  // namespace tandem::http
