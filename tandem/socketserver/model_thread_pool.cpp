#include "tandem/socketserver/model_thread_pool.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <exception>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <system_error>
#include <utility>

#include "tandem/base/atomics.hpp"
#include "tandem/base/intrusive_list.hpp"
#include "tandem/futures/thread_pool_executor.hpp"
#include "tandem/platform/epoll.hpp"
#include "tandem/platform/event_fd.hpp"
#include "tandem/platform/socket.hpp"
#include "tandem/socketserver/connection.hpp"
#include "tandem/sync/guard.hpp"
#include "tandem/sync/interrupt.hpp"
#include "tandem/sync/lock.hpp"

namespace tandem::socketserver {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr auto scan_period = 100ms;
constexpr auto accept_pause = 100ms;
constexpr auto complaint_period = 10s;

/// Whose turn it is to touch a client. The serving thread alone takes one out of idle; the worker that has it alone puts it back.
enum class State : std::uint8_t {
  busy,    // a worker has it, or it waits for one in the pool's queue
  ready,   // as busy, and its socket has become ready meanwhile; set by the serving thread against the worker's busy -> idle:
           // whoever wins the compare-exchange sees to it that the readiness is served
  idle,    // nobody has it; its socket is armed in epoll; the serving thread may take it, for readiness, time or shutdown
  closed,  // its socket is closed, and the worker will not touch it any more; the serving thread frees it
};

struct Client;

/// A client's place among those to be freed.
struct Grave : base::ListNode {
  explicit Grave(Client& owner) noexcept : client{owner} {}
  Client& client;
};

struct Client : base::ListNode {
  Client(platform::Fd socket, std::string peer, std::unique_ptr<AnyProtocol> protocol, const Options& options)
      : connection{std::move(socket), std::move(peer), std::move(protocol), options} {}

  Connection connection;
  bool registered = false;  // with epoll; the worker's
  // Release when a worker lets go (idle, closed), acquire when the serving thread takes: the connection's fields travel with it.
  base::Atomic<State> state{State::busy};
  Grave grave{*this};
};

/// While it lives, a Ctrl-C that is for the calling thread is an event of the epoll, with this object as its tag.
class InterruptWatch {
 public:
  explicit InterruptWatch(platform::Epoll& epoll) : epoll_{epoll}, fd_{sync::interrupt_fd()} {
    if (fd_ >= 0) epoll_.add(fd_, platform::Interest::read, platform::Repeat::always, this);
  }
  InterruptWatch(const InterruptWatch&) = delete;
  InterruptWatch& operator=(const InterruptWatch&) = delete;
  ~InterruptWatch() {
    if (fd_ >= 0) epoll_.remove(fd_);
  }

 private:
  platform::Epoll& epoll_;
  const int fd_;
};

enum class Job : std::uint8_t { begin, turn, expire, stop };

class ThreadPoolModel final : public ServerModel {
 public:
  ThreadPoolModel(const Options& options, platform::Fd listener, ProtocolFactory factory)
      : options_{options}, listener_{std::move(listener)}, factory_{std::move(factory)} {
    epoll_.add(wake_.get(), platform::Interest::read, platform::Repeat::always, &wake_);
    epoll_.add(listener_.get(), platform::Interest::none, platform::Repeat::always, &listener_);
  }

  ~ThreadPoolModel() override;

  void serve() override;
  void request_stop() noexcept override {
    stopping_.store(true, std::memory_order_seq_cst);
    wake_.notify();
  }

 private:
  // On the serving thread.
  void wait(const InterruptWatch& interrupt);
  void drain_or_accept();
  void accept_some();
  void accepting(bool wanted);
  void complain_about_accept(int error);
  void admit(platform::Accepted accepted);
  void socket_ready(Client& client);
  void scan();
  void reap() noexcept;
  Deadline next_scan() const noexcept;

  // On the serving thread and on workers, by whoever has the client.
  void submit(Client& client, Job job) noexcept;
  void run(Client& client, Job job) noexcept;
  void park(Client& client, Connection::Wants wants) noexcept;
  void bury(Client& client) noexcept;

  const Options options_;
  platform::Fd listener_;
  ProtocolFactory factory_;
  platform::Epoll epoll_;
  platform::EventFd wake_;

  // The serving thread's own.
  base::IntrusiveList<Client> clients_;
  std::size_t client_count_ = 0;
  Clock::time_point last_scan_{};
  bool accepting_ = false;
  bool draining_ = false;
  Deadline accept_again_ = Deadline::passed();
  Deadline complain_again_ = Deadline::passed();
  Deadline grace_ = Deadline::never();

  sync::Lock graves_lock_{"socketserver graves"};
  base::IntrusiveList<Grave> graves_;

  base::Atomic<bool> stopping_{false};  // false -> true, once: no more input is waited for. By request_stop(), read by all
  base::Atomic<bool> cutting_{false};   // false -> true, once: nor is output. By the serving thread when the grace is over

  std::optional<futures::ThreadPoolExecutor> pool_;  // only while serving; last, so that it is joined before the rest is gone
};

ThreadPoolModel::~ThreadPoolModel() {
  // Only when serve() was left by an exception is there anything to do.
  pool_.reset();
  while (Client* client = clients_.pop_front()) {
    client->connection.stop();
    delete client;
  }
}

void ThreadPoolModel::serve() {
  const Presence presence{*this};
  const InterruptWatch interrupt{epoll_};
  pool_.emplace(futures::ThreadPoolOptions{.max_workers = options_.workers, .thread_name_prefix = "server"});
  while (!draining_ || !clients_.empty()) {
    drain_or_accept();
    wait(interrupt);
    reap();
    if (const auto now = Clock::now(); now - last_scan_ >= scan_period) {
      last_scan_ = now;
      scan();
    }
  }
  pool_.reset();
}

void ThreadPoolModel::wait(const InterruptWatch& interrupt) {
  std::array<void*, 64> tags;
  const std::size_t count = epoll_.wait(tags, next_scan());
  for (void* tag : std::span{tags}.first(count)) {
    if (tag == &interrupt) {
      sync::check_interrupt();
    } else if (tag == &wake_) {
      wake_.drain();
    } else if (tag == &listener_) {
      accept_some();
    } else {
      socket_ready(*static_cast<Client*>(tag));
    }
  }
}

Deadline ThreadPoolModel::next_scan() const noexcept {
  if (draining_ && clients_.empty()) return Deadline::passed();
  const bool paused = !accepting_ && !draining_;
  if (clients_.empty() && !paused) return Deadline::never();
  return Deadline{last_scan_ + scan_period};
}

void ThreadPoolModel::drain_or_accept() {
  if (!stopping_.load(std::memory_order_seq_cst)) {
    accepting(client_count_ < options_.max_connections && accept_again_.expired());
    return;
  }
  if (!draining_) {
    draining_ = true;
    grace_ = options_.shutdown_grace;
    epoll_.remove(listener_.get());
    listener_.reset();  // whoever comes now is refused instead of left waiting
    scan();
  } else if (grace_.expired()) {
    cutting_.store(true, std::memory_order_seq_cst);
  }
}

void ThreadPoolModel::accepting(bool wanted) {
  if (accepting_ == wanted) return;
  epoll_.modify(listener_.get(), wanted ? platform::Interest::read : platform::Interest::none, platform::Repeat::always,
                &listener_);
  accepting_ = wanted;
}

void ThreadPoolModel::accept_some() {
  // Bounded, so that a flood of newcomers does not keep those who are connected waiting.
  for (int i = 0; i < 64 && client_count_ < options_.max_connections; ++i) {
    platform::Accepted accepted = platform::accept_from(listener_.get());
    if (accepted.socket) {
      admit(std::move(accepted));
    } else if (accepted.would_block()) {
      return;
    } else if (accepted.out_of_resources()) {
      complain_about_accept(accepted.error);
      accept_again_ = accept_pause;
      return;
    }
    // Anything else is the newcomer's trouble (ECONNABORTED and network errors): the next one may be well.
  }
}

void ThreadPoolModel::complain_about_accept(int error) {
  if (!complain_again_.expired()) return;
  complain_again_ = complaint_period;
  const std::string what = "accept: " + std::generic_category().message(error) + "; newcomers wait until connections end (" +
                           std::to_string(client_count_) + " are open); raise the limit of open files or lower max_connections";
  report_line(options_.bind, what.c_str());
}

void ThreadPoolModel::admit(platform::Accepted accepted) {
  try {
    auto client = std::make_unique<Client>(std::move(accepted.socket), accepted.peer.text(), factory_(), options_);
    clients_.push_back(*client);
    ++client_count_;
    submit(*client.release(), Job::begin);  // in clients_ from here on; freed by reap()
  } catch (const std::exception& error) {
    report_line(accepted.peer.text(), error.what());  // no memory, or the factory failed: this client is dropped
  }
}

void ThreadPoolModel::socket_ready(Client& client) {
  State state = State::idle;
  if (client.state.compare_exchange_strong(state, State::busy, std::memory_order_acquire, std::memory_order_relaxed)) {
    submit(client, Job::turn);
    return;
  }
  // Its worker has armed it but not let go yet. If the worker is faster now, state is idle and the client ours.
  if (state == State::busy) {
    if (client.state.compare_exchange_strong(state, State::ready, std::memory_order_relaxed, std::memory_order_relaxed)) return;
    if (state == State::idle) socket_ready(client);
  }
}

void ThreadPoolModel::scan() {
  const auto now = Clock::now();
  const bool cutting = cutting_.load(std::memory_order_relaxed);
  for (Client* client = clients_.front(); client != nullptr; client = clients_.next(*client)) {
    // Once idle, it stays so until this thread takes it: its fields may be read.
    if (client->state.load(std::memory_order_acquire) != State::idle) continue;
    Job job = Job::turn;
    if (draining_ && (cutting || !client->connection.finishing())) {
      job = Job::stop;
    } else if (client->connection.deadline().when() <= now) {
      job = Job::expire;
    } else {
      continue;
    }
    client->state.store(State::busy, std::memory_order_relaxed);
    submit(*client, job);
  }
}

void ThreadPoolModel::reap() noexcept {
  base::IntrusiveList<Grave> dead;
  {
    const sync::Guard hold{graves_lock_};
    while (Grave* grave = graves_.pop_front()) dead.push_back(*grave);
  }
  while (Grave* grave = dead.pop_front()) {
    Client* client = &grave->client;
    clients_.remove(*client);
    --client_count_;
    delete client;  // released by admit()
  }
}

void ThreadPoolModel::submit(Client& client, Job job) noexcept {
  try {
    pool_->submit([this, &client, job] { run(client, job); });
  } catch (const std::exception& error) {
    report_line(options_.bind, error.what());  // no memory for a task: this connection cannot be served
    client.connection.stop();
    bury(client);
  }
}

void ThreadPoolModel::run(Client& client, Job job) noexcept {
  const Presence presence{*this};
  switch (job) {
    case Job::begin:
      return park(client, client.connection.begin());
    case Job::turn:
      return park(client, client.connection.turn());
    case Job::expire:
      return park(client, client.connection.expire());
    case Job::stop:
      return park(client, client.connection.stop());
  }
}

void ThreadPoolModel::park(Client& client, Connection::Wants wants) noexcept {
  Connection& connection = client.connection;
  // Not needed for correctness (scan() would find it idle), but it spares the shutdown a tenth of a second.
  if (wants != Connection::Wants::end && stopping_.load(std::memory_order_relaxed) &&
      (cutting_.load(std::memory_order_relaxed) || !connection.finishing())) {
    wants = connection.stop();
  }
  if (wants == Connection::Wants::end) return bury(client);
  try {
    const auto interest = wants == Connection::Wants::input ? platform::Interest::read : platform::Interest::write;
    if (std::exchange(client.registered, true)) {
      epoll_.modify(connection.socket(), interest, platform::Repeat::once, &client);
    } else {
      epoll_.add(connection.socket(), interest, platform::Repeat::once, &client);
    }
  } catch (const std::system_error& error) {
    report_line(options_.bind, error.what());
    connection.stop();
    return bury(client);
  }
  // Armed first, let go afterwards: the other way round, somebody could have closed the socket before we arm it. What fires in
  // between turns the state to ready, and then the client goes to the end of the queue, behind those who wait.
  State state = State::busy;
  if (client.state.compare_exchange_strong(state, State::idle, std::memory_order_release, std::memory_order_relaxed)) return;
  client.state.store(State::busy, std::memory_order_relaxed);
  submit(client, Job::turn);
}

void ThreadPoolModel::bury(Client& client) noexcept {
  // Reports on their way may still name this client, so only the serving thread, between two waits, frees it. Removed explicitly:
  // a copy of the socket in a forked child would keep it in epoll.
  if (client.registered) epoll_.remove(client.connection.socket());
  client.connection.close();
  client.state.store(State::closed, std::memory_order_release);
  bool first = false;
  {
    const sync::Guard hold{graves_lock_};
    first = graves_.empty();
    graves_.push_back(client.grave);
  }
  if (first) wake_.notify();
}

}  // namespace

std::unique_ptr<ServerModel> make_thread_pool_model(const Options& options, platform::Fd listener, ProtocolFactory factory) {
  if (options.workers < 0)
    throw std::invalid_argument("Options::workers is negative: give a number of threads, or 0 for the usual one");
  if (options.max_connections == 0) throw std::invalid_argument("Options::max_connections is 0: nobody could ever connect");
  return std::make_unique<ThreadPoolModel>(options, std::move(listener), std::move(factory));
}

}  // namespace tandem::socketserver
