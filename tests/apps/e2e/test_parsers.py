"""Parsing in processes: what they are called, what a poisonous page costs, and that none of them is left behind however a crawl ends."""

import os
import signal
import time
import unittest

from harness import Server, Site, Tandem, TestCase, eventually, page, rows, tandem

ASSERTION = b"<table><svg><desc><![CDATA[<!]]>\xff"  # fails one in gumbo as Debian builds it
QUADRATIC = "<div>" * 300_000  # gumbo needs minutes


def endless(handler):
    """A site without an end: each page leads to ten more."""
    handler.server.stopping.wait(0.01)
    handler.answer(page(handler.path, *(f"{handler.path.rstrip('/')}/{i}" for i in range(10))))


def parsers_of(run):
    """name -> pid"""
    return {args: pid for pid, args in run.tree().items() if args.startswith("tandem: parse ")}


class Parsers(TestCase):
    def test_ps_shows_them(self):
        with Site({}, otherwise=endless) as site, Tandem("crawl", site.url + "/", "--db", self.db, "--parsers", 3) as run:
            names = {"tandem: parse 1/3", "tandem: parse 2/3", "tandem: parse 3/3"}
            eventually(lambda: set(parsers_of(run)) == names, f"its processes are {names}")
            eventually(lambda: len(site.served) > 50, "and the crawl goes on")

    def test_one_for_each_processor(self):
        with Site({}, otherwise=endless) as site, Tandem("crawl", site.url + "/", "--db", self.db) as run:
            n = len(os.sched_getaffinity(0))
            eventually(lambda: len(parsers_of(run)) == n, f"it has {n} parsers")

    def test_poisonous_pages_cost_themselves(self):
        greedy = "<p>x" * 500_000
        pages = {
            "/": page("home", "/assertion", "/slow", "/greedy", "/good"),
            "/assertion": ASSERTION,
            "/slow": QUADRATIC,
            "/greedy": greedy,
            "/good": page("good"),
        }
        with Site(pages) as site:
            done = tandem("crawl", site.url + "/", "--db", self.db, "--parse-timeout", 2, "--parse-memory", "16MiB")
            self.assertEqual(done.code, 0, done.all)
            reasons = {url.removeprefix(site.url): reason for url, reason in rows(self.db, "SELECT url, reason FROM errors")}
            expected = {
                "/assertion": "the parser crashed: SIGABRT",
                "/slow": "parsing took longer than 2 s",
                "/greedy": "parsing needs more than 16 MiB",
            }
            self.assertEqual(reasons, expected)
            self.assertEqual(sorted(rows(self.db, "SELECT title FROM pages WHERE title <> ''")), [("good",), ("home",)])
            self.assertRegex(done.stdout, r"(?m)^poisoned +3 pages that could not be parsed$")
            for path, reason in expected.items():
                self.assertIn(f"  {site.url}{path}\n    {reason}\n", done.stdout)
            self.assertNotIn("Assertion", done.all, "what a dying parser says is not for the terminal")

    def test_a_parser_killed_by_hand_costs_at_most_its_page(self):
        total = 400
        pages = {"/": page("home", *(f"/{i}" for i in range(1, total)))}
        killed = set()
        with Site(pages, otherwise=lambda handler: handler.answer(page("good" * 1000))) as site:
            with Tandem("crawl", site.url + "/", "--db", self.db, "--fetchers", 2, "--parsers", 2) as run:
                for milestone in (20, 80, 140, 200):
                    eventually(lambda: len(site.served) >= milestone, f"{milestone} pages are served")
                    victim = eventually(lambda: set(parsers_of(run).values()) - killed, "there is a parser that lives").pop()
                    os.kill(victim, signal.SIGKILL)
                    killed.add(victim)
                self.assertEqual(run.wait(), 0, run.stderr)
                self.assertEqual(run.tree(), {})
        errors = rows(self.db, "SELECT reason FROM errors")
        self.assertLessEqual(len(errors), len(killed))
        self.assertLessEqual(set(errors), {("the parser crashed: SIGKILL",)})
        self.assertEqual(rows(self.db, "SELECT pages + failed FROM crawls"), [(total,)])

    def test_a_killed_fork_server_ends_the_crawl_with_a_clear_word(self):
        with Site({}, otherwise=endless) as site, Tandem("crawl", site.url + "/", "--db", self.db, "--quiet") as run:
            eventually(lambda: len(site.served) > 50 and parsers_of(run), "it crawls")
            (zygote,) = set(run.tree()) - set(parsers_of(run).values()) - {run.process.pid}
            os.kill(zygote, signal.SIGKILL)
            self.assertEqual(run.wait(10), 1)
            self.assert_one_clear_line(run.stderr, r"fork server")
            eventually(lambda: not run.tree(), "nobody is left", timeout=1)
        self.assert_healthy(self.db)


class Endings(TestCase):
    """After each of them there is nobody left of the command's family, at the latest a second later."""

    def ended(self, run, begin):
        eventually(lambda: not run.tree(), f"all have ended, but there is {run.tree()}", timeout=1)
        self.assertLess(time.monotonic() - begin, 2.5)

    def busy_crawl(self, site):
        return Tandem("crawl", site.url + "/", "--db", self.db, "--parsers", 2, "--parse-timeout", 3600)

    def test_complete(self):
        with Site({"/": page("home")}) as site, self.busy_crawl(site) as run:
            self.assertEqual(run.wait(), 0, run.stderr)
            self.ended(run, time.monotonic())

    def end_while_parsers_are_stuck(self, send):
        pages = {"/": page("home", *(f"/{i}" for i in range(6)))}
        with Site(pages, otherwise=lambda handler: handler.answer(QUADRATIC)) as site, self.busy_crawl(site) as run:
            eventually(lambda: len(site.served) == 7 and len(parsers_of(run)) == 2, "parsers have got the hostile pages")
            eventually(lambda: rows(self.db, "SELECT title FROM pages") == [("home",)], "the first page is written")
            begin = time.monotonic()
            send(run)
            code = run.wait()
            self.assertLess(time.monotonic() - begin, 1.0)
            self.ended(run, begin)
            return code, run.stdout + run.stderr

    def test_ctrl_c_on_the_terminal_reaches_all_of_them(self):
        code, said = self.end_while_parsers_are_stuck(lambda run: os.killpg(run.process.pid, signal.SIGINT))
        self.assertEqual(code, -signal.SIGINT)
        self.assertIn("interrupted", said)
        self.assertNotIn("Exception", said)
        self.assertEqual(rows(self.db, "SELECT ended_by FROM crawls"), [("interrupted",)])
        self.assertEqual(rows(self.db, "SELECT * FROM errors"), [], "what was given up is no broken page")

    def test_sigterm(self):
        code, _ = self.end_while_parsers_are_stuck(lambda run: run.send(signal.SIGTERM))
        self.assertEqual(code, -signal.SIGTERM)
        self.assertEqual(rows(self.db, "SELECT ended_by FROM crawls"), [("interrupted",)])

    def test_a_second_ctrl_c_ends_it_at_once(self):
        def insist(run):
            while run.process.poll() is None:
                run.send(signal.SIGINT)
                time.sleep(0.01)  # two that come at once are one

        code, said = self.end_while_parsers_are_stuck(insist)
        self.assertEqual(code, -signal.SIGINT)
        self.assertNotIn("interrupted", said, "there was no time for a summary")

    def test_kill(self):
        code, _ = self.end_while_parsers_are_stuck(lambda run: run.send(signal.SIGKILL))
        self.assertEqual(code, -signal.SIGKILL)

    def test_a_database_that_is_refused(self):
        with Site({"/": page("home")}) as site, Tandem("crawl", site.url + "/", "--db", self.folder) as run:
            self.assertEqual(run.wait(), 1)
            self.ended(run, time.monotonic())

    def test_the_server(self):
        with Server(self.folder) as run:
            self.assertEqual(parsers_of(run), {})
            run.send(signal.SIGTERM)
            self.assertEqual(run.wait(), 0, run.stderr)
            self.ended(run, time.monotonic())


if __name__ == "__main__":
    unittest.main(verbosity=2)
