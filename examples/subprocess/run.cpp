// Runs programs to their end. The course's `os.system("df - Th")`, whose number tells that something went wrong, and the
// `subprocess.run(["df", "-h"])` that it names beside it.

#include <iostream>

#include <tandem/subprocess.hpp>

using namespace tandem;

int main() {
  // A line for the shell, and its exit code.
  std::cout << "df - Th: exit code " << subprocess::call("df - Th 2> /dev/null", {.shell = true}) << std::endl;

  // What it prints to stdout goes where ours goes.
  subprocess::run({"echo", "no shell", "sees", "$HOME"});

  const auto df = subprocess::run({"df", "-h", "/"}, {.capture_output = true});
  std::cout << df.args.text() << ": exit code " << df.returncode << ", begins with " << df.stdout.substr(0, 10) << "\n";

  const auto sorted = subprocess::run({"sort", "-n"}, {.input = "10\n9\n100\n", .capture_output = true});
  std::cout << sorted.stdout;

  auto environment = subprocess::environment();
  environment["GREETING"] = "hello";
  std::cout << subprocess::check_output("echo $GREETING from $PWD", {.shell = true, .cwd = "/usr", .env = environment});

  const auto [code, output] = subprocess::getstatusoutput("echo both; echo streams >&2; exit 3");
  std::cout << "exit code " << code << ": " << output << "\n";
}

// Output:
//   df - Th: exit code 1
//   no shell sees $HOME
//   df -h /: exit code 0, begins with Filesystem
//   9
//   10
//   100
//   hello from /usr
//   exit code 3: both
//   streams
