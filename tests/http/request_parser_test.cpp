#include "tandem/http/request_parser.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/support/random.hpp"

namespace tandem::http {
namespace {

using Outcome = RequestParser::Outcome;
using Stage = RequestParser::Stage;

/// What a parser made of a stream, in words: requests one below the other, at the end what is unfinished or why it was refused.
std::string describe(const Request& request) {
  std::string text = request.method + " " + request.path + " ?" + request.query + " " + std::to_string(request.version) + "\n";
  for (std::size_t i = 0; i < request.headers.size(); ++i) {
    text.append(request.headers[i].name).append("=").append(request.headers[i].value).append("\n");
  }
  return text + "[" + request.body + "]" + (request.keep_alive ? " keep\n" : " close\n");
}

struct Reading {
  explicit Reading(RequestParser::Limits limits = {}) : parser{limits} {}

  void read(std::string_view bytes) {
    while (!bytes.empty() && !refused) {
      switch (parser.feed(bytes)) {
        case Outcome::need_more:
          EXPECT_TRUE(bytes.empty()) << "bytes were left although more was wanted";
          return;
        case Outcome::complete:
          text += describe(parser.request());
          parser.next();
          break;
        case Outcome::refused:
          text += "refused " + std::to_string(parser.refusal().status);
          refused = true;
          break;
      }
    }
  }

  RequestParser parser;
  std::string text;
  bool refused = false;
};

std::string read_whole(std::string_view bytes, RequestParser::Limits limits = {}) {
  Reading reading{limits};
  reading.read(bytes);
  return reading.text;
}

const std::string plain_get = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";

TEST(RequestParser, ReadsASimpleRequest) {
  RequestParser parser{{}};
  std::string_view bytes = "GET /a%20b/c?d=e%20f HTTP/1.1\r\nHost: example.org\r\nX-Thing:  spaced out \r\n\r\n";
  ASSERT_EQ(parser.feed(bytes), Outcome::complete);
  EXPECT_TRUE(bytes.empty());
  const Request& request = parser.request();
  EXPECT_EQ(request.method, "GET");
  EXPECT_EQ(request.target, "/a%20b/c?d=e%20f");
  EXPECT_EQ(request.path, "/a b/c");
  EXPECT_EQ(request.query, "d=e%20f");
  EXPECT_EQ(request.version, 11);
  EXPECT_EQ(request.headers.find("host"), "example.org");
  EXPECT_EQ(request.headers.find("x-THING"), "spaced out");
  EXPECT_FALSE(request.headers.contains("x-other"));
  EXPECT_EQ(request.body, "");
  EXPECT_TRUE(request.keep_alive);
}

TEST(RequestParser, ReadsBodies) {
  EXPECT_EQ(read_whole("POST /p HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello"),
            "POST /p ? 11\nHost=x\nContent-Length=5\n[hello] keep\n");
  EXPECT_EQ(read_whole("POST /p HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
                       "5\r\nhello\r\n7;name=value;q=\"x y\"\r\n, world\r\n0\r\nTrailer: dropped\r\n\r\n"),
            "POST /p ? 11\nHost=x\nTransfer-Encoding=chunked\n[hello, world] keep\n");
  EXPECT_EQ(read_whole("POST /p HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: Chunked\r\n\r\n0\r\n\r\n"),
            "POST /p ? 11\nHost=x\nTransfer-Encoding=Chunked\n[] keep\n");
}

TEST(RequestParser, KnowsWhoWantsToStay) {
  EXPECT_NE(read_whole("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").find("close"), std::string::npos);
  EXPECT_NE(read_whole("GET / HTTP/1.1\r\nHost: x\r\nConnection: Foo, Close\r\n\r\n").find("] close"), std::string::npos);
  EXPECT_NE(read_whole("GET / HTTP/1.0\r\n\r\n").find("] close"), std::string::npos);
  EXPECT_NE(read_whole("GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n").find("] keep"), std::string::npos);
}

TEST(RequestParser, ToleratesOneEmptyLineBetweenRequests) {
  EXPECT_EQ(read_whole("\r\n" + plain_get), read_whole(plain_get));
  EXPECT_EQ(read_whole(plain_get + "\r\n" + plain_get), read_whole(plain_get + plain_get));
  EXPECT_EQ(read_whole("\r\n\r\n" + plain_get), "refused 400");
}

TEST(RequestParser, TakesTheTargetsThatProxiesGet) {
  EXPECT_NE(read_whole("GET http://example.org/a?b HTTP/1.1\r\nHost: x\r\n\r\n").find("GET /a ?b "), std::string::npos);
  EXPECT_NE(read_whole("GET http://example.org HTTP/1.1\r\nHost: x\r\n\r\n").find("GET / ? "), std::string::npos);
  EXPECT_NE(read_whole("OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n").find("OPTIONS * ? "), std::string::npos);
  EXPECT_NE(read_whole("CONNECT x:1 HTTP/1.1\r\nHost: x\r\n\r\n").find("CONNECT x:1 ? "), std::string::npos);
}

/// A stream with something of everything, and what must come out of it however it is cut.
const std::string stream = plain_get + "POST /%41?q HTTP/1.1\r\nHost: x\r\nContent-Length: 11\r\n\r\nhello world" +
                           "PUT /chunks HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n" +
                           "3\r\nabc\r\n1A;e=f\r\nabcdefghijklmnopqrstuvwxyz\r\n0\r\nT: t\r\n\r\n" +
                           "\r\nDELETE /x HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" +
                           "HEAD / HTTP/1.0\r\n\r\n";

TEST(RequestParser, GivesTheSameRequestsForEveryCut) {
  const std::string whole = read_whole(stream);
  EXPECT_EQ(std::count(whole.begin(), whole.end(), '['), 5);
  for (std::size_t cut = 0; cut <= stream.size(); ++cut) {
    Reading reading;
    reading.read(std::string_view{stream}.substr(0, cut));
    reading.read(std::string_view{stream}.substr(cut));
    ASSERT_EQ(reading.text, whole) << "cut at " << cut;
  }
}

TEST(RequestParser, GivesTheSameRequestsForEveryTwoCuts) {
  const std::string whole = read_whole(stream);
  for (std::size_t first = 0; first <= stream.size(); ++first) {
    for (std::size_t second = first; second <= std::min(first + 40, stream.size()); ++second) {
      Reading reading;
      reading.read(std::string_view{stream}.substr(0, first));
      reading.read(std::string_view{stream}.substr(first, second - first));
      reading.read(std::string_view{stream}.substr(second));
      ASSERT_EQ(reading.text, whole) << "cut at " << first << " and " << second;
    }
  }
}

TEST(RequestParser, GivesTheSameRequestsByteByByte) {
  Reading reading;
  for (const char byte : stream) reading.read({&byte, 1});
  EXPECT_EQ(reading.text, read_whole(stream));
  EXPECT_EQ(reading.parser.stage(), Stage::idle);
}

struct Malformed {
  const char* what;
  std::string bytes;
  int status;
};

std::string post(const std::string& headers, const std::string& body = "") {
  return "POST / HTTP/1.1\r\nHost: x\r\n" + headers + "\r\n" + body;
}

const std::string chunked = "Transfer-Encoding: chunked\r\n";

std::vector<Malformed> malformed_heads() {
  return {
      {"TLS", std::string{"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11}, 400},
      {"no version", "GET /\r\nHost: x\r\n\r\n", 400},
      {"no target", "GET HTTP/1.1\r\nHost: x\r\n\r\n", 400},
      {"two blanks", "GET  / HTTP/1.1\r\nHost: x\r\n\r\n", 400},
      {"blank first", " GET / HTTP/1.1\r\nHost: x\r\n\r\n", 400},
      {"blank at the end", "GET / HTTP/1.1 \r\nHost: x\r\n\r\n", 400},
      {"not HTTP", "GET / HTTQ/1.1\r\nHost: x\r\n\r\n", 400},
      {"small letters", "GET / http/1.1\r\nHost: x\r\n\r\n", 400},
      {"next version", "GET / HTTP/2.0\r\nHost: x\r\n\r\n", 505},
      {"unknown minor version", "GET / HTTP/1.2\r\nHost: x\r\n\r\n", 505},
      {"old version", "GET / HTTP/0.9\r\nHost: x\r\n\r\n", 505},
      {"method with a bracket", "G(T / HTTP/1.1\r\nHost: x\r\n\r\n", 400},
      {"control character in the target", "GET /\x01 HTTP/1.1\r\nHost: x\r\n\r\n", 400},
      {"half an escape", "GET /%4 HTTP/1.1\r\nHost: x\r\n\r\n", 400},
      {"escape that is none", "GET /%zz HTTP/1.1\r\nHost: x\r\n\r\n", 400},
      {"escaped zero", "GET /a%00b HTTP/1.1\r\nHost: x\r\n\r\n", 400},
      {"fragment", "GET /a#b HTTP/1.1\r\nHost: x\r\n\r\n", 400},
      {"relative target", "GET index.html HTTP/1.1\r\nHost: x\r\n\r\n", 400},
      {"star for GET", "GET * HTTP/1.1\r\nHost: x\r\n\r\n", 400},
      {"no host", "GET / HTTP/1.1\r\n\r\n", 400},
      {"two hosts", "GET / HTTP/1.1\r\nHost: x\r\nHost: x\r\n\r\n", 400},
      {"bare line feed", "GET / HTTP/1.1\nHost: x\n\n", 400},
      {"bare line feed later", "GET / HTTP/1.1\r\nHost: x\nA: b\r\n\r\n", 400},
      {"bare carriage return", "GET / HTTP/1.1\r\nHost: x\rA: b\r\n\r\n", 400},
      {"zero in a value", std::string{"GET / HTTP/1.1\r\nHost: x"} + '\0' + "y\r\n\r\n", 400},
      {"folded line", post("A: b\r\n c\r\n"), 400},
      {"folded first field", "GET / HTTP/1.1\r\n Host: x\r\n\r\n", 400},
      {"blank before the colon", post("Content-Length : 0\r\n"), 400},
      {"no colon", post("nonsense\r\n"), 400},
      {"no name", post(": x\r\n"), 400},
      {"blank in a name", post("a b: c\r\n"), 400},
  };
}

std::vector<Malformed> malformed_framing() {
  return {
      {"both lengths", post("Content-Length: 5\r\n" + chunked, "0\r\n\r\n"), 400},
      {"both lengths, the other way round", post(chunked + "Content-Length: 5\r\n", "0\r\n\r\n"), 400},
      {"two lengths", post("Content-Length: 5\r\nContent-Length: 6\r\n", "hello"), 400},
      {"the same length twice", post("Content-Length: 5\r\nContent-Length: 5\r\n", "hello"), 400},
      {"list of lengths", post("Content-Length: 5, 5\r\n", "hello"), 400},
      {"length with a sign", post("Content-Length: +5\r\n", "hello"), 400},
      {"negative length", post("Content-Length: -5\r\n", "hello"), 400},
      {"hexadecimal length", post("Content-Length: 0x5\r\n", "hello"), 400},
      {"empty length", post("Content-Length:\r\n", "hello"), 400},
      {"length beyond all numbers", post("Content-Length: 99999999999999999999999\r\n", "hello"), 400},
      {"too long a body", post("Content-Length: 2000000\r\n"), 413},
      {"unknown coding", post("Transfer-Encoding: gzip\r\n"), 501},
      {"coding on top of chunked", post("Transfer-Encoding: chunked, gzip\r\n"), 501},
      {"coding below chunked", post("Transfer-Encoding: gzip, chunked\r\n"), 501},
      {"chunked in disguise", post("Transfer-Encoding: xchunked\r\n"), 501},
      {"chunked with a tab",
       post("Transfer-Encoding: \x0b"
            "chunked\r\n"),
       400},
      {"chunked twice", post(chunked + chunked, "0\r\n\r\n"), 400},
      {"chunked in 1.0", "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400},
      {"other expectation", post("Expect: miracles\r\n"), 417},
      {"chunk size that is none", post(chunked, "xyz\r\nabc\r\n0\r\n\r\n"), 400},
      {"no chunk size", post(chunked, "\r\nabc\r\n0\r\n\r\n"), 400},
      {"chunk size with 0x", post(chunked, "0x3\r\nabc\r\n0\r\n\r\n"), 400},
      {"chunk size with a sign", post(chunked, "+3\r\nabc\r\n0\r\n\r\n"), 400},
      {"negative chunk size", post(chunked, "-3\r\nabc\r\n0\r\n\r\n"), 400},
      {"chunk size beyond all numbers", post(chunked, "fffffffffffffffff\r\nabc\r\n0\r\n\r\n"), 400},
      {"chunk larger than said", post(chunked, "3\r\nabcd\r\n0\r\n\r\n"), 400},
      {"chunk size with a bare line feed", post(chunked, "3\nabc\r\n0\r\n\r\n"), 400},
      {"too long a chunk", post(chunked, "200000\r\nabc\r\n"), 413},
      {"chunk extension without an end", post(chunked, "3;" + std::string(10'000, 'x')), 400},
      {"trailer without an end", post(chunked, "0\r\nA: " + std::string(10'000, 'x')), 400},
      {"length in the trailer", post(chunked, "0\r\nContent-Length: 5\r\n\r\n"), 400},
  };
}

std::vector<Malformed> malformed() {
  std::vector<Malformed> all = malformed_heads();
  const std::vector<Malformed> framing = malformed_framing();
  all.insert(all.end(), framing.begin(), framing.end());
  return all;
}

TEST(RequestParser, RefusesWhatIsMalformed) {
  for (const Malformed& entry : malformed()) {
    EXPECT_EQ(read_whole(entry.bytes), "refused " + std::to_string(entry.status)) << entry.what;
  }
}

TEST(RequestParser, RefusesItForEveryCut) {
  for (const Malformed& entry : malformed()) {
    if (entry.bytes.size() > 2000) continue;
    for (std::size_t cut = 0; cut <= entry.bytes.size(); ++cut) {
      Reading reading;
      reading.read(std::string_view{entry.bytes}.substr(0, cut));
      reading.read(std::string_view{entry.bytes}.substr(cut));
      ASSERT_EQ(reading.text, "refused " + std::to_string(entry.status)) << entry.what << ", cut at " << cut;
    }
    Reading bytewise;
    for (const char byte : entry.bytes) bytewise.read({&byte, 1});
    ASSERT_EQ(bytewise.text, "refused " + std::to_string(entry.status)) << entry.what << ", byte by byte";
  }
}

TEST(RequestParser, BoundsTheHead) {
  const RequestParser::Limits limits{.head_bytes = 100, .body_bytes = 10};
  const std::string begin = "GET / HTTP/1.1\r\nHost: x\r\nA: ";
  const std::string fits = begin + std::string(100 - begin.size() - 4, 'a') + "\r\n\r\n";
  const std::string too_long = begin + std::string(100 - begin.size() - 3, 'a') + "\r\n\r\n";
  const std::string too_long_line = "GET /" + std::string(100, 'a') + " HTTP/1.1\r\nHost: x\r\n\r\n";
  for (const std::size_t step : {1u, 7u, 1000u}) {
    const auto outcome = [&](const std::string& bytes) {
      Reading reading{limits};
      for (std::size_t i = 0; i < bytes.size(); i += step) reading.read(std::string_view{bytes}.substr(i, step));
      return reading.text;
    };
    EXPECT_EQ(outcome(fits).substr(0, 5), "GET /") << step;
    EXPECT_EQ(outcome(too_long), "refused 431") << step;
    EXPECT_EQ(outcome(too_long_line), "refused 414") << step;
    EXPECT_EQ(outcome(std::string(1000, 'a')), "refused 414") << step;
  }
}

TEST(RequestParser, BoundsTheBody) {
  const RequestParser::Limits limits{.head_bytes = 1000, .body_bytes = 10};
  EXPECT_NE(read_whole(post("Content-Length: 10\r\n", "0123456789"), limits).find("[0123456789]"), std::string::npos);
  EXPECT_EQ(read_whole(post("Content-Length: 11\r\n", "0123456789x"), limits), "refused 413");
  EXPECT_NE(read_whole(post(chunked, "5\r\n01234\r\n5\r\n56789\r\n0\r\n\r\n"), limits).find("[0123456789]"), std::string::npos);
  EXPECT_EQ(read_whole(post(chunked, "5\r\n01234\r\n6\r\n56789x\r\n0\r\n\r\n"), limits), "refused 413");
}

TEST(RequestParser, TellsTheStage) {
  RequestParser parser{{}};
  EXPECT_EQ(parser.stage(), Stage::idle);
  std::string_view bytes = "GET";
  EXPECT_EQ(parser.feed(bytes), Outcome::need_more);
  EXPECT_EQ(parser.stage(), Stage::head);
  bytes = " / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\na";
  EXPECT_EQ(parser.feed(bytes), Outcome::need_more);
  EXPECT_EQ(parser.stage(), Stage::body);
  bytes = "bc";
  EXPECT_EQ(parser.feed(bytes), Outcome::complete);
  parser.next();
  EXPECT_EQ(parser.stage(), Stage::idle);
}

TEST(RequestParser, TellsOnceThatTheClientWaitsForContinue) {
  RequestParser parser{{}};
  std::string_view bytes = "POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-Continue\r\nContent-Length: 3\r\n\r\n";
  EXPECT_FALSE(parser.take_continue());
  EXPECT_EQ(parser.feed(bytes), Outcome::need_more);
  EXPECT_TRUE(parser.take_continue());
  EXPECT_FALSE(parser.take_continue());
}

TEST(RequestParser, WhoSendsTheBodyAtOnceWaitsForNoContinue) {
  RequestParser parser{{}};
  std::string_view bytes = "POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\nab";
  EXPECT_EQ(parser.feed(bytes), Outcome::need_more);
  EXPECT_FALSE(parser.take_continue());
}

/// Random damage to good streams, cut at random: never a crash, and what comes out does not depend on the cuts.
TEST(RequestParser, SurvivesDamageInTheSameWayForEveryCut) {
  auto random = test::random_engine();
  const auto below = [&](std::size_t n) { return static_cast<std::size_t>(random() % n); };
  for (int round = 0; round < 3000; ++round) {
    std::string damaged = stream;
    for (std::size_t i = 0; i <= below(3); ++i) {
      switch (below(3)) {
        case 0:
          damaged[below(damaged.size())] = static_cast<char>(below(256));
          break;
        case 1:
          damaged.erase(below(damaged.size()), 1 + below(4));
          break;
        case 2:
          damaged.insert(below(damaged.size()), 1, "\r\n :0;%"[below(7)]);
          break;
      }
    }
    Reading torn;
    for (std::size_t at = 0; at < damaged.size();) {
      const std::size_t step = 1 + below(30);
      torn.read(std::string_view{damaged}.substr(at, step));
      at += step;
    }
    ASSERT_EQ(torn.text, read_whole(damaged)) << damaged;
  }
}

}  // namespace
}  // namespace tandem::http
