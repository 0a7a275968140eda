#include "tandem/multiprocessing/zygote.hpp"

#include <array>
#include <chrono>
#include <csignal>
#include <cstring>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "tandem/multiprocessing/child_main.hpp"
#include "tandem/multiprocessing/errors.hpp"
#include "tandem/multiprocessing/spawned_image.hpp"
#include "tandem/multiprocessing/zygote_protocol.hpp"
#include "tandem/multiprocessing/zygote_server.hpp"
#include "tandem/platform/duplicate.hpp"
#include "tandem/platform/errors.hpp"
#include "tandem/platform/message_socket.hpp"
#include "tandem/platform/pidfd.hpp"
#include "tandem/platform/poll.hpp"
#include "tandem/platform/process.hpp"
#include "tandem/platform/signal_state.hpp"
#include "tandem/platform/socket.hpp"
#include "tandem/platform/surroundings.hpp"
#include "tandem/shared/arena.hpp"
#include "tandem/sync/fork_hold.hpp"
#include "tandem/sync/guard.hpp"
#include "tandem/sync/lock.hpp"

namespace tandem::multiprocessing::zygote {
namespace {

// Long for a fork, short for somebody who waits for a process that will never come.
constexpr auto patience = std::chrono::seconds{30};

constinit Access ours;

[[noreturn]] void throw_gone() {
  throw ForkServerGone("the fork server (pid " + std::to_string(ours.pid) +
                       ") has died: no process can be started any more. Somebody must have killed it");
}

const Access& checked_access() {
  if (ours.requests) return ours;
  throw std::logic_error(
      "tandem::init(argc, argv) was not called: make it the first line of main. It starts the fork server, from which processes "
      "are made");
}

/// This process as a descriptor, made once; anew in a process that was forked by hand.
class OwnPidfd {
 public:
  void hold_over_forks() noexcept { sync::hold_over_forks(lock_); }
  int get() {
    const sync::Guard hold{lock_};
    const int pid = platform::this_pid();
    if (pid_ != pid) fd_ = platform::open_pidfd(pid);
    pid_ = pid;
    return fd_.get();
  }

 private:
  sync::Lock lock_{"pidfd"};
  platform::Fd fd_;
  int pid_ = 0;
};

constinit OwnPidfd ourselves;

template <class Message>
Message parsed(const std::array<std::byte, sizeof(Message)>& bytes) {
  Message message{};
  std::memcpy(&message, bytes.data(), sizeof message);
  return message;
}

/// Waits for one message of the zygote's.
template <class Message>
Message hear(const platform::Fd& line, platform::ReceivedMessage& received) {
  if (!platform::wait_readable(line.get(), patience)) {
    throw ForkServerGone("the fork server (pid " + std::to_string(ours.pid) + ") does not answer: is it stopped (kill -STOP)?");
  }
  std::array<std::byte, sizeof(Message)> buffer{};
  if (platform::receive_message(line.get(), buffer, received) != platform::ReceiveResult::received) throw_gone();
  return parsed<Message>(buffer);
}

/// All that the zygote is: never returns.
[[noreturn]] void live(platform::Fd requests, int main_pid, const platform::SignalState& original) {
  platform::close_descriptors_but(std::array{requests.get(), shared::Arena::instance().file().get()});
  platform::let_go_of_terminal();
  // What ends the program ends the zygote too, but later: it has to clean up first. It sees the program's end by itself. Its
  // children begin with all signals blocked, so that none is lost before they have become what they are to be.
  platform::block_all_signals();
  platform::default_signals({SIGCHLD});  // if it is ignored, the kernel reaps children and nobody learns how they ended
  rehearse_child_main("zygote");
  const zygote_protocol::Hello hello{platform::this_pid()};
  const std::array part{std::as_bytes(std::span{&hello, 1})};
  if (platform::send_message(requests.get(), part) == platform::SendResult::closed) platform::exit_now(0);
  serve_zygote(std::move(requests), main_pid, [&original](Newborn newborn) {
    if (newborn.executes) execute_anew(std::move(newborn), original);
    child_main(std::move(newborn.channel), original);
  });
  platform::exit_now(0);
}

}  // namespace

void start() {
  const platform::SignalState original{remembered_signals()};
  const int main_pid = platform::this_pid();
  shared::Arena::instance();  // the zygote has it, and so has whatever it forks
  auto ends = platform::message_socket_pair();
  // Forked twice, so that it is nobody's child: a program that waits for any child of its own would otherwise wait for the zygote.
  const int between = platform::fork_process();
  if (between == 0) {
    ends.first.reset();
    if (platform::fork_process() == 0) live(std::move(ends.second), main_pid, original);
    platform::exit_now(0);
  }
  platform::reap_child(between);
  ends.second.reset();
  platform::ReceivedMessage received;
  const auto hello = hear<zygote_protocol::Hello>(ends.first, received);
  ours = {std::move(ends.first), hello.pid};
  ourselves.hold_over_forks();
  ourselves.get();
}

Access access() {
  const Access& own = checked_access();
  return {platform::duplicate(own.requests.get()), own.pid};
}

void adopt(Access access) { ours = std::move(access); }

namespace {

/// The first answer to a request, which has gone out with these descriptors and the line in place of the second one.
struct Answer {
  zygote_protocol::Started started;
  platform::ReceivedMessage received;
  platform::Fd line;
};

Answer ask(zygote_protocol::Request::What what, WhenWeEnd when_we_end, std::vector<int> descriptors) {
  const Access& own = checked_access();
  auto line = platform::message_socket_pair();
  const zygote_protocol::Request request{.version = zygote_protocol::version,
                                         .requester = platform::this_pid(),
                                         .dies_with_requester = when_we_end == WhenWeEnd::is_killed ? 1U : 0U,
                                         .what = what};
  const std::array part{std::as_bytes(std::span{&request, 1})};
  descriptors[1] = line.second.get();
  if (platform::send_message(own.requests.get(), part, descriptors) == platform::SendResult::closed) throw_gone();
  line.second.reset();
  Answer answer;
  answer.started = hear<zygote_protocol::Started>(line.first, answer.received);
  if (answer.started.error != 0) platform::throw_error(answer.started.error, "fork", "by the fork server");
  answer.line = std::move(line.first);
  return answer;
}

}  // namespace

ChildProcess fork(platform::Fd channel, WhenWeEnd when_we_end, StartMethod method) {
  using What = zygote_protocol::Request::What;
  checked_access();
  std::vector descriptors{channel.get(), -1, own_pidfd()};
  platform::Fd complaints;
  if (method == StartMethod::spawn) {
    complaints = platform::copy_of_standard(2);
    descriptors.push_back(complaints.get());
  }
  Answer answer = ask(method == StartMethod::spawn ? What::program : What::copy, when_we_end, std::move(descriptors));
  if (answer.received.descriptors.empty()) {
    platform::throw_error(EMFILE, "receive the pidfd of a new process", "(see ulimit -n)");
  }
  return {answer.started.pid, answer.started.number, std::move(answer.received.descriptors.front()), std::move(answer.line),
          ChildProcess::Parent::fork_server};
}

Expected::Expected(WhenWeEnd when_we_end) {
  checked_access();
  const int self = own_pidfd();
  Answer answer = ask(zygote_protocol::Request::What::expected, when_we_end, {self, -1, self});
  line_ = std::move(answer.line);
  number_ = answer.started.number;
}

Expected::~Expected() {
  // Said, and not only closed: a process that somebody has forked by hand meanwhile has the line too.
  if (line_) platform::shutdown_write(line_.get());
}

platform::Fd Expected::here_is(int pid, const platform::Fd& pidfd) && {
  const zygote_protocol::Forked forked{pid};
  const std::array part{std::as_bytes(std::span{&forked, 1})};
  const std::array descriptors{pidfd.get()};
  if (platform::send_message(line_.get(), part, descriptors) == platform::SendResult::closed) throw_gone();
  return std::move(line_);
}

int own_pidfd() { return ourselves.get(); }

int pid() noexcept { return ours.pid; }

}  // namespace tandem::multiprocessing::zygote
