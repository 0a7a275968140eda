#include "tandem/multiprocessing/init.hpp"

#include <stdexcept>
#include <string>

#include "tandem/multiprocessing/spawned_image.hpp"
#include "tandem/multiprocessing/zygote.hpp"
#include "tandem/platform/process.hpp"
#include "tandem/platform/process_title.hpp"
#include "tandem/remote/code.hpp"
#include "tandem/sync/interrupt.hpp"

namespace tandem {
namespace {

#if defined(__SANITIZE_THREAD__)
constexpr int expected_threads = 2;  // ThreadSanitizer's runtime has one of its own
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
constexpr int expected_threads = 2;
#else
constexpr int expected_threads = 1;
#endif
#else
constexpr int expected_threads = 1;
#endif

}  // namespace

void init(int argc, char** argv) {
  if (multiprocessing::zygote::pid() != 0) {
    throw std::logic_error("tandem::init was called twice: call it once, in the first line of main");
  }
  if (const int threads = platform::thread_count(); threads > expected_threads) {
    throw std::logic_error("tandem::init was called when there were " + std::to_string(threads - expected_threads + 1) +
                           " threads: it forks, which is safe with one thread only. Make it the first line of main, and start no "
                           "thread in the initialisation of a static object");
  }
  platform::remember_arguments(argc, argv);
  remote::remember_startup_modules();
  multiprocessing::take_place_if_spawned();  // then this is not the main process, and it ends in there
  multiprocessing::remember_program(argc, argv);
  multiprocessing::zygote::start();
  sync::enable_keyboard_interrupt();
}

}  // namespace tandem
