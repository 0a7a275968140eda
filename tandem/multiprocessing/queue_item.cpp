#include "tandem/multiprocessing/queue_item.hpp"

#include <stdexcept>
#include <string>

#include "tandem/shared/arena.hpp"

namespace tandem::multiprocessing {
void enter_queue(std::span<const shared::Reference> references) noexcept {
  for (const auto& reference : references) shared::Arena::instance().enter_message(reference.slot);
}

void leave_queue(std::span<const shared::Reference> references) noexcept {
  for (const auto& reference : references) shared::Arena::instance().leave_message(reference.slot);
}

void throw_wrong_size(std::size_t expected, std::size_t found) {
  throw std::runtime_error("an item of " + std::to_string(found) + " bytes was gotten where one of " + std::to_string(expected) +
                           " was expected: the queue came here as one of another type");
}

void OutgoingItem::finish(std::size_t size) {
  size_ = size;
  if (!attachments_.descriptors.empty()) {
    throw std::invalid_argument(
        "an item with descriptors cannot lie in a queue: nobody keeps them open there. Send it through a Pipe, "
        "or as an argument of a Process or a pool's task");
  }
  references_.reserve(attachments_.objects.size());
  for (const auto& object : attachments_.objects) references_.push_back(object->reference());
}

void OutgoingItem::write(std::span<std::byte> place) const {
  if (size_ <= small_item) {
    if (size_ != 0) std::memcpy(place.data(), bytes_.data(), size_);
  } else {
    remote::Message same_attachments;
    remote::OutputArchive out{{reinterpret_cast<char*>(place.data()), place.size()}, same_attachments};
    serialize_(out, item_);
    if (out.written() != size_ || same_attachments.objects != attachments_.objects) {
      throw std::logic_error("serialize() wrote " + std::to_string(size_) + " bytes the first time and " +
                             std::to_string(out.written()) + " the second: it must write the same each time");
    }
  }
  enter_queue(references_);
}

void IncomingItem::take(std::span<const shared::Reference> references) {
  if (references.empty()) return;
  shared::Arena& arena = shared::Arena::instance();
  objects_.reserve(references.size());
  references_.reserve(references.size());
  for (const auto& reference : references) {
    arena.give(reference.slot, arena.process());
    references_.push_back(reference);
    objects_.push_back(shared::Object::adopt(reference));
  }
}

}  // namespace tandem::multiprocessing
