#include "tandem/connection/wait.hpp"

#include "tandem/sync/descriptors.hpp"

namespace tandem::multiprocessing::connection {

std::vector<Waitable> wait(const std::vector<Waitable>& objects, Deadline deadline, const std::stop_token& stop) {
  std::vector<platform::Awaited> awaited;
  std::vector<Waitable> ready;
  for (const Waitable& object : objects) {
    awaited.push_back({object.fd()});
    if (object.line() != nullptr && object.line()->poll()) ready.push_back(object);
  }
  for (;;) {
    // Those that are ready already are not waited for; but who else is, belongs to the answer, too.
    sync::wait_for_descriptors(awaited, ready.empty() ? deadline : Deadline::passed(), stop);
    ready.clear();
    for (std::size_t i = 0; i < objects.size(); ++i) {
      const bool is_ready = objects[i].line() != nullptr ? objects[i].line()->poll() : awaited[i].ready;
      if (is_ready) ready.push_back(objects[i]);
    }
    // A part of a long message may have come.
    if (!ready.empty() || deadline.expired() || stop.stop_requested()) return ready;
  }
}

}  // namespace tandem::multiprocessing::connection
