"""What the end-to-end tests share: running the real command `tandem`, and web sites for it that may be as hostile as they like.

Everything happens on 127.0.0.1, on ports that the kernel picks. The command comes from the environment: TANDEM_COMMAND.
"""

import contextlib
import fcntl
import http.server
import os
import pathlib
import pty
import re
import select
import shutil
import signal
import sqlite3
import struct
import subprocess
import sys
import tempfile
import termios
import threading
import time
import unittest

COMMAND = os.environ["TANDEM_COMMAND"]


def eventually(condition, what, timeout=30):
    """Waits until condition() gives something true, and gives that back."""
    give_up = time.monotonic() + timeout
    while not (result := condition()):
        if time.monotonic() > give_up:
            raise AssertionError(f"did not happen within {timeout} s: {what}")
        time.sleep(0.005)
    return result


class Tandem:
    """One run of the command. stdout and stderr go to files, so that the command never waits for a reader."""

    def __init__(self, *arguments, cwd=None, prefix=()):
        self._folder = tempfile.TemporaryDirectory(prefix="tandem-e2e-")
        self._out = pathlib.Path(self._folder.name, "stdout")
        self._err = pathlib.Path(self._folder.name, "stderr")
        self.arguments = arguments
        self.peak_memory = None  # bytes, known when it has ended
        with open(self._out, "wb") as out, open(self._err, "wb") as err:
            self.process = subprocess.Popen(
                [*prefix, COMMAND, *map(str, arguments)],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
                cwd=cwd,
                start_new_session=True,  # by which tree() knows its processes, wherever they hang
            )

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.returncode is None:
            self.process.kill()
            self.wait()
        self._folder.cleanup()

    @property
    def stdout(self):
        return self._out.read_text(encoding="utf-8", errors="replace")

    @property
    def stderr(self):
        return self._err.read_text(encoding="utf-8", errors="replace")

    def tree(self):
        """pid -> arguments, as `ps -o args` has them, of the command and all processes that it has brought about and that are alive."""
        found = {}
        for entry in os.scandir("/proc"):
            if not entry.name.isdigit():
                continue
            with contextlib.suppress(OSError):  # it has just ended
                stat = pathlib.Path(entry.path, "stat").read_text().rpartition(")")[2].split()
                if int(stat[3]) == self.process.pid and stat[0] not in "ZX":
                    arguments = pathlib.Path(entry.path, "cmdline").read_bytes()
                    found[int(entry.name)] = arguments.replace(b"\0", b" ").decode("utf-8", "replace").strip()
        return found

    def send(self, number):
        self.process.send_signal(number)

    def wait(self, timeout=60):
        """The exit code, negative for a signal."""

        def ended():
            pid, status, usage = os.wait4(self.process.pid, os.WNOHANG)
            if pid:
                self.peak_memory = usage.ru_maxrss * 1024
                self.process.returncode = os.waitstatus_to_exitcode(status)
            return pid

        if self.process.returncode is None:
            eventually(ended, f"{self.arguments} ends; so far it said:\n{self.stdout}\n{self.stderr}", timeout)
        return self.process.returncode

    def wait_for(self, pattern, timeout=30):
        """The match of `pattern` in what it has printed on stdout or stderr."""

        def printed():
            match = re.search(pattern, self.stdout + self.stderr)
            if not match and self.process.poll() is not None:
                raise AssertionError(f"{self.arguments} ended before it printed {pattern}:\n{self.stdout}\n{self.stderr}")
            return match

        return eventually(printed, f"{self.arguments} prints {pattern}", timeout)


class Server(Tandem):
    """`tandem http serve FOLDER` on a port of its own; its address is in .url"""

    def __init__(self, folder, *arguments):
        super().__init__("http", "serve", folder, "--bind", "127.0.0.1:0", *arguments)
        try:
            self.url = self.wait_for(r"http://127\.0\.0\.1:(\d+)")[0]
            self.port = int(self.url.rsplit(":", 1)[1])
        except BaseException:
            self.__exit__()
            raise


class Result:
    def __init__(self, run):
        self.code = run.wait()
        self.stdout, self.stderr, self.peak_memory = run.stdout, run.stderr, run.peak_memory
        self.all = self.stdout + self.stderr


def tandem(*arguments, timeout=60, cwd=None, prefix=()):
    """Runs the command to its end."""
    with Tandem(*arguments, cwd=cwd, prefix=prefix) as run:
        run.wait(timeout)
        return Result(run)


def on_a_terminal(*arguments, timeout=60, columns=100):
    """Runs the command with stderr and stdout on a terminal; gives back its exit code and all that the terminal got."""
    pid, master = pty.fork()
    if pid == 0:
        fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 25, columns, 0, 0))
        os.execve(COMMAND, [COMMAND, *map(str, arguments)], {**os.environ, "TERM": "xterm"})
    got = bytearray()
    give_up = time.monotonic() + timeout
    try:
        while time.monotonic() < give_up:
            if select.select([master], [], [], 0.1)[0]:
                try:
                    got += os.read(master, 65536)
                except OSError:  # EIO: the other side is closed
                    break
        else:
            os.kill(pid, signal.SIGKILL)
            raise AssertionError(f"{arguments} still runs after {timeout} s: {bytes(got)[-2000:]}")
    finally:
        status = os.waitpid(pid, 0)[1]
        os.close(master)
    return os.waitstatus_to_exitcode(status), got.decode("utf-8", "replace")


class Site(http.server.ThreadingHTTPServer):
    """A web site: `pages` maps paths to HTML, or to a function that is called with the handler and answers as it likes."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, pages, otherwise=None):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.pages = pages
        self.otherwise = otherwise
        self.requested = []  # paths, as they came
        self.served = []  # paths whose answer was handed to the kernel as a whole
        self.stopping = threading.Event()
        self.url = f"http://127.0.0.1:{self.server_port}"
        self._thread = threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.01})

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self.stopping.set()
        self.shutdown()
        self._thread.join()
        self.server_close()

    def handle_error(self, request, client_address):
        # That the client went away in the middle is what many of the tests are about. Everything else is a fault of the test.
        if not isinstance(sys.exc_info()[1], (ConnectionError, TimeoutError)):
            super().handle_error(request, client_address)


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 60

    def do_GET(self):
        self.server.requested.append(self.path)
        page = self.server.pages.get(self.path, self.server.otherwise)
        if callable(page):
            page(self)
        elif page is None:
            self.answer("not here", status=404)
        else:
            self.answer(page)
        self.wfile.flush()
        self.server.served.append(self.path)

    def answer(self, body, status=200, content_type="text/html; charset=utf-8", headers=()):
        body = body.encode() if isinstance(body, str) else body
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass  # .requested and .served are the log


def page(title, *links):
    anchors = "".join(f'<a href="{link}">{link}</a>\n' for link in links)
    return f"<!DOCTYPE html><html><head><title>{title}</title></head><body>{anchors}</body></html>"


@contextlib.contextmanager
def database(path):
    connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=30)
    try:
        yield connection
    finally:
        connection.close()


def rows(path, query, *values):
    with database(path) as connection:
        return connection.execute(query, values).fetchall()


class TestCase(unittest.TestCase):
    """Has a folder of its own for each test, in .folder, and the path of a database in it that is not there yet, in .db"""

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="tandem-e2e-"))
        self.addCleanup(shutil.rmtree, self.folder)
        self.db = self.folder / "crawl.db"

    def assert_one_clear_line(self, text, pattern):
        """The user is told once, in a line that matches, and not with a dump of some exception."""
        lines = [line for line in text.splitlines() if re.search(pattern, line)]
        self.assertEqual(len(lines), 1, text)
        self.assertNotRegex(text, r"terminate called|what\(\):|Aborted|std::\w+_error|AddressSanitizer|runtime error:")

    def assert_healthy(self, path):
        self.assertEqual(rows(path, "PRAGMA integrity_check"), [("ok",)])
