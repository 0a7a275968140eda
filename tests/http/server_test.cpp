// The whole web server over real sockets.

#include "tandem/http/server.hpp"

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <sstream>
#include <string>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "tests/socketserver/support/client.hpp"
#include "tests/socketserver/support/running.hpp"
#include "tests/support/eventually.hpp"
#include "tests/support/temp_dir.hpp"

namespace tandem::http {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using test::Client;

class HttpServerTest : public ::testing::Test {
 protected:
  HttpServerTest() {
    dir.write("secret", "outside");
    dir.write("public/index.html", "<p>hello");
    dir.write("public/a b.txt", "blank");
    dir.write("public/large.bin", large);
    dir.write("public/folder/index.html", "<p>folder");
    fs::create_symlink("../secret", dir / "public/out");
  }

  Server& serve(Options options = {}) {
    options.bind = "127.0.0.1:0";
    server = std::make_unique<Server>(std::move(options));
    server->files("/", (dir / "public").string());
    running = std::make_unique<test::Running<std::function<void()>, std::function<void()>>>([this] { server->run(); },
                                                                                            [this] { server->shutdown(); });
    return *server;
  }

  Client connect() const { return Client{server->address()}; }

  /// Sends a request that ends its connection, and gives the whole answer.
  std::string ask(const std::string& request) const {
    Client client = connect();
    client.send(request);
    return client.receive_all();
  }
  std::string get(const std::string& target) const {
    return ask("GET " + target + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  }
  static std::string status_of(const std::string& answer) { return answer.substr(0, 12); }

  test::TempDir dir;
  std::string large = std::string(300'000, 'x') + "end";
  std::unique_ptr<Server> server;
  std::unique_ptr<test::Running<std::function<void()>, std::function<void()>>> running;
};

TEST_F(HttpServerTest, ServesFiles) {
  serve();
  EXPECT_TRUE(get("/").ends_with("\r\n\r\n<p>hello"));
  EXPECT_TRUE(get("/a%20b.txt").ends_with("\r\n\r\nblank"));
  EXPECT_TRUE(get("/large.bin").ends_with("\r\n\r\n" + large));
  EXPECT_NE(get("/folder").find("\r\nLocation: /folder/\r\n"), std::string::npos);
}

TEST_F(HttpServerTest, AnswersWithTheRightStatus) {
  serve({.header_timeout = 300ms, .max_head_bytes = 1000, .max_body_bytes = 1000});
  const std::string host = "Host: x\r\n";
  const std::vector<std::pair<std::string, std::string>> table{
      {"GET / HTTP/1.1\r\nConnection: close\r\n" + host + "\r\n", "HTTP/1.1 200"},
      {"GET /folder HTTP/1.1\r\nConnection: close\r\n" + host + "\r\n", "HTTP/1.1 301"},
      {"GET /%zz HTTP/1.1\r\n" + host + "\r\n", "HTTP/1.1 400"},
      {"GET / HTTP/1.1\r\n\r\n", "HTTP/1.1 400"},
      {"GET /../secret HTTP/1.1\r\nConnection: close\r\n" + host + "\r\n", "HTTP/1.1 404"},
      {"GET /%2e%2e/secret HTTP/1.1\r\nConnection: close\r\n" + host + "\r\n", "HTTP/1.1 404"},
      {"GET /out HTTP/1.1\r\nConnection: close\r\n" + host + "\r\n", "HTTP/1.1 404"},
      {"DELETE / HTTP/1.1\r\nConnection: close\r\n" + host + "\r\n", "HTTP/1.1 405"},
      {"GET / HT", "HTTP/1.1 408"},
      {"POST / HTTP/1.1\r\nContent-Length: 1001\r\n" + host + "\r\n", "HTTP/1.1 413"},
      {"GET /" + std::string(1000, 'x') + " HTTP/1.1\r\n" + host + "\r\n", "HTTP/1.1 414"},
      {"GET / HTTP/1.1\r\nA: " + std::string(1000, 'x') + "\r\n" + host + "\r\n", "HTTP/1.1 431"},
      {"BREW / HTTP/1.1\r\nConnection: close\r\n" + host + "\r\n", "HTTP/1.1 501"},
      {"GET / HTTP/3.0\r\n" + host + "\r\n", "HTTP/1.1 505"},
  };
  for (const auto& [request, status] : table) EXPECT_EQ(status_of(ask(request)), status) << request;
}

TEST_F(HttpServerTest, KeepsConnectionsAndTheirOrder) {
  serve();
  Client client = connect();
  const std::string request = "GET /a%20b.txt HTTP/1.1\r\nHost: x\r\n\r\n";
  for (int i = 0; i < 10; ++i) {
    client.send(request);
    EXPECT_EQ(status_of(client.receive_until("\r\n\r\n")), "HTTP/1.1 200");
    EXPECT_EQ(client.receive_exactly(5), "blank");
  }
  // Pipelined, large and small mixed: in order, and not one byte lost.
  client.send("GET /large.bin HTTP/1.1\r\nHost: x\r\n\r\n" + request + "HEAD /large.bin HTTP/1.1\r\nHost: x\r\n\r\n" + request);
  client.receive_until("\r\n\r\n");
  EXPECT_TRUE(client.receive_exactly(large.size()) == large);
  client.receive_until("\r\n\r\n");
  EXPECT_EQ(client.receive_exactly(5), "blank");
  EXPECT_NE(client.receive_until("\r\n\r\n").find("Content-Length: " + std::to_string(large.size())), std::string::npos);
  client.receive_until("\r\n\r\n");
  EXPECT_EQ(client.receive_exactly(5), "blank");
}

TEST_F(HttpServerTest, ManyPipelinedLargeFilesComeWholeAndInOrder) {
  serve({.workers = 1});
  Client client = connect();
  std::string requests;
  for (int i = 0; i < 300; ++i) requests += "GET /large.bin HTTP/1.1\r\nHost: x\r\n\r\n";
  std::thread sender{[&] { client.send(requests); }};
  std::size_t right = 0;
  for (int i = 0; i < 300; ++i) {
    client.receive_until("\r\n\r\n");
    right += client.receive_exactly(large.size()) == large ? 1 : 0;
  }
  sender.join();
  EXPECT_EQ(right, 300u);
}

TEST_F(HttpServerTest, ClosesSilentConnectionsWithoutAWord) {
  serve({.idle_timeout = 200ms});
  Client never_spoke = connect();
  Client spoke = connect();
  spoke.send("GET /a%20b.txt HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_TRUE(spoke.receive_all().ends_with("\r\n\r\nblank"));
  EXPECT_EQ(never_spoke.receive_all(), "");
}

TEST_F(HttpServerTest, Slowloris) {
  serve({.workers = 1, .header_timeout = 500ms});
  Client slow = connect();
  const auto begin = std::chrono::steady_clock::now();
  slow.send("GET / HTTP/1.1\r\n");
  // One byte now and then, as the attack does it; each comes in time, the whole does not.
  std::string answer;
  while (slow.is_quiet_until(50ms)) slow.send("x");
  answer = slow.receive_all();
  EXPECT_EQ(status_of(answer), "HTTP/1.1 408");
  EXPECT_GE(std::chrono::steady_clock::now() - begin, 500ms);
}

TEST_F(HttpServerTest, AFileThatIsCutWhileItIsSentEndsTheConnection) {
  const fs::path path = dir.write("public/huge.bin", "x");
  fs::resize_file(path, 100'000'000);  // more than all buffers on the way hold
  serve();
  Client client = connect();
  testing::internal::CaptureStderr();
  client.send("GET /huge.bin HTTP/1.1\r\nHost: x\r\n\r\n");
  client.receive_until("\r\n\r\n");
  fs::resize_file(path, 1000);
  EXPECT_TRUE(client.ends_by(20s));
  EXPECT_NE(testing::internal::GetCapturedStderr().find("shorter"), std::string::npos);
}

TEST_F(HttpServerTest, LogsAccesses) {
  std::atomic<int> answers{0};
  std::atomic<std::uint64_t> bytes{0};
  serve({.access_log = [&](const AccessRecord& record) {
    answers += record.status == 200 && record.target == "/" ? 1 : 0;
    bytes += record.bytes;
  }});
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) threads.emplace_back([&] { get("/"); });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(answers, 4);
  EXPECT_EQ(bytes, 4u * 8);
}

TEST_F(HttpServerTest, SaysWhereItIs) {
  Server& web = serve();
  EXPECT_TRUE(web.address().starts_with("127.0.0.1:"));
  EXPECT_EQ(web.url(), "http://" + web.address() + "/");
  const Server everywhere{{.bind = ":0"}};
  EXPECT_TRUE(everywhere.url().starts_with("http://127.0.0.1:")) << everywhere.url();
}

TEST_F(HttpServerTest, RefusesBadSetUps) {
  Server web{{.bind = "127.0.0.1:0"}};
  EXPECT_THROW(web.files("/", (dir / "nowhere").string()), std::system_error);
  EXPECT_THROW(web.files("x", (dir / "public").string()), std::invalid_argument);
  EXPECT_THROW(Server({.bind = web.address()}), std::system_error);
  EXPECT_THROW(Server({.bind = "8080"}), std::invalid_argument);
}

TEST_F(HttpServerTest, ShutdownLetsADownloadFinish) {
  serve({.shutdown_grace = 60s});
  dir.write("public/huge.bin", std::string(30'000'000, 'y'));
  Client client = connect();
  client.send("GET /huge.bin HTTP/1.1\r\nHost: x\r\n\r\n");
  client.receive_until("\r\n\r\n");
  server->request_shutdown();
  EXPECT_EQ(client.receive_all().size(), 30'000'000u);
  running->join();
}

/// What a command prints.
std::string output_of(const std::string& command, const fs::path& file) {
  if (std::system((command + " > '" + file.string() + "' 2>&1").c_str()) != 0) return "failed: " + command;
  std::ostringstream text;
  text << std::ifstream{file}.rdbuf();
  return text.str();
}

TEST_F(HttpServerTest, CurlUnderstandsIt) {
  if (std::system("command -v curl > /dev/null 2>&1") != 0) GTEST_SKIP() << "curl is not installed";
  const std::string url = serve().url();
  const fs::path file = dir / "output";
  EXPECT_EQ(output_of("curl -sS --max-time 20 " + url, file), "<p>hello");
  EXPECT_EQ(output_of("curl -sS --max-time 20 '" + url + "a%20b.txt' " + url, file), "blank<p>hello");
  EXPECT_TRUE(output_of("curl -sS --max-time 20 " + url + "large.bin", file) == large);
  EXPECT_EQ(output_of("curl -sSL --max-time 20 " + url + "folder", file), "<p>folder");
  EXPECT_EQ(output_of("curl -sS0 --max-time 20 -w '%{http_code}' -o /dev/null " + url, file), "200");
  EXPECT_EQ(output_of("curl -sS --max-time 20 --path-as-is -w '%{http_code}' -o /dev/null " + url + "../secret", file), "404");
  EXPECT_NE(output_of("curl -sSI --max-time 20 " + url + "large.bin", file).find("Content-Length: 300003"), std::string::npos);
  // A body above 1 MiB makes curl ask first (Expect: 100-continue), and it is refused before it is sent.
  EXPECT_EQ(
      output_of("head -c 3000000 /dev/zero | curl -sS --max-time 20 -w '%{http_code}' -o /dev/null --data-binary @- " + url, file),
      "413");
}

}  // namespace
}  // namespace tandem::http
