#pragma once

#include <exception>
#include <functional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "tandem/multiprocessing/this_process.hpp"
#include "tandem/remote/archive.hpp"
#include "tandem/remote/callable.hpp"
#include "tandem/remote/exception.hpp"

namespace tandem::multiprocessing {

/// What a worker makes of several items at once: the results up to the first item whose call threw, and what that threw.
template <class Result>
struct MapChunk {
  std::vector<Result> results = {};
  std::exception_ptr error = nullptr;

  void save(remote::OutputArchive& out) const {
    out(results, error != nullptr);
    if (error == nullptr) return;
    const auto self = current_process();
    out(self.pid(), self.name());
    remote::save_exception(out, error);
  }
  void load(remote::InputArchive& in) {
    bool failed = false;
    in(results, failed);
    if (!failed) return;
    remote::Origin origin;
    in(origin.pid, origin.worker);
    error = remote::load_exception(in, origin);
  }

  template <class F, class Item>
  static MapChunk of(F& fn, std::vector<Item>& items) {
    MapChunk chunk;
    chunk.results.reserve(items.size());
    try {
      for (Item& item : items) chunk.results.push_back(std::invoke(fn, std::move(item)));
    } catch (...) {
      chunk.error = std::current_exception();
    }
    return chunk;
  }
};

/// Hands a chunk of items to an executor of processes; what MapResults calls a Submit.
template <class E, class F, class Item>
class SubmitChunk {
 public:
  using Result = std::remove_cvref_t<std::invoke_result_t<F&, Item>>;
  static_assert(!std::is_void_v<Result>, "map() collects results, and this function returns none: use submit() for each item");

  SubmitChunk(E& executor, F fn) : executor_{&executor}, fn_{std::move(fn)} {}

  auto operator()(std::vector<Item> items) {
    if constexpr (remote::detail::is_stateless<F>) {
      return executor_->submit(
          [](std::vector<Item> taken) {
            F fn{};
            return MapChunk<Result>::of(fn, taken);
          },
          std::move(items));
    } else {
      return executor_->submit([](F fn, std::vector<Item> taken) { return MapChunk<Result>::of(fn, taken); }, fn_,
                               std::move(items));
    }
  }

 private:
  E* executor_;
  F fn_;
};

}  // namespace tandem::multiprocessing
