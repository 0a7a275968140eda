// Three sites, each crawled by a process of its own. What requests.get() is there, curl is here; the sites are pages of a server of
// this program, of as many letters as their names say.
#include <cstdio>
#include <string>
#include <vector>

#include <tandem/multiprocessing.hpp>
#include <tandem/subprocess.hpp>

#include "examples/pools/web.hpp"

namespace mp = tandem::multiprocessing;

void crawl(std::string site, std::string page) {
  const std::string text = tandem::subprocess::check_output({"curl", "--noproxy", "*", "-sf", site + page});
  std::printf("%s: %zu letters, by %s\n", page.c_str(), text.size(), mp::current_process().name().c_str());
}

int main(int argc, char** argv) {
  std::setvbuf(stdout, nullptr, _IOLBF, BUFSIZ);
  tandem::init(argc, argv);
  if (argc > 1) mp::set_start_method(argv[1]);  // forkserver (which is the default), spawn or fork: all print the same
  const Web web;
  const std::vector<std::string> url_list{"227381", "90214", "1106"};
  std::vector<mp::Process> processes;
  for (const std::string& page : url_list) processes.push_back(mp::Process::started(crawl, web.url(), page));
  for (const mp::Process& process : processes) process.join();
  std::printf("exit codes: %d, %d, %d\n", *processes[0].exitcode(), *processes[1].exitcode(), *processes[2].exitcode());
}
// Output, in any order:
//   227381: 227381 letters, by Process-1
//   90214: 90214 letters, by Process-2
//   1106: 1106 letters, by Process-3
// Output:
//   exit codes: 0, 0, 0
