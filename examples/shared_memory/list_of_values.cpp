// A list of mixed values that processes have in common. Python: shared_memory.ShareableList(['north tower', True, -3.5, 100, None])
#include <cstdint>
#include <cstdio>
#include <stdexcept>
#include <string>

#include <tandem/multiprocessing.hpp>

namespace mp = tandem::multiprocessing;

void show(const mp::ShareableList& list) {
  const char* separator = "[";
  for (const mp::ShareableList::Element& element : list.copy()) {
    std::printf("%s", separator);
    separator = ", ";
    if (std::holds_alternative<std::monostate>(element)) std::printf("nothing");
    if (const auto* is = std::get_if<bool>(&element)) std::printf("%s", *is ? "true" : "false");
    if (const auto* whole = std::get_if<std::int64_t>(&element)) std::printf("%d", static_cast<int>(*whole));
    if (const auto* number = std::get_if<double>(&element)) std::printf("%g", *number);
    if (const auto* text = std::get_if<std::string>(&element)) std::printf("'%s'", text->c_str());
  }
  std::printf("]\n");
}

void change() {
  mp::ShareableList list = mp::ShareableList::attach("readings");
  list.set(2, list.get<double>(2) + 273.15);
  list.set(3, "dry");  // another type, where there is room for it
}

int main(int argc, char** argv) {
  std::setvbuf(stdout, nullptr, _IOLBF, BUFSIZ);  // also into a pipe, a line is out when it is printed
  tandem::init(argc, argv);
  mp::ShareableList list{"readings", {"north tower", true, -3.5, 100, std::nullopt}};
  show(list);
  mp::Process::started(change).join();
  show(list);
  mp::Process::started([](mp::ShareableList same) { same.set(4, 42); }, list).join();  // or as an argument: no name needed
  std::printf("%zu elements, 42 is number %zu, and there %s one 'dry'\n", list.size(), list.index(42),
              list.count("dry") == 1 ? "is" : "is not");
  try {
    list.set(0, "north tower, upper floor");
  } catch (const std::length_error& error) {  // Python: ValueError
    std::printf("%s\n", error.what());
  }
  try {
    list.get(5);
  } catch (const std::out_of_range& error) {  // Python: IndexError
    std::printf("%s\n", error.what());
  }
  list.shm().unlink();
}
// Output:
//   ['north tower', true, -3.5, 100, nothing]
//   ['north tower', true, 269.65, 'dry', nothing]
//   5 elements, 42 is number 4, and there is one 'dry'
//   a text of 24 bytes for element 0 of a ShareableList, which has room for 11
//   element 5 of a ShareableList with 5
