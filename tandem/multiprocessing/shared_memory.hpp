#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "tandem/multiprocessing/shared_handle.hpp"

namespace tandem::multiprocessing {

/// Memory that several processes have in common, as bytes; who may touch them when is theirs to agree, with a Lock for instance.
/// Python: multiprocessing.shared_memory.SharedMemory.
///
/// It is given to others as a handle, or found by its name by any process of the program. One without a name is gone with its last
/// handle; one with a name stays until unlink(), as in Python. Neither leaves anything in /dev/shm, or anywhere, when the program
/// has ended, however it ended.
///
/// The memory is zeros to begin with, and set aside at once: if there is not enough, it is an error here.
/// Lifetime: what buf() gives stays valid until this process has no handle of it left.
///
///     mp::SharedMemory picture{"picture", 640 * 480};
///     std::ranges::fill(picture.buf(), std::byte{255});
///     mp::SharedMemory same = mp::SharedMemory::attach("picture");   // in another process
class SharedMemory : public SharedHandle {
 public:
  static constexpr std::size_t max_name = 63;

  /// None; what else there is throws std::logic_error.
  SharedMemory() noexcept : SharedHandle{Blank{}} {}
  explicit SharedMemory(Blank blank) noexcept : SharedHandle{blank} {}
  /// Throws std::invalid_argument for a size of 0 or more than 128 GiB, std::system_error if there is not so much memory.
  explicit SharedMemory(std::size_t size);
  /// Throws also std::system_error (EEXIST) if there is one of that name; std::invalid_argument for an empty or too long name.
  SharedMemory(std::string_view name, std::size_t size);
  /// The one of that name. Throws std::system_error (ENOENT). Python: SharedMemory(name=...).
  static SharedMemory attach(std::string_view name);

  /// Throws std::logic_error after close().
  std::span<std::byte> buf() const;
  std::size_t size() const;
  /// Empty if it has none, or none any more.
  std::string name() const;

  /// Gives up this handle.
  void close() noexcept { *this = SharedMemory{}; }
  /// Takes its name away, so that it goes with its last handle. Doing it again changes nothing. Python: unlink().
  void unlink();

  void save(remote::OutputArchive& out) const { save_object(out); }
  void load(remote::InputArchive& in) { load_object(in, shared::Kind::memory); }

 private:
  using SharedHandle::SharedHandle;
};

}  // namespace tandem::multiprocessing
