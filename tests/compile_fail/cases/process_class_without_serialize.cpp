// expect: tandem: make<T>(): a copy of the object goes to the new process: give T a default constructor and a member
#include "tandem/multiprocessing/made.hpp"

class Loader : public tandem::multiprocessing::Process {
 public:
  void run() override { ++n_; }

 private:
  int n_ = 0;
};

int main() { tandem::multiprocessing::make<Loader>().start(); }
