#pragma once

#include <chrono>
#include <csetjmp>
#include <cstddef>
#include <memory>
#include <stop_token>
#include <vector>

namespace tandem::crawl {

/// The memory of one parse: handed out piece by piece, freed in one by the destructor. With a budget of bytes and of processor
/// time, since both grow with the square of some pages' size, whatever they look like.
///
/// A C parser that has no way to be told "no memory" is left by longjmp from the allocation that exceeds a budget: `escape` must
/// have been set by setjmp in a frame that is still alive. That is well-defined because no frame in between has anything to
/// destroy: the parser's are C, and allocate() keeps no object with a destructor alive when it jumps. (An exception is the
/// tempting other way; but a C library need not be compiled with the tables that unwinding through it takes.) What the parser
/// had allocated by then is in the arena, so that nothing is leaked.
class ParseArena {
 public:
  enum class Exceeded { nothing, memory, time, stopped, parser };

  /// A stop request is a budget exceeded, too.
  ParseArena(std::size_t max_bytes, std::chrono::nanoseconds max_time, const std::stop_token& stop);
  ParseArena(const ParseArena&) = delete;
  ParseArena& operator=(const ParseArena&) = delete;

  /// Memory for `bytes`, aligned for anything; does not return if a budget is exceeded.
  void* allocate(std::size_t bytes) noexcept;

  /// Ends the parse for a reason of the parser's own.
  [[noreturn]] void leave(Exceeded why) noexcept;

  std::jmp_buf escape;
  Exceeded exceeded() const noexcept { return exceeded_; }

 private:
  /// Makes room for at least `bytes`; false if there is no memory, in the budget or in the machine.
  bool grow(std::size_t bytes) noexcept;

  const std::stop_token& stop_;
  std::size_t left_bytes_;
  std::chrono::nanoseconds deadline_;  // on the calling thread's processor clock: other threads' work is not counted against us
  Exceeded exceeded_ = Exceeded::nothing;
  unsigned allocations_ = 0;
  std::byte* next_ = nullptr;
  std::size_t room_ = 0;
  std::vector<std::unique_ptr<std::byte[]>> chunks_;
};

}  // namespace tandem::crawl
