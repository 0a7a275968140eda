#include "tandem/http/static_files.hpp"

#include <cerrno>
#include <utility>

#include "tandem/http/date.hpp"
#include "tandem/http/mime.hpp"
#include "tandem/http/site.hpp"
#include "tandem/http/target.hpp"
#include "tandem/platform/errors.hpp"
#include "tandem/platform/open_beneath.hpp"

namespace tandem::http {
namespace {

using platform::FileStatus;

constexpr std::string_view index_name = "index.html";

Response not_opened(int error) {
  switch (error) {
    case EACCES:
    case EPERM:
      return Response::error(403, "this file may not be read");
    case EMFILE:
    case ENFILE:
    case ENOMEM: {
      Response busy = Response::error(503, "too many files are open; try again soon");
      busy.headers.add("Retry-After", "1");
      return busy;
    }
    case ENXIO:
      return Response::error(403, "this is no regular file");
    // Among them EXDEV, a path that leads out of the root: from in here there is nothing out there.
    case ENOENT:
    case ENOTDIR:
    case EXDEV:
    case ELOOP:
    case ENAMETOOLONG:
      return Response::error(404, "there is no such file");
    default:
      platform::throw_error(error, "openat2");
  }
}

/// To the same path with "/" behind it. Written anew from the decoded path, so that nothing a client wrote passes through
/// unescaped, and with a single "/" in front: "//host/" would be a place on another server.
Response redirect_to_folder(const Request& request) {
  std::string location = percent_encode_path(request.path) + '/';
  location.erase(0, location.find_first_not_of('/') - 1);
  if (!request.query.empty()) location.append("?").append(request.query);
  return Response::redirect(301, location);
}

}  // namespace

StaticFiles::StaticFiles(const std::string& prefix, const std::string& folder)
    : prefix_{prefix.substr(0, prefix.ends_with('/') ? prefix.size() - 1 : prefix.size())}, root_{platform::open_folder(folder)} {}

Response StaticFiles::handle(const Request& request) const {
  if (request.method != "GET" && request.method != "HEAD") {
    Response refused = Response::error(405, "files can only be read");
    refused.headers.add("Allow", "GET, HEAD");
    return refused;
  }
  std::string_view path = request.path;
  if (!strip_prefix(path, prefix_)) return Response::error(404, "nothing is served here");
  return serve(request, path);
}

Response StaticFiles::serve(const Request& request, std::string_view path) const {
  if (path.empty()) return redirect_to_folder(request);  // the mount point itself, without its "/"
  std::string name{path.substr(1)};
  if (path.ends_with('/')) name.append(index_name);
  platform::Opened opened = platform::open_beneath(root_.get(), name.c_str());
  if (!opened.file) return not_opened(opened.error);
  const FileStatus status = platform::status_of(opened.file.get());
  if (status.kind == FileStatus::Kind::folder && !path.ends_with('/')) return redirect_to_folder(request);
  if (status.kind != FileStatus::Kind::regular) return Response::error(403, "this is no regular file");
  Response response;
  response.headers.add("Content-Type", mime_type(name));
  response.headers.add("Last-Modified", http_date(status.modified));
  response.file = socketserver::FileSlice{std::move(opened.file), 0, status.size};
  return response;
}

}  // namespace tandem::http
