// Programs that Ctrl-C meets; test_interrupts.py presses it and looks at what they print and how they end.

#include <cstdio>
#include <iostream>
#include <stdexcept>
#include <string>
#include <string_view>

#include "tandem/futures/thread_pool_executor.hpp"
#include "tandem/sync/interrupt.hpp"
#include "tandem/threading/primitives.hpp"
#include "tandem/threading/thread.hpp"

using tandem::KeyboardInterrupt;
using tandem::threading::Event;
using tandem::threading::Thread;

namespace {

void say(const char* text) {
  std::puts(text);
  std::fflush(stdout);
}

/// Lets it pass, with output still in the buffers of both kinds.
void passes() {
  std::ios::sync_with_stdio(false);
  say("ready");
  std::fputs("from stdio\n", stdout);
  std::cout << "from a stream\n";
  Event{}.wait();
}

/// The same from a scope whose end waits for others: without a handler nothing is unwound, and nothing waited for.
void passes_in_company() {
  Event over;
  const Thread thread = Thread::started([&] { over.wait(); });
  Thread{[] { Event{}.wait(); }}.start();
  tandem::futures::ThreadPoolExecutor pool{2};
  for (int i = 0; i < 100; ++i) pool.submit([&] { over.wait(); });
  say("ready");
  over.wait();
}

/// Out of something that must not throw.
void passes_through_noexcept() {
  say("ready");
  []() noexcept { Event{}.wait(); }();
}

/// Caught on its way and thrown on, so that the stack is unwound.
void passes_after_a_look() {
  say("ready");
  try {
    Event{}.wait();
  } catch (...) {
    say("seen");
    throw;
  }
}

void catches_and_goes_on() {
  for (int i = 0; i < 3; ++i) {
    say("ready");
    try {
      Event{}.wait();
    } catch (const std::exception&) {
      say("it is no std::exception");
    } catch (const KeyboardInterrupt& interrupt) {
      say(interrupt.what());
    }
  }
  Event event;
  const Thread thread = Thread::started([&] { event.set(); });
  event.wait();
  say("done");
}

/// Its pool has work for an hour, but Ctrl-C is caught outside of it.
void catches_outside_a_pool() {
  try {
    tandem::futures::ThreadPoolExecutor pool{2};
    tandem::futures::Future<void> last;
    for (int i = 0; i < 360'000; ++i) last = pool.submit([] { Event{}.wait(std::chrono::milliseconds{20}); });
    say("ready");
    last.result();
  } catch (const KeyboardInterrupt&) {
    say("stopped");
  }
}

/// Waits for nothing. The first Ctrl-C is noted, the second one ends it.
void computes() {
  say("ready");
  while (!tandem::sync::interrupt_pending.load()) {
  }
  say("still here");
  tandem::base::Atomic<unsigned> n{0};  // atomic, since ThreadSanitizer handles signals at atomic operations only
  for (;;) n.fetch_add(1);
}

/// A word on stdin ends it, and nothing else does.
void waits_for_a_word() {
  Event over;
  Thread thread{[&] {
    std::string word;
    std::getline(std::cin, word);
    over.set();
  }};
  thread.start();
  say("ready");
  over.wait();
  say("undisturbed");
}

void throws_something_else() { throw std::runtime_error{"something else"}; }

}  // namespace

int main(int argc, char** argv) {
  tandem::sync::enable_keyboard_interrupt();
  const std::string_view what = argc > 1 ? argv[1] : "";
  if (what == "passes") passes();
  if (what == "passes_in_company") passes_in_company();
  if (what == "passes_through_noexcept") passes_through_noexcept();
  if (what == "passes_after_a_look") passes_after_a_look();
  if (what == "catches_and_goes_on") catches_and_goes_on();
  if (what == "catches_outside_a_pool") catches_outside_a_pool();
  if (what == "computes") computes();
  if (what == "waits_for_a_word") waits_for_a_word();
  if (what == "throws_something_else") throws_something_else();
}
