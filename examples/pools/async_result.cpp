// What an AsyncResult can be asked: ready, successful, wait, get with a time-out.
#include <chrono>
#include <cstdio>
#include <stdexcept>
#include <string>

#include <tandem/multiprocessing.hpp>

using namespace std::chrono_literals;
namespace mp = tandem::multiprocessing;

std::string answer(mp::Event asked) {
  asked.wait();
  return "42";
}

int main(int argc, char** argv) {
  tandem::init(argc, argv);
  mp::Pool pool{2};
  mp::Event asked;
  const auto result = pool.apply_async(answer, asked);
  std::printf("ready: %d\n", result.ready());
  try {
    static_cast<void>(result.successful());
  } catch (const std::logic_error& error) {  // Python: ValueError
    std::printf("%s\n", error.what());
  }
  try {
    result.get(10ms);
  } catch (const tandem::TimeoutError&) {
    std::puts("not within 10 ms");
  }
  asked.set();
  result.wait();
  std::printf("ready: %d, successful: %d, %s\n", result.ready(), result.successful(), result.get().c_str());

  const auto failed = pool.apply_async([](std::string text) { return std::stoi(text); }, "not a number");
  failed.wait();
  std::printf("ready: %d, successful: %d\n", failed.ready(), failed.successful());
  try {
    failed.get();
  } catch (const std::invalid_argument& error) {  // of the type that it was in the worker
    std::printf("std::invalid_argument: %s\n", error.what());
  }
}
// Output:
//   ready: 0
//   AsyncResult::successful: it is not ready() yet: wait() first
//   not within 10 ms
//   ready: 1, successful: 1, 42
//   ready: 1, successful: 0
//   std::invalid_argument: stoi
