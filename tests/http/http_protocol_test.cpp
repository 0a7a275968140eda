// The protocol without a socket: what is in, what comes out, and which deadlines it sets.

#include "tandem/http/http_protocol.hpp"

#include <stdexcept>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tandem/platform/open_beneath.hpp"
#include "tests/support/temp_dir.hpp"

namespace tandem::http {
namespace {

using namespace std::chrono_literals;
using socketserver::Session;

/// Answers by what it was asked.
class Mirror final : public Handler {
 public:
  Response handle(const Request& request) const override {
    if (request.path == "/throw") throw std::runtime_error("as the test demanded");
    if (request.path == "/odd") throw 42;
    if (request.path == "/nothing") return Response{.status = 204};
    if (request.path == "/teapot") return Response{.status = 418, .reason = "I'm a teapot"};
    return Response::text(request.method + " " + request.path + " " + request.body);
  }
};

class HttpProtocolTest : public ::testing::Test {
 protected:
  HttpProtocolTest() { options.server_name = "test"; }

  HttpProtocol& protocol() {
    if (!protocol_) {
      protocol_ = std::make_unique<HttpProtocol>(handler, options);
      protocol_->connection_made(session);
    }
    return *protocol_;
  }

  /// What is queued after these bytes, with its Date made constant; then it counts as sent.
  std::string answer(std::string_view bytes) {
    protocol().data_received(session, bytes);
    return sent();
  }

  std::string sent() {
    std::string text = text_of(session.output());
    session.output().consume(session.output().size());
    for (std::size_t at = text.find("Date: "); at != std::string::npos; at = text.find("Date: ", at + 1)) {
      text.replace(at + 6, 29, "now");
    }
    return text;
  }

  Deadline::Clock::duration patience() const { return session.input_deadline().remaining(); }

  Mirror handler;
  Options options;
  Session session{"127.0.0.1:1"};
  std::unique_ptr<HttpProtocol> protocol_;
};

const std::string get = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";

TEST_F(HttpProtocolTest, AnswersARequest) {
  EXPECT_EQ(answer(get),
            "HTTP/1.1 200 OK\r\nDate: now\r\nServer: test\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: 6\r\n\r\n"
            "GET / ");
  EXPECT_FALSE(session.closing());
}

TEST_F(HttpProtocolTest, HeadIsTheSameWithoutBody) {
  const std::string whole = answer("GET /x HTTP/1.1\r\nHost: x\r\n\r\n");
  const std::string head = answer("HEAD /x HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_TRUE(head.ends_with("\r\n\r\n")) << head;
  EXPECT_NE(head.find("Content-Length: 8\r\n"), std::string::npos) << head;  // of "HEAD /x "
  EXPECT_EQ(whole.substr(0, 15), head.substr(0, 15));
}

TEST_F(HttpProtocolTest, AnswersPipelinedRequestsInOrder) {
  std::string requests;
  for (int i = 0; i < 20; ++i) requests += "GET /" + std::to_string(i) + " HTTP/1.1\r\nHost: x\r\n\r\n";
  const std::string answers = answer(requests);
  std::size_t at = 0;
  for (int i = 0; i < 20; ++i) {
    at = answers.find("GET /" + std::to_string(i) + " ", at);
    ASSERT_NE(at, std::string::npos) << i;
  }
}

TEST_F(HttpProtocolTest, PipelinedRequestsWaitWhileMuchIsQueued) {
  options.max_body_bytes = 100'000;
  const std::string large = "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 50000\r\n\r\n" + std::string(50'000, 'x');
  protocol().data_received(session, large + large + large + large);
  EXPECT_LT(session.output().size(), 150'000u);
  std::string all;
  while (!session.output().empty()) {
    all += sent();
    protocol().output_flushed(session);
  }
  std::size_t count = 0;
  for (std::size_t at = all.find("200 OK"); at != std::string::npos; at = all.find("200 OK", at + 1)) ++count;
  EXPECT_EQ(count, 4u);
}

TEST_F(HttpProtocolTest, ClosesWhenTheClientWishes) {
  EXPECT_NE(answer("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n" + get).find("Connection: close\r\n"),
            std::string::npos);
  EXPECT_TRUE(session.closing());
  EXPECT_EQ(sent(), "");  // nothing is answered behind it
}

TEST_F(HttpProtocolTest, OldClientsStayOnlyIfTheyAsk) {
  EXPECT_NE(answer("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n").find("Connection: keep-alive\r\n"), std::string::npos);
  EXPECT_FALSE(session.closing());
  EXPECT_NE(answer("GET / HTTP/1.0\r\n\r\n").find("Connection: close\r\n"), std::string::npos);
  EXPECT_TRUE(session.closing());
}

TEST_F(HttpProtocolTest, RefusesAndCloses) {
  const std::string said = answer("nonsense\r\n\r\n" + get);
  EXPECT_TRUE(said.starts_with("HTTP/1.1 400 Bad Request\r\n")) << said;
  EXPECT_NE(said.find("Connection: close\r\n"), std::string::npos);
  EXPECT_NE(said.find("\r\n\r\n400 Bad Request: "), std::string::npos);
  EXPECT_EQ(said.find("200 OK"), std::string::npos);
  EXPECT_TRUE(session.closing());
}

TEST_F(HttpProtocolTest, UnknownMethodsAreNotImplemented) {
  EXPECT_TRUE(answer("BREW / HTTP/1.1\r\nHost: x\r\n\r\n").starts_with("HTTP/1.1 501 "));
  EXPECT_TRUE(answer("get / HTTP/1.1\r\nHost: x\r\n\r\n").starts_with("HTTP/1.1 501 "));
  EXPECT_FALSE(session.closing());  // the request was understood, and so will be the next
  EXPECT_TRUE(answer(get).starts_with("HTTP/1.1 200 "));
}

TEST_F(HttpProtocolTest, StatusesWithoutBodyHaveNone) {
  const std::string nothing = answer("GET /nothing HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_TRUE(nothing.starts_with("HTTP/1.1 204 No Content\r\n")) << nothing;
  EXPECT_EQ(nothing.find("Content-Length"), std::string::npos);
  EXPECT_TRUE(answer("GET /teapot HTTP/1.1\r\nHost: x\r\n\r\n").starts_with("HTTP/1.1 418 I'm a teapot\r\n"));
}

TEST_F(HttpProtocolTest, AHandlerThatThrowsIsA500) {
  for (const char* path : {"/throw", "/odd"}) {
    testing::internal::CaptureStderr();
    EXPECT_TRUE(answer("GET " + std::string{path} + " HTTP/1.1\r\nHost: x\r\n\r\n").starts_with("HTTP/1.1 500 "));
    EXPECT_NE(testing::internal::GetCapturedStderr().find(path), std::string::npos);
  }
  EXPECT_TRUE(answer(get).starts_with("HTTP/1.1 200 "));
}

TEST_F(HttpProtocolTest, SaysContinueToWhoWaitsForIt) {
  EXPECT_EQ(answer("POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n"),
            "HTTP/1.1 100 Continue\r\n\r\n");
  EXPECT_EQ(answer("a"), "");
  EXPECT_TRUE(answer("bc").ends_with("POST / abc"));
  // Too much: refused before it is sent.
  EXPECT_TRUE(answer("POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 99999999\r\n\r\n")
                  .starts_with("HTTP/1.1 413 "));
}

TEST_F(HttpProtocolTest, SetsADeadlineForEachPart) {
  options.idle_timeout = 1000s;
  options.header_timeout = 100s;
  options.body_timeout = 10s;
  protocol();
  EXPECT_GT(patience(), 900s);
  answer("G");
  EXPECT_GT(patience(), 90s);
  EXPECT_LE(patience(), 100s);
  const Deadline head = session.input_deadline();
  answer("ET / HTTP/1.1\r\nHost: x\r\n");
  EXPECT_EQ(session.input_deadline(), head);  // more bytes do not move it
  answer("Content-Length: 3\r\n\r\n");
  EXPECT_LE(patience(), 10s);
  const Deadline body = session.input_deadline();
  answer("ab");
  EXPECT_EQ(session.input_deadline(), body);
  answer("c");
  EXPECT_GT(patience(), 900s);
}

TEST_F(HttpProtocolTest, TheTimeThatAnAnswerTakesIsNotTheClients) {
  options.idle_timeout = 1000s;
  options.header_timeout = 100s;
  answer(get);
  session.expect_input_by(1ms);  // as if sending had taken that long
  protocol().output_flushed(session);
  EXPECT_GT(patience(), 900s);
  answer(get + "GET");
  session.expect_input_by(1ms);
  protocol().output_flushed(session);
  EXPECT_GT(patience(), 90s);
  EXPECT_LE(patience(), 100s);
}

TEST_F(HttpProtocolTest, TimesOutWithAWordOnlyInTheMiddleOfARequest) {
  answer(get);
  protocol().timed_out(session);
  EXPECT_TRUE(session.closing());
  EXPECT_EQ(sent(), "");
}

TEST_F(HttpProtocolTest, TimesOutInTheHeadWith408) {
  answer("GET / HT");
  protocol().timed_out(session);
  EXPECT_TRUE(session.closing());
  EXPECT_TRUE(sent().starts_with("HTTP/1.1 408 "));
}

TEST_F(HttpProtocolTest, TimesOutInTheBodyWith408) {
  answer("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\n");
  protocol().timed_out(session);
  EXPECT_TRUE(sent().starts_with("HTTP/1.1 408 "));
}

TEST_F(HttpProtocolTest, TellsTheAccessLog) {
  std::vector<std::string> lines;
  options.access_log = [&](const AccessRecord& record) {
    EXPECT_GE(record.duration.count(), 0);
    lines.push_back(std::string{record.peer} + " " + std::string{record.method} + " " + std::string{record.target} + " " +
                    std::to_string(record.status) + " " + std::to_string(record.bytes));
  };
  answer("GET /a%20b HTTP/1.1\r\nHost: x\r\n\r\nHEAD / HTTP/1.1\r\nHost: x\r\n\r\n");
  answer("nonsense\r\n\r\n");
  ASSERT_EQ(lines.size(), 3u);
  EXPECT_EQ(lines[0], "127.0.0.1:1 GET /a%20b 200 9");
  EXPECT_EQ(lines[1], "127.0.0.1:1 HEAD / 200 0");
  EXPECT_EQ(lines[2].substr(0, 19), "127.0.0.1:1 - - 400");
}

/// Gives a file, and says it is longer than it is.
class FileHandler final : public Handler {
 public:
  FileHandler(int root, std::uint64_t length) : root_{root}, length_{length} {}
  Response handle(const Request&) const override {
    Response response;
    response.file = socketserver::FileSlice{platform::open_beneath(root_, "file").file, 0, length_};
    return response;
  }

 private:
  int root_;
  std::uint64_t length_;
};

TEST_F(HttpProtocolTest, SendsSmallFilesWithTheHeadAndLargeOnesByTheKernel) {
  const test::TempDir dir;
  dir.write("file", std::string(100'000, 'x'));
  const platform::Fd root = platform::open_folder(dir.path().string());
  const FileHandler small{root.get(), 10};
  HttpProtocol{small, options}.data_received(session, get);
  EXPECT_EQ(session.output().chunks().size(), 1u);
  EXPECT_TRUE(sent().ends_with("\r\n\r\n" + std::string(10, 'x')));
  const FileHandler large{root.get(), 100'000};
  HttpProtocol{large, options}.data_received(session, get);
  EXPECT_EQ(session.output().chunks().size(), 2u);
  EXPECT_TRUE(sent().ends_with("\r\n\r\n" + std::string(100'000, 'x')));
}

TEST_F(HttpProtocolTest, AFileThatBecameShorterBreaksTheConnectionAndNotTheStream) {
  const test::TempDir dir;
  dir.write("file", "short");
  const platform::Fd root = platform::open_folder(dir.path().string());
  const FileHandler lying{root.get(), 1000};
  HttpProtocol{lying, options}.data_received(session, get);
  EXPECT_TRUE(session.aborted());
}

}  // namespace
}  // namespace tandem::http
