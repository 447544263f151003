# SPDX-License-Identifier: GPL-3.0-or-later
"""Real daemons side by side on this machine: each with a home, a session bus and a port of its own, known to each other by address on
127.0.0.1. For the tests of the command line and for measurements; PORCH_BUILD names the build tree."""
import glob
import json
import os
import shutil
import subprocess
import tempfile
import time

TOP = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))
BUILD = os.path.abspath(os.environ.get("PORCH_BUILD") or os.path.join(TOP, "build"))
PROGRAMS = {"porch": "src/cli/porch", "porchd": "src/daemon/porchd", "porch-window": "src/gtk/porch-window",
            "porch-mdns": "src/mdns/porch-mdns"}


class Neighborhood:
    """A folder for everything, with the build tree's programs side by side in bin/, as they are when installed."""

    def __init__(self, folder=None):
        self.work = tempfile.mkdtemp(prefix="porch-peers.", dir=folder)
        self.bin = self.work + "/bin"
        self.peers = []
        os.mkdir(self.bin)
        for name, pattern in PROGRAMS.items():
            for path in glob.glob(os.path.join(BUILD, pattern)):
                os.symlink(path, os.path.join(self.bin, name))
        for needed in ("porch", "porchd"):
            if not os.path.exists(os.path.join(self.bin, needed)):
                raise RuntimeError(f"{BUILD} has no {needed}: build it first")

    def peer(self, name, *options, start=True):
        peer = Peer(self, name)
        self.peers.append(peer)
        return peer.start(*options) if start else peer

    def stop(self):
        for peer in self.peers:
            peer.stop()
        shutil.rmtree(self.work, ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()


class Peer:
    def __init__(self, hood, name):
        self.hood, self.name, self.daemon, self.port = hood, name, None, None
        self.home = os.path.join(hood.work, name)
        self.downloads = self.home + "/Downloads"
        self.log_path = os.path.join(hood.work, name + ".log")
        os.makedirs(self.home + "/run", mode=0o700)
        os.makedirs(self.downloads)
        self.env = {k: v for k, v in os.environ.items()
                    if not k.startswith("XDG_") and k not in ("DISPLAY", "WAYLAND_DISPLAY", "G_MESSAGES_DEBUG")}
        self.env.update(HOME=self.home, XDG_RUNTIME_DIR=self.home + "/run", DBUS_SESSION_BUS_ADDRESS=f"unix:path={self.home}/run/bus",
                        DBUS_SYSTEM_BUS_ADDRESS=f"unix:path={self.home}/no-system-bus", GSETTINGS_BACKEND="memory", LANG="C.UTF-8",
                        PATH=f"{hood.bin}:{os.environ['PATH']}", PORCH_LIBEXECDIR=hood.bin, GSETTINGS_SCHEMA_DIR=BUILD + "/data")
        self.log = open(self.log_path, "ab")
        self.bus = self.spawn("dbus-daemon", "--session", "--nofork", "--nopidfile", "--address=" + self.env["DBUS_SESSION_BUS_ADDRESS"])
        self.wait("its session bus", lambda: os.path.exists(self.home + "/run/bus"))

    def spawn(self, *argv):
        return subprocess.Popen(argv, env=self.env, stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log, cwd=self.home)

    def words(self):
        with open(self.log_path, errors="replace") as log:
            return log.read()

    def wait(self, what, function, timeout=20):
        end = time.monotonic() + timeout
        while time.monotonic() < end:
            got = function()
            if got:
                return got
            if self.daemon and self.daemon.poll() is not None:
                raise RuntimeError(f"{self.name}: porchd ended: {self.words()[-2000:]}")
            time.sleep(0.03)
        raise AssertionError(f"{self.name}: not within {timeout} s: {what}\n{self.words()[-2000:]}")

    def start(self, *options):
        """--port 0: any free one."""
        self.daemon = self.spawn("porchd", "--name", self.name, "--port", "0", "--discovery", "off", "--loopback", *options)
        self.wait("its name on the bus", self.is_up)
        self.port = self.porch("status")["port"]
        return self

    def is_up(self):
        return subprocess.run(["gdbus", "call", "--session", "-d", "org.freedesktop.DBus", "-o", "/", "-m",
                               "org.freedesktop.DBus.NameHasOwner", "io.github.porchshare.Porch.Daemon"], env=self.env,
                              capture_output=True, text=True).stdout.startswith("(true")

    @property
    def pid(self):
        return self.daemon.pid

    @property
    def address(self):
        return f"127.0.0.1:{self.port}"

    def run(self, *argv, stdin="", env=None, timeout=120):
        """`porch argv…`: (exit code, output, errors)."""
        r = subprocess.run(["porch", *argv], env=env or self.env, input=stdin, capture_output=True, text=True, timeout=timeout, cwd=self.home)
        return r.returncode, r.stdout, r.stderr

    def begin(self, *argv):
        """The same in the background, with --json."""
        return subprocess.Popen(["porch", "--json", *argv], env=self.env, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, text=True, cwd=self.home)

    def porch(self, *argv, stdin=""):
        """`porch --json argv…` that must succeed: what it printed."""
        code, out, err = self.run("--json", *argv, stdin=stdin)
        if code:
            raise AssertionError(f"{self.name}: porch {' '.join(argv)} → {code}\n{out}{err}")
        return json.loads(out)

    def stop_daemon(self, kill=False):
        if self.daemon and self.daemon.poll() is None:
            if kill:
                self.daemon.kill()
            else:
                self.daemon.terminate()
            try:
                self.daemon.wait(20)
            except subprocess.TimeoutExpired:
                self.daemon.kill()
                self.daemon.wait()
        self.daemon = None

    def stop(self):
        self.stop_daemon()
        self.bus.terminate()
        self.bus.wait(10)
        self.log.close()
