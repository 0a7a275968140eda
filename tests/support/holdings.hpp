#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

namespace tandem::test {

/// What this process holds at one moment that a test could leave behind. Two of them, taken before and after, tell what
/// leaked.
struct Holdings {
  std::map<int, std::string> children;     ///< by pid, live or zombie, with name and state
  std::map<int, std::string> descriptors;  ///< by number, with what each points to
  std::map<int, std::string> threads;      ///< by thread id, with the thread's name
  std::size_t waiters = 0;                 ///< parked in the process's LocalFutex, of whatever kind
  std::size_t shared_objects = 0;          ///< in the arena, whoever holds them

  /// Looks at /proc/self. Exact only while nothing else changes what it looks at.
  static Holdings now();

  /// One readable line for each thing that is here and was not in `before`; empty when nothing leaked.
  std::vector<std::string> beyond(const Holdings& before) const;

  /// now(), taken again for at most a second while there are threads or shared objects that `before` does not have: a
  /// thread that has been joined may stand in /proc for a moment longer, since the kernel tells the joiner before it
  /// takes the entry away; and the fork server may be about to give back what a killed process held.
  static Holdings settled(const Holdings& before);
};

}  // namespace tandem::test
