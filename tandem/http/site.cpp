#include "tandem/http/site.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace tandem::http {

bool strip_prefix(std::string_view& path, std::string_view prefix) noexcept {
  if (!path.starts_with(prefix)) return false;
  const std::string_view rest = path.substr(prefix.size());
  if (!rest.empty() && rest.front() != '/') return false;
  path = rest;
  return true;
}

void Site::mount(const std::string& prefix, std::unique_ptr<Handler> handler) {
  if (!prefix.starts_with('/')) throw std::invalid_argument("'" + prefix + "' is no place to mount at: it must begin with \"/\"");
  std::string trimmed = prefix.substr(0, prefix.ends_with('/') ? prefix.size() - 1 : prefix.size());
  const auto longer = [&](const Mount& mount) { return mount.prefix.size() >= trimmed.size() && mount.prefix != trimmed; };
  const auto place = std::find_if_not(mounts_.begin(), mounts_.end(), longer);
  if (place != mounts_.end() && place->prefix == trimmed) throw std::invalid_argument("'" + prefix + "' is mounted already");
  mounts_.insert(place, Mount{std::move(trimmed), std::move(handler)});
}

Response Site::handle(const Request& request) const {
  for (const Mount& mount : mounts_) {
    std::string_view path = request.path;
    if (strip_prefix(path, mount.prefix)) return mount.handler->handle(request);
  }
  return Response::error(404, "nothing is served here");
}

}  // namespace tandem::http
