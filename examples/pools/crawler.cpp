// A crawler, three times: pages are fetched by worker processes, and analysed, which is counting their letters,
//
//   collect    by the main process, one after the other, when all have been fetched;
//   coupled    by the worker that has fetched the page: at the same time, but now fetching knows of analysing;
//   callback   by the main process as each page arrives: the two know nothing of each other, and the workers only fetch.
//
// Callbacks run one after the other: one that waits for something holds up all others. Then rather hand its work to another pool.
#include <cstdio>
#include <string>
#include <vector>

#include <tandem/futures.hpp>
#include <tandem/multiprocessing.hpp>
#include <tandem/subprocess.hpp>

#include "examples/pools/web.hpp"

using namespace tandem;
using futures::Future;
using futures::ProcessPoolExecutor;

const std::vector<std::string> pages{"120", "0", "70000", "35", "35000", "9"};

const char* who(int main_pid) { return multiprocessing::current_process().pid() == main_pid ? "main" : "a worker"; }

std::string get(std::string site, std::string page, int main_pid) {
  std::string text = subprocess::check_output({"curl", "--noproxy", "*", "-sf", site + page});  // throws if there is no such page
  std::printf("%s was fetched by %s\n", page.c_str(), who(main_pid));
  return text;
}

void parse(const std::string& page, const std::string& text, int main_pid) {
  std::printf("%s was analysed by %s: %zu letters\n", page.c_str(), who(main_pid), text.size());
}

void get_and_parse(std::string site, std::string page, int main_pid) { parse(page, get(site, page, main_pid), main_pid); }

void collect(const std::string& site, int main_pid) {
  ProcessPoolExecutor pool{4};
  std::vector<Future<std::string>> fetched;
  for (const std::string& page : pages) fetched.push_back(pool.submit(get, site, page, main_pid));
  pool.shutdown();
  for (std::size_t i = 0; i < pages.size(); ++i) parse(pages[i], fetched[i].result(), main_pid);
}

void coupled(const std::string& site, int main_pid) {
  ProcessPoolExecutor pool{4};
  std::vector<Future<void>> done;
  for (const std::string& page : pages) done.push_back(pool.submit(get_and_parse, site, page, main_pid));
  for (const auto& one : done) one.result();  // throws what went wrong in the worker
}

void callback(const std::string& site, int main_pid) {
  ProcessPoolExecutor pool{4};
  for (const std::string& page : pages) {
    pool.submit(get, site, page, main_pid).add_done_callback([page, main_pid](Future<std::string>& done) {
      parse(page, done.result(), main_pid);
    });
  }
  pool.shutdown();  // waits for the callbacks, too
}

int main(int argc, char** argv) {
  std::setvbuf(stdout, nullptr, _IOLBF, BUFSIZ);
  tandem::init(argc, argv);
  const Web web;
  const int main_pid = multiprocessing::current_process().pid();
  std::puts("collect:");
  collect(web.url(), main_pid);
  std::puts("coupled:");
  coupled(web.url(), main_pid);
  std::puts("callback:");
  callback(web.url(), main_pid);
}
// Output:
//   collect:
// Output, in any order:
//   120 was fetched by a worker
//   0 was fetched by a worker
//   70000 was fetched by a worker
//   35 was fetched by a worker
//   35000 was fetched by a worker
//   9 was fetched by a worker
// Output:
//   120 was analysed by main: 120 letters
//   0 was analysed by main: 0 letters
//   70000 was analysed by main: 70000 letters
//   35 was analysed by main: 35 letters
//   35000 was analysed by main: 35000 letters
//   9 was analysed by main: 9 letters
//   coupled:
// Output, in order per first word:
//   120 was fetched by a worker
//   120 was analysed by a worker: 120 letters
//   0 was fetched by a worker
//   0 was analysed by a worker: 0 letters
//   70000 was fetched by a worker
//   70000 was analysed by a worker: 70000 letters
//   35 was fetched by a worker
//   35 was analysed by a worker: 35 letters
//   35000 was fetched by a worker
//   35000 was analysed by a worker: 35000 letters
//   9 was fetched by a worker
//   9 was analysed by a worker: 9 letters
// Output:
//   callback:
// Output, in order per first word:
//   120 was fetched by a worker
//   120 was analysed by main: 120 letters
//   0 was fetched by a worker
//   0 was analysed by main: 0 letters
//   70000 was fetched by a worker
//   70000 was analysed by main: 70000 letters
//   35 was fetched by a worker
//   35 was analysed by main: 35 letters
//   35000 was fetched by a worker
//   35000 was analysed by main: 35000 letters
//   9 was fetched by a worker
//   9 was analysed by main: 9 letters
