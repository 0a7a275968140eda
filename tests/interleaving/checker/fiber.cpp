#include "tests/interleaving/checker/fiber.hpp"

#include <cstring>
#include <new>
#include <utility>
#include <vector>

#include <boost/context/fiber.hpp>
#include <boost/context/protected_fixedsize_stack.hpp>
#include <cxxabi.h>

namespace tandem::interleaving {
namespace {

// Enough for a failing EXPECT_EQ and the unwinding of an exception; the page below it is protected.
constexpr std::size_t stack_bytes = 256 * 1024;

/// What the C++ runtime keeps per thread about exceptions: those being handled, and the number of those on their way. The layout
/// is laid down in the Itanium C++ ABI, 2.2.2.
struct InFlight {
  void* caught = nullptr;
  unsigned int uncaught = 0;

  static void swap(InFlight& mine) noexcept {
    void* const theirs = abi::__cxa_get_globals();
    InFlight now;
    std::memcpy(&now.caught, theirs, sizeof now.caught);
    std::memcpy(&now.uncaught, static_cast<char*>(theirs) + sizeof now.caught, sizeof now.uncaught);
    std::memcpy(theirs, &mine.caught, sizeof mine.caught);
    std::memcpy(static_cast<char*>(theirs) + sizeof mine.caught, &mine.uncaught, sizeof mine.uncaught);
    mine = now;
  }
};

}  // namespace

/// Runs one body after the other, so that a new fiber costs nothing but its first switch.
class Fiber::Stack {
 public:
  Stack() { make_fiber(); }

  static Stack* take() {
    if (idle().empty()) return new Stack;
    Stack* const last = idle().back();
    idle().pop_back();
    return last;
  }
  void give_back() {
    body_ = nullptr;
    idle().push_back(this);
  }

  /// For one whose body stands somewhere for ever: unwinding it, as its fiber's destructor would, is what must not happen.
  void start_anew() {
    make_fiber();
    in_flight_ = {};
    give_back();
  }

  void begin(std::function<void()> body) { body_ = std::move(body); }
  void resume() {
    InFlight::swap(in_flight_);
    inside_ = std::move(inside_).resume();
    InFlight::swap(in_flight_);
  }
  void suspend() { outside_ = std::move(outside_).resume(); }

 private:
  static std::vector<Stack*>& idle() {
    static auto* const all = new std::vector<Stack*>;  // kept to the last: unwinding an idle stack would gain nothing
    return *all;
  }

  void make_fiber() {
    const boost::context::preallocated place{memory_.sp, memory_.size, memory_};
    ::new (static_cast<void*>(&inside_))
        boost::context::fiber{std::allocator_arg, place, allocator_, [this](boost::context::fiber&& from) {
                                outside_ = std::move(from);
                                run();
                                return std::move(outside_);
                              }};
  }

  void run() {
    for (;;) {
      body_();
      suspend();
    }
  }

  boost::context::protected_fixedsize_stack allocator_{stack_bytes};
  boost::context::stack_context memory_ = allocator_.allocate();
  std::function<void()> body_;
  boost::context::fiber inside_, outside_;
  InFlight in_flight_;
};

Fiber::Fiber(std::function<void()> body) : stack_{Stack::take()} { stack_->begin(std::move(body)); }

Fiber::~Fiber() {
  if (stack_ != nullptr) stack_->give_back();
}

void Fiber::resume() { stack_->resume(); }
void Fiber::suspend() { stack_->suspend(); }
void Fiber::abandon() noexcept { stack_ = nullptr; }
void Fiber::drop() { std::exchange(stack_, nullptr)->start_anew(); }

}  // namespace tandem::interleaving
