#include "apps/crawl/gumbo_parse.hpp"

#include <cassert>
#include <cstdio>
#include <cstdlib>

#include <gumbo.h>

namespace tandem::crawl {
namespace {

/// The parse that the calling thread is in the middle of.
thread_local ParseArena* current_arena = nullptr;

void* allocate(void* arena, std::size_t bytes) { return static_cast<ParseArena*>(arena)->allocate(bytes); }
void deallocate(void* /*arena*/, void* /*memory*/) {}  // all at once, with the arena

}  // namespace

const GumboInternalOutput* gumbo_parse(ParseArena& arena, std::string_view html) {
  GumboOptions options = kGumboDefaultOptions;
  options.allocator = &allocate;
  options.deallocator = &deallocate;
  options.userdata = &arena;
  options.max_errors = 0;  // nobody reads them
  current_arena = &arena;
  // Nothing that lives in this frame changes behind setjmp and is read after the jump, and the frame has nothing to destroy.
  if (setjmp(arena.escape) != 0) {
    current_arena = nullptr;
    return nullptr;
  }
  const GumboOutput* output = gumbo_parse_with_options(&options, html.data(), html.size());
  current_arena = nullptr;
  return output;
}

/// Called from __assert_fail below: does not return if the failed assertion is gumbo's.
static void leave_failed_parse() noexcept {
  if (current_arena != nullptr) current_arena->leave(ParseArena::Exceeded::parser);
}

}  // namespace tandem::crawl

// Debian's gumbo is built with its assertions, and some fail on pages that a fuzzer finds within seconds
// ("<table><svg><desc><![CDATA[<!]]>\xFF"): any stranger's page could end the whole crawl. What a failed assertion calls is glibc's
// __assert_fail, which a program may define itself; the shared library then calls this one. A failed assertion in the middle of a
// parse becomes that page's error, in the same way as an exceeded budget: the parser's frames have nothing to destroy, and its
// memory is the arena's. Every other failed assertion ends the process as usual.
extern "C" [[noreturn]] void __assert_fail(const char* assertion, const char* file, unsigned line,  // NOLINT: glibc's name
                                           const char* function) noexcept {
  tandem::crawl::leave_failed_parse();
  std::fprintf(stderr, "%s:%u: %s: Assertion `%s' failed.\n", file, line, function, assertion);
  std::abort();
}
