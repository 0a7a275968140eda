// What can go wrong, and how one learns of it.

#include <iostream>
#include <stdexcept>
#include <system_error>

#include <tandem/subprocess.hpp>

using namespace tandem::subprocess;

template <class Call>
void show(const char* what, Call call) {
  try {
    call();
    std::cout << what << ": nothing\n";
  } catch (const CalledProcessError& error) {
    std::cout << what << ": " << error.what() << "; stderr: " << error.error_output();
  } catch (const std::system_error& error) {
    std::cout << what << ": " << error.what() << "\n";
  } catch (const std::invalid_argument& error) {
    std::cout << what << ": " << error.what() << "\n";
  }
}

int main() {
  show("no check", [] { run({"false"}); });
  show("check", [] { run("echo sorry >&2; exit 2", {.shell = true, .capture_output = true, .check = true}); });
  show("a signal", [] { run("echo bye >&2; kill -SEGV $$", {.shell = true, .capture_output = true, .check = true}); });
  show("no program", [] { run({"/no/such/program"}); });
  show("no folder", [] { run({"ls"}, {.cwd = "/no/such/folder"}); });
  show("no permission", [] { run({"/etc/passwd"}); });
  show("no sense", [] { run({"ls"}, {.stdin = DEVNULL, .input = "text"}); });

  Popen deaf{{"true"}, {.stdin = PIPE}};
  deaf.wait();
  show("nobody reads", [&] { deaf.stdin().write("text"); });
}

// Output:
//   no check: nothing
//   check: the command 'echo sorry >&2; exit 2' ended with exit code 2; stderr: sorry
//   a signal: the command 'echo bye >&2; kill -SEGV $$' was ended by SIGSEGV; stderr: bye
//   no program: execve /no/such/program: No such file or directory
//   no folder: chdir /no/such/folder: No such file or directory
//   no permission: execve /etc/passwd: Permission denied
//   no sense: .input makes stdin a pipe, so .stdin must not be given as well
//   nobody reads: write a pipe to a program that reads no more: Broken pipe
