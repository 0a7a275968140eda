#include "tandem/multiprocessing/pool_worker.hpp"

#include <chrono>
#include <cstdio>
#include <cstring>
#include <exception>
#include <new>
#include <optional>
#include <span>
#include <stdexcept>
#include <thread>
#include <utility>
#include <vector>

#include "tandem/multiprocessing/pool_protocol.hpp"
#include "tandem/multiprocessing/task_board.hpp"
#include "tandem/platform/event_fd.hpp"
#include "tandem/platform/limits.hpp"
#include "tandem/platform/process_id.hpp"
#include "tandem/remote/archive.hpp"
#include "tandem/remote/call.hpp"
#include "tandem/remote/exception.hpp"
#include "tandem/shared/arena.hpp"

namespace tandem::multiprocessing {
namespace {

using pool_protocol::Kind;
using pool_protocol::Reply;
using remote::Channel;
using remote::Message;

class Worker {
 public:
  explicit Worker(Channel channel)
      : channel_{std::move(channel)}, identity_{platform::identity_of(channel_.fileno())}, self_{platform::this_process()} {
    channel_.crates(crates_);
  }

  platform::ExitCode run() {
    if (!set_up()) return 1;
    std::uint32_t left = setup_.max_tasks != 0 ? setup_.max_tasks : ~std::uint32_t{0};
    while (left > 0) {
      auto slot = board_->try_take(setup_.place);
      if (!slot) {
        if (!has_its_channel()) return 1;
        slot = board_->take(setup_.place);
      }
      if (!slot) return 0;
      if (!do_task(*slot)) return 1;
      if (setup_.max_tasks != 0) --left;
    }
    return 0;
  }

 private:
  /// Where a call's arguments are.
  struct Arguments {
    std::span<const char> bytes;
    std::span<platform::Fd> descriptors;
    std::span<const std::shared_ptr<shared::Object>> objects;
  };

  bool set_up() {
    if (channel_.receive(received_) == Channel::Receive::closed) return false;
    setup_ = received_.head<pool_protocol::Setup>();
    auto descriptors = received_.descriptors();
    if (descriptors.size() < 2) throw std::runtime_error("the pool has not sent the memory that it shares with its workers");
    board_.emplace(std::move(descriptors[0]));
    pool_.emplace(std::move(descriptors[1]));
    pool_identity_ = platform::identity_of(pool_->get());
    if (!received_.body().empty()) {
      Message answer;
      if (const Kind kind = call({received_.body(), descriptors.subspan(2), received_.objects()}, answer); kind != Kind::result) {
        is_no_fork();
        return has_its_channel() && channel_.send(Reply{.attempt = 0, .slot = 0, .kind = Kind::setup_failed}, answer) && false;
      }
    }
    is_no_fork();
    return has_its_channel() && channel_.send(Reply{.attempt = 0, .slot = 0, .kind = Kind::ready});
  }

  /// False if there is nobody, or no way, to give the result to.
  bool do_task(std::uint32_t number) {
    TaskSlot& slot = board_->slot(number);
    const std::uint64_t attempt = slot.now().attempt;
    if (slot.is_timed) slot.begun_at.store(base::Clock::now().time_since_epoch().count(), std::memory_order_release);
    if (slot.is_sent) {
      if (!has_its_channel() || !channel_.send(Reply{.attempt = attempt, .slot = number, .kind = Kind::wanted})) return false;
      if (channel_.receive(received_) != Channel::Receive::received) return false;
      if (received_.head<pool_protocol::Task>().attempt == 0) return true;
      const Kind kind = limited_call(slot, {received_.body(), received_.descriptors(), received_.objects()});
      received_ = {};
      return give(number, attempt, kind);
    }
    const auto room = board_->room(slot);
    const std::size_t size = std::min<std::size_t>(slot.size, room.size());
    std::size_t begin = 0;
    if (!adopt(room.first(size), slot.references, begin)) return give(number, attempt, Kind::error);
    const std::span<const char> bytes{reinterpret_cast<const char*>(room.data()) + begin, size - begin};
    const Kind kind = limited_call(slot, {bytes, {}, objects_});
    objects_.clear();
    return give(number, attempt, kind);
  }

  /// Takes shares in the objects that the call means. The pool keeps its own until the task is over, so they are there. False if
  /// that fails, and then answer_ says why.
  bool adopt(std::span<const std::byte> bytes, std::size_t count, std::size_t& size) {
    size = std::min(count * sizeof(shared::Reference), bytes.size());
    try {
      for (std::size_t at = 0; at < size; at += sizeof(shared::Reference)) {
        shared::Reference reference;
        std::memcpy(&reference, bytes.data() + at, sizeof reference);
        shared::Arena::instance().give(reference.slot, shared::Arena::instance().process());
        objects_.push_back(shared::Object::adopt(reference));
      }
      return true;
    } catch (...) {
      answer_ = {};
      remote::OutputArchive out{answer_};
      remote::save_exception(out, std::current_exception());
      return false;
    }
  }

  Kind limited_call(const TaskSlot& slot, Arguments arguments) {
    answer_.bytes.clear();
    answer_.stowed = {};
    if (slot.memory_limit == 0) return call(arguments, answer_);
    const platform::MemoryLimit limit{slot.memory_limit};
    return call(arguments, answer_, Kind::memory_exceeded);
  }

  /// Makes the call and leaves its result or exception in `answer`.
  Kind call(Arguments arguments, Message& answer, Kind when_out_of_memory = Kind::error) {
    std::exception_ptr error;
    try {
      remote::InputArchive in{arguments.bytes, arguments.descriptors, arguments.objects};
      remote::OutputArchive out{answer, crates_};
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

  /// Gives the pool what is in answer_: in the slot if it has room for it, else through the channel.
  bool give(std::uint32_t number, std::uint64_t attempt, Kind kind) {
    platform::flush_output();  // it may be killed before it ends by itself, and what the task printed must not be lost
    is_no_fork();
    // If the descriptors are gone, the error is most likely that of a task before, which closed them: this one is lost with them.
    if (kind != Kind::result && !has_its_channel()) return false;
    TaskSlot& slot = board_->slot(number);
    const auto room = board_->room(slot);
    if (!answer_.descriptors.empty() || !answer_.objects.empty() || answer_.stowed || answer_.bytes.size() > room.size()) {
      if (!has_its_channel() || !channel_.send(Reply{.attempt = attempt, .slot = number, .kind = kind}, answer_)) return false;
      answer_ = {};  // what it refers to is the pool's now
      return board_->settle(number, attempt, setup_.place) || wait_for_death();
    }
    if (!answer_.bytes.empty()) std::memcpy(room.data(), answer_.bytes.data(), answer_.bytes.size());
    slot.size = static_cast<std::uint32_t>(answer_.bytes.size());
    slot.kind = kind;
    // A task that has closed what it should not costs its worker as soon as a descriptor is needed; and itself, if that is now.
    if (board_->pool_sleeps() && !has_its_channel()) return false;
    if (!board_->settle(number, attempt, setup_.place)) return wait_for_death();
    if (!board_->deliver(number)) return true;
    if (!has_its_channel() || platform::identity_of(pool_->get()) != pool_identity_) return false;  // our end will wake the pool
    pool_->notify();
    return true;
  }

  /// The pool has decided that the task takes its worker along: it must not see it end in another way.
  static bool wait_for_death() {
    for (;;) std::this_thread::sleep_for(std::chrono::hours{1});
  }

  /// A task that forked by hand and let its child return: that one is no worker.
  void is_no_fork() const {
    if (platform::this_process() != self_) platform::exit_now(0);
  }

  bool has_its_channel() const {
    if (platform::identity_of(channel_.fileno()) == identity_) return true;
    std::fputs("A task has closed a descriptor that it did not open: its worker's channel is gone, and with it the task's result\n",
               stderr);
    return false;
  }

  remote::CrateStore crates_;  // for results
  Channel channel_;
  const platform::FileIdentity identity_;  // of the channel, whose number a task may have closed and got again for something else
  const platform::ProcessId self_;
  Channel::Received received_;
  pool_protocol::Setup setup_{};
  std::optional<TaskBoard> board_;
  std::optional<platform::EventFd> pool_;  // wakes it
  platform::FileIdentity pool_identity_{};
  Message answer_;
  std::vector<std::shared_ptr<shared::Object>> objects_;  // of the call that is being made
};

}  // namespace

platform::ExitCode run_pool_worker(Channel channel) { return Worker{std::move(channel)}.run(); }

}  // namespace tandem::multiprocessing
