"""`tandem http serve` as curl, raw sockets and an administrator see it."""

import contextlib
import os
import re
import signal
import socket
import subprocess
import threading
import time
import unittest

from harness import Server, Tandem, TestCase, eventually, tandem

MIB = 1024 * 1024


def curl(*arguments):
    done = subprocess.run(["curl", "--silent", "--show-error", "--max-time", "30", *arguments], capture_output=True, timeout=60)
    return done.returncode, done.stdout


class ServeCase(TestCase):
    def setUp(self):
        super().setUp()
        self.root = self.folder / "public"
        self.root.mkdir()
        (self.folder / "secret.txt").write_text("not for you")
        self.put("index.html", "<title>home</title>")
        self.put("a b/ü.txt", "spaces and umlauts")
        self.put("big.bin", os.urandom(3 * MIB))

    def put(self, name, content):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)

    def serve(self, *arguments):
        server = Server(self.root, *arguments)
        self.addCleanup(server.__exit__)
        return server

    def ask(self, server, request, timeout=20):
        """Sends bytes; gives back all that comes until the server closes the connection, be it while we still send."""
        with socket.create_connection(("127.0.0.1", server.port), timeout=timeout) as connection:
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                connection.sendall(request)
            answer = bytearray()
            with contextlib.suppress(ConnectionResetError):  # what had arrived before counts
                while piece := connection.recv(65536):
                    answer += piece
            return bytes(answer)

    def status(self, server, request):
        answer = self.ask(server, request)
        match = re.match(rb"HTTP/1\.1 (\d{3}) ", answer)
        self.assertTrue(match, answer[:200])
        return int(match[1])


class Files(ServeCase):
    def test_get(self):
        server = self.serve()
        self.assertEqual(curl(server.url + "/big.bin"), (0, (self.root / "big.bin").read_bytes()))
        self.assertEqual(curl(server.url + "/a%20b/%C3%BC.txt"), (0, b"spaces and umlauts"))
        self.assertEqual(curl(server.url + "/"), (0, b"<title>home</title>"))

    def test_head_has_the_headers_of_get_and_no_body(self):
        server = self.serve()
        _, head = curl("--head", server.url + "/big.bin")
        _, get = curl("--dump-header", "-", "--output", "/dev/null", server.url + "/big.bin")
        strip = lambda text: sorted(line for line in text.split(b"\r\n") if not line.startswith(b"Date"))  # noqa: E731
        self.assertEqual(strip(head), strip(get))
        self.assertIn(b"Content-Length: %d" % (3 * MIB), head)
        answer = self.ask(server, b"HEAD /big.bin HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        self.assertTrue(answer.endswith(b"\r\n\r\n"))
        self.assertEqual(answer.count(b"\r\n\r\n"), 1)

    def test_keep_alive(self):
        server = self.serve()
        code, out = curl("--output", "/dev/null", "--output", "/dev/null", "--output", "/dev/null", "--write-out", "%{num_connects} ",
                         *[server.url + "/index.html"] * 3)
        self.assertEqual((code, out), (0, b"1 0 0 "))

    def test_http_1_0_and_connection_close(self):
        server = self.serve()
        for request in (b"GET / HTTP/1.0\r\n\r\n", b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"):
            self.assertTrue(self.ask(server, request).endswith(b"<title>home</title>"))  # ends, as it was closed

    def test_pipelined_requests_are_answered_in_order(self):
        server = self.serve()
        one = b"GET /%s HTTP/1.1\r\nHost: x\r\n\r\n"
        answer = self.ask(server, one % b"index.html" + one % b"missing" + b"GET /a%20b/%C3%BC.txt HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        self.assertEqual(re.findall(rb"HTTP/1\.1 (\d+)", answer), [b"200", b"404", b"200"])
        self.assertTrue(answer.endswith(b"spaces and umlauts"))

    def test_mime_types(self):
        server = self.serve()
        for name, kind in {"x.html": "text/html", "x.css": "text/css", "x.js": "(text|application)/javascript", "x.svg": r"image/svg\+xml",
                           "x.png": "image/png", "x.txt": "text/plain", "x.unheard-of": "application/octet-stream"}.items():
            self.put(name, "x")
            _, out = curl("--head", f"{server.url}/{name}")
            self.assertRegex(out.decode(), rf"(?i)content-type: {kind}")

    def test_many_clients_at_once(self):
        server = self.serve()
        wanted = (self.root / "big.bin").read_bytes()
        wrong = []

        def client():
            if curl(server.url + "/big.bin") != (0, wanted):
                wrong.append(1)

        threads = [threading.Thread(target=client) for _ in range(24)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(wrong, [])


class Refusals(ServeCase):
    def code(self, *arguments):
        return int(curl("--output", "/dev/null", "--write-out", "%{http_code}", *arguments)[1])

    def test_404(self):
        server = self.serve()
        self.assertEqual(self.code(server.url + "/missing"), 404)
        self.assertEqual(self.code(server.url + "/index.html/x"), 404)

    def test_405_says_what_is_allowed(self):
        server = self.serve()
        for method in ("POST", "PUT", "DELETE"):
            answer = self.ask(server, f"{method} / HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode())
            self.assertRegex(answer, rb"^HTTP/1\.1 405 ")
            self.assertRegex(answer, rb"(?i)\r\nallow: [^\r]*GET[^\r]*HEAD")

    def test_traversal(self):
        server = self.serve()
        os.symlink("../secret.txt", self.root / "link.txt")
        os.symlink("/etc", self.root / "etc")
        for path in ("/../secret.txt", "/%2e%2e/secret.txt", "/..%2fsecret.txt", "/a%20b/../../secret.txt", "/a%20b/%2e%2e/%2e%2e/secret.txt",
                     "//../secret.txt", "/./../secret.txt", f"//{self.folder}/secret.txt", "/link.txt", "/etc/passwd", "/%00", "/index.html%00.txt",
                     "/..", "/%252e%252e/secret.txt", "/..\\secret.txt", "/proc/self/environ"):
            with self.subTest(path=path):
                answer = self.ask(server, f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
                self.assertRegex(answer, rb"^HTTP/1\.1 (400|403|404) ")
                self.assertNotIn(b"not for you", answer)
                self.assertNotIn(b"root:", answer)

    def test_400(self):
        server = self.serve()
        for request in (
            b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",  # a TLS client
            b"GET\r\n\r\n",
            b"GET / HTTP/1.1\r\n\r\n",  # without Host
            b"GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n",
            b"GET / HTTP/1.1\r\nHost : x\r\n\r\n",
            b"GET / HTTP/1.1\r\nHost: x\r\n folded: y\r\n\r\n",
            b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
            b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
            b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            b"GET /%zz HTTP/1.1\r\nHost: x\r\n\r\n",
        ):
            with self.subTest(request=request):
                self.assertEqual(self.status(server, request), 400)
        self.assertIn(self.status(server, b"GET / HTTP/9.9\r\nHost: x\r\n\r\n"), (400, 505))

    def test_a_header_without_end_is_cut_off(self):
        server = self.serve()
        for request in (b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"x" * (4 * MIB), b"GET /" + b"x" * (4 * MIB)):
            self.assertIn(self.status(server, request), (400, 413, 414, 431))
        self.assertEqual(self.code(server.url + "/"), 200)

    def test_clients_that_go_away(self):
        server = self.serve()
        for _ in range(50):
            with socket.create_connection(("127.0.0.1", server.port)) as connection:
                connection.sendall(b"GET /big.bin HTTP/1.1\r\nHost: x\r\n\r\n")
                connection.recv(100)
        self.assertEqual(self.code(server.url + "/"), 200)
        self.assertIsNone(server.process.poll())

    def test_silent_clients_do_not_stall_the_others(self):
        server = self.serve()
        silent = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(200)]
        try:
            for connection in silent[::2]:
                connection.sendall(b"GET / HTTP/1.1\r\nX-Slow: ")
            self.assertEqual(self.code(server.url + "/"), 200)
        finally:
            for connection in silent:
                connection.close()


class Slow(ServeCase):
    def test_a_header_that_drips_is_cut_off(self):
        # Each byte comes soon enough; the header as a whole does not. (The limit is ten seconds.)
        server = self.serve()
        begin = time.monotonic()
        with socket.create_connection(("127.0.0.1", server.port)) as connection:
            connection.sendall(b"GET / HTTP/1.1\r\nX-Slow: ")
            connection.settimeout(0.2)
            answer = None
            while answer is None and time.monotonic() - begin < 60:
                try:
                    answer = connection.recv(65536)
                except TimeoutError:
                    connection.sendall(b"x")
        self.assertIsNotNone(answer, "the connection is still open")
        self.assertRegex(answer, rb"^(HTTP/1\.1 408 |$)")
        self.assertGreater(time.monotonic() - begin, 5)
        self.assertEqual(curl(server.url + "/"), (0, b"<title>home</title>"))


class Ending(ServeCase):
    def test_sigterm_lets_an_answer_end(self):
        self.put("large.bin", b"x" * (64 * MIB))  # more than any socket's buffer takes
        server = self.serve()
        with socket.create_connection(("127.0.0.1", server.port), timeout=30) as connection:
            connection.sendall(b"GET /large.bin HTTP/1.1\r\nHost: x\r\n\r\n")
            got = len(connection.recv(65536))
            server.send(signal.SIGTERM)
            eventually(lambda: self.refused(server), "new connections are refused")
            self.assertIsNone(server.process.poll(), "the answer is still on its way")
            while piece := connection.recv(1 << 20):
                got += len(piece)
        self.assertGreater(got, 64 * MIB)
        self.assertEqual(server.wait(20), 0)

    @staticmethod
    def refused(server):
        try:
            with socket.create_connection(("127.0.0.1", server.port), timeout=5):
                return False
        except ConnectionRefusedError:
            return True

    def test_sigterm_does_not_wait_for_idle_clients(self):
        server = self.serve()
        with socket.create_connection(("127.0.0.1", server.port)) as idle:
            idle.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            self.assertTrue(idle.recv(65536))
            begin = time.monotonic()
            server.send(signal.SIGTERM)
            self.assertEqual(server.wait(20), 0)
            self.assertLess(time.monotonic() - begin, 5)

    def test_ctrl_c_is_how_one_stops_it(self):
        server = self.serve()
        server.send(signal.SIGINT)
        self.assertEqual(server.wait(20), 0)


class BadArguments(ServeCase):
    def fails(self, *arguments, code, pattern):
        done = tandem("http", "serve", *arguments)
        self.assertEqual(done.code, code, done.all)
        self.assert_one_clear_line(done.stderr, pattern)

    def test_port_taken(self):
        server = self.serve()
        self.fails(self.root, "--bind", f"127.0.0.1:{server.port}", code=1, pattern=rf"{server.port}.*(?i:in use)")

    def test_missing_folder(self):
        self.fails(self.folder / "nowhere", code=1, pattern=r"nowhere")

    def test_a_file_is_no_folder(self):
        self.fails(self.folder / "secret.txt", code=1, pattern=r"secret\.txt")

    def test_addresses_that_are_none(self):
        for bind in ("127.0.0.1:99999", "127.0.0.1:x", "300.1.1.1:80", "nonsense", "", "127.0.0.1:-1"):
            with self.subTest(bind=bind):
                done = tandem("http", "serve", self.root, f"--bind={bind}")
                self.assertIn(done.code, (1, 2), done.all)
                self.assertTrue(done.stderr.strip())
                self.assertNotRegex(done.stderr, r"terminate called|what\(\)")

    def test_address_is_printed_when_it_is_ready(self):
        with Tandem("http", "serve", self.root, "--bind", "127.0.0.1:0") as run:
            url = run.wait_for(r"http://127\.0\.0\.1:\d+")[0]
            self.assertEqual(curl(url + "/")[0], 0)  # the very first attempt


if __name__ == "__main__":
    unittest.main(verbosity=2)
