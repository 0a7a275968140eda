#include "apps/crawl/url.hpp"

#include <stdexcept>
#include <string>

#include <gtest/gtest.h>

namespace tandem::crawl {
namespace {

std::string normal(std::string_view text) { return Url::parse(text).text(); }

std::string resolved(std::string_view base, std::string_view reference) {
  const auto url = Url::parse(base).resolve(reference);
  return url ? url->text() : "-";
}

TEST(Url, HasOneNormalForm) {
  EXPECT_EQ(normal("HTTP://Example.COM"), "http://example.com/");
  EXPECT_EQ(normal("http://example.com:80/"), "http://example.com/");
  EXPECT_EQ(normal("https://example.com:443/"), "https://example.com/");
  EXPECT_EQ(normal("https://example.com:80/"), "https://example.com:80/");
  EXPECT_EQ(normal("http://example.com/a/./b/../c"), "http://example.com/a/c");
  EXPECT_EQ(normal("http://example.com/a/%2E%2e/c"), "http://example.com/c");
  EXPECT_EQ(normal("http://example.com/a#top"), "http://example.com/a");
  EXPECT_EQ(normal("http://example.com/%7euser/%3a"), "http://example.com/~user/%3A");
  EXPECT_EQ(normal("http://example.com/a b?c d"), "http://example.com/a%20b?c%20d");
  EXPECT_EQ(normal("http://example.com/größe"), "http://example.com/gr%C3%B6%C3%9Fe");
  EXPECT_EQ(normal("http://example.com?q=1"), "http://example.com/?q=1");
  EXPECT_EQ(normal("  http://example.com/a\n"), "http://example.com/a");
  EXPECT_EQ(normal("http://[::1]:8080/"), "http://[::1]:8080/");
  EXPECT_EQ(normal("http://Bücher.example/"), "http://xn--bcher-kva.example/");
  EXPECT_EQ(normal("http://b%C3%BCcher.example/"), "http://xn--bcher-kva.example/");
}

TEST(Url, NormalFormIsStable) {
  for (const auto* text : {"http://Example.com:80/%7e/%2fx y/../z?a=b c&d=%e4#f", "https://u:p@h:8443/?", "http://h//a//b/./"}) {
    EXPECT_EQ(normal(normal(text)), normal(text)) << text;
  }
}

TEST(Url, RefusesWhatIsNone) {
  for (const auto* text :
       {"", "foo", "foo.com", "/path", "ftp://host/x", "mailto:me@host", "http:", "http://", "http:/x", "http:///x",
        "http://host:99999/", "http://a b/", "javascript:alert(1)", "file:///etc/passwd", "http://%00/"}) {
    EXPECT_THROW(Url::parse(text), std::invalid_argument) << text;
  }
  try {
    Url::parse("foo");
  } catch (const std::invalid_argument& error) {
    EXPECT_STREQ(error.what(), "'foo' is not a URL: expected http://host/path");
  }
}

TEST(Url, RefusesLongOnesWithAShortMessage) {
  const std::string text = "http://host/" + std::string(100'000, 'x');
  try {
    Url::parse(text);
    FAIL() << "accepted";
  } catch (const std::invalid_argument& error) {
    EXPECT_LT(std::string{error.what()}.size(), 400u);
  }
  EXPECT_EQ(resolved("http://host/", text), "-");
}

TEST(Url, ResolvesReferences) {
  const std::string base = "http://host:8080/a/b.html?q=1";
  EXPECT_EQ(resolved(base, "c.html"), "http://host:8080/a/c.html");
  EXPECT_EQ(resolved(base, "../c.html"), "http://host:8080/c.html");
  EXPECT_EQ(resolved(base, "../../../c"), "http://host:8080/c");
  EXPECT_EQ(resolved(base, "/c"), "http://host:8080/c");
  EXPECT_EQ(resolved(base, "?r=2"), "http://host:8080/a/b.html?r=2");
  EXPECT_EQ(resolved(base, "//other/x"), "http://other/x");
  EXPECT_EQ(resolved(base, "https://Other/x#y"), "https://other/x");
  EXPECT_EQ(resolved(base, ""), base);
  EXPECT_EQ(resolved(base, "#top"), base);
  EXPECT_EQ(resolved(base, " c d "), "http://host:8080/a/c%20d");
  EXPECT_EQ(resolved(base, "c\n.html"), "http://host:8080/a/c.html");
  EXPECT_EQ(resolved(base, "c:d"), "-") << "reads as a scheme";
  EXPECT_EQ(resolved(base, "./c:d"), "http://host:8080/a/c:d");
  EXPECT_EQ(resolved(base, "ftp%3A/www.x"), "http://host:8080/a/ftp%3A/www.x");
}

TEST(Url, ResolvesToNothingWhatIsNoWebPage) {
  for (const auto* reference :
       {"mailto:me@host", "javascript:void(0)", "ftp://host/x", "data:text/html,x", "tel:1", "http://:80/"}) {
    EXPECT_EQ(resolved("http://host/", reference), "-") << reference;
  }
}

TEST(Url, KnowsItsParts) {
  const Url url = Url::parse("http://user:pw@host:8080/a/b?c=/d@e");
  EXPECT_EQ(url.authority(), "host:8080");
  EXPECT_EQ(url.path(), "/a/b");
  EXPECT_EQ(Url::parse("http://host?x").path(), "/");
}

TEST(Scope, HostIsHostAndPort) {
  const Scope scope{Scope::Kind::host, {Url::parse("http://host:8080/docs/index.html")}};
  EXPECT_TRUE(scope.contains(Url::parse("http://host:8080/")));
  EXPECT_TRUE(scope.contains(Url::parse("https://HOST:8080/x")));
  EXPECT_FALSE(scope.contains(Url::parse("http://host/docs/")));
  EXPECT_FALSE(scope.contains(Url::parse("http://other.host:8080/")));
  const Scope usual{Scope::Kind::host, {Url::parse("http://host/")}};
  EXPECT_TRUE(usual.contains(Url::parse("https://host/"))) << "each at its default port";
}

TEST(Scope, PrefixIsTheFolderOfTheRoot) {
  const Scope scope{Scope::Kind::prefix, {Url::parse("http://host/docs/index.html"), Url::parse("http://second/x/")}};
  EXPECT_TRUE(scope.contains(Url::parse("http://host/docs/")));
  EXPECT_TRUE(scope.contains(Url::parse("http://host/docs/a/b")));
  EXPECT_FALSE(scope.contains(Url::parse("http://host/docs")));
  EXPECT_FALSE(scope.contains(Url::parse("http://host/docs2/a")));
  EXPECT_FALSE(scope.contains(Url::parse("http://host/docs/../a")));
  EXPECT_TRUE(scope.contains(Url::parse("http://second/x/y")));
  EXPECT_FALSE(scope.contains(Url::parse("http://second/docs/")));
}

}  // namespace
}  // namespace tandem::crawl
