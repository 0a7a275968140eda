#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "tandem/multiprocessing/logger.hpp"
#include "tandem/multiprocessing/start_method.hpp"
#include "tandem/multiprocessing/zygote.hpp"
#include "tandem/platform/fd.hpp"
#include "tandem/platform/surroundings.hpp"
#include "tandem/remote/message.hpp"

namespace tandem::multiprocessing {

/// What a new process is told first, by whoever wanted it: what it is, who that was, and all that a fork would have given it.
struct Birth {
  enum class Kind : std::uint8_t { process, pool_worker };

  Kind kind = Kind::process;
  StartMethod start_method = StartMethod::forkserver;  ///< get_start_method()
  std::string authkey;
  LogSettings log;
  std::string name;      ///< current_process().name()
  std::string identity;  ///< "1", "1:2": whose how many-th child, and so on
  bool daemon = false;
  int parent_pid = 0;
  std::uint32_t parent_number = 0;  ///< in the arena
  std::string parent_name;
  platform::Fd parent;  ///< the parent's pidfd
  platform::Surroundings surroundings;
  zygote::Access zygote;
};

/// All that follows from who the calling process is; kind, name, identity and daemon are the caller's to fill in. Without the
/// surroundings and the way to the zygote, which a process that is forked from this one has.
Birth birth_of_forked_child();
/// With them.
Birth birth_of_child();

/// Its descriptors go along.
remote::Message to_message(Birth birth);
Birth to_birth(std::span<const char> bytes, std::span<platform::Fd> descriptors);

}  // namespace tandem::multiprocessing
