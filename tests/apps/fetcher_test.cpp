#include "apps/crawl/fetcher.hpp"

#include <chrono>
#include <string>
#include <thread>

#include <gtest/gtest.h>
#include <zlib.h>

#include "apps/crawl/crawler.hpp"
#include "tests/apps/test_site.hpp"
#include "tests/support/eventually.hpp"

namespace tandem::crawl {
namespace {

using namespace std::chrono_literals;
using test::Answer;
using test::html;
using test::redirect;
using test::TestSite;
using Pages = std::map<std::string, Answer>;

constexpr const char* html_head = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n";

std::string gzip(std::string_view text) {
  z_stream stream{};
  if (deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK) throw std::runtime_error("deflateInit2");
  std::string out(deflateBound(&stream, text.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  const int result = deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  if (result != Z_STREAM_END) throw std::runtime_error("deflate");
  return out;
}

Answer gzipped(std::string_view text) {
  const std::string body = gzip(text);
  return {std::string{html_head} + "Content-Encoding: gzip\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body};
}

TEST(Fetcher, FetchesAPage) {
  const TestSite site{Pages{{"/a", html("<p>hello")}}};
  Fetcher fetcher{{}};
  const auto page = fetcher.fetch(site.url("/a"));
  EXPECT_EQ(page.error, "");
  EXPECT_EQ(page.url, site.text("/a"));
  EXPECT_EQ(page.final_url, site.text("/a"));
  EXPECT_EQ(page.status, 200);
  EXPECT_EQ(page.content_type, "text/html");
  EXPECT_EQ(page.body, "<p>hello");
  EXPECT_EQ(page.bytes, 8u);
  EXPECT_GT(page.elapsed, 0s);
}

TEST(Fetcher, KeepsItsConnectionAlive) {
  const TestSite site{[](const std::string&) { return html("x"); }};
  Fetcher fetcher{{}};
  for (int i = 0; i < 5; ++i) EXPECT_EQ(fetcher.fetch(site.url(std::string(1 + static_cast<std::size_t>(i), '/'))).error, "");
  EXPECT_EQ(site.connections(), 1);
}

TEST(Fetcher, AnErrorStatusIsAnAnswer) {
  const TestSite site{Pages{}};
  Fetcher fetcher{{}};
  const auto page = fetcher.fetch(site.url("/none"));
  EXPECT_EQ(page.error, "");
  EXPECT_EQ(page.status, 404);
  EXPECT_EQ(page.body, "not here");
}

TEST(Fetcher, FollowsRedirects) {
  const TestSite site{Pages{{"/a", redirect("/b?x=1")}, {"/b?x=1", redirect("c")}, {"/c", html("there")}}};
  Fetcher fetcher{{}};
  const auto page = fetcher.fetch(site.url("/a"));
  EXPECT_EQ(page.error, "");
  EXPECT_EQ(page.url, site.text("/a"));
  EXPECT_EQ(page.final_url, site.text("/c"));
  EXPECT_EQ(page.body, "there");
}

TEST(Fetcher, GivesUpARedirectLoop) {
  const TestSite site{Pages{{"/a", redirect("/b")}, {"/b", redirect("/a")}}};
  Fetcher fetcher{{}};
  EXPECT_EQ(fetcher.fetch(site.url("/a")).error, "redirect loop: more than 10 redirects");
  EXPECT_EQ(site.requests().size(), 11u);
}

TEST(Fetcher, IsNotRedirectedAwayFromHttp) {
  const TestSite site{Pages{{"/file", redirect("file:///etc/passwd")}, {"/ftp", redirect("ftp://127.0.0.1/x")}}};
  Fetcher fetcher{{}};
  for (const auto* path : {"/file", "/ftp"}) {
    const auto page = fetcher.fetch(site.url(path));
    EXPECT_EQ(page.error, "redirects to something that is neither http nor https") << path;
    EXPECT_EQ(page.body, "");
  }
}

TEST(Fetcher, CutsOffALargeBody) {
  const TestSite site{Pages{
      {"/announced", html(std::string(5000, 'x'))},
      {"/endless", {std::string{html_head} + "\r\n", std::string(100'000, 'x')}},
      {"/chunked",
       {std::string{html_head} + "Transfer-Encoding: chunked\r\n\r\n", std::string{"1000\r\n"}.append(4096, 'x').append("\r\n")}},
      {"/exact", html(std::string(4096, 'x'))}}};
  Fetcher fetcher{{.max_bytes = 4096}};
  for (const auto* path : {"/announced", "/endless", "/chunked"}) {
    const auto page = fetcher.fetch(site.url(path));
    EXPECT_EQ(page.error, "body larger than 4 KiB") << path;
    EXPECT_EQ(page.body, "") << path;
  }
  EXPECT_EQ(fetcher.fetch(site.url("/exact")).error, "");
}

TEST(Fetcher, CutsOffAnEndlessBodyOfARedirect) {
  const TestSite site{Pages{{"/a", {"HTTP/1.1 302 Found\r\nLocation: /b\r\n\r\n", std::string(100'000, 'x')}}, {"/b", html("b")}}};
  Fetcher fetcher{{.max_bytes = 1 << 20}};
  const auto page = fetcher.fetch(site.url("/a"));
  // libcurl may read that body up to the limit, or leave the connection at once: either way it ends.
  EXPECT_TRUE(page.error == "body larger than 1 MiB" || page.body == "b") << page.error;
}

TEST(Fetcher, CountsWhatIsDecompressed) {
  const TestSite site{Pages{{"/good", gzipped("<p>hello")}, {"/bomb", gzipped(std::string(50'000'000, '\0'))}}};
  Fetcher fetcher{{}};
  const auto good = fetcher.fetch(site.url("/good"));
  EXPECT_EQ(good.error, "");
  EXPECT_EQ(good.body, "<p>hello");
  EXPECT_EQ(good.bytes, 8u);
  const auto bomb = fetcher.fetch(site.url("/bomb"));
  EXPECT_EQ(bomb.error, "body larger than 16 MiB");
  EXPECT_LT(bomb.bytes, 17u << 20);
}

TEST(Fetcher, RefusesAnEndlessHeader) {
  const TestSite site{[](const std::string&) { return Answer{html_head, std::string{"X: "}.append(1000, 'x').append("\r\n")}; }};
  Fetcher fetcher{{}};
  const auto page = fetcher.fetch(site.url("/"));
  EXPECT_NE(page.error, "");
  EXPECT_FALSE(page.cancelled);
}

TEST(Fetcher, NamesTheTimeOut) {
  const TestSite site{Pages{{"/silent", {"", "", Answer::Then::silence}},
                            {"/stalls", {std::string{html_head} + "Content-Length: 100\r\n\r\nx", "", Answer::Then::silence}}}};
  Fetcher total{{.timeout = 300ms}};
  for (const auto* path : {"/silent", "/stalls"}) {
    const auto begin = std::chrono::steady_clock::now();
    EXPECT_EQ(total.fetch(site.url(path)).error, "time-out: not complete within 0.3 s") << path;
    EXPECT_GE(std::chrono::steady_clock::now() - begin, 290ms) << "libcurl counts in whole milliseconds";
  }
  Fetcher slow{{.low_speed_time = 1s, .user_agent = "test"}};
  EXPECT_EQ(slow.fetch(site.url("/stalls")).error, "time-out: slower than 64 bytes/s for 1 s");
}

TEST(Fetcher, TellsWhatWentWrong) {
  const TestSite site{Pages{{"/nothing", {"", "", Answer::Then::close}},
                            {"/short", {std::string{html_head} + "Content-Length: 100\r\n\r\nx", "", Answer::Then::close}},
                            {"/garbage", {"220 mail ESMTP \x1b[31m\r\n\r\n", "", Answer::Then::close}}}};
  Fetcher fetcher{{}};
  EXPECT_EQ(fetcher.fetch(site.url("/nothing")).error, "connection closed without an answer");
  EXPECT_EQ(fetcher.fetch(site.url("/short")).error, "connection closed before the end of the body");
  const auto garbage = fetcher.fetch(site.url("/garbage")).error;
  EXPECT_FALSE(garbage.empty());
  EXPECT_EQ(garbage.find('\x1b'), std::string::npos);
}

TEST(Fetcher, TellsThatNobodyListens) {
  std::string text;
  {
    const TestSite site{Pages{}};
    text = site.text("/");
  }
  Fetcher fetcher{{}};
  EXPECT_EQ(fetcher.fetch(Url::parse(text)).error, "cannot connect: Connection refused");
}

TEST(Fetcher, EndsAtOnceWhenStopIsRequested) {
  const TestSite site{[](const std::string&) { return Answer{"", "", Answer::Then::silence}; }};
  Fetcher fetcher{{}};
  std::stop_source stop;
  std::jthread stopper{[&] {
    EXPECT_TRUE(tandem::test::eventually([&] { return !site.requests().empty(); }));
    stop.request_stop();
  }};
  const auto page = fetcher.fetch(site.url("/"), stop.get_token());
  EXPECT_TRUE(page.cancelled);
  EXPECT_EQ(page.error, "cancelled");
  EXPECT_LT(page.elapsed, 10s) << "long before its time-out of 30 s";
}

TEST(Fetcher, GoesOnAfterAFailure) {
  const TestSite site{Pages{{"/bad", {"", "", Answer::Then::close}}, {"/good", html("good")}}};
  Fetcher fetcher{{}};
  EXPECT_NE(fetcher.fetch(site.url("/bad")).error, "");
  const auto page = fetcher.fetch(site.url("/good"));
  EXPECT_EQ(page.error, "");
  EXPECT_EQ(page.body, "good");
}

}  // namespace
}  // namespace tandem::crawl
