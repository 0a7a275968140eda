#include <concepts>
#include <cstddef>
#include <cstring>
#include <span>
#include <stdexcept>
#include <string>
#include <utility>

#include "bench/pipe/contenders.hpp"
#include "bench/pipe/exercise.hpp"
#include "bench/support/shared/tandem_processes.hpp"
#include "tandem/connection/connection.hpp"

namespace tandem::bench {
namespace {

/// Both ends of a Pipe for messages of one way; each process uses one of them.
template <class T>
struct Ends {
  template <class Archive>
  void serialize(Archive& archive) {
    archive(reader, writer);
  }

  multiprocessing::Connection<T> reader;
  multiprocessing::Connection<T> writer;
};

struct IntoAPlace : Ends<std::string> {
  void send(std::span<const std::byte> message) { writer.send_bytes(message); }
  void receive(std::span<std::byte> place) {
    if (reader.recv_bytes_into(place) != place.size()) throw std::runtime_error("a message is not as long as it should be");
  }
};

/// What recv_bytes has returned, as what it is a message of.
struct Bytes {
  template <std::same_as<std::string> S>
  operator S() && {
    return std::move(bytes);
  }
  template <std::same_as<Number> N>
  operator N() const {
    Number number = 0;
    if (bytes.size() != sizeof number) throw std::runtime_error("a message is not as long as it should be");
    std::memcpy(&number, bytes.data(), sizeof number);
    return number;
  }

  std::string bytes;
};

struct NewStrings : Ends<std::string> {
  template <class Message>
  void put(Message& message) {
    writer.send_bytes(bytes_of(message));
  }
  Bytes get() { return {reader.recv_bytes()}; }
};

struct Numbers : Ends<Number> {
  void put(Number message) { writer.send(message); }
  Number get() { return reader.recv(); }
};

template <class Channel, class T>
Channel made() {
  auto [reader, writer] = multiprocessing::Pipe<T>(false);
  return {{std::move(reader), std::move(writer)}};
}

}  // namespace

double tandem_bytes(const Order& order) { return exercise<TandemProcesses>(order, made<NewStrings, std::string>); }

double tandem_into(const Order& order) { return exercise<TandemProcesses>(order, made<IntoAPlace, std::string>); }

double tandem_values(const Order& order) {
  ProcessCrew<TandemProcesses> crew{order};
  return ping_pong(order, crew, made<Numbers, Number>(), made<Numbers, Number>());
}

}  // namespace tandem::bench
