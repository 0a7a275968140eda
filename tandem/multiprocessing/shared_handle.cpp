#include "tandem/multiprocessing/shared_handle.hpp"

#include <stdexcept>

#include "tandem/remote/archive.hpp"

namespace tandem::multiprocessing {

void SharedHandle::save_object(remote::OutputArchive& out) const {
  object();
  out.attach(object_);
}

void SharedHandle::load_object(remote::InputArchive& in, std::span<const shared::Kind> one_of) {
  object_ = in.detach_object(one_of);
}

void SharedHandle::refuse() {
  throw std::logic_error("this handle of a shared object is empty: it was moved from, or has not been loaded");
}

}  // namespace tandem::multiprocessing
