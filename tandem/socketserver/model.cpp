#include "tandem/socketserver/model.hpp"

#include <stdexcept>
#include <utility>

#include "tandem/socketserver/model_thread_pool.hpp"

namespace tandem::socketserver {
namespace {

thread_local const ServerModel* model_of_this_thread = nullptr;

}  // namespace

bool ServerModel::runs_here() const noexcept { return model_of_this_thread == this; }

ServerModel::Presence::Presence(const ServerModel& model) noexcept : before_{std::exchange(model_of_this_thread, &model)} {}
ServerModel::Presence::~Presence() { model_of_this_thread = before_; }

std::unique_ptr<ServerModel> make_model(const Options& options, platform::Fd listener, ProtocolFactory factory) {
  switch (options.model) {
    case Model::thread_pool:
      return make_thread_pool_model(options, std::move(listener), std::move(factory));
  }
  throw std::invalid_argument("Options::model names no server model");
}

}  // namespace tandem::socketserver
