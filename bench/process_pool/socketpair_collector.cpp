#include <condition_variable>
#include <mutex>
#include <stdexcept>
#include <stop_token>
#include <thread>

#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "bench/process_pool/answering_process.hpp"
#include "bench/process_pool/contenders.hpp"

namespace tandem::bench {
namespace {

/// Takes answers on a thread of its own and wakes who waits for them.
class Collector {
 public:
  explicit Collector(const AnsweringProcess& process) : process_{process} {
    check(epoll_ >= 0, "epoll_create1");
    epoll_event event{};
    event.events = EPOLLIN;
    check(::epoll_ctl(epoll_, EPOLL_CTL_ADD, process.socket(), &event) == 0, "epoll_ctl");
    thread_ = std::jthread{[this](const std::stop_token& stop) { collect(stop); }};
  }
  Collector(const Collector&) = delete;
  Collector& operator=(const Collector&) = delete;
  ~Collector() {
    thread_.request_stop();
    ::shutdown(process_.socket(), SHUT_RDWR);  // wakes it
    thread_.join();
    ::close(epoll_);
  }

  void wait() {
    std::unique_lock hold{mutex_};
    arrived_.wait(hold, [this] { return answered_; });
    answered_ = false;
  }

 private:
  void collect(const std::stop_token& stop) {
    for (;;) {
      epoll_event event{};
      check(::epoll_wait(epoll_, &event, 1, -1) == 1, "epoll_wait");
      if (stop.stop_requested()) return;
      process_.hear();
      const std::scoped_lock hold{mutex_};
      answered_ = true;
      arrived_.notify_one();
    }
  }

  const AnsweringProcess& process_;
  const int epoll_ = ::epoll_create1(EPOLL_CLOEXEC);
  std::mutex mutex_;
  std::condition_variable arrived_;
  bool answered_ = false;  // guarded by mutex_
  std::jthread thread_;
};

}  // namespace

double socketpair_collector(const Order& order) {
  if (order.setting != "one") throw std::invalid_argument("socketpair_collector is for one message at a time");
  const AnsweringProcess process;
  Collector collector{process};
  return measure(order, [&] {
    process.ask();
    collector.wait();
  });
}

}  // namespace tandem::bench
