#include "tests/interleaving/checker/last_words.hpp"

#include <array>
#include <csignal>
#include <cstddef>
#include <utility>

#include <signal.h>

#include "tandem/platform/signal_name.hpp"

namespace tandem::interleaving {
namespace {

constexpr std::array signals{SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT};

// A stack of its own: the fiber's may be what has overflowed.
alignas(16) std::array<std::byte, 256 * 1024> handler_stack;
std::function<void(const char*)> last_words;

extern "C" void tandem_say_last_words(int signal) {
  // SA_RESETHAND: whatever goes wrong from here on is an ordinary crash.
  if (last_words) last_words(platform::signal_name(signal).c_str());
  std::raise(signal);
}

}  // namespace

LastWords::LastWords(std::function<void(const char*)> say) {
  last_words = std::move(say);
  stack_t stack{};
  stack.ss_sp = handler_stack.data();
  stack.ss_size = handler_stack.size();
  ::sigaltstack(&stack, nullptr);
  struct sigaction action {};
  action.sa_handler = tandem_say_last_words;
  action.sa_flags = static_cast<int>(SA_ONSTACK | SA_RESETHAND);
  for (const int signal : signals) ::sigaction(signal, &action, nullptr);
}

LastWords::~LastWords() {
  for (const int signal : signals) std::signal(signal, SIG_DFL);
  last_words = nullptr;
}

}  // namespace tandem::interleaving
