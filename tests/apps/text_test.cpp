#include "apps/crawl/text.hpp"

#include <gtest/gtest.h>

#include "apps/crawl/quantity.hpp"

namespace tandem::crawl {
namespace {

using namespace std::chrono_literals;

TEST(CleanText, CollapsesWhiteSpaceAndTrims) {
  EXPECT_EQ(clean_text("  a \t\r\n b\xC2\xA0"
                       "c  "),
            "a b c");
  EXPECT_EQ(clean_text(" \n "), "");
}

TEST(CleanText, ReplacesWhatCouldHarmATerminal) {
  EXPECT_EQ(clean_text("a\x1b[31mb"), "a\uFFFD[31mb");
  EXPECT_EQ(clean_text(std::string_view{"a\0b", 3}), "a\uFFFDb");
  EXPECT_EQ(clean_text("a\xC2\x9B"
                       "31mb"),
            "a\uFFFD31mb")
      << "CSI as a single C1 control character";
  EXPECT_EQ(clean_text("a\u202Eb"), "a\uFFFDb") << "right-to-left override";
}

TEST(CleanText, ReplacesWhatIsNoUtf8) {
  EXPECT_EQ(clean_text("\xFF"), "\uFFFD");
  EXPECT_EQ(clean_text("caf\xE9 noir"), "caf\uFFFD noir") << "Latin-1";
  EXPECT_EQ(clean_text("\xC0\xAF"), "\uFFFD\uFFFD") << "overlong slash";
  EXPECT_EQ(clean_text("\xED\xA0\x80"), "\uFFFD\uFFFD\uFFFD") << "half of a surrogate pair";
  EXPECT_EQ(clean_text("\xF4\x90\x80\x80"), "\uFFFD\uFFFD\uFFFD\uFFFD") << "beyond Unicode";
  EXPECT_EQ(clean_text("ab\xE2\x82"), "ab\uFFFD\uFFFD") << "cut in the middle";
  EXPECT_EQ(clean_text("größe \xF0\x9F\x98\x80 中文"), "größe \xF0\x9F\x98\x80 中文") << "valid text stays as it is";
}

TEST(CleanText, CutsAtACharacter) {
  EXPECT_EQ(clean_text("abcdefgh", 8), "abcdefgh");
  EXPECT_EQ(clean_text("abcdefghi", 8), "abcde…");
  EXPECT_EQ(clean_text("äöüäöü", 8), "äö…");
  for (std::size_t most = 0; most < 20; ++most) EXPECT_LE(clean_text("ä\xFF bcd efg häh", most).size(), most);
}

TEST(Columns, FitsAWidth) {
  EXPECT_EQ(columns("größe"), 5u);
  EXPECT_EQ(fit_columns("größe", 5), "größe");
  EXPECT_EQ(fit_columns("größer", 5), "größ…");
  EXPECT_EQ(fit_columns("abc", 0), "");
}

TEST(Quantity, FormatsBytes) {
  EXPECT_EQ(format_bytes(0), "0 bytes");
  EXPECT_EQ(format_bytes(1), "1 byte");
  EXPECT_EQ(format_bytes(1000), "1000 bytes");
  EXPECT_EQ(format_bytes(1024), "1 KiB");
  EXPECT_EQ(format_bytes(1536), "1.5 KiB");
  EXPECT_EQ(format_bytes(16u << 20), "16 MiB");
  EXPECT_EQ(format_bytes((1u << 20) - 1), "1.0 MiB");
}

TEST(Quantity, ParsesBytes) {
  EXPECT_EQ(parse_bytes("4096"), 4096u);
  EXPECT_EQ(parse_bytes("64KiB"), 65536u);
  EXPECT_EQ(parse_bytes("16MiB"), 16u << 20);
  EXPECT_EQ(parse_bytes("16M"), 16u << 20);
  EXPECT_EQ(parse_bytes("1.5 GiB"), 3ull << 29);
  EXPECT_EQ(parse_bytes("7 B"), 7u);
  for (const auto* bad : {"", "-1", "x", "16XiB", "16MiBs", "1e3", "9999999999GiB", "nan", "inf", "16 "}) {
    EXPECT_EQ(parse_bytes(bad), std::nullopt) << bad;
  }
}

TEST(Quantity, FormatsCountsAndDurations) {
  EXPECT_EQ(format_count(0), "0");
  EXPECT_EQ(format_count(999), "999");
  EXPECT_EQ(format_count(4389), "4,389");
  EXPECT_EQ(format_count(1234567), "1,234,567");
  EXPECT_EQ(format_duration(12ms), "12 ms");
  EXPECT_EQ(format_duration(3400ms), "3.4 s");
  EXPECT_EQ(format_duration(125s), "2:05 min");
  EXPECT_EQ(format_duration(3725s), "1:02:05 h");
}

}  // namespace
}  // namespace tandem::crawl
