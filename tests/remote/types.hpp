#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tandem/remote/call.hpp"

namespace tandem::test {

/// A class of a user's, with members of several kinds.
struct Page {
  std::string url = {};
  std::vector<int> marks = {};
  std::optional<double> rank = {};

  bool operator==(const Page&) const = default;

  template <class Archive>
  void serialize(Archive& archive) {
    archive(url, marks, rank);
  }
};

/// What is loaded from what `value` is saved as.
template <class T>
T sent(const T& value) {
  remote::Message message;
  remote::OutputArchive out{message};
  out(value);
  T loaded{};
  remote::InputArchive in{message};
  in(loaded);
  if (!in.rest().empty()) throw std::runtime_error("something was left in the message");
  return loaded;
}

/// The message of the call's result.
inline remote::Message answer(remote::Call call) {
  remote::Message result;
  remote::InputArchive in{call.message};
  remote::OutputArchive out{result};
  remote::run_call(in, out);
  return result;
}

/// fn(args...), by way of messages.
template <class F, class... Args>
remote::CallResult<F, Args...> called(F&& fn, Args&&... args) {
  remote::Message result = answer(remote::make_call(std::forward<F>(fn), std::forward<Args>(args)...));
  remote::InputArchive in{result};
  return remote::load_result<remote::CallResult<F, Args...>>(in);
}

}  // namespace tandem::test
