#pragma once

// What goes through a queue while its producers and consumers are killed, and the books that are kept about it.

#include <cstdint>
#include <map>
#include <ranges>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <vector>

#include "tandem/base/atomics.hpp"
#include "tandem/multiprocessing/queue.hpp"
#include "tandem/multiprocessing/shared_memory.hpp"
#include "tests/multiprocessing/forked_child.hpp"

namespace tandem::test {

/// A text that says of itself whether it is whole.
class Letter {
 public:
  Letter() = default;
  explicit Letter(std::uint64_t name) : name_{name}, text_(size_of(name), '\0') {
    for (std::size_t i = 0; i < text_.size(); ++i) text_[i] = character(i);
  }

  std::uint64_t name() const {
    bool whole = text_.size() == size_of(name_);
    for (std::size_t i = 0; whole && i < text_.size(); ++i) whole = text_[i] == character(i);
    if (!whole) throw std::runtime_error("letter " + std::to_string(name_) + " is torn");
    return name_;
  }

  template <class Archive>
  void serialize(Archive& archive) {
    archive(name_, text_);
  }

 private:
  // Mostly short; one in a hundred so long that it is not copied on its way, and needs more memory.
  static std::size_t size_of(std::uint64_t name) { return name % 97 == 1 ? 50'000 : name * 31 % 1500; }
  char character(std::size_t i) const { return static_cast<char>(name_ * 7 + i); }

  std::uint64_t name_ = 0;
  std::string text_;
};

template <class Item>
std::uint64_t name_of(const Item& item) {
  if constexpr (std::is_same_v<Item, Letter>) {
    return item.name();
  } else {
    return item;
  }
}

/// Who has put and gotten what; in shared memory, and so true whoever dies.
struct Ledger {
  static constexpr std::uint32_t producers = 1024, numbers = 2048;

  // How many puts of each producer have returned: what has a smaller number is in the queue, or was.
  base::Atomic<std::uint32_t> put[producers];
  base::Atomic<std::uint8_t> gotten[producers][numbers];

  static Ledger& in(const multiprocessing::SharedMemory& memory) { return *reinterpret_cast<Ledger*>(memory.buf().data()); }
  static std::uint64_t name(std::uint32_t producer, std::uint32_t number) { return std::uint64_t{producer} << 32 | number; }
};

/// Books what one consumer gets, and throws if it is out of order or was gotten before.
class Bookkeeper {
 public:
  explicit Bookkeeper(multiprocessing::SharedMemory ledger) : memory_{std::move(ledger)}, ledger_{Ledger::in(memory_)} {}

  void enter(std::uint64_t name) {
    const auto producer = static_cast<std::uint32_t>(name >> 32);
    const auto number = static_cast<std::uint32_t>(name);
    if (producer >= Ledger::producers || number >= Ledger::numbers)
      throw std::runtime_error("nobody has put " + std::to_string(name));
    if (ledger_.gotten[producer][number].exchange(1) != 0) throw std::runtime_error(std::to_string(name) + " was gotten twice");
    std::uint32_t& next = next_[producer];
    if (number < next) throw std::runtime_error(std::to_string(name) + " came behind a later one of the same producer");
    next = number + 1;
  }

 private:
  multiprocessing::SharedMemory memory_;
  Ledger& ledger_;
  std::map<std::uint32_t, std::uint32_t> next_;
};

/// A producer that puts `batch` at a time.
template <class Item>
void produce(multiprocessing::Queue<Item> queue, multiprocessing::SharedMemory memory, std::uint32_t producer,
             std::uint32_t batch) {
  auto& put = Ledger::in(memory).put[producer];
  for (std::uint32_t number = 0; number + batch <= Ledger::numbers; number += batch) {
    if (batch == 1) {
      queue.put(Item(Ledger::name(producer, number)));
    } else {
      std::vector<Item> items;
      for (std::uint32_t i = 0; i < batch; ++i) items.push_back(Item(Ledger::name(producer, number + i)));
      queue.put_many(items);
    }
    put.store(number + batch);
  }
  wait_for_death();
}

template <class Item>
void consume(multiprocessing::Queue<Item> queue, multiprocessing::SharedMemory memory, std::uint32_t batch) {
  Bookkeeper books{memory};
  for (;;) {
    if (batch == 1) {
      books.enter(name_of(queue.get()));
    } else {
      for (const Item& item : queue.get_many(batch)) books.enter(name_of(item));
    }
  }
}

}  // namespace tandem::test
