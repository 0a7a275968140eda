#include "tandem/multiprocessing/pooled_process.hpp"

#include <utility>

#include "tandem/multiprocessing/birth.hpp"
#include "tandem/multiprocessing/pool_protocol.hpp"
#include "tandem/multiprocessing/zygote.hpp"
#include "tandem/platform/duplicate.hpp"

namespace tandem::multiprocessing {

PooledProcess::PooledProcess(std::size_t slot_, const std::string& name_, const ClaimBoard& claims, const remote::Call* initializer)
    : PooledProcess{slot_, name_, claims, initializer, remote::Channel::pair()} {}

PooledProcess::PooledProcess(std::size_t slot_, const std::string& name_, const ClaimBoard& claims, const remote::Call* initializer,
                             std::pair<remote::Channel, remote::Channel> line)
    : slot{slot_},
      name{name_},
      process{zygote::fork(std::move(line.second).release(), zygote::WhenWeEnd::is_killed)},
      channel{std::move(line.first)} {
  Birth birth = birth_of_child();
  birth.kind = Birth::Kind::pool_worker;
  birth.name = name;
  claims[slot].store(0, std::memory_order_relaxed);
  remote::Message setup = initializer != nullptr ? remote::duplicate(initializer->message) : remote::Message{};
  setup.descriptors.insert(setup.descriptors.begin(), platform::duplicate(claims.memory().get()));
  channel.peer(process.number());
  // If it has died by now, its end will be seen like any other.
  if (channel.send(birth.kind, to_message(birth))) {
    static_cast<void>(channel.send(pool_protocol::Setup{.slot = static_cast<std::uint32_t>(slot)}, setup));
  }
}

}  // namespace tandem::multiprocessing
