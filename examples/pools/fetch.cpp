// Pages fetched by a Pool: one by one with apply, all at once with apply_async, and with a callback that writes them to a file. The
// callback runs in the main process, where the file is; the workers know nothing of it.
#include <chrono>
#include <cstdio>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <tandem/multiprocessing.hpp>
#include <tandem/subprocess.hpp>

#include "examples/pools/web.hpp"

using namespace std::chrono_literals;
using namespace tandem;
using Clock = std::chrono::steady_clock;
namespace mp = tandem::multiprocessing;

struct Fetched {
  std::string url, text;
  int pid = 0;  // of the process that did it

  template <class Archive>
  void serialize(Archive& archive) {
    archive(url, text, pid);
  }
};

Fetched fetch(std::string url) {
  std::string text = subprocess::check_output({"curl", "--noproxy", "*", "-sf", url});
  return {std::move(url), std::move(text), mp::current_process().pid()};
}

void one_by_one(mp::Pool& pool, const std::vector<std::string>& urls) {
  for (const std::string& url : urls) std::printf("%zu letters\n", pool.apply(fetch, url).text.size());
}

void into_a_file(mp::Pool& pool, const std::vector<std::string>& urls, std::FILE* file) {
  const int main_pid = mp::current_process().pid();
  int by_others = 0, stored_by_main = 0;  // callbacks come one at a time, and join() waits for the last
  for (const std::string& url : urls) {
    pool.apply_async(fetch, url)
        .callback([&](const Fetched& page) {
          std::fputs(page.text.c_str(), file);
          by_others += page.pid != main_pid;
          stored_by_main += mp::current_process().pid() == main_pid;
        })
        .error_callback([](const std::exception& error) { std::printf("%s\n", error.what()); });
  }
  pool.close();
  pool.join();
  std::printf("fetched by other processes: %d, stored by the main process: %d, letters in the file: %ld\n", by_others,
              stored_by_main, std::ftell(file));
}

int main(int argc, char** argv) {
  tandem::init(argc, argv);
  const Web web;
  std::vector<std::string> urls;
  for (const char* page : {"120", "0", "70000", "35", "35000", "9"}) urls.push_back(web.url() + page);

  mp::Pool pool{5};
  const auto begin = Clock::now();
  one_by_one(pool, urls);
  const auto between = Clock::now();
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file{std::tmpfile(), std::fclose};
  if (file == nullptr) throw std::runtime_error{"there is no room for a temporary file"};
  into_a_file(pool, urls, file.get());
  std::printf("one by one: %ld us, all at once: %ld us\n", (between - begin) / 1us, (Clock::now() - between) / 1us);
}
// Output:
//   120 letters
//   0 letters
//   70000 letters
//   35 letters
//   35000 letters
//   9 letters
//   fetched by other processes: 6, stored by the main process: 6, letters in the file: 105164
//   one by one: {number} us, all at once: {number} us
