#include "apps/crawl/frontier.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace tandem::crawl {
namespace {

Url url(const std::string& name) { return Url::parse("http://host/" + name); }

class FrontierTest : public ::testing::Test {
 protected:
  /// The names of all that is waiting to be fetched, which is none afterwards.
  static std::string take_all(Frontier& frontier) {
    std::string names;
    while (const auto id = frontier.next()) {
      if (!names.empty()) names += ' ';
      names += frontier.page(*id).url.path().substr(1);
    }
    return names;
  }
  static Frontier::Id take(Frontier& frontier, const std::string& name) {
    const auto id = frontier.next();
    if (!id || frontier.page(*id).url != url(name)) throw std::logic_error("not the next: " + name);
    return *id;
  }
};

TEST_F(FrontierTest, GivesEachPageOnceInOrder) {
  Frontier frontier{{}};
  EXPECT_TRUE(frontier.add_root(url("r")));
  EXPECT_FALSE(frontier.add_root(url("r")));
  const auto root = take(frontier, "r");
  EXPECT_EQ(frontier.next(), std::nullopt);
  EXPECT_TRUE(frontier.expand(root, {url("a"), url("b"), url("r")}));
  EXPECT_EQ(frontier.found(), 3u);
  const auto a = take(frontier, "a");
  frontier.expand(a, {url("b"), url("c")});
  EXPECT_EQ(take_all(frontier), "b c");
  EXPECT_EQ(frontier.page(a).depth, 1);
  EXPECT_EQ(frontier.page(root).linked_from, 1u);
}

TEST_F(FrontierTest, CountsWhoLinksWhere) {
  Frontier frontier{{}};
  frontier.add_root(url("r"));
  const auto root = take(frontier, "r");
  frontier.expand(root, {url("a"), url("b")});
  const auto a = take(frontier, "a");
  frontier.expand(a, {url("b")});
  const auto b = take(frontier, "b");
  EXPECT_EQ(frontier.page(b).linked_from, 2u);
  EXPECT_EQ(frontier.page(b).source, root);
}

TEST_F(FrontierTest, StopsAtMaxDepth) {
  Frontier frontier{{.max_depth = 1}};
  frontier.add_root(url("r"));
  frontier.expand(take(frontier, "r"), {url("a")});
  frontier.expand(take(frontier, "a"), {url("b")});
  EXPECT_EQ(frontier.next(), std::nullopt);
  EXPECT_EQ(frontier.found(), 2u);
}

TEST_F(FrontierTest, AShorterWayFoundLaterCounts) {
  // r -> a -> b -> c and r -> b, but the answer of r is the last: b was found by the detour through a second root.
  Frontier frontier{{.max_depth = 2}};
  frontier.add_root(url("r"));
  frontier.add_root(url("s"));
  const auto r = take(frontier, "r");
  const auto s = take(frontier, "s");
  frontier.expand(s, {url("a")});
  frontier.expand(take(frontier, "a"), {url("b")});
  const auto b = take(frontier, "b");
  frontier.written(b);
  frontier.expand(b, {url("c")});
  EXPECT_EQ(frontier.page(b).depth, 2);
  EXPECT_EQ(frontier.next(), std::nullopt) << "c is too far";
  frontier.expand(r, {url("b")});
  EXPECT_EQ(frontier.page(b).depth, 1);
  EXPECT_EQ(frontier.take_corrections(), std::vector{b});
  EXPECT_TRUE(frontier.take_corrections().empty());
  EXPECT_EQ(take_all(frontier), "c");
}

TEST_F(FrontierTest, ARedirectIsNoStep) {
  Frontier frontier{{.max_depth = 1}};
  frontier.add_root(url("r"));
  const auto r = take(frontier, "r");
  const auto home = frontier.redirect(r, url("home"));
  EXPECT_EQ(frontier.page(home).depth, 0);
  EXPECT_TRUE(frontier.expand(home, {url("a")}));
  EXPECT_EQ(take_all(frontier), "a") << "home was fetched as r";
}

TEST_F(FrontierTest, APageBehindTwoRedirectsIsExpandedOnce) {
  Frontier frontier{{}};
  frontier.add_root(url("r"));
  frontier.expand(take(frontier, "r"), {url("one"), url("two"), url("page")});
  EXPECT_TRUE(frontier.expand(frontier.redirect(take(frontier, "one"), url("page")), {url("a")}));
  EXPECT_FALSE(frontier.expand(frontier.redirect(take(frontier, "two"), url("page")), {url("a")}));
  EXPECT_FALSE(frontier.expand(take(frontier, "page"), {url("a")}));
  EXPECT_EQ(take_all(frontier), "a");
}

TEST_F(FrontierTest, WhatARedirectLedToIsFetchedWhenALinkLeadsThere) {
  Frontier frontier{{}};
  frontier.add_root(url("r"));
  const auto r = take(frontier, "r");
  frontier.expand(frontier.redirect(r, url("home")), {url("a")});
  frontier.expand(take(frontier, "a"), {url("home")});
  EXPECT_EQ(take_all(frontier), "home");
}

TEST_F(FrontierTest, ARedirectToItselfIsHarmless) {
  Frontier frontier{{}};
  frontier.add_root(url("r"));
  const auto r = take(frontier, "r");
  EXPECT_EQ(frontier.redirect(r, url("r")), r);
  EXPECT_TRUE(frontier.expand(r, {url("a")}));
  // r -> home and home -> r, both as redirects: correcting depths must end
  const auto a = take(frontier, "a");
  const auto b = frontier.redirect(a, url("b"));
  EXPECT_EQ(frontier.redirect(b, url("a")), a);
  EXPECT_EQ(frontier.page(b).depth, 1);
}

TEST_F(FrontierTest, StopsAtMaxPages) {
  Frontier frontier{{.max_pages = 2}};
  frontier.add_root(url("r"));
  frontier.expand(take(frontier, "r"), {url("a")});
  EXPECT_FALSE(frontier.cut_short());
  frontier.expand(take(frontier, "a"), {url("b")});
  EXPECT_EQ(frontier.next(), std::nullopt);
  EXPECT_EQ(frontier.found(), 2u);
  EXPECT_TRUE(frontier.cut_short());
}

TEST_F(FrontierTest, LongChainsNeedNoStack) {
  Frontier frontier{{}};
  frontier.add_root(url("s"));
  frontier.add_root(url("0"));
  const auto late = take(frontier, "s");
  auto id = take(frontier, "0");
  for (int i = 1; i <= 50'000; ++i) {
    frontier.expand(id, {url(std::to_string(i))});
    id = *frontier.next();
  }
  EXPECT_EQ(frontier.page(id).depth, 50'000);
  frontier.expand(late, {url("25000")});
  EXPECT_EQ(frontier.page(id).depth, 25'001);
}

}  // namespace
}  // namespace tandem::crawl
