// A house with four rooms, and twelve guests, each a process: when all rooms are taken, the others wait until somebody goes.
// Python: sem = Semaphore(4); go_in(sem, user) with sem.acquire(), print, time.sleep, sem.release()
#include <algorithm>
#include <cstdio>
#include <string>
#include <vector>

#include <tandem/multiprocessing.hpp>

namespace mp = tandem::multiprocessing;

struct House {
  int guests = 0, most = 0;
};

void go_in(mp::Semaphore rooms, mp::Value<House> house, mp::Barrier four, std::string user) {
  rooms.acquire();
  const int now = house.update([](House& it) {
    it.most = std::max(it.most, ++it.guests);
    return it.guests;
  });
  std::printf("%s has got a room, %d taken\n", user.c_str(), now);
  four.wait();  // nobody leaves before the house is full
  house.update([](House& it) { --it.guests; });
  rooms.release();
}

int main(int argc, char** argv) {
  std::setvbuf(stdout, nullptr, _IOLBF, BUFSIZ);  // also into a pipe, a line is out when it is printed
  tandem::init(argc, argv);
  mp::Semaphore rooms{4};
  mp::Value<House> house;
  mp::Barrier four{4};
  std::vector<mp::Process> guests;
  for (int i = 0; i < 12; ++i) guests.push_back(mp::Process::started(go_in, rooms, house, four, "user" + std::to_string(i)));
  for (auto& guest : guests) guest.join();
  std::printf("at most %d guests at a time, %d rooms free in the end\n", house.value().most, rooms.value());
}
// Output, in any order:
//   user0 has got a room, {number} taken
//   user1 has got a room, {number} taken
//   user2 has got a room, {number} taken
//   user3 has got a room, {number} taken
//   user4 has got a room, {number} taken
//   user5 has got a room, {number} taken
//   user6 has got a room, {number} taken
//   user7 has got a room, {number} taken
//   user8 has got a room, {number} taken
//   user9 has got a room, {number} taken
//   user10 has got a room, {number} taken
//   user11 has got a room, {number} taken
// Output:
//   at most 4 guests at a time, 4 rooms free in the end
