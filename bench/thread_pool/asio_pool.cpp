#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_future.hpp>

#include "bench/thread_pool/contenders.hpp"
#include "bench/thread_pool/tasks.hpp"

namespace tandem::bench {

double asio_pool(const Order& order) {
  boost::asio::thread_pool pool{workers};
  return std_tasks(order, [&](int i) { return boost::asio::post(pool, boost::asio::use_future([i] { return i; })); });
}

}  // namespace tandem::bench
