#include "tests/remote/elsewhere.hpp"

#include <cctype>
#include <cstdint>
#include <filesystem>
#include <set>
#include <stdexcept>
#include <string>
#include <system_error>

#include <dlfcn.h>
#include <gtest/gtest.h>

#include "tandem/futures/errors.hpp"
#include "tandem/platform/modules.hpp"
#include "tests/remote/types.hpp"
#include "tests/support/temp_dir.hpp"

namespace tandem::remote {
namespace {

using test::called_elsewhere;
using test::Page;
namespace fs = std::filesystem;

int here = 0;

std::uint64_t address_of_here() { return reinterpret_cast<std::uintptr_t>(&here); }
int triple(int n) { return 3 * n; }
int result_of(int (*fn)(int), int n) { return fn(n); }

struct Animal {
  virtual ~Animal() = default;
  virtual std::string sound() const { return ""; }
  std::string twice() const { return sound() + sound(); }
  template <class Archive>
  void serialize(Archive&) {}
};
struct Dog : Animal {
  std::string sound() const override { return "woof"; }
};

TEST(Elsewhere, ProgramsLieAtOtherAddresses) {
  std::set<std::uint64_t> addresses{address_of_here()};
  for (int i = 0; i < 4; ++i) addresses.insert(called_elsewhere(address_of_here));
  if (addresses.size() == 1) GTEST_SKIP() << "the kernel does not randomise addresses here; the other tests show less";
}

TEST(Elsewhere, CallsOfAllKinds) {
  EXPECT_EQ(called_elsewhere(triple, 14), 42);
  EXPECT_EQ(called_elsewhere([](const Page& page, const std::string& suffix) { return page.url + suffix; }, Page{"x", {}, {}}, "y"),
            "xy");
}

TEST(Elsewhere, FunctionsAsArguments) {
  EXPECT_EQ(called_elsewhere(result_of, &triple, 14), 42);
  EXPECT_EQ(called_elsewhere(&Animal::twice, Dog{}), "woofwoof");
  EXPECT_EQ(called_elsewhere(&Animal::sound, Dog{}), "woof");
  EXPECT_EQ(called_elsewhere([](int (*fn)(int)) { return fn; }, &triple), &triple);
}

TEST(Elsewhere, FunctionsOfLibrariesThatTheProgramIsLinkedWith) {
  EXPECT_EQ(called_elsewhere(static_cast<int (*)(int)>(&::toupper), 'a'), 'A');
}

TEST(Elsewhere, ExceptionsComeBack) {
  try {
    called_elsewhere([](int n) -> int { throw std::out_of_range("no " + std::to_string(n)); }, 7);
    FAIL() << "nothing was thrown";
  } catch (const std::out_of_range& error) {
    EXPECT_STREQ(error.what(), "no 7");
    const auto origin = origin_of(std::current_exception());
    ASSERT_TRUE(origin);
    EXPECT_EQ(origin->worker, "elsewhere");
  }
}

/// A library that is loaded for the test's time.
class Library {
 public:
  explicit Library(const std::string& path) : handle_{::dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL)} {
    if (handle_ == nullptr) throw std::runtime_error(::dlerror());
  }
  ~Library() { ::dlclose(handle_); }
  Library(const Library&) = delete;
  Library& operator=(const Library&) = delete;

  template <class F>
  F* function(const char* name) const {
    return reinterpret_cast<F*>(::dlsym(handle_, name));
  }

 private:
  void* handle_;
};

class Plugin : public ::testing::Test {
 protected:
  /// Only a library that came after this moment needs a note.
  void SetUp() override { remember_startup_modules(); }

  std::string copy(const char* plugin, const char* name = "plugin.so") const {
    fs::copy_file(plugin, dir_ / name);
    return (dir_ / name).string();
  }
  /// As installing a new build does: another file under the same name.
  void replace(const char* plugin) const { fs::rename(copy(plugin, "new.so"), dir_ / "plugin.so"); }

  test::TempDir dir_;
};

TEST_F(Plugin, ItsFunctionIsCalledWhereItIsNotLoaded) {
  const Library library{copy(PLUGIN_1)};
  EXPECT_EQ(called_elsewhere(library.function<int(int)>("plugin_triple"), 14), 42);
  EXPECT_EQ(called_elsewhere(result_of, library.function<int(int)>("plugin_triple"), 14), 42);
}

TEST_F(Plugin, ACallThatItMakesItself) {
  const Library library{copy(PLUGIN_1)};
  Call call;
  library.function<void(int, Call*)>("plugin_call")(7, &call);
  Message result = test::run_elsewhere(call);
  InputArchive in{result};
  EXPECT_EQ(load_result<int>(in), 70);
}

void expect_error(const Call& call, const std::string& part) {
  try {
    test::run_elsewhere(call);
    FAIL() << "it was called";
  } catch (const std::runtime_error& error) {
    EXPECT_NE(std::string{error.what()}.find(part), std::string::npos) << error.what();
  }
}

TEST_F(Plugin, AnotherBuildIsRefused) {
  const std::string path = copy(PLUGIN_1);
  const Library library{path};
  const Call call = make_call(library.function<int()>("plugin_build"));
  replace(PLUGIN_2);
  expect_error(call, "the call needs code of " + path + " with build-id ");
  expect_error(call, "the file has changed since the caller loaded it");
}

TEST_F(Plugin, AMissingFileIsRefused) {
  const std::string path = copy(PLUGIN_1);
  const Library library{path};
  const Call call = make_call(library.function<int()>("plugin_build"));
  fs::remove(path);
  expect_error(call, "could not be loaded in this process");
}

TEST_F(Plugin, WhatIsUnloadedIsForgotten) {
  const std::string path = copy(PLUGIN_1);
  CodeRef code;
  {
    const Library library{path};
    auto* const function = library.function<int(int)>("plugin_triple");
    code = code_of(reinterpret_cast<const void*>(function));
    EXPECT_EQ(address_of(code), reinterpret_cast<const void*>(function));
    EXPECT_TRUE(note_for(code));
  }
  EXPECT_THROW(address_of(code), std::runtime_error);
  const Library again{path};
  EXPECT_EQ(address_of(code), reinterpret_cast<const void*>(again.function<int(int)>("plugin_triple")));
}

TEST_F(Plugin, WhatIsThereAtStartupNeedsNoNote) {
  const Library library{copy(PLUGIN_1)};
  remember_startup_modules();
  EXPECT_FALSE(note_for(code_of(reinterpret_cast<const void*>(library.function<int(int)>("plugin_triple")))));
  remember_startup_modules();
}

}  // namespace
}  // namespace tandem::remote
