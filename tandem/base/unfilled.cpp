#include "tandem/base/unfilled.hpp"

namespace tandem::base {

#ifdef __GLIBCXX__
namespace {

// libstdc++ offers this in C++23 only, and can do it always: reserve() makes the room, and what sets the length is private. An
// explicit instantiation may name it all the same. Filling with zeros what a socket overwrites took a third of the time that a
// message of 10 MB takes from one process to another.
template <auto set_length>
struct Opened {
  friend void set_length_of(std::string& text, std::size_t size) { (text.*set_length)(size); }
};
void set_length_of(std::string& text, std::size_t size);
template struct Opened<&std::string::_M_set_length>;

}  // namespace

void resize_unfilled(std::string& text, std::size_t size) {
  text.reserve(size);
  set_length_of(text, size);
}
#else
void resize_unfilled(std::string& text, std::size_t size) { text.resize(size); }
#endif

}  // namespace tandem::base
