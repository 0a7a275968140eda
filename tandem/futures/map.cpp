#include "tandem/futures/map.hpp"

#include <stdexcept>
#include <string>
#include <typeinfo>

namespace tandem::futures {

void check(const MapOptions& options) {
  if (options.chunksize == 0) throw std::invalid_argument("map: chunksize is 0, but must be 1 or more: leave it out for 1");
}

std::exception_ptr why_walk_ends(const std::exception_ptr& error, std::size_t begun) {
  try {
    std::rethrow_exception(error);
  } catch (const std::logic_error& refusal) {
    if (typeid(refusal) != typeid(std::logic_error)) return error;  // what is derived from it is about the item
    try {
      std::throw_with_nested(
          std::logic_error("map: the executor was shut down in the midst of the walk, after " + std::to_string(begun) +
                           " tasks, whose results have all come; the items behind them were not begun. Walk to the end before "
                           "shutdown() (" +
                           refusal.what() + ")"));
    } catch (...) {
      return std::current_exception();
    }
  }
}

}  // namespace tandem::futures
