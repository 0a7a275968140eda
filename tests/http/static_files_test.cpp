#include "tandem/http/static_files.hpp"

#include <cstdlib>
#include <filesystem>
#include <string>
#include <system_error>

#include <gtest/gtest.h>

#include "tandem/http/target.hpp"
#include "tests/support/temp_dir.hpp"
#include "tests/support/unprivileged.hpp"

namespace tandem::http {
namespace {

namespace fs = std::filesystem;

class StaticFilesTest : public ::testing::Test {
 protected:
  StaticFilesTest() {
    dir.write("secret", "outside");
    dir.write("root/index.html", "<p>index");
    dir.write("root/page.html", "<p>page");
    dir.write("root/empty", "");
    dir.write("root/a b \xC3\xA4 50% #?.txt", "odd name");
    dir.write("root/folder/index.html", "<p>folder");
    dir.write("root/bare/file.txt", "file");
    fs::create_symlink("../secret", dir / "root/out");
    fs::create_symlink("page.html", dir / "root/in");
  }

  Response get(const std::string& target, const std::string& method = "GET", const std::string& prefix = "/") const {
    const StaticFiles files{prefix, (dir / "root").string()};
    Request request;
    request.method = method;
    request.target = target;
    const auto parsed = parse_target(method, target);
    if (!parsed) return Response::error(400, "");
    request.path = parsed->path;
    request.query = parsed->query;
    return files.handle(request);
  }

  /// The content of a 200, or the status.
  std::string answer(const std::string& target, const std::string& prefix = "/") const {
    Response response = get(target, "GET", prefix);
    if (response.status != 200) return std::to_string(response.status);
    if (!response.file) return response.body;
    socketserver::Output output;
    output.append(std::move(*response.file));
    return text_of(output);
  }

  test::TempDir dir;
};

TEST_F(StaticFilesTest, ServesFiles) {
  EXPECT_EQ(answer("/page.html"), "<p>page");
  EXPECT_EQ(answer("/bare/file.txt?query"), "file");
  EXPECT_EQ(answer("/in"), "<p>page");
  EXPECT_EQ(answer("/empty"), "");
  const Response page = get("/page.html");
  EXPECT_EQ(page.headers.find("content-type"), "text/html; charset=utf-8");
  EXPECT_EQ(page.headers.find("last-modified").value_or("").size(), 29u);
  EXPECT_EQ(page.length(), 7u);
}

TEST_F(StaticFilesTest, DecodesNames) {
  EXPECT_EQ(answer("/a%20b%20%C3%A4%2050%25%20%23%3F.txt"), "odd name");
  EXPECT_EQ(answer("/p%61ge.html"), "<p>page");
  EXPECT_EQ(answer("/bare%2Ffile.txt"), "file");
  EXPECT_EQ(answer("/page.html%00.txt"), "400");
  EXPECT_EQ(answer("/page.html%"), "400");
}

TEST_F(StaticFilesTest, AnswersAFolderByItsIndex) {
  EXPECT_EQ(answer("/"), "<p>index");
  EXPECT_EQ(answer("/folder/"), "<p>folder");
  EXPECT_EQ(answer("/bare/"), "404");
  EXPECT_EQ(get("/folder").status, 301);
  EXPECT_EQ(get("/folder").headers.find("location"), "/folder/");
  EXPECT_EQ(get("/folder?a=b").headers.find("location"), "/folder/?a=b");
  EXPECT_EQ(get("/bare/../folder").headers.find("location"), "/bare/../folder/");
}

TEST_F(StaticFilesTest, NeverRedirectsToAnotherServer) {
  fs::create_directories(dir / "root/evil.example");
  for (const char* target : {"//evil.example", "///evil.example", "/%2Fevil.example", "/%5Cevil.example", "/.//evil.example"}) {
    const Response response = get(target);
    if (response.status != 301) continue;
    const std::string_view location = response.headers.find("location").value();
    EXPECT_TRUE(location.starts_with("/") && !location.starts_with("//") && !location.starts_with("/\\"))
        << target << " -> " << location;
  }
  EXPECT_EQ(get("/.//evil.example").status, 301);  // so that the loop above has seen one at least
  fs::create_directories(dir / "root/x\r\nSet-Cookie: a");
  EXPECT_EQ(get("/x%0D%0ASet-Cookie:%20a").headers.find("location"), "/x%0D%0ASet-Cookie:%20a/");
}

TEST_F(StaticFilesTest, NothingOutsideCanBeReached) {
  for (const char* target : {"/../secret", "/%2e%2e/secret", "/%2E%2E%2Fsecret", "/folder/../../secret", "/out", "//etc/passwd",
                             "/%2Fetc%2Fpasswd", "/..", "/../", "/../root/page.html", "/folder/%2e%2e/%2e%2e/secret"}) {
    EXPECT_EQ(answer(target), "404") << target;
  }
}

TEST_F(StaticFilesTest, SaysWhatIsNotThere) {
  EXPECT_EQ(answer("/missing"), "404");
  EXPECT_EQ(answer("/page.html/"), "404");
  EXPECT_EQ(answer("/page.html/x"), "404");
  EXPECT_EQ(answer("/" + std::string(5000, 'x')), "404");
}

TEST_F(StaticFilesTest, RefusesWhatMayNotBeRead) {
  fs::permissions(dir / "root/page.html", fs::perms::none);
  const test::Unprivileged nobody_special;
  EXPECT_EQ(answer("/page.html"), "403");
}

TEST_F(StaticFilesTest, AFifoIsNoFileAndBlocksNobody) {
  ASSERT_EQ(std::system(("mkfifo '" + (dir / "root/fifo").string() + "'").c_str()), 0);
  EXPECT_EQ(answer("/fifo"), "403");
}

TEST_F(StaticFilesTest, FilesCanOnlyBeRead) {
  for (const char* method : {"POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT"}) {
    const Response response = get("/page.html", method);
    EXPECT_EQ(response.status, 405) << method;
    EXPECT_EQ(response.headers.find("allow"), "GET, HEAD") << method;
  }
  EXPECT_EQ(get("/page.html", "HEAD").status, 200);
}

TEST_F(StaticFilesTest, LeavesItsPrefixOut) {
  EXPECT_EQ(answer("/docs/page.html", "/docs"), "<p>page");
  EXPECT_EQ(answer("/docs/page.html", "/docs/"), "<p>page");
  EXPECT_EQ(answer("/docs/", "/docs"), "<p>index");
  EXPECT_EQ(get("/docs", "GET", "/docs").headers.find("location"), "/docs/");
  EXPECT_EQ(answer("/docsx", "/docs"), "404");
}

TEST_F(StaticFilesTest, RefusesAFolderThatIsNone) {
  EXPECT_THROW(StaticFiles("/", (dir / "nowhere").string()), std::system_error);
  EXPECT_THROW(StaticFiles("/", (dir / "secret").string()), std::system_error);
}

}  // namespace
}  // namespace tandem::http
