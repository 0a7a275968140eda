#pragma once

#include <cstdlib>
#include <functional>

#include "tandem/platform/process_id.hpp"
#include "tests/crash/crash_fixture.hpp"
#include "tests/support/stepping.hpp"

namespace tandem::test {

/// Kills a process at each single instruction of an operation, one process for each, and looks each time whether the survivors are
/// well.
///
/// That takes time with the square of the length. So of what comes behind the first `all_of` instructions some are left out, others
/// in each run: it takes time with the length. TANDEM_EVERY_INSTRUCTION=1 leaves out none.
class SteppingTest : public CrashTest {
 protected:
  /// `before` sets the stage, `operation` runs in a child, `after(died)` looks what became of it. All three once for each
  /// instruction, and a last time for the operation that comes to its end.
  void at_each_instruction(const std::function<void()>& before, const std::function<void()>& operation,
                           const std::function<void(bool died)>& after) {
    const auto prepare = [] { platform::this_process(); };  // asks the kernel the first time
    int instructions = 1;
    int deaths = 0;
    for (bool died = true; died; instructions += stride_after(instructions), ++deaths) {
      before();
      died = !ended_within(instructions, prepare, operation);
      after(died);
      if (HasFailure()) {
        ADD_FAILURE() << "killed after " << instructions << " instructions";
        return;
      }
    }
    RecordProperty("instructions", instructions);
    RecordProperty("deaths", deaths);
    EXPECT_GT(deaths, 20) << "there was nothing to step through";
  }

 private:
  static constexpr int all_of = 400;

  int stride_after(int instructions) {
    if (instructions < all_of || every_instruction_) return 1;
    return 1 + static_cast<int>(random_() % static_cast<unsigned>(instructions / 75));
  }

  const bool every_instruction_ = std::getenv("TANDEM_EVERY_INSTRUCTION") != nullptr;
};

}  // namespace tandem::test
