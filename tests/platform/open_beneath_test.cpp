#include "tandem/platform/open_beneath.hpp"

#include <cerrno>
#include <filesystem>
#include <string>
#include <system_error>

#include <gtest/gtest.h>

#include "tandem/platform/limits.hpp"
#include "tests/support/temp_dir.hpp"

namespace tandem::platform {
namespace {

namespace fs = std::filesystem;

class OpenBeneath : public ::testing::Test {
 protected:
  OpenBeneath() {
    dir.write("secret", "outside");
    dir.write("root/file", "inside");
    dir.write("root/sub/file", "below");
    fs::create_symlink("../secret", dir / "root/out");
    fs::create_symlink(dir / "secret", dir / "root/absolute");
    fs::create_symlink("sub/file", dir / "root/in");
    fs::create_symlink("loop", dir / "root/loop");
    fs::create_symlink("..", dir / "root/up");
    root = open_folder((dir / "root").string());
  }

  int error_of(const char* path) const { return open_beneath(root.get(), path).error; }

  std::string content_of(const char* path) const {
    const Opened opened = open_beneath(root.get(), path);
    if (!opened.file) return "error " + std::to_string(opened.error);
    std::string content(status_of(opened.file.get()).size, '\0');
    content.resize(read_at(opened.file.get(), content, 0).bytes);
    return content;
  }

  test::TempDir dir;
  Fd root;
};

TEST_F(OpenBeneath, OpensWhatIsInside) {
  EXPECT_EQ(content_of("file"), "inside");
  EXPECT_EQ(content_of("sub/file"), "below");
  EXPECT_EQ(content_of("sub/../file"), "inside");
  EXPECT_EQ(content_of("in"), "below");
}

TEST_F(OpenBeneath, NothingLeadsOut) {
  const std::string absolute = (dir / "secret").string();
  for (const char* path : {"..", "../secret", "../root/file", "sub/../../secret", "out", "absolute", "up/secret", "up",
                           absolute.c_str(), "/etc/passwd", "/"}) {
    EXPECT_EQ(error_of(path), EXDEV) << path;
  }
}

TEST_F(OpenBeneath, SaysWhatIsWrong) {
  EXPECT_EQ(error_of("missing"), ENOENT);
  EXPECT_EQ(error_of("file/x"), ENOTDIR);
  EXPECT_EQ(error_of("file/"), ENOTDIR);
  EXPECT_EQ(error_of("loop"), ELOOP);
  EXPECT_EQ(error_of(std::string(300, 'x').c_str()), ENAMETOOLONG);
}

TEST_F(OpenBeneath, TellsFoldersFromFiles) {
  EXPECT_EQ(status_of(open_beneath(root.get(), "sub").file.get()).kind, FileStatus::Kind::folder);
  const FileStatus file = status_of(open_beneath(root.get(), "file").file.get());
  EXPECT_EQ(file.kind, FileStatus::Kind::regular);
  EXPECT_EQ(file.size, 6u);
  EXPECT_GT(file.modified, 1'500'000'000);
}

TEST_F(OpenBeneath, ReadsAtAnOffsetAndNoFurtherThanTheEnd) {
  const Opened file = open_beneath(root.get(), "file");
  std::string room(100, '\0');
  EXPECT_EQ(read_at(file.file.get(), room, 2).bytes, 4u);
  EXPECT_EQ(room.substr(0, 4), "side");
  EXPECT_EQ(read_at(file.file.get(), room, 6).bytes, 0u);
  EXPECT_EQ(read_at(open_beneath(root.get(), "sub").file.get(), room, 0).error, EISDIR);
}

TEST_F(OpenBeneath, FollowsTheRootWhenItIsRenamed) {
  fs::rename(dir / "root", dir / "moved");
  EXPECT_EQ(content_of("file"), "inside");
}

TEST_F(OpenBeneath, RefusesARootThatIsNone) {
  const auto message = [](const fs::path& path) -> std::string {
    try {
      open_folder(path.string());
    } catch (const std::system_error& error) {
      return error.what();
    }
    return "no error";
  };
  EXPECT_EQ(message(dir / "nowhere"), "open folder " + (dir / "nowhere").string() + ": No such file or directory");
  EXPECT_EQ(message(dir / "secret"), "open folder " + (dir / "secret").string() + ": Not a directory");
}

TEST(Limits, NeverLowersTheLimitOfOpenFiles) {
  const std::size_t before = raise_open_files_limit(0);
  EXPECT_GT(before, 0u);
  EXPECT_EQ(raise_open_files_limit(1), before);
}

}  // namespace
}  // namespace tandem::platform
