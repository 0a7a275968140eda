"""Ctrl-C, SIGTERM and kill -9 in the middle of a crawl: how soon it ends, how, and what is kept."""

import signal
import sqlite3
import time
import unittest

from harness import Site, Tandem, TestCase, eventually, page, rows, tandem

FETCHERS = 8


def endless(handler):
    """A site without an end: each page leads to ten more."""
    handler.server.stopping.wait(0.01)
    handler.answer(page(handler.path, *(f"{handler.path.rstrip('/')}/{i}" for i in range(10))))


def hanging(handler):
    """Headers and a little of the body; then nothing, until the other side gives up."""
    handler.send_response(200)
    handler.send_header("Content-Type", "text/html")
    handler.send_header("Content-Length", "1000000")
    handler.end_headers()
    handler.wfile.write(b"<p>")
    handler.wfile.flush()
    handler.server.stopping.wait(60)


class Interrupt(TestCase):
    def crawl(self, site):
        return Tandem("crawl", site.url + "/", "--db", self.db, "--fetchers", FETCHERS)

    def stop(self, run, number, within):
        begin = time.monotonic()
        run.send(number)
        code = run.wait()
        took = time.monotonic() - begin
        self.assertLess(took, within, f"took {took:.2f} s to end")
        return code

    def test_ctrl_c_ends_within_a_second_and_keeps_what_was_crawled(self):
        with Site({}, otherwise=endless) as site, self.crawl(site) as run:
            eventually(lambda: len(site.served) >= 300, "300 pages are crawled")
            served = len(site.served)
            code = self.stop(run, signal.SIGINT, within=1.0)
            self.assertEqual(code, -signal.SIGINT)  # the shell shows 130
            self.assertRegex(run.stdout, r"(?m)^pages +\d+")  # the summary comes all the same
            self.assertIn("interrupted", run.stdout)
        self.assert_healthy(self.db)
        ((ended_by, pages),) = rows(self.db, "SELECT ended_by, pages FROM crawls")
        self.assertEqual(ended_by, "interrupted")
        self.assertEqual(rows(self.db, "SELECT count(*) FROM pages WHERE status = 200"), [(pages,)])
        # All that had been answered is there, but for what each fetcher had in its hands, on either side of the connection.
        self.assertGreaterEqual(pages, served - 2 * FETCHERS)

    def test_ctrl_c_while_every_fetcher_waits_for_a_server_that_hangs(self):
        pages = {"/": page("home", *(f"/{i}" for i in range(FETCHERS)))}
        with Site(pages, otherwise=hanging) as site, self.crawl(site) as run:
            eventually(lambda: len(site.requested) > FETCHERS, "all fetchers are waiting")
            self.assertEqual(self.stop(run, signal.SIGINT, within=1.0), -signal.SIGINT)
        self.assertEqual(rows(self.db, "SELECT title FROM pages"), [("home",)])
        self.assertEqual(rows(self.db, "SELECT * FROM errors"), [], "what was cancelled is no broken page")

    def test_sigterm(self):
        with Site({}, otherwise=endless) as site, self.crawl(site) as run:
            eventually(lambda: len(site.served) >= 50, "50 pages are crawled")
            code = self.stop(run, signal.SIGTERM, within=2.0)
            self.assertIn(code, (-signal.SIGTERM, 128 + signal.SIGTERM))
        self.assertEqual(rows(self.db, "SELECT ended_by FROM crawls"), [("interrupted",)])

    def test_a_second_ctrl_c_does_no_harm(self):
        with Site({}, otherwise=endless) as site, self.crawl(site) as run:
            eventually(lambda: len(site.served) >= 50, "50 pages are crawled")
            run.send(signal.SIGINT)
            self.assertEqual(self.stop(run, signal.SIGINT, within=2.0), -signal.SIGINT)
        self.assert_healthy(self.db)

    def test_kill_keeps_what_was_committed(self):
        with Site({}, otherwise=endless) as site, self.crawl(site) as run:
            eventually(lambda: len(site.served) >= 200, "200 pages are crawled")
            # Half a second is promised from an answer to its commit. The machine may be busy; a crawl that commits at its end fails.
            early = len(site.served) - 2 * FETCHERS
            ((committed,),) = eventually(
                lambda: [row for row in rows(self.db, "SELECT count(*) FROM pages") if row[0] >= early], "it is committed", timeout=5
            )
            run.send(signal.SIGKILL)
            self.assertEqual(run.wait(), -signal.SIGKILL)
        ((kept,),) = self.recovered("SELECT count(*) FROM pages")
        self.assertGreaterEqual(kept, committed)
        self.assertEqual(self.recovered("SELECT ended_by, finished FROM crawls"), [(None, None)])
        self.assertEqual(self.recovered("PRAGMA integrity_check"), [("ok",)])
        # The file goes on being good for the next crawl.
        with Site({"/": page("again")}) as site:
            done = tandem("crawl", site.url + "/", "--db", self.db)
            self.assertEqual(done.code, 0, done.all)
        self.assertEqual(rows(self.db, "SELECT crawl, ended_by FROM crawls JOIN pages ON crawl = id WHERE title = 'again'"), [(2, "complete")])

    def recovered(self, query):
        """As rows(), by a connection that may write: a log that was left behind has to be read in."""
        connection = sqlite3.connect(self.db)
        try:
            return connection.execute(query).fetchall()
        finally:
            connection.close()

    def test_another_program_may_read_while_it_runs(self):
        with Site({}, otherwise=endless) as site, self.crawl(site) as run:
            eventually(lambda: len(site.served) >= 100, "100 pages are crawled")
            counts = []

            def grows():
                counts.append(rows(self.db, "SELECT count(*) FROM pages")[0][0])
                return counts[-1] > counts[0] > 0 or (counts[0] == 0 and counts.pop(0))

            eventually(grows, "the number of pages grows under a reader's eyes")
            self.assertIsNone(run.process.poll())
            self.stop(run, signal.SIGINT, within=2.0)

    def test_a_closed_stdout_is_told_and_costs_nothing_but_the_summary(self):
        # As in `tandem crawl ... | true`.
        script = '{ "$@"; echo "code $?" >&2; } | true'
        with Site({"/": page("home")}) as site:
            done = tandem("crawl", site.url + "/", "--db", self.db, prefix=["sh", "-c", script, "sh"])
        self.assertRegex(done.stderr, r"(?m)^code 1$")
        self.assert_one_clear_line(done.stderr, r"standard output")
        self.assertEqual(rows(self.db, "SELECT title FROM pages"), [("home",)])
        self.assertEqual(rows(self.db, "SELECT ended_by FROM crawls"), [("complete",)])


if __name__ == "__main__":
    unittest.main(verbosity=2)
