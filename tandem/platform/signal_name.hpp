#pragma once

#include <string>

namespace tandem::platform {

/// "SIGSEGV"; "SIGRTMIN+3" for a real-time signal, "signal 99" for what is none.
std::string signal_name(int signal);

}  // namespace tandem::platform
