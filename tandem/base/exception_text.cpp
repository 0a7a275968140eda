#include "tandem/base/exception_text.hpp"

#include <cstdlib>
#include <memory>
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

}  // namespace

std::string exception_text(const std::exception_ptr& error) {
  try {
    std::rethrow_exception(error);
  } catch (const std::exception& caught) {
    return readable(&typeid(caught)) + ": " + caught.what();
  } catch (...) {
    return readable(abi::__cxa_current_exception_type());
  }
}

}  // namespace tandem::base
