// The small things: targets, headers, dates, MIME types, statuses, responses.

#include <gtest/gtest.h>

#include "tandem/http/date.hpp"
#include "tandem/http/head_scanner.hpp"
#include "tandem/http/headers.hpp"
#include "tandem/http/mime.hpp"
#include "tandem/http/response.hpp"
#include "tandem/http/status.hpp"
#include "tandem/http/target.hpp"

namespace tandem::http {
namespace {

TEST(Target, Decodes) {
  EXPECT_EQ(percent_decode("/a%20b%2Fc%2f%C3%A4+"), "/a b/c/\xC3\xA4+");
  EXPECT_EQ(percent_decode(""), "");
  for (const char* bad : {"%", "%4", "a%4", "%g1", "%1g", "%%41", "%00", "a%00b"}) EXPECT_FALSE(percent_decode(bad)) << bad;
}

TEST(Target, EncodesWhatDecodesToTheSame) {
  std::string all;
  for (int c = 1; c < 256; ++c) all += static_cast<char>(c);
  const std::string encoded = percent_encode_path(all);
  EXPECT_EQ(percent_decode(encoded), all);
  EXPECT_EQ(encoded.find_first_of(" \"<>\\^`{|}\r\n?#"), std::string::npos);
  EXPECT_EQ(percent_encode_path("/a-b_c.d~e/f"), "/a-b_c.d~e/f");
}

TEST(Target, IsTakenApart) {
  const auto target = parse_target("GET", "/a%3Fb?c=d?e");
  ASSERT_TRUE(target);
  EXPECT_EQ(target->path, "/a?b");
  EXPECT_EQ(target->query, "c=d?e");
  EXPECT_EQ(parse_target("GET", "HTTP://host:80?q")->path, "/");
  EXPECT_EQ(parse_target("GET", "https://host/p?q")->query, "q");
  for (const char* bad : {"", "a", "*", "ftp://host/", "http://", "http:///a", "//host#x", "http:/a"}) {
    EXPECT_FALSE(parse_target("GET", bad)) << bad;
  }
}

TEST(Headers, AreFoundInAnyCase) {
  Headers headers;
  headers.add("Content-Type", "text/plain");
  headers.add("X", "");
  headers.add("x", "second");
  EXPECT_EQ(headers.find("CONTENT-type"), "text/plain");
  EXPECT_EQ(headers.find("x"), "");
  EXPECT_FALSE(headers.find("Content"));
  EXPECT_EQ(headers.size(), 3u);
  EXPECT_EQ(headers[2].value, "second");
  headers.clear();
  EXPECT_EQ(headers.size(), 0u);
  EXPECT_FALSE(headers.contains("x"));
}

TEST(Headers, LetNobodyAddALine) {
  Headers headers;
  EXPECT_THROW(headers.add("Location", "/\r\nSet-Cookie: a=b"), std::invalid_argument);
  EXPECT_THROW(headers.add("A\nB", "x"), std::invalid_argument);
  EXPECT_THROW(headers.add("A", std::string("x\0y", 3)), std::invalid_argument);
  EXPECT_EQ(headers.size(), 0u);
}

TEST(Date, IsWrittenAsHttpWantsIt) {
  EXPECT_EQ(http_date(784'111'777), "Sun, 06 Nov 1994 08:49:37 GMT");
  EXPECT_EQ(http_date(0), "Thu, 01 Jan 1970 00:00:00 GMT");
  EXPECT_EQ(http_date(1'709'210'096), "Thu, 29 Feb 2024 12:34:56 GMT");
  EXPECT_EQ(http_date(-1), "Wed, 31 Dec 1969 23:59:59 GMT");
  EXPECT_EQ(http_date_now().size(), 29u);
}

TEST(Mime, GoesByTheEnding) {
  EXPECT_EQ(mime_type("a/b.html"), "text/html; charset=utf-8");
  EXPECT_EQ(mime_type("B.HTML"), "text/html; charset=utf-8");
  EXPECT_EQ(mime_type("x.tar.gz"), "application/gzip");
  EXPECT_EQ(mime_type("image.png"), "image/png");
  for (const char* unknown : {"", "README", "a.html/b", "x.", "x.unheardof", ".html/x"}) {
    EXPECT_EQ(mime_type(unknown), "application/octet-stream") << unknown;
  }
}

TEST(Status, HasWords) {
  EXPECT_EQ(reason_phrase(404), "Not Found");
  EXPECT_EQ(reason_phrase(299), "Unknown");
}

TEST(Response, SaysErrorsInWords) {
  const Response response = Response::error(404, "there is no such file");
  EXPECT_EQ(response.status, 404);
  EXPECT_EQ(response.body, "404 Not Found: there is no such file\n");
  EXPECT_EQ(response.headers.find("content-type"), "text/plain; charset=utf-8");
  EXPECT_EQ(Response::redirect(301, "/x/").headers.find("location"), "/x/");
}

TEST(HeadScanner, FindsTheEnd) {
  HeadScanner scanner;
  std::size_t used = 0;
  EXPECT_EQ(scanner.scan("GET / HTTP/1.1\r", used), HeadScanner::Finding::more);
  EXPECT_FALSE(scanner.past_first_line());
  EXPECT_EQ(scanner.scan("\nA: b\r\n\r\nrest", used), HeadScanner::Finding::end);
  EXPECT_EQ(used, 9u);
  EXPECT_EQ(scanner.size(), 15u + 9u);
  EXPECT_TRUE(scanner.past_first_line());
}

}  // namespace
}  // namespace tandem::http
