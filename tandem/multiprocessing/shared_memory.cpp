#include "tandem/multiprocessing/shared_memory.hpp"

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <optional>
#include <stdexcept>
#include <system_error>

#include "tandem/platform/memfd.hpp"
#include "tandem/shared/arena.hpp"

namespace tandem::multiprocessing {
namespace {

using shared::Arena;

/// In the slot.
struct State {
  std::uint64_t size;  // written once, before anybody else has a handle
  // It has this name while it is kept, see Arena::keep(), and only then may this be read, under the arena's lock for names: one
  // word for both, so that whoever dies while it gives or takes a name leaves nothing that is kept and cannot be found. Written
  // before.
  std::array<char, SharedMemory::max_name + 1> name;
};
static_assert(sizeof(State) <= shared::Object::state_size);

class HoldNames {
 public:
  HoldNames() noexcept { lock_.hold(); }
  ~HoldNames() { static_cast<void>(lock_.release()); }
  HoldNames(const HoldNames&) = delete;
  HoldNames& operator=(const HoldNames&) = delete;

 private:
  // Its holder's death leaves nothing half-done: a name is given, and taken away, by one store.
  sync::RobustLockWord& lock_ = Arena::instance().names_lock();
};

State& state_in(shared::Slot& slot) noexcept { return *reinterpret_cast<State*>(slot.state.data()); }

bool is_named(const shared::Slot& slot) noexcept { return slot.is_kept.load(std::memory_order_acquire) != 0; }

/// Under the lock for names.
std::optional<std::uint32_t> find(std::string_view name) noexcept {
  const Arena& arena = Arena::instance();
  for (std::uint32_t slot = 0; slot < arena.slots_used(); ++slot) {
    const shared::Life life = arena.life(slot);
    if (life.phase != shared::Life::Phase::live || life.kind != shared::Kind::memory) continue;
    shared::Slot& its = arena.slot(slot);
    if (is_named(its) && state_in(its).name.data() == name) return slot;
  }
  return std::nullopt;
}

std::string_view checked_name(std::string_view name) {
  if (name.empty() || name.size() > SharedMemory::max_name || name.find('\0') != std::string_view::npos) {
    throw std::invalid_argument("SharedMemory: a name has 1 to " + std::to_string(SharedMemory::max_name) +
                                " bytes and no zero among them, not '" + std::string{name} + "'");
  }
  return name;
}

[[noreturn]] void throw_named(int code, std::string_view name, const char* what) {
  throw std::system_error(code, std::generic_category(), "SharedMemory '" + std::string{name} + "' " + what);
}

}  // namespace

SharedMemory::SharedMemory(std::size_t size) : SharedHandle{shared::Kind::memory} {
  if (size == 0 || size > shared::Window::size) {
    throw std::invalid_argument("SharedMemory: size is " + std::to_string(size) + ", but must be 1 to " +
                                std::to_string(shared::Window::size) + " bytes");
  }
  object().window().allocate(0, shared::Window::whole_pages(size));
  object().state<State>().size = size;
}

SharedMemory::SharedMemory(std::string_view name, std::size_t size) : SharedMemory{size} {
  State& state = object().state<State>();
  std::memcpy(state.name.data(), checked_name(name).data(), name.size());  // zeros follow
  const HoldNames hold;
  if (find(name)) throw_named(EEXIST, name, "exists already: attach() to it, or choose another name");
  Arena::instance().keep(object().reference().slot);
}

SharedMemory SharedMemory::attach(std::string_view name) {
  checked_name(name);
  const HoldNames hold;
  const auto slot = find(name);
  if (!slot) throw_named(ENOENT, name, "does not exist: nobody has made it, or it was unlinked");
  Arena& arena = Arena::instance();
  arena.give(*slot, arena.process());
  return SharedMemory{shared::Object::adopt({*slot, arena.life(*slot).generation})};
}

std::span<std::byte> SharedMemory::buf() const {
  shared::Object& memory = object();
  const std::size_t bytes = size();
  const auto& mapping = memory.local<platform::Mapping>([&] { return memory.window().map(0, shared::Window::whole_pages(bytes)); });
  return {mapping.data(), bytes};
}

std::size_t SharedMemory::size() const { return object().state<State>().size; }

std::string SharedMemory::name() const {
  const State& state = object().state<State>();
  const HoldNames hold;
  return is_named(Arena::instance().slot(object().reference().slot)) ? state.name.data() : std::string{};
}

void SharedMemory::unlink() {
  const HoldNames hold;
  Arena::instance().keep_no_longer(object().reference().slot);
}

}  // namespace tandem::multiprocessing
