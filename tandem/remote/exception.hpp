#pragma once

#include <exception>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>

#include "tandem/remote/archive.hpp"

namespace tandem::remote {

/// Where an exception was thrown.
struct Origin {
  int pid = 0;
  std::string worker = {};  // its title, "parse 2/4"; may be empty
  std::string task = {};    // its name; may be empty

  bool operator==(const Origin&) const = default;

  template <class Archive>
  void serialize(Archive& archive) {
    archive(pid, worker, task);
  }
};

/// Stands behind an exception that came from another process, nested: what() is "in worker 4711 (parse 2/4), task 'http://...'".
class RemoteOrigin : public std::runtime_error {
 public:
  explicit RemoteOrigin(const Origin& origin);
  const Origin& origin() const noexcept { return *origin_; }

 private:
  std::shared_ptr<const Origin> origin_;
};

/// Writes `error`, which is not null, with the chain of what it was thrown over. Exactly these types travel as themselves: the
/// classes of <stdexcept>; std::system_error of the generic, system and iostream category; std::bad_alloc, bad_array_new_length,
/// bad_cast, bad_typeid, bad_function_call, bad_optional_access, bad_variant_access, bad_weak_ptr; TimeoutError; the classes of
/// futures/errors.hpp and queue/errors.hpp. What derives from them, and all others, arrive as futures::RemoteError.
void save_exception(OutputArchive& out, const std::exception_ptr& error);

/// The exception that save_exception() wrote, what() unchanged, with `origin` nested in it; an origin that it has already, since it
/// came from further away, stays. std::runtime_error is thrown, not returned, if the message is damaged.
std::exception_ptr load_exception(InputArchive& in, const Origin& origin);

/// Where it was thrown, if that was in another process.
std::optional<Origin> origin_of(const std::exception_ptr& error);

}  // namespace tandem::remote
