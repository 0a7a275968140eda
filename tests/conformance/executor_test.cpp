#include "tandem/futures/thread_pool_executor.hpp"
#include "tandem/multiprocessing/process_pool_executor.hpp"
#include "tests/conformance/executor_suite.hpp"

namespace tandem::test {
namespace {

/// An executor that is made with its number of workers.
template <class E>
struct WithWorkers {
  using Executor = E;
  static std::unique_ptr<E> make(int workers) { return std::make_unique<E>(workers); }
};

// One line for each executor.
INSTANTIATE_TYPED_TEST_SUITE_P(Threads, ExecutorSuite, WithWorkers<futures::ThreadPoolExecutor>);
INSTANTIATE_TYPED_TEST_SUITE_P(Processes, ExecutorSuite, WithWorkers<futures::ProcessPoolExecutor>);

}  // namespace
}  // namespace tandem::test
