#include "tests/interleaving/checker/model.hpp"

#include "tests/interleaving/modelled/interrupt.hpp"
#include "tests/interleaving/modelled/process.hpp"

namespace tandem::interleaving {

void Model::interrupted_thread(std::string name, std::function<void()> body) {
  const int index = scheduler_.add_thread(std::move(name), std::move(body));
  modelled::interrupts_concern(index);
  may("Ctrl-C", modelled::interrupt);
}

void Model::mortal_thread(std::string name, std::function<void()> body) {
  const int index = scheduler_.add_thread(std::move(name), std::move(body));
  may("it is killed", [this, index] {
    modelled::has_died(index);
    scheduler_.kill(index);
  });
}

void Model::may_pass(std::chrono::nanoseconds time) {
  may("time passes", [this, time] { scheduler_.pass(time); });
}

void Model::may_request_stop(std::stop_source source) {
  may("stop is requested", [source = std::move(source)]() mutable { source.request_stop(); });
}

void Model::request_stop(std::stop_source& source) {
  scheduler_.at_once("requests stop", [&source] { source.request_stop(); });
}

void Model::conclude() const {
  for (const auto& check : finally_) check();
}

void Model::leak() {
  static auto* const kept = new std::vector<std::shared_ptr<void>>;
  kept->insert(kept->end(), objects_.begin(), objects_.end());
}

}  // namespace tandem::interleaving
