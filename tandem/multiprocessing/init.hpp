#pragma once

namespace tandem {

/// Makes this program one that can start processes: the first line of main. Python: what `if __name__ == "__main__"` and the fork
/// server do together.
///
/// It forks the fork server, from which all processes of the program are made, while there is one thread and little memory. From
/// then on Ctrl-C ends tandem's waits in the main thread with KeyboardInterrupt, and a program that lets it pass dies by SIGINT. It
/// reads and keeps the place of the arguments (processes show their names there) and does not change them.
///
/// Throws std::logic_error if it is called twice or when there are other threads already; std::system_error if there is no process
/// or descriptor left.
///
///     int main(int argc, char** argv) {
///       tandem::init(argc, argv);
void init(int argc, char** argv);

}  // namespace tandem
