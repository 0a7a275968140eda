#include "tandem/multiprocessing/shared_cells.hpp"

#include <stdexcept>
#include <string>

#include "tandem/platform/memfd.hpp"

namespace tandem::multiprocessing {
SharedCells::SharedCells(shared::Kind kind, std::uint64_t count, std::size_t bytes) : SharedHandle{kind} {
  if (bytes > shared::Window::size) {
    throw std::invalid_argument("a shared array of " + std::to_string(bytes) + " bytes: at most " +
                                std::to_string(shared::Window::size) + " are possible");
  }
  State& its = state();
  its.bytes = bytes;
  its.count = count;
  if (bytes > its.small.size()) object().window().allocate(0, shared::Window::whole_pages(bytes));
  find_data();
}

void SharedCells::load_cells(remote::InputArchive& in, shared::Kind kind, std::size_t element_size) {
  load_object(in, kind);
  const State& its = state();
  if (its.count == 0 || its.bytes % its.count != 0 || its.bytes / its.count != element_size) {
    throw std::runtime_error("a shared Value or Array came as one of another type: its elements have " +
                             std::to_string(its.count == 0 ? 0 : its.bytes / its.count) + " bytes, and " +
                             std::to_string(element_size) + " were expected");
  }
  find_data();
}

void SharedCells::find_data() {
  State& its = state();
  if (its.bytes <= its.small.size()) {
    data_ = its.small.data();
    return;
  }
  data_ =
      object().local<platform::Mapping>([&] { return object().window().map(0, shared::Window::whole_pages(its.bytes)); }).data();
}

}  // namespace tandem::multiprocessing
