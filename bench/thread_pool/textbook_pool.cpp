#include <condition_variable>
#include <deque>
#include <future>
#include <mutex>
#include <thread>
#include <vector>

#include "bench/thread_pool/contenders.hpp"
#include "bench/thread_pool/tasks.hpp"

namespace tandem::bench {
namespace {

class Pool {
 public:
  explicit Pool(int threads) {
    for (int i = 0; i < threads; ++i) threads_.emplace_back([this] { work(); });
  }
  ~Pool() {
    {
      const std::lock_guard hold{mutex_};
      over_ = true;
    }
    not_empty_.notify_all();
    for (std::thread& thread : threads_) thread.join();
  }
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;

  template <class F>
  std::future<int> submit(F fn) {
    std::packaged_task<int()> task{std::move(fn)};
    std::future<int> future = task.get_future();
    {
      const std::lock_guard hold{mutex_};
      tasks_.push_back(std::move(task));
    }
    not_empty_.notify_one();
    return future;
  }

 private:
  void work() {
    for (;;) {
      std::unique_lock hold{mutex_};
      not_empty_.wait(hold, [this] { return over_ || !tasks_.empty(); });
      if (tasks_.empty()) return;
      std::packaged_task<int()> task = std::move(tasks_.front());
      tasks_.pop_front();
      hold.unlock();
      task();
    }
  }

  std::mutex mutex_;
  std::condition_variable not_empty_;
  std::deque<std::packaged_task<int()>> tasks_;
  bool over_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace

double textbook_pool(const Order& order) {
  Pool pool{workers};
  return std_tasks(order, [&](int i) { return pool.submit([i] { return i; }); });
}

}  // namespace tandem::bench
