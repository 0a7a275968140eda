"""`tandem crawl` and what the world throws at it: one clear line each, the right exit code, and the crawl goes on."""

import gzip
import pathlib
import shutil
import socket
import sqlite3
import subprocess
import tempfile
import unittest

from harness import Site, TestCase, page, rows, tandem

MIB = 1024 * 1024


def redirect(to):
    return lambda handler: handler.answer("", status=302, headers=[("Location", to)])


def raw(*parts):
    """Answers with these bytes and nothing else, and closes the connection."""

    def answer(handler):
        for part in parts:
            handler.wfile.write(part)
        handler.close_connection = True

    return answer


def body_of(size=None):
    """An HTML body of `size` bytes, or without an end (well, 4 GiB) if it is None."""

    def answer(handler):
        handler.send_response(200)
        handler.send_header("Content-Type", "text/html")
        if size is not None:
            handler.send_header("Content-Length", str(size))
        handler.send_header("Connection", "close")
        handler.end_headers()
        piece = b"<p>more and more\n" * 4096
        left = size if size is not None else 4096 * MIB
        while left > 0 and not handler.server.stopping.is_set():
            handler.wfile.write(piece[:left])
            left -= len(piece)
            handler.server.bytes_sent = getattr(handler.server, "bytes_sent", 0) + len(piece)

    return answer


class HostilePages(TestCase):
    """Each of these is linked from a page that links to three good ones as well. Those must be there in the end."""

    def crawl(self, bad, *options, reason, good_status=False):
        pages = {
            "/": page("home", "/good/1", "/bad", "/good/2"),
            "/good/1": page("one"),
            "/good/2": page("two", "/good/3"),
            "/good/3": page("three"),
            "/bad": bad,
        }
        with Site(pages) as site:
            done = tandem("crawl", site.url + "/", "--db", self.db, "--fetchers", 2, *options, timeout=120)
            self.assertEqual(done.code, 0, done.all)
            good = rows(self.db, "SELECT title FROM pages WHERE title <> '' ORDER BY title")
            self.assertEqual([title for (title,) in good if title != "bad"], ["home", "one", "three", "two"])
            errors = rows(self.db, "SELECT url, reason FROM errors")
            self.assertEqual([url for url, _ in errors], [site.url + "/bad"], done.all)
            self.assertRegex(errors[0][1], reason)
            self.assertNotIn("\n", errors[0][1])
            self.assertNotRegex(done.all, r"[\x00-\x08\x0b-\x1f\x7f]")
            self.assertRegex(done.stdout, r"broken links +1, to 1 target")
            self.assert_healthy(self.db)
            # A tenth of what the hostile ones send, and more than a crawl of small pages takes.
            self.assertLess(done.peak_memory, 400 * MIB)
            return done, site

    def test_200_mb_body(self):
        _, site = self.crawl(body_of(200 * MIB), "--max-bytes", 4 * MIB, reason=r"(?i)larger than|more than|too large|limit")
        self.assertLess(getattr(site, "bytes_sent", 0), 150 * MIB)

    def test_endless_body(self):
        _, site = self.crawl(body_of(), reason=r"(?i)larger than|more than|too large|limit")
        self.assertLess(site.bytes_sent, 200 * MIB)

    def test_compressed_bomb(self):
        bomb = gzip.compress(b"\0" * (200 * MIB), 6)
        self.crawl(
            lambda handler: handler.answer(bomb, headers=[("Content-Encoding", "gzip")]),
            reason=r"(?i)larger than|more than|too large|limit",
        )

    def test_three_million_deep(self):
        deep = b"<html><head><title>bad</title></head><body>" + b"<div>" * 3_000_000
        self.assertLess(len(deep), 16 * MIB)
        self.crawl(lambda handler: handler.answer(deep), "--parse-timeout", 1, reason=r"parsing (took longer|needs more) than 1")

    def test_three_million_deep_in_other_disguises(self):
        for tag in (b"<b>", b"<svg>", b"<table>", b"<font>", b"<x-y>", b"<ul><li>"):
            with self.subTest(tag=tag):
                self.db = self.folder / f"{tag.hex()}.db"
                deep = (b"<title>bad</title>" + tag * 3_000_000)[: 15 * MIB]
                self.crawl(lambda handler: handler.answer(deep), "--parse-timeout", 1, reason=r"parsing (took longer|needs more) than 1")

    def test_redirect_loop(self):
        self.crawl(redirect("/bad"), reason=r"(?i)redirect")

    def test_redirect_without_end(self):
        pages = {"/": page("home", "/r/0")}
        with Site(pages, otherwise=lambda h: redirect(f"/r/{int(h.path.rsplit('/')[-1]) + 1}")(h)) as site:
            done = tandem("crawl", site.url + "/", "--db", self.db)
            self.assertEqual(done.code, 0, done.all)
            self.assertLess(len(site.requested), 60)
            self.assertRegex(rows(self.db, "SELECT reason FROM errors")[0][0], r"(?i)redirect")

    def test_redirect_to_another_scheme(self):
        secret = self.folder / "secret.html"
        secret.write_text(page("secret"))
        done, _ = self.crawl(redirect(f"file://{secret}"), reason=r".")
        self.assertNotIn("secret</title>", done.all)

    def test_connection_closed_without_an_answer(self):
        self.crawl(raw(), reason=r".")

    def test_answer_that_is_no_http(self):
        self.crawl(raw(b"220 mail.example ESMTP\r\n\0\0\xff\x1b[31m"), reason=r".")

    def test_body_shorter_than_promised(self):
        self.crawl(raw(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 1000\r\n\r\n<title>bad</title>"), reason=r".")

    def test_endless_header(self):
        def answer(handler):
            handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
            for i in range(200_000):
                handler.wfile.write(b"X-Header-%d: %s\r\n" % (i, b"x" * 500))

        self.crawl(answer, reason=r".")

    def test_status_500(self):
        self.crawl(lambda handler: handler.answer("oops", status=500), reason=r"\b500\b")


class Titles(TestCase):
    def test_escape_sequences_and_garbage_do_not_reach_the_terminal(self):
        evil = b"<title>bad\x1b]0;owned\x07\x00\xff\xfe \xe2\x80\xae name\x1b[2J</title>" + b"<a href='/\x1b[31mred'>x</a>" + b"x" * 100_000
        with Site({"/": lambda handler: handler.answer(evil)}) as site:
            done = tandem("crawl", site.url + "/", "--db", self.db)
        self.assertEqual(done.code, 0, done.all)
        self.assertNotRegex(done.all, r"[\x00-\x08\x0b-\x1f\x7f\u202e]")
        (title,) = rows(self.db, "SELECT title FROM pages WHERE status = 200")[0]
        self.assertTrue(title.startswith("bad"))
        self.assertNotRegex(title, r"[\x00-\x1f\x7f\u202e]")


class BadAddresses(TestCase):
    def test_no_such_host(self):
        done = tandem("crawl", "http://no-such-host.invalid/", "--db", self.db)
        self.assertEqual(done.code, 1, done.all)
        self.assert_one_clear_line(done.stderr, r"no-such-host\.invalid")

    def test_no_such_host_beside_a_good_one(self):
        with Site({"/": page("home", "http://no-such-host.invalid/x")}) as site:
            done = tandem("crawl", "http://no-such-host.invalid/", site.url + "/", "--db", self.db)
            self.assertEqual(rows(self.db, "SELECT title FROM pages"), [("home",)])
            self.assertIn("no-such-host.invalid", done.all)

    def test_nobody_listens(self):
        with socket.socket() as unused:
            unused.bind(("127.0.0.1", 0))  # bound, so nobody else gets it; not listening
            done = tandem("crawl", f"http://127.0.0.1:{unused.getsockname()[1]}/", "--db", self.db)
        self.assertEqual(done.code, 1, done.all)
        self.assert_one_clear_line(done.stderr, r"(?i)connect|refused")

    def test_a_url_that_is_none(self):
        for url in ("nonsense", "http://", "http:///x", "ftp://127.0.0.1/", "file:///etc/passwd", "http://a b/", "http://[::1", "http://h:99999/", "", "-x"):
            with self.subTest(url=url):
                done = tandem("crawl", "--db", self.db, "--", url)
                self.assertEqual(done.code, 2, done.all)
                self.assert_one_clear_line(done.stderr, r"URL|http")
                self.assertFalse(self.db.exists())

    def test_numbers_that_make_no_sense(self):
        for option in (["--fetchers", 0], ["--fetchers", -1], ["--fetchers", "many"], ["--depth", -1], ["--max-pages", 0], ["--max-bytes", 0],
                       ["--max-bytes", "x"], ["--fetchers", 10**9], ["--parsers", 0], ["--parsers", 1025],
                       ["--parse-timeout", 0], ["--parse-memory", 0], ["--parse-memory", "much"], ["--scope", "galaxy"], ["--depth", 10**30]):
            with self.subTest(option=option):
                done = tandem("crawl", "http://127.0.0.1:9/", "--db", self.db, *option)
                self.assertEqual(done.code, 2, done.all)
                self.assertIn(option[0], done.stderr)
                self.assertFalse(self.db.exists())


class BadDatabases(TestCase):
    def crawl_into(self, path, prefix=()):
        with Site({"/": page("home")}) as site:
            done = tandem("crawl", site.url + "/", "--db", path, prefix=prefix)
            self.assertEqual(done.code, 1, done.all)
            self.assert_one_clear_line(done.stderr, str(path))
            self.assertEqual(site.requested, [], "found out before anything is fetched")
            return done

    def test_a_folder(self):
        self.crawl_into(self.folder)

    def test_a_folder_that_is_missing(self):
        self.crawl_into(self.folder / "no" / "such" / "crawl.db")

    def test_where_nothing_can_be_made(self):
        self.crawl_into("/proc/crawl.db")

    def test_a_file_that_is_no_database(self):
        path = self.folder / "notes.txt"
        path.write_text("dear diary, " * 1000)
        self.crawl_into(path)
        self.assertEqual(path.read_text(), "dear diary, " * 1000)

    def test_the_database_of_another_program(self):
        path = self.folder / "theirs.db"
        theirs = sqlite3.connect(path)
        theirs.execute("CREATE TABLE pages(number)")
        theirs.commit()
        theirs.close()
        before = path.read_bytes()
        self.crawl_into(path)
        self.assertEqual(path.read_bytes(), before)

    def in_a_mount(self, script):
        """A prefix that runs the command where `script` has mounted something on .folder; it vanishes with the command."""
        prefix = ["unshare", "--mount", "--propagation", "private", "sh", "-ec", script + '\n"$@"\n', str(self.folder)]
        asked = subprocess.run([*prefix, "true"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if asked.returncode != 0:
            self.skipTest(f"a file system of its own cannot be mounted here: {asked.stdout.strip()}")
        return prefix

    def test_read_only_file_system(self):
        self.crawl_into(self.db, self.in_a_mount('mount -t tmpfs -o ro tmpfs "$0"'))

    def test_full_disk(self):
        # The mount is gone when the command has ended, so the database is copied out of it while it is still there.
        kept = pathlib.Path(tempfile.mkdtemp(prefix="tandem-e2e-kept-"))
        self.addCleanup(shutil.rmtree, kept)
        script = f'mount -t tmpfs -o size=1m tmpfs "$0"; set +e; "$@"; code=$?; cp "$0"/* {kept}; exit $code'

        def endless(handler):
            handler.answer(page("t" * 500, *(f"/{handler.path.strip('/')}{i}/" for i in range(10))))

        prefix = self.in_a_mount(script)
        shutil.rmtree(kept, ignore_errors=True)
        kept.mkdir()
        with Site({}, otherwise=endless) as site:
            done = tandem("crawl", site.url + "/", "--db", self.db, "--max-pages", 100_000, prefix=prefix)
            self.assertLess(len(site.requested), 50_000, "it ends soon after, and does not go on for nothing")
        self.assertEqual(done.code, 1, done.all)
        self.assert_one_clear_line(done.stderr, rf"{self.db}.*(?i:full|no space)")
        # What was committed before is there.
        connection = sqlite3.connect(kept / self.db.name)
        self.addCleanup(connection.close)
        self.assertEqual(connection.execute("PRAGMA integrity_check").fetchall(), [("ok",)])
        ((pages,),) = connection.execute("SELECT count(*) FROM pages WHERE length(title) = 500").fetchall()
        self.assertGreater(pages, 20)


class SilentServer(TestCase):
    def test_accepts_and_says_nothing(self):
        # The crawl of the rest goes on meanwhile, and this one page is given up in the end.
        listener = socket.create_server(("127.0.0.1", 0))  # nobody accepts; the kernel takes the connection all the same
        self.addCleanup(listener.close)
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/"
        with Site({"/": page("home", "/more"), "/more": page("more")}) as site:
            done = tandem("crawl", url, site.url + "/", "--db", self.db, "--timeout", 3)
        self.assertEqual(sorted(rows(self.db, "SELECT title FROM pages")), [("home",), ("more",)])
        errors = rows(self.db, "SELECT url, reason FROM errors")
        self.assertEqual([error[0] for error in errors], [url], done.all)
        self.assertRegex(errors[0][1], r"(?i)time|slow|no answer")


if __name__ == "__main__":
    unittest.main(verbosity=2)
