"""tools/deps/install with an apt-get of our own in front: what it asks for, and when it leaves the system alone."""

import os
import re
import shutil
import stat
import subprocess
import tempfile
import unittest
from pathlib import Path

SCRIPTS = Path(__file__).resolve().parent
NOBODY = 65534


class Install(unittest.TestCase):
    def setUp(self):
        self.folder = Path(tempfile.mkdtemp(prefix="tandem-deps-"))
        self.addCleanup(shutil.rmtree, self.folder)
        self.log = self.folder / "log"
        self.log.touch()
        for path, mode in ((self.folder, 0o755), (self.log, 0o666)):
            path.chmod(mode)
        # A copy, as the checkout may stand where another user cannot read.
        self.install = self.folder / "checkout/tools/deps/install"
        self.install.parent.mkdir(parents=True)
        for name in ("install", "steps.sh"):
            shutil.copy(SCRIPTS / name, self.install.parent)
        # The tools that the script uses, and no others: what is not linked here is not installed.
        for tool in ("bash", "env", "cat", "dirname", "readlink", "grep", "mktemp", "rm"):
            (self.folder / tool).symlink_to(shutil.which(tool))
        self.fake("apt-get", f'echo "$DEBIAN_FRONTEND $*" >>{self.log}')
        self.installed()

    def fake(self, name, script):
        path = self.folder / name
        path.write_text(f"#!/bin/bash\n{script}\n")
        path.chmod(path.stat().st_mode | stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH)

    def installed(self, *names):
        """As dpkg-query answers: a removed package is known as well, and an unknown one makes it fail."""
        lines = "\n".join([*(f"ii |{name}" for name in names), "rc |curl"])
        self.fake("dpkg-query", f"cat <<'END'\n{lines}\nEND\nexit 1")

    def run_it(self, *groups, user=None):
        options = {"user": user, "group": user, "extra_groups": []} if user is not None else {}
        return subprocess.run(
            ["/bin/bash", self.install, *groups],
            env={"PATH": str(self.folder)},
            cwd="/",
            capture_output=True,
            text=True,
            timeout=60,
            **options,
        )

    def calls(self):
        return self.log.read_text().splitlines()

    def as_somebody(self, *groups):
        if os.geteuid() != 0:
            return self.run_it(*groups)
        return self.run_it(*groups, user=NOBODY)

    def test_nothing_to_do_is_silent(self):
        self.installed("cppreference-doc-en-html")
        done = self.run_it("demo")
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "", ""))
        self.assertEqual(self.calls(), [])

    @unittest.skipUnless(os.geteuid() == 0, "asks for root")
    def test_root_installs_what_is_missing(self):
        wanted = re.search(r'\[test\]="([^"]+)"', (SCRIPTS / "install").read_text())[1].split()
        self.installed(*(name for name in wanted if name != "curl"), "curl-not-quite")
        done = self.run_it("test")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(done.stderr, "==> Updating the package lists\n==> Installing curl\n")
        update, install = self.calls()
        self.assertRegex(update, r"^noninteractive .*update$")
        self.assertRegex(install, r"^noninteractive .*install --yes --no-install-recommends curl$")

    @unittest.skipUnless(os.geteuid() == 0, "asks for root")
    def test_what_apt_says_is_shown_when_it_fails(self):
        self.fake("apt-get", 'echo "E: no network"; exit 100')
        done = self.run_it("demo")
        self.assertEqual(done.returncode, 1)
        self.assertIn("E: no network", done.stderr)
        self.assertRegex(done.stderr, r"error: that failed with exit code 100: .*update")

    def test_somebody_uses_sudo(self):
        self.fake("sudo", f'echo sudo >>{self.log}; exec "$@"')
        done = self.as_somebody("demo")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual([call.split()[0] for call in self.calls()], ["sudo", "noninteractive"] * 2)

    def test_neither_root_nor_sudo(self):
        done = self.as_somebody("demo")
        self.assertEqual(done.returncode, 1)
        self.assertRegex(done.stderr, r"^error: .*root or sudo.*apt-get install cppreference-doc-en-html\n$")
        self.assertEqual(self.calls(), [])

    def test_no_debian(self):
        (self.folder / "apt-get").unlink()
        done = self.run_it("demo")
        self.assertEqual(done.returncode, 1)
        self.assertRegex(done.stderr, r"^error: this is no Debian.*cppreference-doc-en-html\n$")

    def test_groups_that_are_none(self):
        for groups in ([], ["nonsense"]):
            done = self.run_it(*groups)
            self.assertEqual(done.returncode, 1)
            self.assertIn("build demo test ci", done.stderr)


if __name__ == "__main__":
    unittest.main()
