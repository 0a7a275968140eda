#include "tandem/multiprocessing/birth.hpp"

#include <utility>

#include "tandem/multiprocessing/this_process.hpp"
#include "tandem/platform/pidfd.hpp"
#include "tandem/platform/process.hpp"
#include "tandem/remote/archive.hpp"
#include "tandem/shared/arena.hpp"

namespace tandem::multiprocessing {
namespace {

void carry(remote::OutputArchive& out, platform::Fd& fd) { out.attach(std::move(fd)); }
void carry(remote::InputArchive& in, platform::Fd& fd) { fd = in.detach(); }

/// Both directions read the same list.
template <class Archive>
void exchange(Archive& archive, Birth& birth) {
  archive(birth.kind, birth.name, birth.identity, birth.daemon, birth.parent_pid, birth.parent_number, birth.parent_name);
  archive(birth.start_method, birth.authkey, birth.log.level, birth.log.to_stderr);
  auto& around = birth.surroundings;
  archive(around.umask, around.environment, birth.zygote.pid);
  for (auto* const fd :
       {&birth.parent, &around.standard[0], &around.standard[1], &around.standard[2], &around.folder, &birth.zygote.requests}) {
    carry(archive, *fd);
  }
}

}  // namespace

Birth birth_of_forked_child() {
  const CurrentProcess self = current_process();
  Birth birth;
  birth.parent_pid = self.pid();
  birth.parent_number = shared::Arena::instance().process();
  birth.parent_name = self.name();
  birth.parent = platform::open_pidfd(self.pid());
  birth.start_method = default_start_method();
  birth.authkey = self.authkey();
  birth.log = log_settings();
  return birth;
}

Birth birth_of_child() {
  Birth birth = birth_of_forked_child();
  birth.surroundings = platform::Surroundings::of_this_process();
  birth.zygote = zygote::access();
  return birth;
}

remote::Message to_message(Birth birth) {
  remote::Message message;
  remote::OutputArchive archive{message};
  exchange(archive, birth);
  return message;
}

Birth to_birth(std::span<const char> bytes, std::span<platform::Fd> descriptors) {
  remote::InputArchive archive{bytes, descriptors};
  Birth birth;
  exchange(archive, birth);
  return birth;
}

}  // namespace tandem::multiprocessing
