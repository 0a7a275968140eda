#include <array>

#include "bench/queue/contenders.hpp"

int main(int argc, char** argv) {
  using namespace tandem::bench;
  return run(argc, argv,
             std::array{Named{"tandem_queue", tandem_queue}, Named{"tbb_bounded", tbb_bounded},
                        Named{"boost_bounded", boost_bounded}, Named{"textbook", textbook}, Named{"moodycamel", moodycamel},
                        Named{"moodycamel_bounded", moodycamel_bounded}, Named{"moodycamel_1p1c", moodycamel_1p1c},
                        Named{"tandem_lifo", tandem_lifo}, Named{"tandem_priority", tandem_priority},
                        Named{"tandem_simple", tandem_simple}, Named{"tbb_priority", tbb_priority}});
}
