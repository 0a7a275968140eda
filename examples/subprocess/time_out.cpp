// Programs that take too long: killed by run(); asked, or left to go on, by who has a Popen.

#include <iostream>

#include <tandem/subprocess.hpp>

using namespace std::chrono_literals;
using namespace tandem;
using subprocess::PIPE;
using subprocess::Popen;

int main() {
  try {
    subprocess::run("echo begun; exec sleep 1000", {.shell = true, .capture_output = true, .timeout = 200ms});
  } catch (const subprocess::TimeoutExpired& late) {
    std::cout << late.what() << "; it wrote: " << late.output();
  }

  // The time-out of communicate() ends the waiting only; the next call goes on.
  Popen slow{"read -r line; echo got $line; sleep 0.5; echo done", {.stdin = PIPE, .stdout = PIPE, .shell = true}};
  try {
    slow.communicate("the input\n", 50ms);
  } catch (const subprocess::TimeoutExpired&) {
    std::cout << "not yet; in the end: " << slow.communicate().out;
  }

  Popen endless{{"sleep", "1000"}};
  std::cout << (endless.poll() ? "ended" : "it runs") << "\n";
  endless.terminate();
  std::cout << "exit code " << endless.wait() << ", which means SIGTERM\n";

  Popen stubborn{"trap '' TERM; echo ready; while :; do sleep 0.01; done", {.stdout = PIPE, .shell = true}};
  stubborn.stdout().readline();
  stubborn.terminate();
  std::cout << (stubborn.try_wait(100ms) ? "ended" : "it does not listen") << "\n";
  stubborn.kill();
  std::cout << "exit code " << stubborn.wait() << ", which means SIGKILL\n";
}

// Output:
//   the command 'echo begun; exec sleep 1000' had not ended after 0.2 s; it wrote: begun
//   not yet; in the end: got the input
//   done
//   it runs
//   exit code -15, which means SIGTERM
//   it does not listen
//   exit code -9, which means SIGKILL
