#include "tandem/threading/excepthook.hpp"

#include <cstdio>
#include <memory>
#include <utility>

#include "tandem/base/exception_text.hpp"
#include "tandem/sync/fork_hold.hpp"
#include "tandem/sync/guard.hpp"

namespace tandem::threading {
namespace {

constinit sync::Lock hook_lock{"excepthook"};
[[maybe_unused]] const bool hook_is_held_over_forks = (sync::hold_over_forks(hook_lock), true);

/// Guarded by hook_lock. Shared, since it may be called while another one is set; never destroyed, since threads may end during
/// exit.
std::shared_ptr<const ExceptHook>& hook_in_force() {
  static auto& hook = *new std::shared_ptr<const ExceptHook>;
  return hook;
}

void print(const ExceptHookArgs& args) noexcept {
  std::fprintf(stderr, "Exception in thread %s: %s\n", args.thread.name().c_str(), base::exception_text(args.exception).c_str());
}

}  // namespace

ExceptHook excepthook(ExceptHook hook) {
  auto next = hook ? std::make_shared<const ExceptHook>(std::move(hook)) : nullptr;
  {
    const sync::Guard hold{hook_lock};
    hook_in_force().swap(next);
  }
  return next ? *next : ExceptHook{};
}

void call_excepthook(const ExceptHookArgs& args) noexcept {
  std::shared_ptr<const ExceptHook> hook;
  {
    const sync::Guard hold{hook_lock};
    hook = hook_in_force();
  }
  if (hook == nullptr) return print(args);
  try {
    (*hook)(args);
  } catch (...) {
    print(args);
    std::fprintf(stderr, "Exception in threading::excepthook: %s\n", base::exception_text(std::current_exception()).c_str());
  }
}

}  // namespace tandem::threading
