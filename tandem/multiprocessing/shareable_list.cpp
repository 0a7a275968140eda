#include "tandem/multiprocessing/shareable_list.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <stdexcept>

namespace tandem::multiprocessing {

/// At the beginning of the memory; the places follow, and then the texts.
struct ShareableList::Header {
  static constexpr std::uint64_t magic = 0x7473694C65726853;  // "ShreList", read as a little-endian number

  std::uint64_t is_list;
  std::uint64_t size;
};

/// One element.
struct ShareableList::Place {
  std::uint32_t type;  // the index in Element
  std::uint32_t text_size;
  std::uint64_t room;    // for a text; written once
  std::uint64_t offset;  // of that room in the memory; written once
  std::uint64_t bits;    // of what is no text
};

namespace {

constexpr std::size_t least_room = 8;

std::size_t room_for(const ShareableList::Item& item) noexcept {
  const auto* const text = std::get_if<std::string>(&item.element());
  return text == nullptr ? least_room : std::max(text->size(), least_room);
}

std::uint64_t bits_of(const ShareableList::Element& element) noexcept {
  if (const auto* flag = std::get_if<bool>(&element)) return *flag ? 1 : 0;
  if (const auto* integer = std::get_if<std::int64_t>(&element)) return static_cast<std::uint64_t>(*integer);
  if (const auto* number = std::get_if<double>(&element)) return std::bit_cast<std::uint64_t>(*number);
  return 0;
}

}  // namespace

std::size_t ShareableList::bytes_for(const std::vector<Item>& items) {
  std::size_t bytes = sizeof(Header) + items.size() * sizeof(Place);
  for (const Item& item : items) bytes += room_for(item);
  return bytes;
}

ShareableList::ShareableList(const std::vector<Item>& items) : memory_{bytes_for(items)} { fill(items); }

ShareableList::ShareableList(std::string_view name, const std::vector<Item>& items) : memory_{name, bytes_for(items)} {
  fill(items);
}

ShareableList::ShareableList(SharedMemory memory) : memory_{std::move(memory)} { check(); }

ShareableList ShareableList::attach(std::string_view name) { return ShareableList{SharedMemory::attach(name)}; }

void ShareableList::load(remote::InputArchive& in) {
  memory_.load(in);
  check();
}

void ShareableList::fill(const std::vector<Item>& items) {
  auto& header = *reinterpret_cast<Header*>(memory_.buf().data());
  header.size = items.size();
  std::size_t offset = sizeof(Header) + items.size() * sizeof(Place);
  for (std::size_t i = 0; i < items.size(); ++i) {
    Place& at = place(i);
    at.room = room_for(items[i]);
    at.offset = offset;
    offset += at.room;
    set(i, items[i]);
  }
  header.is_list = Header::magic;
}

void ShareableList::check() const {
  const auto bytes = memory_.buf();
  const auto& header = *reinterpret_cast<const Header*>(bytes.data());
  if (bytes.size() < sizeof(Header) || header.is_list != Header::magic ||
      header.size > (bytes.size() - sizeof(Header)) / sizeof(Place)) {
    throw std::invalid_argument("the shared memory '" + memory_.name() + "' is no ShareableList");
  }
}

std::size_t ShareableList::size() const { return reinterpret_cast<const Header*>(memory_.buf().data())->size; }

ShareableList::Place& ShareableList::place(std::size_t index) const {
  if (index >= size()) {
    throw std::out_of_range("element " + std::to_string(index) + " of a ShareableList with " + std::to_string(size()));
  }
  return reinterpret_cast<Place*>(memory_.buf().data() + sizeof(Header))[index];
}

ShareableList::Element ShareableList::get(std::size_t index) const {
  const Place& at = place(index);
  switch (at.type) {
    case 1:
      return at.bits != 0;
    case 2:
      return static_cast<std::int64_t>(at.bits);
    case 3:
      return std::bit_cast<double>(at.bits);
    case 4: {
      const auto text = memory_.buf().subspan(std::min<std::size_t>(at.offset, memory_.size()));
      const std::size_t size = std::min<std::size_t>({at.text_size, at.room, text.size()});
      return std::string(reinterpret_cast<const char*>(text.data()), size);
    }
    default:
      return std::monostate{};
  }
}

void ShareableList::set(std::size_t index, const Item& item) {
  Place& at = place(index);
  const Element& element = item.element();
  if (const auto* const text = std::get_if<std::string>(&element)) {
    if (text->size() > at.room) {
      throw std::length_error("a text of " + std::to_string(text->size()) + " bytes for element " + std::to_string(index) +
                              " of a ShareableList, which has room for " + std::to_string(at.room));
    }
    std::memcpy(memory_.buf().data() + at.offset, text->data(), text->size());
    at.text_size = static_cast<std::uint32_t>(text->size());
  }
  at.bits = bits_of(element);
  at.type = static_cast<std::uint32_t>(element.index());
}

std::vector<ShareableList::Element> ShareableList::copy() const {
  std::vector<Element> elements;
  for (std::size_t i = 0; i < size(); ++i) elements.push_back(get(i));
  return elements;
}

std::size_t ShareableList::count(const Item& item) const {
  const auto elements = copy();
  return static_cast<std::size_t>(std::ranges::count(elements, item.element()));
}

std::size_t ShareableList::index(const Item& item) const {
  const auto elements = copy();
  const auto found = std::ranges::find(elements, item.element());
  if (found == elements.end()) throw std::invalid_argument("ShareableList::index: there is no such element");
  return static_cast<std::size_t>(found - elements.begin());
}

}  // namespace tandem::multiprocessing
