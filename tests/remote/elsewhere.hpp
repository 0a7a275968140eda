#pragma once

#include <string>
#include <vector>

#include "tandem/remote/call.hpp"
#include "tandem/remote/exception.hpp"

namespace tandem::test {

/// Makes the call in a new process of this program, which the kernel loads to other addresses, and gives its result. What the call
/// throws there is thrown here, as RemoteError or as what it is.
remote::Message run_elsewhere(const remote::Call& call);

template <class F, class... Args>
remote::CallResult<F, Args...> called_elsewhere(F&& fn, Args&&... args) {
  remote::Message result = run_elsewhere(remote::make_call(std::forward<F>(fn), std::forward<Args>(args)...));
  remote::InputArchive in{result};
  return remote::load_result<remote::CallResult<F, Args...>>(in);
}

/// The new process's main: reads a call from its standard input and writes the answer to its standard output.
int answer_call();

}  // namespace tandem::test
