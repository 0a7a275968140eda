#include "tandem/multiprocessing/claim_board.hpp"

#include <utility>

namespace tandem::multiprocessing {

ClaimBoard::ClaimBoard(std::size_t workers) : ClaimBoard{platform::make_memfd("tandem claims", workers * sizeof(Place))} {}

ClaimBoard::ClaimBoard(platform::Fd memory)
    : memory_{std::move(memory)}, mapping_{memory_, platform::Mapping::Access::read_write} {}

ClaimBoard::Claim& ClaimBoard::operator[](std::size_t slot) const noexcept {
  // A memfd begins as zeros, which is what a Place with nothing claimed is.
  return reinterpret_cast<Place*>(mapping_.data())[slot].claim;
}

}  // namespace tandem::multiprocessing
