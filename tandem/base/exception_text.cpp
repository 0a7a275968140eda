#include "tandem/base/exception_text.hpp"

#include <cstdlib>
#include <memory>
#include <string_view>
#include <typeinfo>

#include <cxxabi.h>

namespace tandem::base {
namespace {

std::string readable(const std::type_info* type) {
  if (type == nullptr) return "unknown exception";
  int status = 0;
  const std::unique_ptr<char, void (*)(void*)> name{abi::__cxa_demangle(type->name(), nullptr, nullptr, &status), &std::free};
  return status == 0 ? name.get() : type->name();
}

/// std::throw_with_nested throws a class that nobody wrote, derived from the one that was meant.
std::string without_nesting(std::string name) {
  constexpr std::string_view prefix = "std::_Nested_exception<";
  if (!name.starts_with(prefix) || !name.ends_with('>')) return name;
  name = name.substr(prefix.size(), name.size() - prefix.size() - 1);
  while (name.ends_with(' ')) name.pop_back();  // "A<B> >", as older demanglers have it
  return name;
}

/// What `error` says, and in parentheses what the exceptions say that it was thrown over, the one inside the other.
std::string with_causes(const std::exception& error) {
  std::string text = error.what();
  const auto* nested = dynamic_cast<const std::nested_exception*>(&error);
  if (nested == nullptr || nested->nested_ptr() == nullptr) return text;
  std::string cause;
  try {
    nested->rethrow_nested();
  } catch (const std::exception& inner) {
    cause = with_causes(inner);
  } catch (...) {
    cause = readable(abi::__cxa_current_exception_type());
  }
  // One that names its cause in its own text need not do so twice.
  if (!cause.empty() && text.find(cause) == std::string::npos) text.append(" (").append(cause).append(")");
  return text;
}

}  // namespace

std::string exception_text(const std::exception_ptr& error) {
  try {
    std::rethrow_exception(error);
  } catch (const std::exception& caught) {
    return without_nesting(readable(&typeid(caught))) + ": " + with_causes(caught);
  } catch (...) {
    return readable(abi::__cxa_current_exception_type());
  }
}

}  // namespace tandem::base
