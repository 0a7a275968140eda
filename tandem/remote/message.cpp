#include "tandem/remote/message.hpp"

#include "tandem/platform/duplicate.hpp"

namespace tandem::remote {

Message duplicate(const Message& message) {
  Message copy{.bytes = message.bytes, .objects = message.objects};
  if (message.stowed) copy.bytes.assign(message.stowed.bytes().begin(), message.stowed.bytes().end());
  copy.descriptors.reserve(message.descriptors.size());
  for (const platform::Fd& fd : message.descriptors) copy.descriptors.push_back(platform::duplicate(fd.get()));
  return copy;
}

}  // namespace tandem::remote
