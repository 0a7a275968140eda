#pragma once

#include <memory>

#include "tandem/threading/thread.hpp"

namespace tandem::threading {

/// Keeps a thread that was started as a temporary until it has ended.
void keep(std::unique_ptr<Thread> thread);

/// What exit does about kept threads: asks them to stop, and joins them. Before, the main thread counts as ended for those who join
/// it. For processes that end without exit handlers.
void end_kept_threads();

/// Part of forget_other_threads().
void forget_kept_threads() noexcept;

/// Has exit do that. Called before a thread is started: so threads are joined before older statics that they may use are destroyed.
void drain_at_exit();

}  // namespace tandem::threading
