#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "tandem/multiprocessing/task_board.hpp"

namespace tandem::test {

/// A TaskBoard to whose slots tests give attempts by number, without any call in them.
class TestBoard {
 public:
  using Board = multiprocessing::TaskBoard;
  using Slot = multiprocessing::TaskSlot;
  using State = Slot::State;

  Board& operator*() noexcept { return board_; }
  Board* operator->() noexcept { return &board_; }

  State state(std::uint32_t slot) const { return board_.slot(slot).now().state; }
  /// The attempt that a worker at `place` gets next; nothing if there is none.
  std::optional<std::uint64_t> take(Board::Place place) {
    const auto slot = board_.try_take(place);
    if (!slot) return std::nullopt;
    return board_.slot(*slot).now().attempt;
  }
  bool revoke(std::uint32_t slot, std::uint64_t attempt) {
    return board_.slot(slot).moves({attempt, 0, State::offered}, {attempt, 0, State::revoked});
  }
  bool doom(std::uint32_t slot, std::uint64_t attempt, Board::Place place) {
    return board_.slot(slot).moves({attempt, place, State::taken}, {attempt, place, State::doomed});
  }
  std::vector<std::uint32_t> done() {
    std::vector<std::uint32_t> slots;
    board_.take_done(slots);
    return slots;
  }

 private:
  Board board_{8};
};

}  // namespace tandem::test
