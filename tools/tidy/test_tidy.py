"""Plants each violation in a small tree and sees it reported; and sees that what is allowed is not."""

import sys
import tempfile
import textwrap
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent))

from scanner import functions_of, namespace_scope_mask, without_comments_and_strings  # noqa: E402
from tidy import check  # noqa: E402

GOOD = {
    "CMakeLists.txt": "project(tandem VERSION 1.2.3 LANGUAGES CXX)\n",
    "CHANGELOG.md": "# Changelog\n\n## 1.2.3\n\n## 1.2.2\n",
    "README.md": "# tandem\n",
    "tandem/CMakeLists.txt": "target_sources(tandem FILES queue.hpp version.hpp)\n",
    "tandem/version.hpp": '#pragma once\ninline constexpr std::string_view version = "1.2.3";\n',
    "tandem/queue.hpp": '#pragma once\n\n#include "tandem/queue/queue.hpp"\n',
    "tandem/queue/CMakeLists.txt": "tandem_module(queue HEADERS queue.hpp)\n",
    "tandem/queue/queue.hpp": '#pragma once\n\n#include "tandem/sync/lock.hpp"\n#include "tandem/version.hpp"\n',
    "tandem/sync/CMakeLists.txt": "tandem_module(sync HEADERS lock.hpp SOURCES lock.cpp)\n",
    "tandem/sync/lock.hpp": "#pragma once\n",
    "tandem/sync/lock.cpp": '#include "tandem/sync/lock.hpp"\n',
    "apps/CMakeLists.txt": "add_executable(tandem cli/main.cpp crawl/page.cpp)\n",
    "apps/cli/main.cpp": '#include "tandem/queue.hpp"\n#include "apps/crawl/page.hpp"\nint main() {}\n',
    "apps/crawl/CMakeLists.txt": "add_library(crawl page.cpp page.hpp)\n",
    "apps/crawl/page.cpp": '#include "apps/crawl/page.hpp"\n',
    "apps/crawl/page.hpp": "#pragma once\n#define TANDEM_CRAWL_PAGE 1\n",
    "tests/sync/lock_test.cpp": '#include <sys/wait.h>\n#include "apps/crawl/page.hpp"\n',
}

LONG_FUNCTION = "void longest() {\n" + "  step();\n" * 69 + "}\n"  # 71 lines


class Tidy(unittest.TestCase):
    def check(self, changes):
        """The violations of the good tree with `changes` made to it; a content of None deletes the file."""
        with tempfile.TemporaryDirectory(prefix="tandem-tidy-") as folder:
            for name, content in {**GOOD, **changes}.items():
                if content is not None:
                    path = Path(folder, name)
                    path.parent.mkdir(parents=True, exist_ok=True)
                    path.write_text(content, encoding="utf-8")
            tree = check(folder)
            self.notes = tree.notes
            return tree.failures

    def assert_reported(self, where, changes):
        failures = self.check(changes)
        self.assertEqual(len(failures), 1, failures)
        self.assertTrue(failures[0].startswith(f"{where}: "), failures[0])

    def sync(self, code):
        return {"tandem/sync/lock.cpp": code}

    def header(self, code):
        return {"tandem/sync/lock.hpp": "#pragma once\n" + code}

    def test_good_tree(self):
        self.assertEqual(self.check({}), [])

    def test_upward_include(self):
        self.assert_reported("tandem/sync/lock.cpp:2: layering", self.sync('\n#include "tandem/queue/queue.hpp"\n'))
        self.assert_reported("tandem/sync/lock.cpp:1: layering", self.sync("#include <tandem/queue/queue.hpp>\n"))
        self.assert_reported("tandem/sync/lock.cpp:1: layering", self.sync('#include "apps/crawl/page.hpp"\n'))
        self.assert_reported("tandem/sync/lock.cpp:1: layering", self.sync('#include "tests/support/random.hpp"\n'))

    def test_user_facing_header_inside(self):
        self.assert_reported("tandem/sync/lock.cpp:1: layering", self.sync('#include "tandem/queue.hpp"\n'))

    def test_siblings_do_not_know_each_other(self):
        cmake = {"tandem/http/CMakeLists.txt": "a.cpp", "tandem/ftp/CMakeLists.txt": "b.hpp", "tandem/ftp/b.hpp": "#pragma once\n"}
        self.assert_reported("tandem/http/a.cpp:1: layering", {**cmake, "tandem/http/a.cpp": '#include "tandem/ftp/b.hpp"\n'})

    def test_programs_do_not_include_the_command(self):
        cli = {"apps/cli/CMakeLists.txt": "main.cpp bar.hpp", "apps/cli/bar.hpp": "#pragma once\n"}
        self.assert_reported("apps/crawl/page.cpp:1: layering", {**cli, "apps/crawl/page.cpp": '#include "apps/cli/bar.hpp"\n'})

    def test_folder_without_rank(self):
        new = {"tandem/novel/CMakeLists.txt": "a.cpp", "tandem/novel/a.cpp": "\n"}
        self.assert_reported("tandem/novel/a.cpp:1: layering", new)

    def test_relative_include(self):
        self.assert_reported("tandem/sync/lock.cpp:1: include-path", self.sync('#include "lock.hpp"\n'))

    def test_include_in_a_comment_is_none(self):
        self.assertEqual(self.check(self.sync('// a\n/*\n#include "tandem/queue.hpp"\n*/\n// #include "apps/x.hpp"\n')), [])

    def test_system_header(self):
        for name in ("linux/futex.h", "sys/epoll.h", "unistd.h", "netinet/in.h", "arpa/inet.h", "sched.h", "dirent.h", "termios.h"):
            self.assert_reported("tandem/sync/lock.cpp:1: system-header", self.sync(f"#include <{name}>\n"))
        platform = {"tandem/platform/CMakeLists.txt": "fd.cpp", "tandem/platform/fd.cpp": "#include <unistd.h>\n"}
        self.assertEqual(self.check(platform), [])

    def test_budget_of_files(self):
        self.assert_reported("tandem/sync/lock.hpp:1: budget", self.header("int x();\n" * 400))
        self.assert_reported("tandem/sync/lock.cpp:1: budget", self.sync("int x();\n" * 601))
        self.assertEqual(self.check(self.sync("int x();\n" * 600)), [])
        self.assertEqual(len(self.notes), 1)
        self.assert_reported("README.md:120: budget", {"README.md": "\n" * 120})

    def test_readme_example(self):
        example = {"examples/quickstart/quickstart.cpp": "int main() {}\n"}
        self.assert_reported("README.md:1: example", example)
        self.assert_reported("README.md:3: example", example | {"README.md": "# x\n\n```cpp\nint main();\n```\n"})
        self.assertEqual(self.check(example | {"README.md": "# x\n\n```cpp\nint main() {}\n```\n"}), [])

    def test_budget_of_functions(self):
        self.assert_reported("tandem/sync/lock.cpp:2: budget", self.sync("\n" + LONG_FUNCTION))
        self.assertEqual(self.check(self.sync(LONG_FUNCTION.replace("  step();\n", "", 1))), [])
        self.assertIn("longest() has 70 lines", self.notes[0])

    def test_pragma_once(self):
        self.assert_reported("tandem/sync/lock.hpp:3: pragma-once", {"tandem/sync/lock.hpp": "// a comment\n\nint x;\n#pragma once\n"})
        self.assert_reported("tandem/sync/lock.hpp:1: pragma-once", {"tandem/sync/lock.hpp": ""})

    def test_macro(self):
        self.assert_reported("tandem/sync/lock.hpp:2: macro", self.header("# define REQUIRES(x)\n"))
        self.assertEqual(self.check(self.sync("#define LOCAL 1\n")), [])

    def test_using_namespace(self):
        self.assert_reported("tandem/sync/lock.hpp:3: using-namespace", self.header("namespace a {\nusing namespace std;\n}\n"))
        self.assertEqual(self.check(self.header("inline void f() {\n  using namespace std;\n}\n")), [])
        self.assertEqual(self.check(self.sync("using namespace std;\n")), [])

    def test_left_for_later(self):
        for word in ("TO" + "DO", "FIX" + "ME", "X" + "XX"):
            self.assert_reported("tandem/sync/lock.cpp:2: later", self.sync(f"\n// {word}: more\n"))
        self.assert_reported("run:2: later", {"run": "#!/bin/bash\n# " + "TO" + "DO\n"})

    def test_if_0(self):
        self.assert_reported("tandem/sync/lock.cpp:1: if-0", self.sync("#if 0\n#endif\n"))

    def test_swallowed_error(self):
        code = "void f() {\n  try {\n    g();\n  } catch (...) {\n    // never mind\n  }\n}\n"
        self.assert_reported("tandem/sync/lock.cpp:4: swallowed-error", self.sync(code))
        self.assertEqual(self.check(self.sync(code.replace("// never mind", "report();"))), [])

    def test_skip_without_a_reason(self):
        test = "TEST(A, B) {\n  GTEST_SKIP()%s;\n}\n"
        self.assert_reported("tests/sync/lock_test.cpp:2: skip", {"tests/sync/lock_test.cpp": test % ""})
        self.assertEqual(self.check({"tests/sync/lock_test.cpp": test % ' << "no kernel support"'}), [])

    def test_atomics_seam(self):
        self.assert_reported("tandem/sync/lock.cpp:1: atomics-seam", self.sync("std::atomic<int> x;\n"))
        self.assert_reported("tandem/sync/lock.cpp:1: atomics-seam", self.sync("std::atomic_flag x;\n"))
        self.assertEqual(self.check(self.sync("// std::atomic<int>\nvoid f() { std::atomic_thread_fence(o); }\n")), [])

    def test_unbuilt_file(self):
        self.assert_reported("tandem/sync/odd.cpp:1: unbuilt", {"tandem/sync/odd.cpp": "\n"})
        self.assert_reported("tandem/sync/k.cpp:1: unbuilt", {"tandem/sync/k.cpp": "\n"})  # lock.cpp does not stand for it
        self.assert_reported("tandem/sync/lock.cpp:1: unbuilt", {"tandem/sync/CMakeLists.txt": "lock.hpp # lock.cpp\n"})

    def test_versions(self):
        self.assert_reported("CHANGELOG.md:2: version", {"CHANGELOG.md": "# Changelog\n## [1.2.2] - 2020-01-01\n"})
        self.assert_reported("CHANGELOG.md:1: version", {"CHANGELOG.md": None})
        self.assert_reported("tandem/version.hpp:2: version", {"tandem/version.hpp": '#pragma once\nversion = "1.3.0";\n'})


class Scanner(unittest.TestCase):
    def functions(self, code):
        return list(functions_of(without_comments_and_strings(textwrap.dedent(code))))

    def test_literals_are_blanked_and_offsets_kept(self):
        for text in (
            '"{" x',
            "'{' x",
            r'"\"{" x',
            'R"(" { )" x',
            'u8R"f()" {)f" x',
            "1'000'000 x",
            "// {\\\n{\n x",
            "/* '{ \n */ x",
        ):
            code = without_comments_and_strings(text)
            self.assertEqual(len(code), len(text))
            self.assertNotIn("{", code)
            self.assertTrue(code.endswith(" x"), code)

    def test_what_is_a_function(self):
        found = self.functions(
            """\
            namespace a::b {
            class X final : public Y<Z> {
             public:
              X(int a) : a_{a}, b_(1), c_{{a}} {
                f();
              }
              ~X() override { g([] {
                h();
              }); }
              auto operator()(int x) const noexcept -> std::vector<int> {
                if (x) { return {}; }
                return {x};
              }
             private:
              int a_{0};
              Table table_{[](int x) {
                return x;
              }};
            };
            template <class R, class... Args> requires(sizeof(R) > 1)
            struct S<R(Args...)> {
              void f(Options options = {}) { use(options); }
            };
            enum class E : int { a, b };
            const int table[] = {1, 2};
            template <class M>
            concept C = requires(M& m) {
              { m.f() } -> std::same_as<int>;
            };
            #define MACRO(x) \\
              if (x) {
            extern "C" int main() {
              return 0;
            }
            TEST(A, B) {}
            }  // namespace a::b
            """
        )
        expected = [
            (4, 6, "X"),
            (7, 9, "~X"),
            (10, 13, "operator()"),
            (16, 18, "a lambda"),
            (22, 22, "f"),
            (32, 34, "main"),
            (35, 35, "TEST A.B"),
        ]
        self.assertEqual(found, expected)

    def test_mask(self):
        code = "int a; void f() { int b; } int c;"
        mask = namespace_scope_mask(code)
        self.assertEqual([mask[code.index(f"int {x}")] for x in "abc"], [1, 0, 1])


if __name__ == "__main__":
    unittest.main()
