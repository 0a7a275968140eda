#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

#include <tandem/tandem.hpp>

using namespace std::chrono_literals;
namespace mp = tandem::multiprocessing;

int parse(std::string page) {
  if (page == "crash") std::raise(SIGSEGV);
  if (page == "endless") std::this_thread::sleep_for(1h);
  return static_cast<int>(page.size());
}

int main(int argc, char** argv) {
  tandem::init(argc, argv);  // first line: makes the fork server

  mp::Process process{[](int n) { std::exit(n); }, 7};
  process.start();
  process.join();
  std::printf("exit code %d\n", *process.exitcode());

  tandem::futures::ProcessPoolExecutor parsers{2};
  std::vector<tandem::futures::Future<int>> all;
  for (const std::string page : {"one", "crash", "three", "endless", "five"}) {
    all.push_back(parsers.with({.timeout = 500ms, .name = page}).submit(parse, page));
  }
  for (auto& page : all) {
    try {
      std::printf("%d\n", page.result());
    } catch (const tandem::futures::WorkerCrashed& crash) {
      std::printf("%s: signal %d\n", crash.task().c_str(), crash.signal().value_or(0));
    } catch (const tandem::futures::TaskTimeout& late) {
      std::printf("%s\n", late.what());
    }
  }
}
// Output:
//   exit code 7
//   3
//   crash: signal 11
//   5
//   task 'endless' ran for longer than its time-out of {...}
//   4
