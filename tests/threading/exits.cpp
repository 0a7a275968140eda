// Programs that end while kept threads still run; test_exits.py looks at what they print and how they end.

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tandem/threading/made.hpp"
#include "tandem/threading/primitives.hpp"
#include "tandem/threading/thread.hpp"
#include "tandem/threading/timer.hpp"

using tandem::threading::Event;
using tandem::threading::Thread;
using tandem::threading::Timer;

namespace {

void until_stopped(const std::stop_token& stop) {
  Event stopped;
  const std::stop_callback wake{stop, [&] { stopped.set(); }};
  stopped.wait();
}

void say(const char* text) {
  std::puts(text);
  std::fflush(stdout);
}

/// Kept threads that run when main returns are asked to stop, all at once, and joined.
void joined() {
  static Event ready[3];
  for (Event& one : ready) {
    Thread{[&one](const std::stop_token& stop) {
      one.set();
      until_stopped(stop);
      say("ended");
    }}.start();
  }
  for (Event& one : ready) one.wait();
  say("main returns");
}

/// Each of two waits for the other to have been asked: asking one, joining it, and only then asking the next would hang.
void side_by_side() {
  static Event asked[2];
  static Event ready[2];
  for (int i = 0; i < 2; ++i) {
    Thread{[i](const std::stop_token& stop) {
      ready[i].set();
      until_stopped(stop);
      asked[i].set();
      asked[1 - i].wait();
      say("ended");
    }}.start();
  }
  ready[0].wait();
  ready[1].wait();
}

/// What was made before the first kept thread may be used by it to the last.
void uses_older_statics() {
  static const std::vector<std::string> words{1000, std::string(100, 'x')};
  static Event ready;
  Thread{[](const std::stop_token& stop) {
    ready.set();
    until_stopped(stop);
    std::size_t sum = 0;
    for (const std::string& word : words) sum += word.size();
    say(sum == 100'000 ? "whole" : "broken");
  }}.start();
  ready.wait();
}

/// A thread that is asked to stop may still start another.
void starts_another_at_exit() {
  static Event ready[6];
  for (Event& one : ready) {
    Thread{[&one](const std::stop_token& stop) {
      one.set();
      until_stopped(stop);
      Thread{[] { say("late"); }}.start();
    }}.start();
  }
  for (Event& one : ready) one.wait();
}

void throws_at_exit() {
  static Event ready;
  Thread thread{[](const std::stop_token& stop) {
    ready.set();
    until_stopped(stop);
    throw std::runtime_error{"too late"};
  }};
  thread.name("last");
  std::move(thread).start();
  ready.wait();
}

/// exit() called by a kept thread itself, which cannot join itself.
void exits_itself() {
  Thread{[] { std::exit(7); }}.start();
  Event{}.wait();
}

void timer_fires() {
  using namespace std::chrono_literals;
  Timer{50ms, say, "fired"}.start();
  say("main returns");
}

void named_timer() {
  Timer timer{std::chrono::hours{1}, say, "fired"};
  timer.start();
  say("main returns");
}

void daemon_is_left() {
  static Event ready;
  Thread daemon{[] {
    ready.set();
    for (;;) Event{}.wait();
  }};
  daemon.daemon(true);
  std::move(daemon).start();
  ready.wait();
  say("main returns");
}

/// In Python, too, the main thread can be joined by those that outlive it.
void joins_main() {
  static Event ready;
  Thread{[] {
    ready.set();
    tandem::threading::main_thread().join();
    say("main has ended");
  }}.start();
  ready.wait();
  say("main returns");
}

class Saying : public Thread {
 public:
  explicit Saying(std::string text) : text_{std::move(text)} {}
  void run() override { say(text_.c_str()); }

 private:
  std::string text_;
};

void made_temporary() { tandem::threading::make<Saying>("made, and kept").start(); }

}  // namespace

int main(int argc, char** argv) {
  const std::string_view what = argc > 1 ? argv[1] : "";
  if (what == "joined") joined();
  if (what == "side_by_side") side_by_side();
  if (what == "uses_older_statics") uses_older_statics();
  if (what == "starts_another_at_exit") starts_another_at_exit();
  if (what == "throws_at_exit") throws_at_exit();
  if (what == "exits_itself") exits_itself();
  if (what == "timer_fires") timer_fires();
  if (what == "named_timer") named_timer();
  if (what == "daemon_is_left") daemon_is_left();
  if (what == "joins_main") joins_main();
  if (what == "made_temporary") made_temporary();
}
