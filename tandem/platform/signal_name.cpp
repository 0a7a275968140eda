#include "tandem/platform/signal_name.hpp"

#include <csignal>

#include <string.h>  // NOLINT: sigabbrev_np is not in <cstring>

namespace tandem::platform {

std::string signal_name(int signal) {
  if (const char* name = ::sigabbrev_np(signal)) return std::string{"SIG"} + name;
  if (signal >= SIGRTMIN && signal <= SIGRTMAX) {
    const int offset = signal - SIGRTMIN;
    return offset == 0 ? "SIGRTMIN" : "SIGRTMIN+" + std::to_string(offset);
  }
  return "signal " + std::to_string(signal);
}

}  // namespace tandem::platform
