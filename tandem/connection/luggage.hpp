#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <stop_token>
#include <vector>

#include "tandem/base/deadline.hpp"
#include "tandem/multiprocessing/queue.hpp"
#include "tandem/shared/object.hpp"

namespace tandem::multiprocessing {

/// The shared objects that a message speaks of, on their way beside it.
struct Luggage {
  std::uint64_t number = 0;  ///< The message has the same.
  std::vector<std::shared_ptr<shared::Object>> objects;

  void save(remote::OutputArchive& out) const;
  void load(remote::InputArchive& in);
};

/// The way of shared objects beside a line. A socket tells nobody which messages die with it, and shares in shared objects must not
/// be lost; so they travel in a queue, which the fork server can look through.
///
/// Messages may be sent and not arrive, or be sent by several processes: so the numbers decide which luggage belongs to which.
class LuggageWay {
 public:
  explicit LuggageWay(Queue<Luggage> queue) noexcept : queue_{std::move(queue)} {}

  /// Before its message is sent; the number for that, never 0. Nothing if the deadline passed, or stop was requested, first.
  std::optional<std::uint64_t> send(const std::vector<std::shared_ptr<shared::Object>>& objects, Deadline deadline,
                                    const std::stop_token& stop);
  /// The message was not sent, or not to its end. Does not wait: if there is no room to say it, the next send() does.
  void take_back(std::uint64_t number);
  /// When that message has arrived. Throws std::runtime_error if there is no such luggage.
  std::vector<std::shared_ptr<shared::Object>> take(std::uint64_t number);

  /// Of a message that nobody wants.
  void drop(std::uint64_t number);

  /// For another process that is to take what comes from now on, in place of this one or beside it: gives back what was taken
  /// before its message.
  const Queue<Luggage>& hand_on();

 private:
  /// Whether it is there; in `waiting_` then.
  bool find(std::uint64_t number);
  /// Keeps it for its message; or the other one of the same number was, or is, taken back by it, and both are gone.
  void keep(Luggage luggage);

  Queue<Luggage> queue_;
  std::vector<std::uint64_t> to_take_back_;   // and it could not be said yet
  std::map<std::uint64_t, Luggage> waiting_;  // taken before their messages
};

}  // namespace tandem::multiprocessing
