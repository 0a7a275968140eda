// What was sent waits in the pipe: also for a process that is started later. This one would wait for ever after that, as its own
// end keeps the pipe open; so it is told to end. Python: output_p, input_p = multiprocessing.Pipe(); ... consumer_p.terminate()

#include <csignal>
#include <iostream>

#include <tandem/multiprocessing.hpp>

namespace mp = tandem::multiprocessing;

void consume(mp::Connection<int> items, mp::Connection<int> answers) {
  for (;;) {
    const int item = items.recv();
    std::cout << "item " << item << " is received" << std::endl;
    answers.send(item);
  }
}

int main(int argc, char** argv) {
  tandem::init(argc, argv);
  if (argc > 1) mp::set_start_method(argv[1]);  // forkserver (which is the default), spawn or fork: all print the same
  auto [output, input] = mp::Pipe<int>();
  for (int item = 0; item < 5; ++item) input.send(item);

  auto [done, answers] = mp::Pipe<int>(false);
  mp::Process consumer{consume, output, answers};
  consumer.start();
  while (done.recv() != 4) {
  }
  consumer.terminate();
  consumer.join();
  std::cout << "ended by SIGTERM: " << (consumer.exitcode() == -SIGTERM) << std::endl;
}

// Output:
//   item 0 is received
//   item 1 is received
//   item 2 is received
//   item 3 is received
//   item 4 is received
//   ended by SIGTERM: 1
