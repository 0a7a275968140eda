"""`tandem crawl` on a well-behaved site: what it fetches, what it writes down, what it says."""

import re
import unittest

from harness import Site, TestCase, eventually, on_a_terminal, page, rows, tandem


class Crawl(TestCase):
    SMALL = {
        "/": page("home", "/a.html", "b.html", "/docs/c.html#part", "/a.html", "mailto:x@y", "http://elsewhere.invalid/"),
        "/a.html": page("a", "/"),
        "/b.html": page("b &amp; more", "/deep/1"),
        "/docs/c.html": page("c", "/missing.html"),
        "/deep/1": page("1", "/deep/2"),
        "/deep/2": page("2"),
    }

    def crawl(self, url, *options, code=0):
        done = tandem("crawl", url, "--db", self.db, *options)
        self.assertEqual(done.code, code, done.all)
        self.assert_healthy(self.db)
        return done

    def fetched(self, site):
        return sorted(url.removeprefix(site.url) for (url,) in rows(self.db, "SELECT url FROM pages WHERE status = 200"))

    def test_every_page_of_the_host_once(self):
        with Site(self.SMALL) as site:
            done = self.crawl(site.url + "/")
            self.assertEqual(self.fetched(site), sorted(self.SMALL))
            self.assertEqual(sorted(site.requested), sorted([*self.SMALL, "/missing.html"]))
            self.assertEqual(rows(self.db, "SELECT title FROM pages WHERE url = ?", site.url + "/b.html"), [("b & more",)])
            errors = rows(self.db, "SELECT url, reason FROM errors")
            self.assertEqual([url for url, _ in errors], [site.url + "/missing.html"])
            self.assertRegex(errors[0][1], r"\b404\b")
            self.assertEqual(
                rows(self.db, "SELECT count(*) FROM links WHERE source = ? AND in_scope", site.url + "/"), [(3,)]
            )
            self.assertEqual(rows(self.db, "SELECT ended_by, pages, failed FROM crawls"), [("complete", 6, 1)])
            for pattern in (r"pages +6, 1 failed", r"broken links +1, to 1 target", r"/missing\.html\n.*404", r"slowest", r"largest"):
                self.assertRegex(done.stdout, pattern)

    def test_sizes_are_those_of_the_bodies(self):
        with Site(self.SMALL) as site:
            self.crawl(site.url + "/")
            for url, size in rows(self.db, "SELECT url, bytes FROM pages WHERE status = 200"):
                self.assertEqual(size, len(self.SMALL[url.removeprefix(site.url)]))

    def test_depth(self):
        with Site(self.SMALL) as site:
            self.crawl(site.url + "/", "--depth", 1)
            self.assertEqual(self.fetched(site), ["/", "/a.html", "/b.html", "/docs/c.html"])
        with Site(self.SMALL) as site:
            self.db = self.folder / "none.db"
            self.crawl(site.url + "/", "--depth", 0)
            self.assertEqual(self.fetched(site), ["/"])

    def test_scope_prefix(self):
        pages = {**self.SMALL, "/docs/": page("docs", "/a.html", "c.html", "sub/d.html"), "/docs/sub/d.html": page("d")}
        with Site(pages) as site:
            self.crawl(site.url + "/docs/", "--scope", "prefix")
            self.assertEqual(self.fetched(site), ["/docs/", "/docs/c.html", "/docs/sub/d.html"])

    def test_max_pages(self):
        with Site({}, otherwise=lambda handler: handler.answer(page("x", *(f"{handler.path}/{i}" for i in range(5))))) as site:
            self.crawl(site.url + "/x", "--max-pages", 20)
            self.assertEqual(len(site.requested), 20)
            self.assertEqual(rows(self.db, "SELECT count(*) FROM pages"), [(20,)])

    def test_several_roots(self):
        with Site({"/": page("one")}) as one, Site({"/": page("two")}) as two:
            done = tandem("crawl", one.url, two.url, "--db", self.db)
            self.assertEqual(done.code, 0, done.all)
            self.assertEqual(sorted(rows(self.db, "SELECT title FROM pages")), [("one",), ("two",)])

    def test_redirect(self):
        pages = {
            "/": page("home", "/old"),
            "/old": lambda handler: handler.answer("", status=301, headers=[("Location", "/new")]),
            "/new": page("new", "/from-new"),
            "/from-new": page("behind it"),
        }
        with Site(pages) as site:
            self.crawl(site.url + "/")
            self.assertEqual(
                rows(self.db, "SELECT final_url, status FROM pages WHERE url = ?", site.url + "/old"), [(site.url + "/new", 200)]
            )
            self.assertIn("/from-new", self.fetched(site))
            self.assertEqual(rows(self.db, "SELECT * FROM errors"), [])

    def test_fetchers_work_side_by_side(self):
        # Nobody gets an answer before four are asked for at the same time.
        waiting = []

        def together(handler):
            waiting.append(handler.path)
            eventually(lambda: len(waiting) >= 4, "four requests at once")
            handler.answer(page("together"))

        pages = {"/": page("home", *(f"/{i}" for i in range(4))), **{f"/{i}": together for i in range(4)}}
        with Site(pages) as site:
            self.crawl(site.url + "/", "--fetchers", 4)
            self.assertEqual(len(self.fetched(site)), 5)

    def test_one_fetcher_asks_one_at_a_time(self):
        now, most = [], []

        def counted(handler):
            now.append(1)
            most.append(len(now))
            handler.answer(page("x", *(f"/{i}" for i in range(20))))
            now.pop()

        with Site({}, otherwise=counted) as site:
            self.crawl(site.url + "/", "--fetchers", 1)
            self.assertEqual(len(most), 21)
            self.assertLessEqual(max(most), 2)  # the next may come before this one has said that it is through

    def test_a_second_crawl_adds_to_the_file(self):
        with Site(self.SMALL) as site:
            self.crawl(site.url + "/")
            self.crawl(site.url + "/", "--depth", 0)
        self.assertEqual(rows(self.db, "SELECT crawl, count(*) FROM pages WHERE status = 200 GROUP BY crawl"), [(1, 6), (2, 1)])

    def test_the_database_is_in_the_working_folder_by_default(self):
        with Site(self.SMALL) as site:
            self.assertEqual(tandem("crawl", site.url, cwd=self.folder).code, 0)
        self.assertEqual(rows(self.folder / "crawl.db", "SELECT count(*) FROM crawls"), [(1,)])


class Progress(TestCase):
    """A site that takes a while, so that there is progress to be seen."""

    @staticmethod
    def slow(handler):
        handler.server.stopping.wait(0.05)
        handler.answer(page("slow", *(f"/{i}" for i in range(400))))

    def test_plain_lines_when_stderr_is_no_terminal(self):
        with Site({}, otherwise=self.slow) as site:
            done = tandem("crawl", site.url + "/", "--db", self.db, "--fetchers", 4)
        self.assertEqual(done.code, 0, done.all)
        self.assertNotRegex(done.all, r"[\r\x1b]")
        lines = re.findall(r"(?m)^.*?(\d+) of (\d+) pages, (\d+) failed, [\d.,]+ pages/s(?:, \d+:\d\d left)?$", done.stderr)
        self.assertTrue(lines, done.stderr)
        self.assertEqual([int(n) for n, _, _ in lines], sorted(int(n) for n, _, _ in lines))

    def test_a_bar_on_a_terminal(self):
        with Site({}, otherwise=self.slow) as site:
            code, shown = on_a_terminal("crawl", site.url + "/", "--db", self.db, "--fetchers", 4, columns=80)
        self.assertEqual(code, 0, shown)
        bars = re.findall(r"\r\x1b\[K(.+?)(?=\r|$)", shown)
        bars = [re.sub(r"\x1b\[\d*m", "", bar) for bar in bars if "[" in bar]
        self.assertGreater(len(bars), 5, shown)
        for bar in bars[1:-1]:
            self.assertLess(len(bar), 80)
            self.assertRegex(bar, r"\[=*>? *\] \d+/\d+ +0 failed +[\d.,]+ pages/s")
        self.assertTrue(any("ETA" in bar for bar in bars), bars)
        # The bar is gone when the summary comes.
        self.assertRegex(shown, r"\r\x1b\[K[^\r=>]*pages +401")

    def test_a_narrow_terminal_keeps_one_line(self):
        with Site({}, otherwise=self.slow) as site:
            code, shown = on_a_terminal("crawl", site.url + "/", "--db", self.db, "--max-pages", 60, "--fetchers", 2, columns=24)
        self.assertEqual(code, 0, shown)
        bars = re.findall(r"\r\x1b\[K([^\r\n]+)\r(?!\n)", shown)
        self.assertGreater(len(bars), 3, shown)
        for bar in bars:
            self.assertRegex(bar, r"\d+/\d+")
            self.assertLess(len(re.sub(r"\x1b\[\d*m", "", bar)), 24)


if __name__ == "__main__":
    unittest.main(verbosity=2)
