#include <string>
#include <vector>

#include "bench/big_arguments/big_setting.hpp"
#include "bench/big_arguments/contenders.hpp"
#include "tandem/futures.hpp"
#include "tandem/multiprocessing.hpp"

namespace tandem::bench {
namespace {

void take_text(const std::string& text, std::size_t size) { check_text(text.data(), text.size(), size); }
void take_numbers(const std::vector<double>& numbers, std::size_t size) { check_numbers(numbers, size); }

}  // namespace

double tandem_pool(const Order& order) {
  init(order.argc, order.argv);
  const BigSetting setting = BigSetting::of(order);
  const std::size_t size = setting.size;
  futures::ProcessPoolExecutor pool{1};
  if (!setting.is_argument && setting.is_text) {
    return measure(order, [&] { take_text(pool.submit(make_text, size).result(), size); });
  }
  if (!setting.is_argument) return measure(order, [&] { take_numbers(pool.submit(make_numbers, size).result(), size); });
  if (setting.is_text) {
    const std::string text = make_text(size);
    return measure(order, [&] { pool.submit(take_text, text, size).result(); });
  }
  const std::vector<double> numbers = make_numbers(size);
  return measure(order, [&] { pool.submit(take_numbers, numbers, size).result(); });
}

}  // namespace tandem::bench
