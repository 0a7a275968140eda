#include "tandem/multiprocessing/shared_memory.hpp"

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <system_error>
#include <variant>

#include <gtest/gtest.h>

#include "tandem/multiprocessing/process.hpp"
#include "tandem/multiprocessing/shareable_list.hpp"
#include "tandem/platform/memfd.hpp"
#include "tandem/platform/process.hpp"
#include "tandem/shared/arena.hpp"

namespace tandem::multiprocessing {
namespace {

char first(const SharedMemory& memory) { return static_cast<char>(memory.buf()[0]); }

TEST(SharedMemoryTest, IsZerosOfTheSizeThatWasAskedFor) {
  const SharedMemory memory{5000};
  EXPECT_EQ(memory.size(), 5000U);
  EXPECT_EQ(memory.buf().size(), 5000U);
  EXPECT_TRUE(std::ranges::all_of(memory.buf(), [](std::byte byte) { return byte == std::byte{0}; }));
  EXPECT_EQ(memory.name(), "");
}

TEST(SharedMemoryTest, IsFoundByItsName) {
  SharedMemory memory{"picture", 100};
  EXPECT_EQ(memory.name(), "picture");
  Process painter{[] { SharedMemory::attach("picture").buf()[0] = std::byte{'p'}; }};
  painter.start();
  painter.join();
  EXPECT_EQ(painter.exitcode(), 0);
  EXPECT_EQ(first(memory), 'p');
  EXPECT_TRUE(SharedMemory::attach("picture") == memory);
  memory.unlink();
  memory.unlink();
  EXPECT_EQ(memory.name(), "");
  EXPECT_EQ(first(memory), 'p') << "it stays for who has it";
  EXPECT_THROW(SharedMemory::attach("picture"), std::system_error);
}

TEST(SharedMemoryTest, WithANameItStaysUntilUnlink) {
  const std::uint32_t objects = shared::Arena::instance().objects();
  Process maker{[] { SharedMemory{"kept", 10}.buf()[0] = std::byte{'k'}; }};
  maker.start();
  maker.join();
  {
    SharedMemory memory = SharedMemory::attach("kept");
    EXPECT_EQ(first(memory), 'k');
    memory.close();
    EXPECT_THROW(static_cast<void>(memory.buf()), std::logic_error);
  }
  EXPECT_EQ(shared::Arena::instance().objects(), objects + 1);
  SharedMemory::attach("kept").unlink();
  EXPECT_EQ(shared::Arena::instance().objects(), objects);
}

TEST(SharedMemoryTest, NothingIsSeenInTheFileSystem) {
  SharedMemory memory{"visible", 4096};
  for (const auto& entry : std::filesystem::directory_iterator{"/dev/shm"}) {
    EXPECT_EQ(entry.path().string().find("visible"), std::string::npos) << entry.path();
    EXPECT_EQ(entry.path().string().find("tandem"), std::string::npos) << entry.path();
  }
  memory.unlink();
}

TEST(SharedMemoryTest, BadInputIsToldClearly) {
  EXPECT_THROW(SharedMemory{0}, std::invalid_argument);
  EXPECT_THROW(SharedMemory(std::size_t{1} << 60), std::invalid_argument);
  EXPECT_THROW(SharedMemory(platform::physical_memory() + 1), std::exception);
  EXPECT_THROW(SharedMemory("", 10), std::invalid_argument);
  EXPECT_THROW(SharedMemory(std::string(64, 'n'), 10), std::invalid_argument);
  EXPECT_THROW(SharedMemory::attach("nobody made this"), std::system_error);
  SharedMemory memory{"once", 10};
  try {
    SharedMemory("once", 10);
    FAIL() << "the name is taken";
  } catch (const std::system_error& error) {
    EXPECT_EQ(error.code(), std::errc::file_exists);
    EXPECT_NE(std::string{error.what()}.find("once"), std::string::npos) << error.what();
  }
  memory.unlink();
  EXPECT_THROW(static_cast<void>(SharedMemory{}.size()), std::logic_error);
}

TEST(ShareableListTest, HoldsMixedValues) {
  ShareableList row{{"apples", 3, 0.5, true, std::nullopt, std::string(100, 'x')}};
  EXPECT_EQ(row.size(), 6U);
  EXPECT_EQ(row.get<std::string>(0), "apples");
  EXPECT_EQ(row.get<std::int64_t>(1), 3);
  EXPECT_EQ(row.get<double>(2), 0.5);
  EXPECT_TRUE(row.get<bool>(3));
  EXPECT_TRUE(std::holds_alternative<std::monostate>(row.get(4)));
  EXPECT_EQ(row.get<std::string>(5).size(), 100U);
  Process other{[](ShareableList theirs) {
                  theirs.set(1, -7);
                  theirs.set(0, "pears");
                  theirs.set(4, "now text");
                },
                row};
  other.start();
  other.join();
  EXPECT_EQ(other.exitcode(), 0);
  EXPECT_EQ(row.get<std::int64_t>(1), -7);
  EXPECT_EQ(row.get<std::string>(0), "pears");
  EXPECT_EQ(row.get<std::string>(4), "now text");
  EXPECT_EQ(row.index("pears"), 0U);
  EXPECT_EQ(row.count(true), 1U);
  EXPECT_THROW(row.index("plums"), std::invalid_argument);
  EXPECT_THROW(row.get(6), std::out_of_range);
  EXPECT_THROW(static_cast<void>(row.get<double>(0)), std::bad_variant_access);
  EXPECT_THROW(row.set(0, std::string(9, 'x')), std::length_error) << "it had room for eight";
}

TEST(ShareableListTest, IsFoundByItsName) {
  ShareableList row{"row", {1, 2}};
  EXPECT_EQ(ShareableList::attach("row").get<std::int64_t>(1), 2);
  row.shm().unlink();
  SharedMemory other{"other", 10};
  EXPECT_THROW(ShareableList::attach("other"), std::invalid_argument);
  other.unlink();
}

}  // namespace
}  // namespace tandem::multiprocessing
