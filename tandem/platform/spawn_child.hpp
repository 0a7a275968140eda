#pragma once

#include <array>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <utility>

namespace tandem::platform {

/// All signals, one bit each, as the kernel has them. The C library's sigset_t has room for more of them, and its calls leave out
/// two that it sends to its own threads.
using SignalMask = std::uint64_t;
static_assert(NSIG - 1 == 64);

/// RLIMIT_..., {soft, hard}.
using SpawnLimit = std::pair<int, std::array<unsigned long, 2>>;

/// What a child that is to execute a program needs of its SpawnPlan, as the kernel wants it; a null pointer for what is not to be
/// changed.
struct SpawnChild {
  char* const* files;
  char* const* arguments;
  char* const* environment;
  const char* program;
  int standard[3];
  const char* folder;
  const unsigned* umask;
  bool new_session;
  const int* process_group;
  const SpawnLimit* limits;
  std::size_t limit_count;
  const int* niceness;
  const unsigned* groups;
  std::size_t group_count;
  bool set_groups;
  const unsigned* group;
  const unsigned* user;
  const int* kept;  // ascending, all above 2
  std::size_t kept_count;
  bool close_others;
  bool restore_signals;
  SignalMask mask;

  // What the child leaves behind if it fails.
  const char* failed_step = nullptr;
  const char* failed_subject = "";
  int error = 0;
};

/// What such a child does, with a SpawnChild as its argument: all that was planned, and then the program. If a step fails, notes
/// which one, and ends the child. See spawn_child.cpp for what it may do, and may not.
int run_spawn_child(void* child) noexcept;

}  // namespace tandem::platform
