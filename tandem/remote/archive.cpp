#include "tandem/remote/archive.hpp"

#include <algorithm>
#include <cstring>
#include <limits>
#include <stdexcept>
#include <string>
#include <utility>

#include "tandem/platform/duplicate.hpp"

namespace tandem::remote {
namespace {

constexpr std::uint32_t no_descriptor = std::numeric_limits<std::uint32_t>::max();
constexpr std::uint64_t most_elements_of_no_bytes = 65536;

[[noreturn]] void throw_too_early(std::uint64_t wanted, std::size_t left) {
  throw std::runtime_error("the message ends too early: " + std::to_string(wanted) + " more bytes or elements should follow, but " +
                           std::to_string(left) + " bytes are left; it was cut short or damaged, or is for a different build");
}

}  // namespace

// Not inline: g++ 12 takes the inlined growth of the vector for an overflow, in every file that serializes anything.
void OutputArchive::write(const void* data, std::size_t size) {
  const char* first = static_cast<const char*>(data);
  if (is_placed_) {
    if (size <= place_.size() && written_ <= place_.size() - size && size != 0) std::memcpy(place_.data() + written_, first, size);
    written_ += size;
    return;
  }
  if (crates_ != nullptr && (to_.stowed || size >= CrateStore::least_size) && stow({first, size})) return;
  to_.bytes.insert(to_.bytes.end(), first, first + size);
}

/// Writes them into a crate, behind what the message has so far. False if there is none, and then that is in to_.bytes.
bool OutputArchive::stow(std::span<const char> bytes) {
  if (to_.stowed && to_.stowed.append(bytes)) return true;
  const std::span<const char> before = to_.stowed ? to_.stowed.bytes() : std::span<const char>{to_.bytes};
  // Rooms are powers of two, so that a message which grows is copied a few times only.
  if (Stowed larger = crates_->acquire(before.size() + bytes.size()); larger && larger.append(before) && larger.append(bytes)) {
    to_.stowed = std::move(larger);
    to_.bytes.clear();
    return true;
  }
  if (to_.stowed) to_.bytes.assign(before.begin(), before.end());
  to_.stowed = {};
  crates_ = nullptr;
  return false;
}

void OutputArchive::attach(int fd) { attach_duplicate(fd, -1); }

void OutputArchive::attach(const platform::Fd& fd) { attach_duplicate(fd.get(), fd.get()); }

void OutputArchive::attach(platform::Fd&& fd) { attach_own(std::move(fd), -1); }

void OutputArchive::attach_duplicate(int fd, int original) {
  attach_own(fd < 0 ? platform::Fd{} : platform::duplicate(fd), original);
}

void OutputArchive::attach_own(platform::Fd fd, int original) {
  if (!fd) {
    (*this)(no_descriptor);
    return;
  }
  const auto index = static_cast<std::uint32_t>(to_.descriptors.size());
  const platform::Fd& own = to_.descriptors.emplace_back(std::move(fd));
  to_.attachments.add(own.get(), original);
  (*this)(index);
}

void OutputArchive::attach(const std::shared_ptr<shared::Object>& object) {
  const auto index = static_cast<std::uint32_t>(to_.objects.size());
  to_.objects.push_back(object);
  (*this)(index);
}

void OutputArchive::rewind(Mark mark) {
  if (is_placed_) {
    written_ = mark.bytes;
  } else if (to_.stowed) {
    to_.stowed.truncate(mark.bytes);
  } else {
    to_.bytes.resize(mark.bytes);
  }
  to_.objects.resize(mark.objects);
  for (std::size_t i = mark.descriptors; i < to_.descriptors.size(); ++i) to_.attachments.remove(to_.descriptors[i].get());
  to_.descriptors.resize(mark.descriptors);
}

std::span<const char> InputArchive::take(std::size_t size) {
  if (size > rest_.size()) throw_too_early(size, rest_.size());
  const auto taken = rest_.first(size);
  rest_ = rest_.subspan(size);
  return taken;
}

void InputArchive::read(void* data, std::size_t size) {
  const auto bytes = take(size);
  if (size != 0) std::memcpy(data, bytes.data(), size);  // an empty vector's data() may be null, which memcpy does not take
}

platform::Fd InputArchive::detach() {
  std::uint32_t index = 0;
  (*this)(index);
  if (index == no_descriptor) return {};
  if (index >= descriptors_.size()) {
    throw std::runtime_error("the message speaks of its descriptor " + std::to_string(index) + ", but came with " +
                             std::to_string(descriptors_.size()) +
                             "; it was damaged, or this process had no room for more descriptors (ulimit -n)");
  }
  if (!descriptors_[index]) {
    throw std::runtime_error("the message speaks of its descriptor " + std::to_string(index) + " twice; it was damaged");
  }
  return std::move(descriptors_[index]);
}

std::shared_ptr<shared::Object> InputArchive::detach_object() {
  std::uint32_t index = 0;
  (*this)(index);
  if (index >= objects_.size()) {
    throw std::runtime_error("the message speaks of its shared object " + std::to_string(index) + ", but came with " +
                             std::to_string(objects_.size()) + "; it was damaged");
  }
  return objects_[index];
}

std::shared_ptr<shared::Object> InputArchive::detach_object(std::span<const shared::Kind> one_of) {
  auto object = detach_object();
  if (std::ranges::find(one_of, object->kind()) == one_of.end()) {
    throw std::runtime_error("the message speaks of a shared object as of another kind; it was damaged");
  }
  return object;
}

void InputArchive::check_count(std::uint64_t count) const {
  if (count > rest_.size() && count > most_elements_of_no_bytes) throw_too_early(count, rest_.size());
}

void InputArchive::registerSharedPointer(std::uint32_t id, const std::shared_ptr<void>& object) {
  Base::registerSharedPointer(id, object);
  shared_.emplace_back(object, shared_type_);
}

std::shared_ptr<void> InputArchive::getSharedPointer(std::uint32_t id) {
  const std::type_info* wanted = shared_type_;
  std::shared_ptr<void> object = Base::getSharedPointer(id);
  const bool fits = object == nullptr || std::ranges::any_of(shared_, [&](const auto& known) {
                      return known.first == object && *known.second == *wanted;
                    });
  if (!fits) throw std::runtime_error("the message speaks of a shared object as of another type; it was damaged");
  return object;
}

}  // namespace tandem::remote
