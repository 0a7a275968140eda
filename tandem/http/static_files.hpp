#pragma once

#include <string>

#include "tandem/http/handler.hpp"
#include "tandem/platform/fd.hpp"

namespace tandem::http {

/// Serves the files of one folder. GET and HEAD; a folder is answered by its index.html, after a redirect to its name with a "/".
///
/// Nothing outside the folder can be reached, whatever the path says and wherever symbolic links lead: the folder is opened once,
/// and the kernel resolves names beneath it (see platform::open_beneath). So it stays the same folder when it is renamed.
class StaticFiles final : public Handler {
 public:
  /// `prefix` is where it is mounted: "/" or "/docs". Throws std::system_error if `folder` is none or cannot be read.
  StaticFiles(const std::string& prefix, const std::string& folder);

  Response handle(const Request& request) const override;

 private:
  Response serve(const Request& request, std::string_view path) const;

  std::string prefix_;  // without its last "/"
  platform::Fd root_;
};

}  // namespace tandem::http
