#include "tandem/socketserver/output.hpp"

#include <stdexcept>
#include <string>

#include <gtest/gtest.h>

#include "tandem/platform/open_beneath.hpp"
#include "tests/support/temp_dir.hpp"

namespace tandem::socketserver {
namespace {

TEST(Output, KeepsWhatIsAppendedInOrder) {
  Output output;
  EXPECT_TRUE(output.empty());
  output.append(std::string_view{"one "});
  output.append(std::string{"two "});
  output.append(std::string(10'000, 'x'));
  output.append(std::string_view{" three"});
  EXPECT_EQ(output.size(), 4 + 4 + 10'000 + 6u);
  EXPECT_EQ(text_of(output), "one two " + std::string(10'000, 'x') + " three");
}

TEST(Output, NothingIsNoChunk) {
  Output output;
  output.append(std::string_view{});
  output.append(std::string{});
  output.append(FileSlice{});
  EXPECT_TRUE(output.empty());
  EXPECT_EQ(output.chunks().size(), 0u);
}

TEST(Output, GrowGivesRoomBehindTheRest) {
  Output output;
  output.append(std::string_view{"ab"});
  const std::span<char> room = output.grow(2);
  room[0] = 'c';
  room[1] = 'd';
  EXPECT_EQ(text_of(output), "abcd");
}

TEST(Output, ConsumesAcrossChunksAndInTheMiddleOfThem) {
  const test::TempDir dir;
  dir.write("file", "0123456789");
  const platform::Fd root = platform::open_folder(dir.path().string());
  // Every way to cut this output in two steps leaves what it must.
  const std::string whole = "head:" + std::string("234567") + ":tail";
  for (std::size_t cut = 0; cut <= whole.size(); ++cut) {
    Output output;
    output.append(std::string_view{"head:"});
    output.append(FileSlice{platform::open_beneath(root.get(), "file").file, 2, 6});
    output.append(std::string_view{":tail"});
    ASSERT_EQ(text_of(output), whole);
    output.consume(cut);
    EXPECT_EQ(text_of(output), whole.substr(cut));
    EXPECT_EQ(output.size(), whole.size() - cut);
    output.consume(whole.size() - cut);
    EXPECT_TRUE(output.empty());
    output.append(std::string_view{"again"});
    EXPECT_EQ(text_of(output), "again");
  }
}

TEST(Output, RefusesToConsumeMoreThanThereIs) {
  Output output;
  output.append(std::string_view{"abc"});
  EXPECT_THROW(output.consume(4), std::logic_error);
}

TEST(Output, ClearDropsAll) {
  Output output;
  output.append(std::string_view{"abc"});
  output.consume(1);
  output.clear();
  EXPECT_TRUE(output.empty());
  output.append(std::string_view{"d"});
  EXPECT_EQ(text_of(output), "d");
}

}  // namespace
}  // namespace tandem::socketserver
