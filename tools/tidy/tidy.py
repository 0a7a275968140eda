#!/usr/bin/env python3
"""The structure test: what the compiler does not check about how this project is laid out.

    tools/tidy/tidy.py [ROOT]

Prints each violation as `file:line: rule: what to do` and fails if there is one. What is merely over a usual budget is printed
as a note. The rules are the functions decorated with @rule; CONTRIBUTING.md says why they are there.
"""

import bisect
import re
import subprocess
import sys
from pathlib import Path

sys.dont_write_bytecode = True  # the tree stays as it is
from scanner import functions_of, namespace_scope_mask, without_comments_and_strings  # noqa: E402

# From the bottom up. A folder includes from itself and from the ranks below its own; folders of one rank do not know each other.
RANKS = [
    {"tandem/base"},
    {"tandem/platform"},
    {"tandem/sync"},
    {"tandem/threading"},
    {"tandem/queue"},
    {"tandem/futures"},
    {"tandem/subprocess"},
    {"tandem/shared"},
    {"tandem/remote"},
    {"tandem/multiprocessing"},
    {"tandem/connection"},
    {"tandem/selectors"},
    {"tandem/loop"},
    {"tandem/asyncio", "tandem/green"},
    {"tandem/socketserver"},
    {"tandem/http", "tandem/ftp", "tandem/chat"},
    {"tandem"},  # the user-facing headers tandem/<module>.hpp
    {"apps"},
]
RANK = {folder: rank for rank, folders in enumerate(RANKS) for folder in folders}
FREE_TO_INCLUDE = {"tests", "examples", "bench"}

SYSTEM_HEADER = re.compile(
    r"(linux|sys|netinet|net|arpa|asm)/.*"
    r"|(unistd|fcntl|poll|signal|netdb|sched|dirent|termios|pthread|ifaddrs|pwd|grp|spawn|ucontext|dlfcn|link|syslog|semaphore)\.h"
)

# kind: (usual, hard) number of lines
BUDGETS = {"header": (200, 400), "source": (300, 600), "function": (40, 70)}
README_LINES = 120
EXAMPLE = "examples/quickstart/quickstart.cpp"

RULES = []


def rule(check):
    RULES.append(check)
    return check


class File:
    """One file of the project: its text as written, and for C++ the same without comments and strings, line by line alike."""

    def __init__(self, root, name):
        self.name = name
        self.path = Path(name)
        self.text = (root / name).read_text(encoding="utf-8", errors="replace")
        self.lines = self.text.splitlines()
        self.is_header = name.endswith((".hpp", ".h"))
        self.is_cpp = self.is_header or name.endswith((".cpp", ".cc"))
        self.code = without_comments_and_strings(self.text) if self.is_cpp else self.text
        self._starts = [0] + [i + 1 for i, c in enumerate(self.text) if c == "\n"]

    def line_at(self, offset):
        return bisect.bisect_right(self._starts, offset)

    def includes(self):
        """(line, path) of each include; paths are strings to the scanner, so the lines are read as written."""
        for match in re.finditer(r'^[ \t]*#[ \t]*include[ \t]*[<"]([^>"\n]+)[>"]', self.text, re.M):
            if self.code[match.start() : match.end()].lstrip().startswith("#"):
                yield self.line_at(match.start()), match[1], '"' in match[0]


class Tree:
    """All files of the project, and what the rules have to say about them."""

    def __init__(self, root):
        self.root = Path(root).resolve()
        self.failures = []
        self.notes = []
        self.files = {name: File(self.root, name) for name in self._names() if self._is_text(name)}

    def _names(self):
        asked = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=self.root, capture_output=True, text=True
        )
        if asked.returncode == 0:
            names = set(asked.stdout.split("\0")) - {""}
        else:  # an unpacked archive
            names = {str(p.relative_to(self.root)) for p in self.root.rglob("*") if p.is_file()}
            names = {n for n in names if not n.startswith(("build/", ".git/")) and "__pycache__" not in n}
        return sorted(n for n in names if (self.root / n).is_file())

    @staticmethod
    def _is_text(name):
        suffixes = (".hpp", ".h", ".cpp", ".cc", ".py", ".md", ".cmake", ".in", ".sh", "CMakeLists.txt")
        return name.endswith(suffixes) or "." not in Path(name).name  # scripts have no suffix

    def cpp(self):
        return (f for f in self.files.values() if f.is_cpp)

    def fail(self, file, line, name, advice):
        self.failures.append(f"{file.name if isinstance(file, File) else file}:{line}: {name}: {advice}")

    def note(self, file, line, text):
        self.notes.append(f"{file.name}:{line}: note: {text}")

    def each_match(self, files, pattern, name, advice):
        for file in files:
            for match in re.finditer(pattern, file.code):
                self.fail(file, file.line_at(match.start()), name, advice)


def folder_of(name):
    """The folder that RANK speaks of: tandem/x, tandem for its own headers, apps, or the first part of the path."""
    parts = name.split("/")
    return "/".join(parts[:2]) if parts[0] == "tandem" and len(parts) > 2 else parts[0]


@rule
def includes_go_downwards(tree):
    for file in tree.cpp():
        folder = folder_of(file.name)
        if folder in FREE_TO_INCLUDE:
            continue
        if folder not in RANK:
            tree.fail(file, 1, "layering", f"{folder} has no rank yet; give it its place in RANKS of tools/tidy/tidy.py")
            continue
        for line, path, quoted in file.includes():
            if path.startswith(("tandem/", "apps/", "tests/", "examples/", "bench/")):
                check_direction(tree, file, line, path, folder)
            elif quoted:
                tree.fail(file, line, "include-path", f'write the path from the root of the project: "{file.path.parent}/{path}"')


def check_direction(tree, file, line, path, folder):
    target = folder_of(path)
    if path == "tandem/version.hpp" or target == folder:
        if folder == "apps" and path.startswith("apps/cli/") and not file.name.startswith("apps/cli/"):
            tree.fail(file, line, "layering", "apps/cli stands above the other programs; move what they share out of it")
    elif target not in RANK:
        tree.fail(file, line, "layering", f"{target} is not there to be included by {folder}")
    elif RANK[target] >= RANK[folder]:
        tree.fail(file, line, "layering", f"{folder} may not include from {target}: move what it needs to a folder below both")


@rule
def system_headers_stay_in_platform(tree):
    for file in tree.cpp():
        if file.name.startswith(("tandem/platform/", "tests/", "bench/")):
            continue
        for line, path, _ in file.includes():
            if SYSTEM_HEADER.fullmatch(path):
                tree.fail(file, line, "system-header", f"<{path}> belongs in tandem/platform; call a function of platform's here")


@rule
def sizes_stay_in_budget(tree):
    for file in tree.cpp():
        kind = "header" if file.is_header else "source"
        check_budget(tree, file, 1, kind, len(file.lines), f"this {kind}", "one concept per file: split it")
        for first, last, name in functions_of(file.code):
            check_budget(tree, file, first, "function", last - first + 1, f"{name}()", "give its parts names of their own")
    readme = tree.files.get("README.md")
    if readme and len(readme.lines) >= README_LINES:
        tree.fail(readme, README_LINES, "budget", f"README.md stays under {README_LINES} lines: move the rest to docs/")


def check_budget(tree, file, line, kind, size, what, advice):
    usual, hard = BUDGETS[kind]
    if size > hard:
        tree.fail(file, line, "budget", f"{what} has {size} lines, {hard} is the limit: {advice}")
    elif size > usual:
        tree.note(file, line, f"{what} has {size} lines, up to {usual} is usual")


@rule
def headers_begin_with_pragma_once(tree):
    for file in tree.cpp():
        first = next((number for number, line in enumerate(file.code.splitlines(), 1) if line.strip()), 1)
        if file.is_header and (not file.lines or file.lines[first - 1].strip() != "#pragma once"):
            tree.fail(file, first, "pragma-once", "let the header begin with #pragma once")


@rule
def macros_of_headers_have_our_prefix(tree):
    for file in (f for f in tree.cpp() if f.is_header):
        for match in re.finditer(r"^[ \t]*#[ \t]*define[ \t]+(?!TANDEM_)(\w+)", file.code, re.M):
            tree.fail(file, file.line_at(match.start()), "macro", f"{match[1]} leaks into every user's code: name it TANDEM_{match[1]}")


@rule
def headers_use_no_namespace(tree):
    for file in (f for f in tree.cpp() if f.is_header):
        outside = namespace_scope_mask(file.code)
        for match in re.finditer(r"\busing\s+namespace\b", file.code):
            if outside[match.start()]:
                tree.fail(file, file.line_at(match.start()), "using-namespace", "name what is used, or move it into a function")


@rule
def nothing_is_left_for_later(tree):
    later = "|".join(("TO" + "DO", "FIX" + "ME", "X" + "XX"))
    for file in tree.files.values():
        for match in re.finditer(rf"\b({later})\b", file.text):
            tree.fail(file, file.line_at(match.start()), "later", f"do it now, or open an issue; no {match[1]} in the tree")


@rule
def code_says_what_it_means(tree):
    tree.each_match(tree.cpp(), r"(?m)^[ \t]*#[ \t]*if[ \t]+0\b", "if-0", "delete the code that nobody compiles; git keeps it")
    tree.each_match(
        tree.cpp(),
        r"\bcatch\s*\(\s*\.\.\.\s*\)\s*\{\s*\}",
        "swallowed-error",
        "handle or report it, or catch only the type that may be ignored, and say why",
    )
    tree.each_match(tree.cpp(), r"\bGTEST_SKIP\s*\(\s*\)\s*;", "skip", "say why the test is skipped: GTEST_SKIP() << reason")


@rule
def algorithms_take_atomics_from_the_seam(tree):
    seam = ("tandem/sync/", "tandem/queue/", "tandem/futures/")
    tree.each_match(
        (f for f in tree.cpp() if f.name.startswith(seam)),
        r"\bstd::atomic(?!_(thread_fence|signal_fence))\w*",
        "atomics-seam",
        "use base::Atomic of tandem/base/atomics.hpp, so that a checked build can replace it",
    )


@rule
def cmake_knows_each_file(tree):
    for file in tree.cpp():
        if not file.name.startswith(("tandem/", "apps/")):
            continue
        home = next((p for p in file.path.parents if f"{p}/CMakeLists.txt" in tree.files), None)
        if home is None:
            tree.fail(file, 1, "unbuilt", "there is no CMakeLists.txt in its folder or above it")
            continue
        listed = re.sub(r"#.*", "", tree.files[f"{home}/CMakeLists.txt"].text)
        if not re.search(rf"(?<![\w./-]){re.escape(str(file.path.relative_to(home)))}(?![\w./-])", listed):
            tree.fail(file, 1, "unbuilt", f"name it in {home}/CMakeLists.txt, or delete it")


@rule
def versions_agree(tree):
    sources = {
        "CMakeLists.txt": r"project\(\s*\w+\s+VERSION\s+([\d.]+)",
        "tandem/version.hpp": r'version\s*=\s*"([^"]+)"',
        "CHANGELOG.md": r"(?m)^##\s+\[?v?(\d+\.\d+\.\d+)\]?",  # the newest release stands first
    }
    found = {}
    for name, pattern in sources.items():
        file = tree.files.get(name)
        match = re.search(pattern, file.text) if file else None
        if match:
            found[name] = (match[1], file.line_at(match.start()))
        else:
            tree.fail(name, 1, "version", "state the project's version here")
    if "CMakeLists.txt" not in found:
        return
    wanted = found["CMakeLists.txt"][0]
    for name, (version, line) in found.items():
        if version != wanted:
            tree.fail(name, line, "version", f"says {version}, but CMakeLists.txt says {wanted}: make them agree")


@rule
def readme_shows_what_is_tested(tree):
    readme, example = tree.files.get("README.md"), tree.files.get(EXAMPLE)
    if readme is None or example is None:
        return
    shown = re.search(r"(?s)```cpp\n(.*?)```", readme.text)
    if shown is None or shown[1] != example.text:
        line = readme.line_at(shown.start()) if shown else 1
        tree.fail(readme, line, "example", f"its first C++ example is {EXAMPLE}, which is built and run: make them agree")


def check(root):
    tree = Tree(root)
    for one in RULES:
        one(tree)
    return tree


def main():
    tree = check(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).resolve().parents[2])
    for line in tree.notes + tree.failures:
        print(line)
    print(f"{len(tree.files)} files, {len(tree.notes)} notes, {len(tree.failures)} violations")
    return 1 if tree.failures or not tree.files else 0


if __name__ == "__main__":
    sys.exit(main())
