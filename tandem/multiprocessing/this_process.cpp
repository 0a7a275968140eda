#include "tandem/multiprocessing/this_process.hpp"

#include <random>
#include <stdexcept>
#include <utility>

#include "tandem/base/atomics.hpp"
#include "tandem/platform/pidfd.hpp"
#include "tandem/platform/process.hpp"
#include "tandem/platform/process_title.hpp"
#include "tandem/sync/descriptors.hpp"
#include "tandem/sync/fork_hold.hpp"
#include "tandem/sync/guard.hpp"
#include "tandem/sync/lock.hpp"

namespace tandem::multiprocessing {
namespace {

struct Identity {
  std::string path;  // empty in the main process
  bool daemon = false;
  int parent_pid = 0;
  std::string parent_name;
  platform::Fd parent;
  base::Atomic<unsigned> children{0};
  sync::Lock lock{"current_process"};  // guards what follows
  std::string name = "MainProcess";
  Title title = Title::as_it_is;
  std::string authkey;  // empty until somebody asks
};

/// As much as SHA-256 can use.
std::string random_key() {
  std::random_device random;
  std::string key;
  while (key.size() < 32) key.push_back(static_cast<char>(random() & 0xff));
  return key;
}

/// Under the lock, since the command line is memory that two threads must not write to.
void rename(Identity& self, std::string new_name) {
  self.name = std::move(new_name);
  if (self.title == Title::comm) platform::set_process_name(self.name);
  if (self.title == Title::command_line) platform::set_process_title("tandem: " + self.name);
}

Identity& identity() noexcept { return sync::kept_over_forks<Identity>(); }

}  // namespace

std::string CurrentProcess::name() const {
  Identity& mine = identity();
  const sync::Guard hold{mine.lock};
  return mine.name;
}

void CurrentProcess::name(std::string new_name) const {
  Identity& mine = identity();
  const sync::Guard hold{mine.lock};
  rename(mine, std::move(new_name));
}

int CurrentProcess::pid() const noexcept { return platform::this_pid(); }
bool CurrentProcess::daemon() const noexcept { return identity().daemon; }

std::string CurrentProcess::authkey() const {
  Identity& mine = identity();
  const sync::Guard hold{mine.lock};
  if (mine.authkey.empty()) mine.authkey = random_key();
  return mine.authkey;
}

void CurrentProcess::authkey(std::string new_key) const {
  if (new_key.empty()) throw std::invalid_argument("authkey: an empty key keeps nobody out");
  Identity& mine = identity();
  const sync::Guard hold{mine.lock};
  mine.authkey = std::move(new_key);
}

CurrentProcess current_process() noexcept { return {}; }

const std::string& ParentProcess::name() const noexcept { return identity().parent_name; }
int ParentProcess::pid() const noexcept { return identity().parent_pid; }
bool ParentProcess::is_alive() const { return !platform::has_ended(identity().parent); }
bool ParentProcess::join(Deadline deadline) const { return join({}, deadline); }
bool ParentProcess::join(std::stop_token stop, Deadline deadline) const { return sync::wait_readable(sentinel(), deadline, stop); }
int ParentProcess::sentinel() const noexcept { return identity().parent.get(); }

std::optional<ParentProcess> parent_process() noexcept {
  if (identity().parent_pid == 0) return std::nullopt;
  return ParentProcess{};
}

void take_identity(Birth& birth, Title title) {
  Identity& mine = identity();
  {
    const sync::Guard hold{mine.lock};
    mine.title = title;
    rename(mine, birth.name);
    if (!birth.authkey.empty()) mine.authkey = birth.authkey;
  }
  mine.path = birth.identity;
  mine.daemon = birth.daemon;
  mine.parent_pid = birth.parent_pid;
  mine.parent_name = birth.parent_name;
  mine.parent = std::move(birth.parent);
  mine.children.store(0, std::memory_order_relaxed);
  adopt_start_method(birth.start_method);
  adopt_log_settings(birth.log);
}

std::string next_child_identity() {
  Identity& mine = identity();
  const std::string number = std::to_string(mine.children.fetch_add(1, std::memory_order_relaxed) + 1);
  return mine.path.empty() ? number : mine.path + ":" + number;
}

}  // namespace tandem::multiprocessing
