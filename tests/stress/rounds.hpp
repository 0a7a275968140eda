#pragma once

namespace tandem::test {

#if defined(__SANITIZE_THREAD__)
inline constexpr bool under_thread_sanitizer = true;
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
inline constexpr bool under_thread_sanitizer = true;
#else
inline constexpr bool under_thread_sanitizer = false;
#endif
#else
inline constexpr bool under_thread_sanitizer = false;
#endif

/// How often a stress test repeats itself: a tenth under ThreadSanitizer, which is that much slower and finds a race the first
/// time that it happens.
constexpr int rounds(int n) { return under_thread_sanitizer ? n / 10 : n; }

}  // namespace tandem::test
