#pragma once

#include <cstdint>
#include <vector>

#include "tandem/base/atomics.hpp"
#include "tandem/platform/fd.hpp"
#include "tandem/platform/memfd.hpp"
#include "tandem/shared/object.hpp"
#include "tandem/shared/slot.hpp"
#include "tandem/shared/window.hpp"
#include "tandem/sync/robust_lock_word.hpp"

namespace tandem::shared {

/// The memory that all processes of the program share: one sparse file without a name, which is gone with the last of them.
///
/// It holds a table of slots, one for each shared object; for each slot a window of the file, which costs nothing until it is used;
/// and for each process a row that says how many shares it has in which slot. An object lives as long as any row has a share in it
/// or a message in a queue means it. Rows make that safe against death: what a dead process held stands in its row and nowhere
/// else, and the fork server, which learns of every death, strikes it out.
///
/// A share is handed on by raising the receiver's number (`give`) while one has a share oneself; the receiver need do nothing, and
/// may die at any moment. Everything here is done with single atomic instructions, without locks, so nobody holds anybody up by
/// being killed or stopped; after a death, `leave` finishes what was begun. From any thread.
class Arena {
 public:
  static constexpr std::uint32_t max_slots = 32768;
  static constexpr std::uint32_t max_processes = 2048;

  /// Made by the first call, which init() sees to before there are other processes. Throws std::system_error.
  static Arena& instance();
  /// By a process that has executed the program anew, before the first instance(): its arena is that of the others, in `file`,
  /// where it has that number. Throws std::logic_error if instance() was there before.
  static void inherit(platform::Fd file, std::uint32_t process);

  /// The calling process's number. Processes made by fork() without us share their parent's.
  std::uint32_t process() const noexcept { return process_; }
  /// By a new process: this is its number.
  void become(std::uint32_t process) noexcept { process_ = process; }
  /// By the fork server: a number for a process that it is about to make. Throws std::runtime_error if there are too many.
  std::uint32_t enter();
  /// By the fork server, when that process has ended.
  void leave(std::uint32_t process) noexcept;

  /// A slot with a live object in which the caller has a share. Throws std::runtime_error if there is none left, std::system_error.
  std::uint32_t make(Kind kind);
  /// Another share for that process. The caller must have one.
  void give(std::uint32_t slot, std::uint32_t process) noexcept;
  /// One share of the caller's less. The last one of all ends the object.
  void drop(std::uint32_t slot) noexcept;

  /// Before a message that means the object is put in a queue. The caller must have a share.
  void enter_message(std::uint32_t slot) noexcept;
  /// After the message was taken, and the taker has its share: or dropped, and nobody has.
  void leave_message(std::uint32_t slot) noexcept;

  /// Keeps the object alive though nobody may hold it; or no longer. The caller must have a share.
  void keep(std::uint32_t slot) noexcept;
  void keep_no_longer(std::uint32_t slot) noexcept;
  /// For who gives objects names, or looks for one by its name.
  sync::RobustLockWord& names_lock() const noexcept;

  Slot& slot(std::uint32_t number) const noexcept { return slots_[number]; }
  Window window(std::uint32_t number) const noexcept { return {file_, (std::uint64_t{number} + 1) << Window::size_bits}; }
  Life life(std::uint32_t number) const noexcept { return Life::unpacked(slots_[number].life.load(std::memory_order_acquire)); }
  /// How many slots were ever in use: numbers beyond mean nothing.
  std::uint32_t slots_used() const noexcept;

  /// Where it lies; for those who make processes and must keep it open there.
  const platform::Fd& file() const noexcept { return file_; }
  /// Bytes of memory in use, and live objects; for tests and dumps.
  std::uint64_t bytes() const { return platform::allocated_bytes(file_); }
  std::uint32_t objects() const noexcept;
  /// Processes whose rows mean something.
  std::uint32_t processes() const noexcept;

  /// What objects of a kind have in them that means other objects. To be said before there are processes.
  struct Contents {
    using Visit = void (*)(void* context, Reference reference);

    /// Gives back what an object has in it, before its memory goes. May be called twice for the same one, if the first call's
    /// process died in it.
    void (*dispose)(const Window& window) noexcept = nullptr;
    /// Calls `visit` with all that it has in it; false if that could not be seen.
    bool (*look_through)(const Window& window, Visit visit, void* context) noexcept = nullptr;
  };
  static void contents(Kind kind, Contents contents) noexcept;

 private:
  struct Header;
  using Shares = base::Atomic<std::uint16_t>;

  Arena();
  Arena(platform::Fd file, std::uint32_t process);
  Shares& shares(std::uint32_t process, std::uint32_t slot) const noexcept { return rows_[process * max_slots + slot]; }
  void back_row(std::uint32_t process, std::uint32_t first_slot, std::uint32_t end_slot) const;
  bool claim(std::uint32_t slot, Kind kind, std::uint32_t& generation) noexcept;
  std::uint32_t claim_any(Kind kind, std::uint32_t& generation);
  /// Somebody has a share, or it is kept.
  bool has_holder(std::uint32_t slot) const noexcept;
  bool is_held(std::uint32_t slot) const noexcept;
  static const Contents& contents(Kind kind) noexcept;
  void end_lost();
  /// By the fork server, which has no share: false if the object ends, or what is in it could not be seen. It is not ended
  /// meanwhile.
  bool look_through(std::uint32_t slot, Contents::Visit visit, void* context) noexcept;
  bool leave_to_looker(std::uint32_t slot, const Life& dying) noexcept;
  void end_left_over(std::uint32_t slot) noexcept;
  void end_if_unheld(std::uint32_t slot) noexcept;
  void end(std::uint32_t slot, Life dying) noexcept;

  platform::Fd file_;
  platform::Mapping tables_;
  Header* header_;
  Shares* rows_;
  Slot* slots_;
  std::uint32_t process_ = 0;
  std::vector<bool> entered_;  // by process; the fork server's, and before it is made, ours
};

}  // namespace tandem::shared
