#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <span>
#include <string>
#include <type_traits>
#include <typeinfo>
#include <utility>
#include <vector>

#include <cereal/cereal.hpp>
#include <cereal/types/array.hpp>
#include <cereal/types/chrono.hpp>
#include <cereal/types/complex.hpp>
#include <cereal/types/deque.hpp>
#include <cereal/types/list.hpp>
#include <cereal/types/map.hpp>
#include <cereal/types/memory.hpp>
#include <cereal/types/optional.hpp>
#include <cereal/types/set.hpp>
#include <cereal/types/string.hpp>
#include <cereal/types/tuple.hpp>
#include <cereal/types/unordered_map.hpp>
#include <cereal/types/unordered_set.hpp>
#include <cereal/types/utility.hpp>
#include <cereal/types/variant.hpp>
#include <cereal/types/vector.hpp>

#include "tandem/platform/fd.hpp"
#include "tandem/remote/crate_store.hpp"
#include "tandem/remote/message.hpp"
#include "tandem/remote/serializable.hpp"

namespace tandem::remote {

namespace detail {
/// Whether cereal is about to load an object for a shared_ptr, and of which type.
template <class T>
struct SharedType {
  static constexpr bool known = false;
};
template <class T>
struct SharedType<cereal::memory_detail::PtrWrapper<std::shared_ptr<T>&>> {
  static constexpr bool known = true;
  static const std::type_info& type() noexcept { return typeid(T); }
};
}  // namespace detail

/// Writes values into a message: a cereal archive, so that whatever cereal can serialize can be sent, and descriptors too. Both
/// ends run on one machine and the same build, so numbers go as they lie in memory.
///
///     Message message;
///     OutputArchive out{message};
///     out(std::string{"page"}, std::vector<int>{1, 2, 3});
class OutputArchive : public cereal::OutputArchive<OutputArchive, cereal::AllowEmptyClassElision> {
  using Base = cereal::OutputArchive<OutputArchive, cereal::AllowEmptyClassElision>;

 public:
  /// Appends to `to`, which must outlive the archive.
  explicit OutputArchive(Message& to) : Base{this}, to_{to} {}
  /// The same, for a message that will go through a Channel: what is large is written into one of the crates, if there is one to be
  /// had, and is copied no more before its receiver does.
  OutputArchive(Message& to, CrateStore& crates) : Base{this}, to_{to}, crates_{&crates} {}
  /// Writes the bytes to `place`, and only what else there is to `attachments`. What does not fit is dropped, but counted in
  /// written(), so that one can come again with a place that is large enough.
  OutputArchive(std::span<char> place, Message& attachments) : Base{this}, to_{attachments}, place_{place}, is_placed_{true} {}
  /// How many bytes, for an archive with a place.
  std::size_t written() const noexcept { return written_; }

  template <class... Ts>
  OutputArchive& operator()(Ts&&... values) {
    if constexpr ((detail::is_taken<std::remove_cvref_t<Ts>, OutputArchive> && ...)) {
      Base::operator()(std::forward<Ts>(values)...);
    } else {
      detail::refuse_members<OutputArchive, std::remove_cvref_t<Ts>...>();
    }
    return *this;
  }
  template <class T>
  OutputArchive& operator&(T&& value) {
    return (*this)(std::forward<T>(value));
  }

  void write(const void* data, std::size_t size);

  /// Sends a duplicate of `fd` along; the caller keeps its own. A negative `fd` arrives as an empty Fd. Throws std::system_error.
  void attach(int fd);
  /// The same for one that the caller owns. A child that is forked before the message is sent, and makes the call that it holds,
  /// has the duplicate only: it is not the owner, too, of a second one that it does not know; see Attachments.
  void attach(const platform::Fd& fd);
  /// Sends `fd` itself, which is nobody else's any more.
  void attach(platform::Fd&& fd);

  /// Sends a share in `object` along.
  void attach(const std::shared_ptr<shared::Object>& object);

  /// A place in the message to come back to.
  struct Mark {
    std::size_t bytes, descriptors, objects;
  };
  Mark mark() const noexcept {
    return {is_placed_ ? written_ : to_.bytes.size() + to_.stowed.size(), to_.descriptors.size(), to_.objects.size()};
  }
  /// Takes back all that was written since: what a value that could not be saved to its end left behind.
  void rewind(Mark mark);

 private:
  bool stow(std::span<const char> bytes);
  void attach_duplicate(int fd, int original);
  void attach_own(platform::Fd fd, int original);

  Message& to_;
  CrateStore* crates_ = nullptr;
  std::span<char> place_;  // for the bytes, if is_placed_; else they go to to_
  std::size_t written_ = 0;
  bool is_placed_ = false;
};

/// Reads what an OutputArchive wrote. A message that is cut short or damaged is a std::runtime_error, never a read beyond its end,
/// nor more memory than the elements would need that it has bytes for.
class InputArchive : public cereal::InputArchive<InputArchive, cereal::AllowEmptyClassElision> {
  using Base = cereal::InputArchive<InputArchive, cereal::AllowEmptyClassElision>;

 public:
  using Objects = std::span<const std::shared_ptr<shared::Object>>;

  /// All must outlive the archive. Descriptors are taken out of `descriptors` as they are read.
  InputArchive(std::span<const char> bytes, std::span<platform::Fd> descriptors, Objects objects = {})
      : Base{this}, rest_{bytes}, descriptors_{descriptors}, objects_{objects} {}
  explicit InputArchive(Message& from) : InputArchive{from.bytes, from.descriptors, from.objects} {}

  template <class... Ts>
  InputArchive& operator()(Ts&&... values) {
    if constexpr ((detail::is_taken<std::remove_cvref_t<Ts>, InputArchive> && ...)) {
      (note_shared<std::remove_cvref_t<Ts>>(), ...);
      Base::operator()(std::forward<Ts>(values)...);
    } else {
      detail::refuse_members<InputArchive, std::remove_cvref_t<Ts>...>();
    }
    return *this;
  }
  template <class T>
  InputArchive& operator&(T&& value) {
    return (*this)(std::forward<T>(value));
  }

  void read(void* data, std::size_t size);
  /// The next bytes, where they stand.
  std::span<const char> take(std::size_t size);

  /// The descriptor that attach() put here. Throws std::runtime_error if the message has none of that index, or none any more.
  platform::Fd detach();
  /// The object that attach() put here. Throws std::runtime_error if the message has none of that index, or of another kind than
  /// those that are named.
  std::shared_ptr<shared::Object> detach_object(std::span<const shared::Kind> one_of);
  std::shared_ptr<shared::Object> detach_object();

  /// What has not been read yet.
  std::span<const char> rest() const noexcept { return rest_; }

  /// Refuses a number of elements that cannot be in what is left. Elements of no bytes (of empty classes) are believed up to
  /// 65,536.
  void check_count(std::uint64_t count) const;

  /// For cereal, which keeps the shared objects of a message by number: a damaged number must not make one type of another.
  void registerSharedPointer(std::uint32_t id, const std::shared_ptr<void>& object);
  std::shared_ptr<void> getSharedPointer(std::uint32_t id);

 private:
  template <class T>
  void note_shared() noexcept {
    if constexpr (detail::SharedType<T>::known) shared_type_ = &detail::SharedType<T>::type();
  }

  std::span<const char> rest_;
  std::span<platform::Fd> descriptors_;
  Objects objects_;
  const std::type_info* shared_type_ = nullptr;  // of the shared_ptr that is being loaded
  std::vector<std::pair<std::shared_ptr<void>, const std::type_info*>> shared_;
};

/// A flag is a byte on its way; another value than 0 and 1 in a bool would be undefined behaviour.
template <class T>
  requires std::is_arithmetic_v<T>
void save(OutputArchive& out, const T& value) {
  out.write(&value, sizeof value);
}
template <class T>
  requires std::is_arithmetic_v<T>
void load(InputArchive& in, T& value) {
  if constexpr (std::same_as<T, bool>) {
    unsigned char flag = 0;
    in.read(&flag, 1);
    value = flag != 0;
  } else {
    in.read(&value, sizeof value);
  }
}

template <class T>
void save(OutputArchive& out, const cereal::BinaryData<T>& data) {
  out.write(data.data, static_cast<std::size_t>(data.size));
}
template <class T>
void load(InputArchive& in, cereal::BinaryData<T>& data) {
  in.read(data.data, static_cast<std::size_t>(data.size));
}

template <class T>
void save(OutputArchive& out, const cereal::SizeTag<T>& tag) {
  out(tag.size);
}
template <class T>
void load(InputArchive& in, cereal::SizeTag<T>& tag) {
  in(tag.size);
  in.check_count(tag.size);
}

/// Numbers in a row are copied into new memory at once. cereal would have the container fill it with zeros first, which for large
/// ones takes as long as the copy.
template <class T, class Container>
void load_in_a_row(InputArchive& in, Container& container) {
  cereal::size_type count = 0;
  in(cereal::make_size_tag(count));
  const std::span<const char> bytes = in.take(static_cast<std::size_t>(count) * sizeof(T));
  if (reinterpret_cast<std::uintptr_t>(bytes.data()) % alignof(T) == 0) {
    const auto* const first = reinterpret_cast<const T*>(bytes.data());
    container.assign(first, first + count);
  } else {
    container.resize(static_cast<std::size_t>(count));
    if (!bytes.empty()) std::memcpy(container.data(), bytes.data(), bytes.size());
  }
}
template <class T, class Traits, class Allocator>
void load(InputArchive& in, std::basic_string<T, Traits, Allocator>& text) {
  load_in_a_row<T>(in, text);
}
template <class T, class Allocator>
  requires(std::is_arithmetic_v<T> && !std::is_same_v<T, bool>)
void load(InputArchive& in, std::vector<T, Allocator>& numbers) {
  load_in_a_row<T>(in, numbers);
}

template <class T>
void serialize(OutputArchive& out, cereal::NameValuePair<T>& pair) {
  out(pair.value);
}
template <class T>
void serialize(InputArchive& in, cereal::NameValuePair<T>& pair) {
  in(pair.value);
}

/// A descriptor travels as a duplicate of itself.
inline void save(OutputArchive& out, const platform::Fd& fd) { out.attach(fd); }
inline void load(InputArchive& in, platform::Fd& fd) { fd = in.detach(); }

}  // namespace tandem::remote

// More of what it loads: wherever the archive is known, so that all sources agree on how a container is loaded.
#include "tandem/remote/blank_elements.hpp"

CEREAL_SETUP_ARCHIVE_TRAITS(tandem::remote::InputArchive, tandem::remote::OutputArchive)
