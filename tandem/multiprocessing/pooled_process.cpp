#include "tandem/multiprocessing/pooled_process.hpp"

#include <iterator>
#include <vector>

#include "tandem/multiprocessing/birth.hpp"
#include "tandem/multiprocessing/zygote.hpp"
#include "tandem/platform/duplicate.hpp"

namespace tandem::multiprocessing {

PooledProcess::PooledProcess(TaskBoard::Place place_, std::uint32_t max_tasks, const std::string& name_, TaskBoard& board,
                             const platform::EventFd& wake, const remote::Call* initializer, StartMethod method)
    : PooledProcess{place_, max_tasks, name_, board, wake, initializer, method, remote::Channel::pair()} {}

PooledProcess::PooledProcess(TaskBoard::Place place_, std::uint32_t max_tasks, const std::string& name_, TaskBoard& board,
                             const platform::EventFd& wake, const remote::Call* initializer, StartMethod method,
                             std::pair<remote::Channel, remote::Channel> line)
    : place{place_},
      name{name_},
      process{zygote::fork(std::move(line.second).release(), zygote::WhenWeEnd::is_killed, method)},
      channel{std::move(line.first)},
      max_tasks_{max_tasks},
      setup_{initializer != nullptr ? remote::duplicate(initializer->message) : remote::Message{}} {
  board.vacate(place);
  std::vector<platform::Fd> descriptors;
  descriptors.push_back(platform::duplicate(board.memory().get()));
  descriptors.push_back(platform::duplicate(wake.get()));
  std::move(setup_.descriptors.begin(), setup_.descriptors.end(), std::back_inserter(descriptors));
  setup_.descriptors = std::move(descriptors);
  channel.peer(process.number());
}

void PooledProcess::begin() {
  Birth birth = birth_of_child();
  birth.kind = Birth::Kind::pool_worker;
  birth.name = name;
  if (channel.send(Birth::Kind::pool_worker, to_message(std::move(birth)))) {
    static_cast<void>(channel.send(pool_protocol::Setup{.place = place, .max_tasks = max_tasks_}, setup_));
  }
  setup_ = {};
}

}  // namespace tandem::multiprocessing
