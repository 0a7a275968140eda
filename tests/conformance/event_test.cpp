#include "tandem/threading/primitives.hpp"
#include "tests/conformance/event_suite.hpp"

namespace tandem::test {
namespace {

struct Threading : InThreads {
  using Event = threading::Event;
};

INSTANTIATE_TYPED_TEST_SUITE_P(Threading, EventSuite, Threading);

}  // namespace
}  // namespace tandem::test
