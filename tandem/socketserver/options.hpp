#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>

namespace tandem::socketserver {

/// How a server shares its connections among threads.
enum class Model : std::uint8_t {
  thread_pool,  ///< one thread waits for all connections; a pool of threads runs those where something happened
};

/// What a Server is made with. An aggregate: `Server<Upper>{{.bind = "127.0.0.1:9000", .workers = 4}}`. The order of the fields
/// stays as it is; new ones come at the end.
struct Options {
  /// Where to listen: "host:port", ":port" (all IPv4 addresses), "[::1]:port"; port 0 lets the kernel choose a free one.
  std::string bind = "127.0.0.1:0";
  Model model = Model::thread_pool;
  /// Threads that run protocols; 0: processors + 4, at most 32 (as Python's ThreadPoolExecutor). Clients that only keep a
  /// connection open, or read slowly, take none.
  int workers = 0;
  /// With so many connections open, others wait in the backlog until one ends.
  std::size_t max_connections = 10'000;
  /// A client that takes no byte of its output for so long is cut off,
  std::chrono::milliseconds write_timeout = std::chrono::seconds{10};
  /// and so is one that takes some but needs longer than this for all that is queued.
  std::chrono::milliseconds flush_timeout = std::chrono::minutes{10};
  /// How long shutdown() lets connections finish what they are sending.
  std::chrono::milliseconds shutdown_grace = std::chrono::seconds{5};
  /// Connections that the kernel keeps waiting for accept; it caps the figure at net.core.somaxconn.
  int backlog = 1024;
};

}  // namespace tandem::socketserver
