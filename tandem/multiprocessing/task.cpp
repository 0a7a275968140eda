#include "tandem/multiprocessing/task.hpp"

#include <cstdint>
#include <stdexcept>

#include "tandem/remote/archive.hpp"

namespace tandem::multiprocessing {
namespace {

template <class Attachments>
void load_count(remote::InputArchive& in, Attachments& attachments) {
  std::uint32_t count = 0;
  in(count);
  in.check_count(count);
  attachments.resize(count);
}

}  // namespace

void Task::operator()() const {
  if (!*this) throw std::logic_error("this Task is empty: make it with a function, Task{fn, args...}");
  remote::Message result;
  remote::OutputArchive out{result};
  // A call takes the descriptors out of its message, and this one may be called again.
  remote::Message own = call_.descriptors.empty() ? remote::Message{} : remote::duplicate(call_);
  remote::InputArchive in{call_.bytes, own.descriptors, call_.objects};
  remote::run_call(in, out);
}

void Task::save(remote::OutputArchive& out) const {
  out(call_.bytes, static_cast<std::uint32_t>(call_.descriptors.size()), static_cast<std::uint32_t>(call_.objects.size()));
  for (const auto& fd : call_.descriptors) out(fd);
  for (const auto& object : call_.objects) out.attach(object);
}

void Task::load(remote::InputArchive& in) {
  remote::Message loaded;
  in(loaded.bytes);
  load_count(in, loaded.descriptors);
  load_count(in, loaded.objects);
  for (auto& fd : loaded.descriptors) in(fd);
  for (auto& object : loaded.objects) object = in.detach_object();
  call_ = std::move(loaded);
}

}  // namespace tandem::multiprocessing
