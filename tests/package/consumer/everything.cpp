// The umbrella header, and a few lines as a user writes them.

#include <cstdio>
#include <string>
#include <vector>

#include <tandem/tandem.hpp>

namespace {

std::size_t length(const std::string& text) { return text.size(); }

}  // namespace

int main() {
  tandem::futures::ThreadPoolExecutor workers{4};
  // Unbounded: the callback of a future that is done already runs right here, where nobody would take what it puts.
  tandem::queue::Queue<std::size_t> lengths;

  std::vector<tandem::futures::Future<std::size_t>> all;
  for (const char* word : {"one", "three", "eleven"}) {
    auto future = workers.submit(length, std::string{word});
    future.add_done_callback([&lengths](auto& done) { lengths.put(done.result()); });
    all.push_back(future);
  }

  std::size_t from_queue = 0;
  for (std::size_t i = 0; i < all.size(); ++i) from_queue += lengths.get();
  std::size_t from_futures = 0;
  for (auto& future : tandem::futures::as_completed(all)) from_futures += future.result();

  std::printf("tandem %s: %zu %zu\n", std::string{tandem::version}.c_str(), from_queue, from_futures);
  return from_queue == 14 && from_futures == 14 ? 0 : 1;
}
