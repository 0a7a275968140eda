#include "tandem/multiprocessing/pool_worker.hpp"

#include <cstdio>
#include <exception>
#include <new>
#include <optional>
#include <stdexcept>
#include <utility>

#include "tandem/multiprocessing/claim_board.hpp"
#include "tandem/multiprocessing/pool_protocol.hpp"
#include "tandem/platform/limits.hpp"
#include "tandem/remote/archive.hpp"
#include "tandem/remote/call.hpp"
#include "tandem/remote/exception.hpp"

namespace tandem::multiprocessing {
namespace {

using pool_protocol::Kind;
using pool_protocol::Reply;
using remote::Channel;
using remote::Message;

class Worker {
 public:
  explicit Worker(Channel channel)
      : channel_{std::move(channel)}, identity_{platform::identity_of(channel_.fileno())}, pid_{platform::this_pid()} {}

  platform::ExitCode run() {
    if (!set_up()) return 1;
    while (channel_.receive(received_) == Channel::Receive::received) {
      const auto task = received_.head<pool_protocol::Task>();
      if (task.attempt == 0) return 0;
      if (!do_task(task)) return 1;
    }
    return 0;
  }

 private:
  bool set_up() {
    if (channel_.receive(received_) == Channel::Receive::closed) return false;
    const auto setup = received_.head<pool_protocol::Setup>();
    auto descriptors = received_.descriptors();
    if (descriptors.empty()) throw std::runtime_error("the pool has sent no claim board");
    board_.emplace(std::move(descriptors.front()));
    claim_ = &(*board_)[setup.slot];
    if (!received_.body().empty()) {
      Message answer;
      if (const Kind kind = call(descriptors.subspan(1), answer); kind != Kind::result) {
        return reply({.attempt = 0, .kind = Kind::setup_failed}, answer) && false;
      }
    }
    return reply({.attempt = 0, .kind = Kind::ready}, {});
  }

  /// False if there is nobody, or no way, to give the result to.
  bool do_task(pool_protocol::Task task) {
    claim_->store(task.attempt, std::memory_order_release);
    Message answer;
    Kind kind = Kind::result;
    if (task.memory_limit != 0) {
      const platform::MemoryLimit limit{task.memory_limit};
      kind = call(received_.descriptors(), answer, Kind::memory_exceeded);
    } else {
      kind = call(received_.descriptors(), answer);
    }
    platform::flush_output();  // it may be killed before it ends by itself, and what the task printed must not be lost
    return reply({.attempt = task.attempt, .kind = kind}, answer);
  }

  /// Runs the call in received_ and leaves its result or exception in `answer`.
  Kind call(std::span<platform::Fd> descriptors, Message& answer, Kind when_out_of_memory = Kind::error) {
    std::exception_ptr error;
    try {
      remote::InputArchive in{received_.body(), descriptors, received_.objects()};
      remote::OutputArchive out{answer};
      remote::run_call(in, out);
      return Kind::result;
    } catch (const std::bad_alloc&) {
      if (when_out_of_memory != Kind::error) {
        answer = {};
        return when_out_of_memory;
      }
      error = std::current_exception();
    } catch (...) {
      error = std::current_exception();
    }
    answer = {};
    remote::OutputArchive out{answer};
    remote::save_exception(out, error);
    return Kind::error;
  }

  bool reply(Reply head, const Message& body) {
    // A task that forked by hand and let its child return: that one is no worker.
    if (platform::this_pid() != pid_) platform::exit_now(0);
    if (platform::identity_of(channel_.fileno()) != identity_) {
      std::fputs(
          "A task has closed a descriptor that it did not open: its worker's channel is gone, and with it the task's result\n",
          stderr);
      return false;
    }
    return channel_.send(head, body);
  }

  Channel channel_;
  const platform::FileIdentity identity_;  // of the channel, whose number a task may have closed and got again for something else
  const int pid_;
  Channel::Received received_;
  std::optional<ClaimBoard> board_;
  ClaimBoard::Claim* claim_ = nullptr;
};

}  // namespace

platform::ExitCode run_pool_worker(Channel channel) { return Worker{std::move(channel)}.run(); }

}  // namespace tandem::multiprocessing
