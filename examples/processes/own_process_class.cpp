// A class of one's own: derived from Process, with run(). The object goes to the new process, so it says by serialize() what it
// consists of; the same under each start method. Only where it is known to be fork nothing is sent, and it may consist of anything.
#include <cstdio>
#include <string>
#include <utility>

#include <tandem/multiprocessing.hpp>

namespace mp = tandem::multiprocessing;

class MyProcess : public mp::Process {
 public:
  /// In the new process it is called without arguments, to make the object that is sent there; the name that it says then is not
  /// taken up.
  explicit MyProcess(std::string person = "somebody") : person_{std::move(person)} { name("process of " + person_); }

  void run() override {
    std::printf("%s: %s is chatting\n", name().c_str(), person_.c_str());
    if (pid() != mp::getpid()) std::puts("pid() should be this process's");
  }

  template <class Archive>
  void serialize(Archive& archive) {
    archive(person_);
  }

 private:
  std::string person_;
};

/// What cannot be sent: something to be called, and a reference to a variable of main's.
class Chat : public mp::Process {
 public:
  explicit Chat(const std::string& topic, void (*speak)(const std::string&)) : topic_{topic}, speak_{speak} {}
  void run() override { speak_(topic_); }

 private:
  const std::string& topic_;
  void (*speak_)(const std::string&);
};

int main(int argc, char** argv) {
  std::setvbuf(stdout, nullptr, _IOLBF, BUFSIZ);
  tandem::init(argc, argv);
  for (const auto method : mp::get_all_start_methods()) {
    mp::set_start_method(method, true);
    auto first = mp::make<MyProcess>("Jedan");
    auto second = mp::make<MyProcess>("Alex");
    first.start();
    first.join();  // so they run one after the other
    second.start();
    second.join();
  }
  const std::string topic = "the weather";
  auto chat =
      mp::get_context<"fork">().make<Chat>(topic, [](const std::string& it) { std::printf("we talk about %s\n", it.c_str()); });
  chat.start();
  chat.join();
  std::puts("main is done");
}
// Output:
//   process of Jedan: Jedan is chatting
//   process of Alex: Alex is chatting
//   process of Jedan: Jedan is chatting
//   process of Alex: Alex is chatting
//   process of Jedan: Jedan is chatting
//   process of Alex: Alex is chatting
//   we talk about the weather
//   main is done
