#pragma once

#include <memory>
#include <string>
#include <vector>

#include "tandem/http/handler.hpp"

namespace tandem::http {

/// Handlers by path: the one mounted at the longest prefix of whole path segments answers; 404 if there is none.
class Site final : public Handler {
 public:
  /// `prefix` begins with "/". "/docs" (or "/docs/") takes "/docs" and "/docs/x", but not "/docsx". Before the server runs.
  /// Throws std::invalid_argument for any other prefix and for one that is taken.
  void mount(const std::string& prefix, std::unique_ptr<Handler> handler);

  Response handle(const Request& request) const override;

 private:
  struct Mount {
    std::string prefix;  // without its last "/", so "" is the whole site
    std::unique_ptr<Handler> handler;
  };

  std::vector<Mount> mounts_;  // the longest prefix first
};

/// `path` without `prefix` (given without a "/" at its end); false if it lies elsewhere. What is left is empty or begins with "/".
bool strip_prefix(std::string_view& path, std::string_view prefix) noexcept;

}  // namespace tandem::http
