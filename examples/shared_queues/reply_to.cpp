// A queue as an item of a queue: each question says where its answer should go. In Python a Queue may only be inherited by a
// process.
#include <cctype>
#include <cstdio>
#include <string>
#include <utility>

#include <tandem/multiprocessing.hpp>

namespace mp = tandem::multiprocessing;

using Answers = mp::Queue<std::string>;
using Question = std::pair<std::string, Answers>;

void server(mp::Queue<Question> questions) {
  for (auto& [text, reply_to] : questions) {
    for (char& c : text) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    reply_to.put(text);
  }
}

int main(int argc, char** argv) {
  tandem::init(argc, argv);
  mp::Queue<Question> questions;
  mp::Process upper{server, questions};
  upper.start();

  Answers for_ann, for_bob;  // the server has never heard of them
  questions.put({"who is there?", for_bob});
  questions.put({"hello", for_ann});
  std::printf("Ann: %s\n", for_ann.get().c_str());
  std::printf("Bob: %s\n", for_bob.get().c_str());
  questions.shutdown();
}
// Output:
//   Ann: HELLO
//   Bob: WHO IS THERE?
