// A TCP server whose clients are served by the processes of a pool: each sends some text, and gets it back in capitals. Main
// accepts; what it hands to the pool is the connection itself, as descriptors may be arguments of any task.
#include <array>
#include <cctype>
#include <cstdio>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <tandem/multiprocessing.hpp>
#include <tandem/platform/socket.hpp>
#include <tandem/threading.hpp>

namespace mp = tandem::multiprocessing;
namespace platform = tandem::platform;

std::string receive(const platform::Fd& socket) {
  platform::set_blocking(socket.get());
  std::array<char, 1024> room;
  return {room.data(), platform::receive(socket.get(), room).bytes};
}

void send(const platform::Fd& socket, std::string_view text) { platform::send(socket.get(), std::array{text}); }

int serve(platform::Fd client) {  // by a process of the pool
  std::string text = receive(client);
  for (char& letter : text) letter = static_cast<char>(std::toupper(static_cast<unsigned char>(letter)));
  send(client, text);
  return mp::current_process().pid();
}

int main(int argc, char** argv) {
  tandem::init(argc, argv);
  const platform::Fd listener = platform::listen_on(platform::SocketAddress::parse("127.0.0.1:0"), 128);
  platform::set_blocking(listener.get());
  const platform::SocketAddress address = platform::local_address(listener.get());

  const std::vector<std::string> texts{"hello", "how are you?", "Tandem", "good-bye"};
  tandem::threading::Barrier all_connected{static_cast<int>(texts.size())};
  std::vector<std::string> answers(texts.size());
  std::vector<tandem::threading::Thread> clients;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    clients.push_back(tandem::threading::Thread::started([&, i] {
      const platform::Fd server = platform::connect_to(address);
      all_connected.wait();  // several at the same time
      send(server, texts[i]);
      answers[i] = receive(server);
    }));
  }

  mp::Pool pool{2};
  int by_others = 0;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    pool.apply_async(serve, platform::accept_from(listener.get()).socket)
        .callback([&](int pid) { by_others += pid != mp::current_process().pid(); })
        .error_callback([](const std::exception& error) { std::printf("%s\n", error.what()); });
  }
  for (auto& client : clients) client.join();
  pool.close();
  pool.join();
  for (const std::string& answer : answers) std::printf("%s\n", answer.c_str());
  std::printf("served by other processes: %d\n", by_others);
}
// Output:
//   HELLO
//   HOW ARE YOU?
//   TANDEM
//   GOOD-BYE
//   served by other processes: 4
