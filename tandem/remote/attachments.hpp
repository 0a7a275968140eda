#pragma once

#include <vector>

namespace tandem::remote {

/// Which descriptors of a message are duplicates that this process made for it, and of which ones: for the sake of a child that is
/// forked while the message exists, and so has both in its memory.
///
/// Such a child could never be rid of them: it knows the descriptor that it was given, not its twin in the parent's memory. As a
/// line ends only when the last copy of its end is closed, whoever closes the sending end that he was given, and waits for the end
/// of the line, would wait for ever. In Python there is no twin: what fork gives to the child is the argument itself.
///
/// From any thread, but each object for one at a time.
class Attachments {
 public:
  Attachments() noexcept = default;
  Attachments(Attachments&&) noexcept = default;
  Attachments& operator=(Attachments&& other) noexcept;
  ~Attachments() { clear(); }

  /// `duplicate` was made for the message; of one that has an owner elsewhere, or -1.
  void add(int duplicate, int original);
  /// Before it is closed.
  void remove(int duplicate) noexcept;
  void clear() noexcept;

  /// In a forked child, before it does its work, which is the call in the message of `own`, or, if that is null, none that was
  /// sent: closes the descriptors of which those of `own` are duplicates, if they are still the same, and the duplicates in all
  /// other messages, which somebody else was about to send. Their numbers stay taken. Throws std::system_error.
  static void settle_in_child(Attachments* own);

 private:
  struct Entry {
    int duplicate, original;
  };
  bool has_duplicate(int fd) const noexcept;

  std::vector<Entry> entries_;
};

}  // namespace tandem::remote
