// Memory with a name, which other processes find by it. Python: shared_memory.SharedMemory(name, create=True, size); buf, close,
// unlink
#include <algorithm>
#include <cstddef>
#include <cstdio>
#include <system_error>

#include <tandem/multiprocessing.hpp>

namespace mp = tandem::multiprocessing;

void paint() {
  mp::SharedMemory picture = mp::SharedMemory::attach("picture");
  std::ranges::fill(picture.buf().first(100), std::byte{255});
}

void count_white(mp::SharedMemory memory) {  // or as an argument: then it needs no name
  std::printf("white: %td of %zu bytes\n", std::ranges::count(memory.buf(), std::byte{255}), memory.size());
}

int main(int argc, char** argv) {
  std::setvbuf(stdout, nullptr, _IOLBF, BUFSIZ);  // also into a pipe, a line is out when it is printed
  tandem::init(argc, argv);
  mp::SharedMemory picture{"picture", 640 * 480};  // zeros to begin with
  mp::Process painter{paint};
  painter.start();
  painter.join();
  mp::Process counter{count_white, picture};
  counter.start();
  counter.join();

  try {
    mp::SharedMemory second{"picture", 10};
  } catch (const std::system_error& error) {  // Python: FileExistsError
    std::printf("%s\n", error.what());
  }
  picture.unlink();  // no longer found by its name, and gone with the last handle
  try {
    mp::SharedMemory::attach("picture");
  } catch (const std::system_error& error) {  // Python: FileNotFoundError
    std::printf("%s\n", error.what());
  }
  picture.close();
}
// Output:
//   white: 100 of 307200 bytes
//   SharedMemory 'picture' exists already: attach() to it, or choose another name: File exists
//   SharedMemory 'picture' does not exist: nobody has made it, or it was unlinked: No such file or directory
