#pragma once

#include <functional>

namespace tandem::interleaving {

/// While it lives, a crash of the program (SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT) calls `say` before it takes its course: a bug
/// that corrupts memory would otherwise take the schedule along that shows it. `say` may allocate and print, which is not certain
/// to work in a program that is lost; if it does not, it crashes as it would have. One at a time.
class LastWords {
 public:
  explicit LastWords(std::function<void(const char* signal)> say);
  ~LastWords();
  LastWords(const LastWords&) = delete;
  LastWords& operator=(const LastWords&) = delete;
};

}  // namespace tandem::interleaving
