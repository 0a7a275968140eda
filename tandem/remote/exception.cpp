#include "tandem/remote/exception.hpp"

#include <array>
#include <chrono>
#include <cstdint>
#include <functional>
#include <ios>
#include <memory>
#include <new>
#include <optional>
#include <string_view>
#include <system_error>
#include <type_traits>
#include <typeinfo>
#include <utility>
#include <variant>

#include "tandem/base/errors.hpp"
#include "tandem/base/exception_text.hpp"
#include "tandem/futures/errors.hpp"
#include "tandem/queue/errors.hpp"

namespace tandem::remote {
namespace {

constexpr int deepest_chain = 32;

/// Throws `error` over `cause` and gives what comes of it.
template <class E>
std::exception_ptr nest(E error, const std::exception_ptr& cause) {
  try {
    try {
      std::rethrow_exception(cause);
    } catch (...) {
      std::throw_with_nested(std::move(error));
    }
  } catch (...) {
    return std::current_exception();
  }
}

/// The type that std::throw_with_nested makes of E. It has no name that a program may use.
template <class E>
const std::type_info& nested_type(const E& example) {
  static const std::type_info& type = [&]() -> const std::type_info& {
    try {
      std::rethrow_exception(nest(example, std::make_exception_ptr(0)));
    } catch (const E& nested) {
      return typeid(nested);
    }
  }();
  return type;
}

std::exception_ptr cause_of(const std::exception& error) {
  const auto* nested = dynamic_cast<const std::nested_exception*>(&error);
  return nested == nullptr ? nullptr : nested->nested_ptr();
}

/// `error` as an E, if it is one and nothing that was derived from it; null otherwise.
template <class E>
const E* exactly(const std::exception& error) {
  if (typeid(error) == typeid(E)) return static_cast<const E*>(&error);
  if (dynamic_cast<const std::nested_exception*>(&error) == nullptr) return nullptr;
  const auto* found = dynamic_cast<const E*>(&error);
  return found != nullptr && typeid(error) == nested_type(*found) ? found : nullptr;
}

// How each kind of exception is written, and made again from that. save() gives false for one that cannot be made again.

template <class Error>
struct WithText {
  using E = Error;
  static bool save(OutputArchive& out, const E& error) {
    out(std::string{error.what()});
    return true;
  }
  static E load(InputArchive& in) {
    std::string text;
    in(text);
    return E{text};
  }
};

template <class Error>
struct WithoutText {
  using E = Error;
  static bool save(OutputArchive& /*out*/, const E& /*error*/) { return true; }
  static E load(InputArchive& /*in*/) { return E{}; }
};

struct SystemError {
  using E = std::system_error;

  static const std::array<const std::error_category*, 3>& categories() {
    static const std::array<const std::error_category*, 3> all{&std::generic_category(), &std::system_category(),
                                                               &std::iostream_category()};
    return all;
  }

  /// what() is made of the text that was given and the code's message. Sends the text; none if there was none to begin with.
  static bool save(OutputArchive& out, const E& error) {
    std::uint8_t category = 0;
    while (category < categories().size() && *categories()[category] != error.code().category()) ++category;
    if (category == categories().size()) return false;
    const std::string_view what = error.what();
    const std::string message = error.code().message();
    std::optional<std::string> text;
    if (what.ends_with(": " + message)) {
      text.emplace(what.substr(0, what.size() - message.size() - 2));
    } else if (what != message) {
      return false;
    }
    out(category, error.code().value(), text);
    return true;
  }
  static E load(InputArchive& in) {
    std::uint8_t category = 0;
    int value = 0;
    std::optional<std::string> text;
    in(category, value, text);
    const std::error_code code{value, *categories().at(category)};
    return text ? E{code, *text} : E{code};
  }
};

struct Remote {
  using E = futures::RemoteError;
  static bool save(OutputArchive& out, const E& error) {
    out(error.type_name(), error.text(), error.where());
    return true;
  }
  static E load(InputArchive& in) {
    std::string type_name, text, where;
    in(type_name, text, where);
    return {type_name, text, where};
  }
};

struct Crash {
  using E = futures::WorkerCrashed;
  static bool save(OutputArchive& out, const E& error) {
    out(error.task(), error.pid(), error.exit_code(), error.signal(), error.note(), error.ended_by());
    return true;
  }
  static E load(InputArchive& in) {
    std::string task, note, ended_by;
    int pid = 0;
    std::optional<int> exit_code, signal;
    in(task, pid, exit_code, signal, note, ended_by);
    return {task, pid, exit_code, signal, note, ended_by};
  }
};

struct Timeout {
  using E = futures::TaskTimeout;
  static bool save(OutputArchive& out, const E& error) {
    out(error.task(), error.timeout());
    return true;
  }
  static E load(InputArchive& in) {
    std::string task;
    std::chrono::nanoseconds timeout{};
    in(task, timeout);
    return {task, timeout};
  }
};

struct Memory {
  using E = futures::TaskMemoryExceeded;
  static bool save(OutputArchive& out, const E& error) {
    out(error.task(), static_cast<std::uint64_t>(error.limit()));
    return true;
  }
  static E load(InputArchive& in) {
    std::string task;
    std::uint64_t limit = 0;
    in(task, limit);
    return {task, limit};
  }
};

std::string origin_text(const Origin& origin) {
  std::string text = "in worker " + std::to_string(origin.pid);
  if (!origin.worker.empty()) text += " (" + origin.worker + ")";
  if (!origin.task.empty()) text += ", task '" + origin.task + "'";
  return text;
}

std::exception_ptr load_chain(InputArchive& in, const Origin& origin, int depth);

/// What stands behind an exception: what it was thrown over, and at the end where that was.
std::exception_ptr load_cause(InputArchive& in, const Origin& origin, int depth) {
  bool has_cause = false;
  in(has_cause);
  return has_cause ? load_chain(in, origin, depth + 1) : std::make_exception_ptr(RemoteOrigin{origin});
}

template <class Row>
std::exception_ptr load_as(InputArchive& in, const Origin& origin, int depth) {
  typename Row::E error = Row::load(in);
  if constexpr (std::is_same_v<typename Row::E, futures::RemoteError>) {
    if (error.where().empty()) error = {error.type_name(), error.text(), origin_text(origin)};
  }
  return nest(std::move(error), load_cause(in, origin, depth));
}

template <class Row>
bool save_as(OutputArchive& out, const std::exception& error, std::uint8_t number) {
  const auto* exact = exactly<typename Row::E>(error);
  if (exact == nullptr) return false;
  const OutputArchive::Mark before = out.mark();
  out(number);
  if (Row::save(out, *exact)) return true;
  out.rewind(before);
  return false;
}

/// A message names a type by its place here; both sides are the same build, so the order may change.
template <class... Rows>
struct Table {
  static bool save(OutputArchive& out, const std::exception& error) {
    std::uint8_t number = 0;
    return (save_as<Rows>(out, error, number++) || ...);
  }
  static std::exception_ptr load(InputArchive& in, std::uint8_t wanted, const Origin& origin, int depth) {
    constexpr std::array<std::exception_ptr (*)(InputArchive&, const Origin&, int), sizeof...(Rows)> rows{&load_as<Rows>...};
    if (wanted >= rows.size() || depth > deepest_chain) {
      throw std::runtime_error("the message holds no exception that could be read: it was damaged, or is from another build");
    }
    return rows[wanted](in, origin, depth);
  }
};

using Travellers = Table<Remote, WithText<std::logic_error>, WithText<std::invalid_argument>, WithText<std::domain_error>,
                         WithText<std::length_error>, WithText<std::out_of_range>, WithText<std::runtime_error>,
                         WithText<std::range_error>, WithText<std::overflow_error>, WithText<std::underflow_error>, SystemError,
                         WithoutText<std::bad_alloc>, WithoutText<std::bad_array_new_length>, WithoutText<std::bad_cast>,
                         WithoutText<std::bad_typeid>, WithoutText<std::bad_function_call>, WithoutText<std::bad_optional_access>,
                         WithoutText<std::bad_variant_access>, WithoutText<std::bad_weak_ptr>, WithText<TimeoutError>,
                         WithoutText<futures::CancelledError>, WithText<futures::InvalidStateError>, Crash, Timeout, Memory,
                         WithoutText<queue::Empty>, WithoutText<queue::Full>, WithoutText<queue::ShutDown>>;

/// What `error` is called in a RemoteError: exception_text() begins with that.
std::string type_name_of(const std::exception_ptr& error) {
  const std::string text = base::exception_text(error);
  return text.substr(0, text.find(": "));
}

bool is_origin(const std::exception_ptr& error) {
  try {
    std::rethrow_exception(error);
  } catch (const RemoteOrigin&) {
    return true;
  } catch (...) {
    return false;
  }
}

void save_chain(OutputArchive& out, const std::exception_ptr& error, int depth) {
  std::exception_ptr cause;
  try {
    std::rethrow_exception(error);
  } catch (const std::exception& caught) {
    if (!Travellers::save(out, caught)) {
      Travellers::save(out, futures::RemoteError{type_name_of(error), caught.what(), ""});
    }
    cause = cause_of(caught);
  } catch (...) {
    Travellers::save(out, futures::RemoteError{type_name_of(error), "", ""});
  }
  const bool goes_on = cause != nullptr && depth < deepest_chain && !is_origin(cause);
  out(goes_on);
  if (goes_on) save_chain(out, cause, depth + 1);
}

std::exception_ptr load_chain(InputArchive& in, const Origin& origin, int depth) {
  std::uint8_t number = 0;
  in(number);
  return Travellers::load(in, number, origin, depth);
}

}  // namespace

RemoteOrigin::RemoteOrigin(const Origin& origin)
    : std::runtime_error{origin_text(origin)}, origin_{std::make_shared<const Origin>(origin)} {}

void save_exception(OutputArchive& out, const std::exception_ptr& error) {
  if (error == nullptr) throw std::invalid_argument("save_exception() needs an exception, and this pointer to one is null");
  out(origin_of(error));
  save_chain(out, error, 0);
}

std::exception_ptr load_exception(InputArchive& in, const Origin& origin) {
  std::optional<Origin> first;
  in(first);
  return load_chain(in, first.value_or(origin), 0);
}

std::optional<Origin> origin_of(const std::exception_ptr& error) {
  for (std::exception_ptr next = error; next != nullptr;) {
    try {
      std::rethrow_exception(next);
    } catch (const RemoteOrigin& found) {
      return found.origin();
    } catch (const std::exception& caught) {
      next = cause_of(caught);
    } catch (...) {
      return std::nullopt;
    }
  }
  return std::nullopt;
}

}  // namespace tandem::remote
