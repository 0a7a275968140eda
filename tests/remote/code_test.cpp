#include "tandem/remote/code.hpp"

#include <cctype>
#include <cstring>
#include <memory>
#include <stdexcept>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "tandem/platform/modules.hpp"
#include "tandem/remote/archive.hpp"

namespace tandem::remote {
namespace {

void one() {}
int data = 1;

const void* address(void (*fn)()) { return reinterpret_cast<const void*>(fn); }

template <class F>
std::string error_of(F fn) {
  try {
    fn();
  } catch (const std::runtime_error& error) {
    return error.what();
  }
  return "no error";
}

TEST(Code, RefersToFunctionsOfTheProgramAndOfLibraries) {
  const CodeRef mine = code_of(address(one));
  EXPECT_EQ(address_of(mine), address(one));
  const auto* library = reinterpret_cast<const void*>(static_cast<void* (*)(void*, const void*, std::size_t)>(&std::memmove));
  const CodeRef foreign = code_of(library);
  EXPECT_EQ(address_of(foreign), library);
}

TEST(Code, TheModuleIsItsBuildId) {
  const platform::Module program = platform::loaded_modules().at(0);
  ASSERT_GE(program.build_id.size(), 8U) << "the tests are linked without a build-id";
  std::uint64_t id = 0;
  std::memcpy(&id, program.build_id.data(), sizeof id);
  EXPECT_EQ(code_of(address(one)).module, id);
  EXPECT_EQ(code_of(address(one)).offset, reinterpret_cast<std::uintptr_t>(address(one)) - program.base);
}

TEST(Code, NothingIsNothing) {
  EXPECT_EQ(code_of(nullptr), CodeRef{});
  EXPECT_EQ(address_of(CodeRef{}), nullptr);
}

TEST(Code, DataIsNoCode) {
  EXPECT_NE(error_of([] { code_of(&data); }).find("it is data of"), std::string::npos);
  const auto heap = std::make_unique<int>(1);
  EXPECT_NE(error_of([&] { code_of(heap.get()); }).find("there is no function at"), std::string::npos);
}

TEST(Code, WhatIsNotLoadedIsNamed) {
  CodeRef code = code_of(address(one));
  code.module ^= 1;
  EXPECT_NE(error_of([&] { address_of(code); }).find("has not loaded"), std::string::npos);
  code = code_of(address(one));
  code.offset += std::uint64_t{1} << 40;
  EXPECT_NE(error_of([&] { address_of(code); }).find("there is no code at offset"), std::string::npos);
}

TEST(Code, TravelsWithACheckSum) {
  Message message;
  OutputArchive out{message};
  save_code(out, code_of(address(one)), 1);
  EXPECT_EQ(load_code(*std::make_unique<InputArchive>(message), 1), code_of(address(one)));
  EXPECT_THROW(load_code(*std::make_unique<InputArchive>(message), 2), std::runtime_error) << "of another kind";
  for (std::size_t i = 0; i < message.bytes.size(); ++i) {
    message.bytes[i] = static_cast<char>(message.bytes[i] ^ 16);
    EXPECT_THROW(load_code(*std::make_unique<InputArchive>(message), 1), std::runtime_error) << i;
    message.bytes[i] = static_cast<char>(message.bytes[i] ^ 16);
  }
}

TEST(Code, IsLookedUpByManyThreadsWhileTheTableChanges) {
  const CodeRef code = code_of(address(one));
  std::vector<std::jthread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&, i] {
      for (int n = 0; n < 200; ++n) {
        if (i == 0 && n % 20 == 0) remember_startup_modules();
        EXPECT_EQ(code_of(address_of(code)), code);
      }
    });
  }
}

}  // namespace
}  // namespace tandem::remote
