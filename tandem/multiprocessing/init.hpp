#pragma once

namespace tandem {

/// Makes this program one that can start processes: the first line of main. Python: what `if __name__ == "__main__"` and the fork
/// server do together.
///
/// It forks the fork server, from which all processes of the program are made, while there is one thread and little memory. From
/// then on Ctrl-C ends tandem's waits in the main thread with KeyboardInterrupt, and a program that lets it pass dies by SIGINT. It
/// reads and keeps the place of the arguments (processes show their names there) and does not change them.
///
/// What the program has printed before, here or at the start of a process, is written once, however it is buffered. In the children
/// stdout is buffered as C does it: by the line on a terminal, but fully when it is a pipe or a file, so that their lines come out
/// in blocks and all at the end. To see each when it is printed, say std::setvbuf(stdout, nullptr, _IOLBF, BUFSIZ) before init(),
/// which the children inherit, or flush (std::endl, std::fflush). What was not flushed is lost with a child that is killed.
///
/// Throws std::logic_error if it is called twice or when there are other threads already; std::system_error if there is no process
/// or descriptor left.
///
///     int main(int argc, char** argv) {
///       tandem::init(argc, argv);
void init(int argc, char** argv);

}  // namespace tandem
