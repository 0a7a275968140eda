// A dictionary as an argument of tasks is a copy for each of them: what a task changes, it has to give back. (For one dictionary
// that all tasks change, Python has Manager().dict().)
#include <cstdio>
#include <map>
#include <string>
#include <vector>

#include <tandem/multiprocessing.hpp>

namespace mp = tandem::multiprocessing;

using Names = std::map<std::string, std::vector<std::string>>;

Names named(int id, Names names) {
  names["name"][0] = "task " + std::to_string(id);  // also what lies deeper arrives; in Manager().dict() it is lost
  return names;
}

int main(int argc, char** argv) {
  tandem::init(argc, argv);
  mp::Pool pool{4};
  const Names names{{"name", {"Ann", "Bob"}}};
  std::vector<mp::AsyncResult<Names>> results;
  for (int id = 0; id < 20; ++id) results.push_back(pool.apply_async(named, id, names));
  pool.close();
  pool.join();
  const Names& last = results.back().get();
  std::printf("the last task's: %s, %s\n", last.at("name")[0].c_str(), last.at("name")[1].c_str());
  std::printf("the main process's: %s, %s\n", names.at("name")[0].c_str(), names.at("name")[1].c_str());
}
// Output:
//   the last task's: task 19, Bob
//   the main process's: Ann, Bob
