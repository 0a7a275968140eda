#include "tandem/multiprocessing/zygote_server.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <memory>
#include <span>
#include <system_error>
#include <unordered_map>
#include <utility>
#include <vector>

#include "tandem/multiprocessing/zygote_protocol.hpp"
#include "tandem/platform/epoll.hpp"
#include "tandem/platform/message_socket.hpp"
#include "tandem/platform/pidfd.hpp"
#include "tandem/platform/process.hpp"
#include "tandem/platform/socket.hpp"
#include "tandem/shared/arena.hpp"

namespace tandem::multiprocessing {
namespace {

using platform::Fd;
using platform::Interest;
using platform::Repeat;
using What = zygote_protocol::Request::What;

/// Whom an event of the epoll is about.
struct Watched {
  enum class Kind { requests, child, expected, requester } kind;
};

/// A process that was forked and has not been reaped, so its pid is its own; or one that its requester is about to fork, for which
/// there is a number until it is there. Then its line is watched, and after that its pidfd.
struct Child : Watched {
  int pid = 0;  // 0 if its requester has forked it, who will reap it: the pid may be somebody else's then
  int requester = 0;
  std::uint32_t number = 0;  // in the arena
  bool dies_with_requester = false;
  bool requester_has_ended = false;
  Fd pidfd;  // of one that is only expected: something that keeps room for it
  Fd status;
};

/// A process that has asked for a child and, as far as we know, lives.
struct Requester : Watched {
  int pid = 0;
  Fd pidfd;
};

template <class Message>
void tell(const Fd& line, const Message& message, std::span<const int> descriptors = {}) {
  const std::array part{std::as_bytes(std::span{&message, 1})};
  // Nobody may be there to hear it, which is no matter here.
  static_cast<void>(platform::send_message(line.get(), part, descriptors));
}

class Server {
 public:
  Server(Fd requests, int main_pid, ChildMain child_main)
      : requests_{std::move(requests)}, main_pid_{main_pid}, child_main_{std::move(child_main)} {
    epoll_.add(requests_.get(), Interest::read, Repeat::always, &asked_);
  }

  void serve() {
    while (requests_ || !children_.empty()) {
      std::array<void*, 64> ready{};
      const std::size_t count = epoll_.wait(ready, Deadline::never());
      // Ends come first: a request may come from a process that has been given the pid of one whose end stands in the same batch.
      for (std::size_t i = 0; i < count; ++i) end_of(*static_cast<Watched*>(ready[i]));
      for (std::size_t i = 0; i < count; ++i) {
        if (ready[i] == &asked_) take_requests();
      }
    }
  }

 private:
  void end_of(Watched& watched) {
    switch (watched.kind) {  // which may destroy it, and no other
      case Watched::Kind::child:
        return child_ended(static_cast<Child&>(watched));
      case Watched::Kind::expected:
        return hear_of(static_cast<Child&>(watched));
      case Watched::Kind::requester:
        return requester_ended(static_cast<Requester&>(watched));
      case Watched::Kind::requests:
        return;
    }
  }

  void take_requests() {
    while (requests_) {
      platform::ReceivedMessage message;
      switch (platform::receive_message(requests_.get(), buffer_, message, platform::Patience::none)) {
        case platform::ReceiveResult::nothing:
          return;
        case platform::ReceiveResult::closed:
          epoll_.remove(requests_.get());
          requests_.reset();
          return;
        case platform::ReceiveResult::received:
          answer({buffer_.data(), message.size}, message.descriptors);
      }
    }
  }

  void answer(platform::Bytes bytes, std::vector<Fd>& descriptors) {
    zygote_protocol::Request request{};
    if (bytes.size() != sizeof request) return;
    std::memcpy(&request, bytes.data(), sizeof request);
    if (request.version != zygote_protocol::version) return;
    const bool executes = request.what == What::program;
    // Descriptors are missing if we may not have more of them: the requester sees its line closed.
    if (descriptors.size() != zygote_protocol::request_descriptors + (executes ? 1 : 0)) return;
    Fd& channel = descriptors[0];
    Fd& status = descriptors[1];
    Fd& requester = descriptors[2];
    try {
      const bool is_there = watch(request.requester, requester);
      if (request.what == What::expected) {
        if (is_there) expect_child(request, channel, status);
      } else if (is_there || request.dies_with_requester == 0) {
        fork_child(request, channel, status, descriptors.back());
      }
    } catch (const std::system_error& error) {
      tell(status, zygote_protocol::Started{.pid = 0, .error = error.code().value(), .number = 0});
    } catch (const std::runtime_error&) {  // the arena's table of processes is full
      tell(status, zygote_protocol::Started{.pid = 0, .error = EAGAIN, .number = 0});
    }
  }

  /// False if it has ended already.
  bool watch(int pid, Fd& pidfd) {
    if (platform::has_ended(pidfd)) return false;
    auto& known = requesters_[pid];
    if (known && platform::has_ended(known->pidfd)) {  // it had the same pid; its end has not been reported yet
      requester_ended(*known);
      return watch(pid, pidfd);
    }
    if (known) return true;
    known = std::make_unique<Requester>(Requester{{Watched::Kind::requester}, pid, std::move(pidfd)});
    epoll_.add(known->pidfd.get(), Interest::read, Repeat::always, known.get());
    return true;
  }

  std::unique_ptr<Child> child_of(const zygote_protocol::Request& request, Watched::Kind kind) {
    auto child = std::make_unique<Child>();
    child->kind = kind;
    child->requester = request.requester;
    child->dies_with_requester = request.dies_with_requester != 0;
    return child;
  }

  void expect_child(const zygote_protocol::Request& request, Fd& room, Fd& status) {
    auto child = child_of(request, Watched::Kind::expected);
    child->number = arena_.enter();
    try {
      epoll_.add(status.get(), Interest::read, Repeat::always, child.get());
      tell(status, zygote_protocol::Started{.pid = 0, .error = 0, .number = child->number});
      child->pidfd = std::move(room);
      child->status = std::move(status);
      children_.emplace(child->number, std::move(child));
    } catch (...) {
      arena_.leave(child->number);
      throw;
    }
  }

  /// The requester has forked, or never will: it has said so, or it has ended.
  void hear_of(Child& child) {
    child.pidfd.reset();
    zygote_protocol::Forked forked{};
    platform::ReceivedMessage message;
    switch (platform::receive_message(child.status.get(), std::as_writable_bytes(std::span{&forked, 1}), message,
                                      platform::Patience::none)) {
      case platform::ReceiveResult::nothing:
        return;
      case platform::ReceiveResult::received:
        if (message.descriptors.empty()) break;
        epoll_.remove(child.status.get());
        child.kind = Watched::Kind::child;
        child.pidfd = std::move(message.descriptors.front());
        epoll_.add(child.pidfd.get(), Interest::read, Repeat::always, &child);
        if (child.requester_has_ended && child.dies_with_requester) platform::send_signal(child.pidfd, SIGKILL);
        return;
      case platform::ReceiveResult::closed:
        break;
    }
    epoll_.remove(child.status.get());
    arena_.leave(child.number);
    children_.erase(child.number);
  }

  void fork_child(const zygote_protocol::Request& request, Fd& channel, Fd& status, const Fd& complaints) {
    auto child = child_of(request, Watched::Kind::child);
    const int zygote = platform::this_pid();
    child->number = arena_.enter();
    int pid = 0;
    try {
      pid = platform::fork_process();
    } catch (...) {
      arena_.leave(child->number);
      throw;
    }
    if (pid == 0) become_child(zygote, {std::move(channel), child->number, request.what == What::program}, complaints);
    try {
      child->pid = pid;
      child->pidfd = platform::open_pidfd(pid);
      epoll_.add(child->pidfd.get(), Interest::read, Repeat::always, child.get());
      const std::array pidfd{child->pidfd.get()};
      tell(status, zygote_protocol::Started{.pid = pid, .error = 0, .number = child->number}, pidfd);
      child->status = std::move(status);
      children_.emplace(child->number, std::move(child));
    } catch (...) {
      platform::kill_child(pid);  // one that nobody could be told the end of must not run on
      arena_.leave(child->number);
      throw;
    }
  }

  [[noreturn]] void become_child(int zygote, Newborn newborn, const Fd& complaints) {
    if (!platform::die_with_parent(zygote)) platform::exit_now(1);
    // Before it has become what it is to be, nobody listens to it; but a program that starts may fail.
    if (newborn.executes) platform::copy_descriptor_to(complaints.get(), 2);
    platform::close_descriptors_but(std::array{newborn.channel.get(), arena_.file().get()});
    arena_.become(newborn.number);
    child_main_(std::move(newborn));
    platform::exit_now(1);  // not reached: a ChildMain does not return
  }

  void child_ended(Child& child) {
    epoll_.remove(child.pidfd.get());  // copies of it live on elsewhere
    const auto exit_code = child.pid != 0 ? platform::reap_child(child.pid) : 0;
    arena_.leave(child.number);  // before anybody hears of it: who has waited for its end finds its shares gone
    if (exit_code) tell(child.status, zygote_protocol::Ended{.exit_code = *exit_code});
    children_.erase(child.number);
  }

  void requester_ended(Requester& requester) {
    epoll_.remove(requester.pidfd.get());
    for (const auto& [number, child] : children_) {
      if (child->requester != requester.pid || child->requester_has_ended) continue;
      child->requester_has_ended = true;
      if (child->kind == Watched::Kind::expected) {
        platform::shutdown_read(child->status.get());  // what it has said is heard still, or that it says nothing
      } else if (child->dies_with_requester) {
        platform::send_signal(child->pidfd, SIGKILL);  // what has ended meanwhile is no matter: it comes as an event of its own
      }
    }
    if (requester.pid == main_pid_) arena_.leave(0);  // the others are children of ours, see child_ended()
    requesters_.erase(requester.pid);
  }

  Watched asked_{Watched::Kind::requests};
  std::array<std::byte, platform::max_message_size> buffer_;
  Fd requests_;
  const int main_pid_;
  shared::Arena& arena_ = shared::Arena::instance();
  ChildMain child_main_;
  platform::Epoll epoll_;
  std::unordered_map<std::uint32_t, std::unique_ptr<Child>> children_;  // by number
  std::unordered_map<int, std::unique_ptr<Requester>> requesters_;      // by pid
};

}  // namespace

void serve_zygote(Fd requests, int main_pid, ChildMain child_main) {
  Server{std::move(requests), main_pid, std::move(child_main)}.serve();
}

}  // namespace tandem::multiprocessing
