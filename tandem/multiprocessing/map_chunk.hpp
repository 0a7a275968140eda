#pragma once

#include <exception>
#include <functional>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include "tandem/multiprocessing/this_process.hpp"
#include "tandem/remote/archive.hpp"
#include "tandem/remote/callable.hpp"
#include "tandem/remote/exception.hpp"

namespace tandem::multiprocessing {

/// How a function is called with an item: with it as the argument, or, as starmap() does, with its elements as the arguments.
struct CallWithItem {
  template <class F, class Item>
  decltype(auto) operator()(F& fn, Item item) const {
    return std::invoke(fn, std::move(item));
  }
};
struct CallWithElements {
  template <class F, class Item>
  decltype(auto) operator()(F& fn, Item item) const {
    return std::apply(fn, std::move(item));
  }
};

/// Stands for the result of a function that has none, where there must be one for each item.
struct Nothing {};

/// What a function gives for an item, as a value.
template <class Call, class F, class Item>
using ItemResult = std::conditional_t<std::is_void_v<std::invoke_result_t<Call, F&, Item>>, Nothing,
                                      std::remove_cvref_t<std::invoke_result_t<Call, F&, Item>>>;

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

  template <class Call, class F, class Item>
  static MapChunk of(Call call, F& fn, std::vector<Item>& items) {
    MapChunk chunk;
    chunk.results.reserve(items.size());
    try {
      for (auto&& item : items) {
        if constexpr (std::is_void_v<std::invoke_result_t<Call, F&, Item>>) {
          call(fn, Item(std::move(item)));
          chunk.results.emplace_back();
        } else {
          chunk.results.push_back(call(fn, Item(std::move(item))));
        }
      }
    } catch (...) {
      chunk.error = std::current_exception();
    }
    return chunk;
  }
};

/// Hands a chunk of items to an executor of processes; what MapResults calls a Submit.
template <class E, class F, class Item, class Call = CallWithItem>
class SubmitChunk {
 public:
  using Result = ItemResult<Call, F, Item>;

  SubmitChunk(E& executor, F fn) : executor_{&executor}, fn_{std::move(fn)} {}

  auto operator()(std::vector<Item> items) {
    if constexpr (remote::detail::is_stateless<F>) {
      return executor_->submit(
          [](std::vector<Item> taken) {
            F fn{};
            return MapChunk<Result>::of(Call{}, fn, taken);
          },
          std::move(items));
    } else {
      return executor_->submit([](F fn, std::vector<Item> taken) { return MapChunk<Result>::of(Call{}, fn, taken); }, fn_,
                               std::move(items));
    }
  }

 private:
  E* executor_;
  F fn_;
};

}  // namespace tandem::multiprocessing
