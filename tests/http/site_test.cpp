#include "tandem/http/site.hpp"

#include <stdexcept>
#include <string>

#include <gtest/gtest.h>

namespace tandem::http {
namespace {

class Named final : public Handler {
 public:
  explicit Named(std::string name) : name_{std::move(name)} {}
  Response handle(const Request&) const override { return Response::text(name_); }

 private:
  std::string name_;
};

std::string answer(const Site& site, const std::string& path) {
  Request request;
  request.path = path;
  const Response response = site.handle(request);
  return response.status == 200 ? response.body : std::to_string(response.status);
}

TEST(Site, LetsTheLongestPrefixAnswer) {
  Site site;
  site.mount("/docs", std::make_unique<Named>("docs"));
  site.mount("/", std::make_unique<Named>("root"));
  site.mount("/docs/deep/", std::make_unique<Named>("deep"));
  EXPECT_EQ(answer(site, "/"), "root");
  EXPECT_EQ(answer(site, "/x"), "root");
  EXPECT_EQ(answer(site, "/docs"), "docs");
  EXPECT_EQ(answer(site, "/docs/"), "docs");
  EXPECT_EQ(answer(site, "/docs/x"), "docs");
  EXPECT_EQ(answer(site, "/docsx"), "root");
  EXPECT_EQ(answer(site, "/docs/deep"), "deep");
  EXPECT_EQ(answer(site, "/docs/deep/x"), "deep");
}

TEST(Site, HasNothingElsewhere) {
  Site site;
  EXPECT_EQ(answer(site, "/"), "404");
  site.mount("/docs", std::make_unique<Named>("docs"));
  EXPECT_EQ(answer(site, "/"), "404");
  EXPECT_EQ(answer(site, "*"), "404");
}

TEST(Site, RefusesPrefixesThatAreNone) {
  Site site;
  EXPECT_THROW(site.mount("docs", std::make_unique<Named>("x")), std::invalid_argument);
  EXPECT_THROW(site.mount("", std::make_unique<Named>("x")), std::invalid_argument);
  site.mount("/docs", std::make_unique<Named>("x"));
  EXPECT_THROW(site.mount("/docs/", std::make_unique<Named>("y")), std::invalid_argument);
}

}  // namespace
}  // namespace tandem::http
