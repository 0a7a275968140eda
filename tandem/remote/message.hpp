#pragma once

#include <memory>
#include <vector>

#include "tandem/platform/fd.hpp"
#include "tandem/remote/attachments.hpp"
#include "tandem/remote/crate.hpp"
#include "tandem/shared/object.hpp"

namespace tandem::remote {

/// What goes from one process to another: bytes, and the descriptors and shared objects that they speak of by index. Owns them all;
/// moves, does not copy.
struct Message {
  std::vector<char> bytes = {};
  std::vector<platform::Fd> descriptors = {};
  std::vector<std::shared_ptr<shared::Object>> objects = {};
  /// Where the bytes are instead, if they were written where the receiver will read them; only in what is sent through a Channel.
  Stowed stowed = {};
  /// On those of the descriptors that were duplicated for it; behind them, as it goes first.
  Attachments attachments = {};
};

/// Another one that says the same, with descriptors of its own. Throws std::system_error.
Message duplicate(const Message& message);

}  // namespace tandem::remote
