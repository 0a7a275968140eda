"""The real site: the HTML edition of cppreference, served and crawled by tandem, compared with the files on disk.

What the crawl must find is worked out here once more, by other means: a walk over the files with a pattern for links.
"""

import html
import re
import unittest
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

from harness import Server, TestCase, rows, tandem

SITE = Path("/usr/share/cppreference/doc/html")
START = "/en/index.html"

LINK = re.compile(r"<(?:a|area)\b[^>]*?\shref\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s>]+))", re.I)
NO_MARKUP = re.compile(r"<!--.*?-->|<(script|style|textarea|title)\b.*?</\1\s*>", re.I | re.S)
TITLE = re.compile(r"<title[^>]*>(.*?)</title\s*>", re.I | re.S)


def resolve(page, reference):
    """The path that `reference` means on `page`; None if it leads away. (urljoin drops empty segments, which RFC 3986 keeps.)"""
    parts = urlsplit(reference)
    if parts.scheme or parts.netloc:
        return None
    if not parts.path:
        return page
    segments = []
    for segment in (parts.path if parts.path.startswith("/") else page.rpartition("/")[0] + "/" + parts.path).split("/")[1:]:
        if segment == "..":
            segments = segments[:-1]
        elif segment != ".":
            segments.append(segment)
    return "/" + "/".join(segments)


def walk():
    """(page -> where it links to within the site, paths that are linked and are not there)"""
    pages, missing = {}, set()
    todo = [START]
    seen = {START}
    while todo:
        path = todo.pop()
        file = SITE / unquote(path).lstrip("/")
        if not file.is_file():
            missing.add(path)
            continue
        text = file.read_text("utf-8", "replace") if file.suffix == ".html" else ""
        targets = set()
        for match in LINK.finditer(NO_MARKUP.sub("", text)):
            target = resolve(path, html.unescape(next(group for group in match.groups() if group is not None)).strip())
            if target:
                targets.add(target)
        pages[path] = targets
        todo.extend(targets - seen)
        seen |= targets
    return pages, missing


def normal(path):
    return quote(unquote(path), safe="/")


@unittest.skipUnless((SITE / START[1:]).is_file(), "the package cppreference-doc-en-html is not installed")
class Cppreference(TestCase):
    def test_crawl_finds_what_is_on_disk(self):
        with Server(SITE) as server:
            done = tandem("crawl", server.url + START, "--db", self.db, timeout=300)
            self.assertEqual(done.code, 0, done.all)
            self.assert_healthy(self.db)
            url = server.url
        expected, missing = walk()
        self.assertEqual(len(missing), 1)

        found = {}
        for page, final, status, kind, size, title in rows(
            self.db, "SELECT url, final_url, status, content_type, bytes, title FROM pages"
        ):
            self.assertEqual(page, final)
            found[unquote(page.removeprefix(url))] = (status, kind, size, title)
        good = {path for path, (status, *_) in found.items() if status == 200}
        self.assertGreaterEqual(len(good), 4000)
        self.assertEqual(good, {unquote(path) for path in expected})

        for path in good:
            file = SITE / path.lstrip("/")
            _, kind, size, title = found[path]
            self.assertEqual(size, file.stat().st_size, path)
            if file.suffix == ".html":
                self.assertTrue(kind.startswith("text/html"), (path, kind))
                on_disk = " ".join(html.unescape(TITLE.search(file.read_text("utf-8"))[1]).split())
                self.assertEqual(title, on_disk, path)

        # No false "broken link", and the truly missing one is found.
        errors = rows(self.db, "SELECT url, reason FROM errors")
        self.assertEqual({normal(page.removeprefix(url)) for page, _ in errors}, {normal(path) for path in missing})
        self.assertRegex(errors[0][1], r"\b404\b")
        self.assertRegex(done.stdout, r"broken links .*to 1 target")

        # The links, both ways.
        links = {}
        for source, target in rows(self.db, "SELECT source, target FROM links WHERE in_scope"):
            links.setdefault(unquote(source.removeprefix(url)), set()).add(unquote(target.removeprefix(url)))
        self.assertEqual(
            {page: targets for page, targets in links.items() if targets},
            {unquote(page): {unquote(t) for t in targets} for page, targets in expected.items() if targets},
        )


@unittest.skipUnless((SITE / START[1:]).is_file(), "the package cppreference-doc-en-html is not installed")
class Demo(TestCase):
    def test_demo(self):
        done = tandem("demo", timeout=500, cwd=self.folder)
        self.assertEqual(done.code, 0, done.all)
        self.assertRegex(done.stdout, r"broken links .*to 1 target")
        self.assertRegex(done.stdout, r"(?m)\b1 fetcher\b")
        self.assertNotRegex(done.all, r"[\r\x1b]")


if __name__ == "__main__":
    unittest.main(verbosity=2)
