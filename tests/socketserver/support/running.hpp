#pragma once

#include <thread>
#include <utility>

namespace tandem::test {

/// Calls `serve` on a thread of its own, and `stop` and join at the end of its scope.
///
///     Server<Upper> server;
///     Running running{[&] { server.serve_forever(); }, [&] { server.shutdown(); }};
template <class Serve, class Stop>
class Running {
 public:
  Running(Serve serve, Stop stop) : stop_{std::move(stop)}, thread_{std::move(serve)} {}
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;
  ~Running() { end(); }

  /// Stops it now.
  void end() {
    if (!thread_.joinable()) return;
    stop_();
    thread_.join();
  }
  /// Waits for it to end by itself.
  void join() { thread_.join(); }

 private:
  Stop stop_;
  std::thread thread_;
};

}  // namespace tandem::test
