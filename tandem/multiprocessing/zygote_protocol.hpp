#pragma once

#include <cstdint>
#include <type_traits>

/// What the zygote and those who want a process say to each other; see docs/inside/zygote.md.
///
/// Requests go through one socket that all processes of the tree share the writing end of: a message is whole or not there, so
/// they need not agree. Each request brings the line on which it is to be answered.
namespace tandem::multiprocessing::zygote_protocol {

/// "Fork for me", or "I am about to fork". With three descriptors: the end of the child's channel, the zygote's end of the status
/// line, and the requester's pidfd. If the child is to execute the program anew, with a fourth: the requester's stderr, on which it
/// may complain before it has heard anything. Who forks by itself has no channel, and sends anything in its place: that keeps room
/// for the child's pidfd, so that what was promised can be done when there are no descriptors any more.
struct Request {
  enum class What : std::uint32_t {
    copy,      ///< of the zygote
    program,   ///< executed anew
    expected,  ///< nothing: the requester forks it, and says so by Forked
  };

  std::uint32_t version;
  std::int32_t requester;  ///< pid
  std::uint32_t dies_with_requester;
  What what;
};
inline constexpr std::uint32_t version = 4;
inline constexpr std::size_t request_descriptors = 3;

/// Says once that the zygote is there, through the request socket.
struct Hello {
  std::int32_t pid;
};

/// First on the status line, at once. With the child's pidfd, unless it failed, or the child is only expected.
struct Started {
  std::int32_t pid;      ///< 0 if it is only expected
  std::int32_t error;    ///< 0, or why fork failed (an errno)
  std::uint32_t number;  ///< in the arena
};

/// The other way on the status line, by who was told a number for the child that it would fork: "here it is." With the child's
/// pidfd. If the line ends without it, there will be no child.
struct Forked {
  std::int32_t pid;
};

/// Second and last on the status line: how the child ended. If the line is closed without it, the zygote has died.
struct Ended {
  std::int32_t exit_code;  ///< as Python has it: minus the signal. Of one that was Forked its parent knows it, and this is 0
};

static_assert(std::is_trivially_copyable_v<Request> && std::is_trivially_copyable_v<Started> &&
              std::is_trivially_copyable_v<Forked> && std::is_trivially_copyable_v<Ended>);

}  // namespace tandem::multiprocessing::zygote_protocol
