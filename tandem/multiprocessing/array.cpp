#include "tandem/multiprocessing/array.hpp"

namespace tandem::multiprocessing {

void throw_no_such_element(std::size_t index, std::size_t size) {
  throw std::out_of_range("element " + std::to_string(index) + " of a shared array with " + std::to_string(size) + " elements");
}

}  // namespace tandem::multiprocessing
