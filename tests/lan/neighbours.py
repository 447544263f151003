# SPDX-License-Identifier: GPL-3.0-or-later
"""A neighbourhood for tests: peers in network namespaces (lan.sh), each a plain user with a session bus and a porchd of its own.

    with Lan(3) as lan:
        ada, ben, eve = lan.peers
        ada.start(); ben.start(discovery="embedded")
        ada.porch("share", "add", path, "--audience", "everyone")

Everything is started by this process and ended by its id; nothing reaches a real network."""
import json, os, shutil, signal, subprocess, sys, time

HERE = os.path.dirname(os.path.abspath(__file__))
BUILD = os.environ.get("PORCH_BUILD") or os.path.join(HERE, "..", "..", "build")
USER = 65534                    # "nobody": to root no permission is closed, so peers are never root


def skip(why):
    print("skipped:", why)
    sys.exit(77)


def need_root_and_namespaces():
    if os.geteuid() != 0:
        skip("network namespaces need root")
    for tool in ("ip", "nsenter", "unshare", "setpriv", "dbus-daemon", "avahi-daemon"):
        if not shutil.which(tool, path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin"):
            skip(tool + " is not installed")
    if subprocess.run(["unshare", "-n", "true"], capture_output=True).returncode:
        skip("this machine lets nobody make network namespaces")


def wait(what, fn, timeout=20, step=0.05):
    """Polls fn until it gives something true; that is returned."""
    end = time.monotonic() + timeout
    while True:
        got = fn()
        if got:
            return got
        if time.monotonic() > end:
            raise AssertionError("timed out after %g s: %s" % (timeout, what))
        time.sleep(step)


class Peer:
    def __init__(self, lan, n):
        self.lan, self.n, self.host = lan, n, "peer%d" % n
        self.folder = os.path.join(lan.state, self.host)
        self.home = os.path.join(self.folder, "user")
        self.bus = self.daemon = None
        self.address = "10.77.0.%d" % n
        os.makedirs(os.path.join(self.home, "Downloads"), exist_ok=True)
        os.makedirs(os.path.join(self.home, ".config"), exist_ok=True)
        self.own(self.home)

    def view(self, path):
        """The same path as the peer's own programs see it (its home may be a mount of its own)."""
        return "/proc/%s/root%s" % (open(os.path.join(self.folder, "init")).read().strip(), path)

    def own(self, path):
        subprocess.run(["chown", "-R", "%d:%d" % (USER, USER), path], check=True)

    def environment(self):
        run = os.path.join(self.home, "run")
        return {"HOME": self.home, "PATH": os.environ["PATH"] + ":/usr/sbin:/sbin", "LANG": "C.UTF-8",
                "XDG_RUNTIME_DIR": run, "XDG_CONFIG_HOME": self.home + "/.config", "XDG_DATA_HOME": self.home + "/.local/share",
                "XDG_DATA_DIRS": os.path.join(BUILD, "data") + ":/usr/local/share:/usr/share",
                "XDG_DOWNLOAD_DIR": self.home + "/Downloads", "DBUS_SESSION_BUS_ADDRESS": "unix:path=%s/bus" % run,
                "DBUS_SYSTEM_BUS_ADDRESS": "unix:path=/run/dbus/system_bus_socket",
                "GSETTINGS_BACKEND": "memory", "GSETTINGS_SCHEMA_DIR": os.path.join(BUILD, "data"),
                "PORCH_LIBEXECDIR": os.environ.get("PORCH_LIBEXECDIR") or os.path.join(BUILD, "src/mdns"), "G_DEBUG": "fatal-criticals",
                "G_MESSAGES_DEBUG": os.environ.get("G_MESSAGES_DEBUG", ""), "GIO_USE_VFS": "local",
                "ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", "")}

    def command(self, *argv):
        """argv inside the peer's namespaces, as its plain user."""
        init = open(os.path.join(self.folder, "init")).read().strip()
        env = ["%s=%s" % kv for kv in self.environment().items() if kv[1]]
        return ["nsenter", "-t", init, "-n", "-m", "-p", "-u", "-i", "--", "setpriv", "--reuid=%d" % USER, "--regid=%d" % USER,
                "--clear-groups", "env", "-i", *env, *argv]

    def spawn(self, *argv, log=None, **kw):
        out = open(os.path.join(self.folder, log), "ab") if log else subprocess.DEVNULL
        return subprocess.Popen(self.command(*argv), stdin=subprocess.DEVNULL, stdout=kw.pop("stdout", out),
                                stderr=kw.pop("stderr", out), cwd="/", **kw)

    def run(self, *argv, check=True, timeout=60, input=None):
        r = subprocess.run(self.command(*argv), capture_output=True, text=True, timeout=timeout, cwd="/", input=input)
        if check and r.returncode:
            raise AssertionError("%s: %s → %d\n%s%s" % (self.host, " ".join(argv), r.returncode, r.stdout, r.stderr))
        return r

    def start(self, name=None, discovery="auto", visibility="visible", *more, wait_ready=True):
        if self.bus is None or self.bus.poll() is not None:
            run = self.view(self.home + "/run")
            os.makedirs(run, mode=0o700, exist_ok=True)
            self.own(run)
            sock = os.path.join(run, "bus")
            if os.path.exists(sock):
                os.unlink(sock)
            self.bus = self.spawn("dbus-daemon", "--session", "--nofork", "--address=unix:path=%s/run/bus" % self.home, log="bus.log")
            wait("session bus of " + self.host, lambda: os.path.exists(sock))
        argv = [os.path.join(BUILD, "src/daemon/porchd"), "--discovery", discovery, "--visibility", visibility, *more]
        if name:
            argv += ["--name", name]
        self.started = time.monotonic()
        self.daemon = self.spawn(*argv, log="porchd.log")
        if wait_ready:
            self.wait_ready()
        return self

    def wait_ready(self, timeout=15):
        def up():
            if self.daemon.poll() is not None:
                raise AssertionError("porchd of %s ended: %s" % (self.host, self.log()[-3000:]))
            return self.run("gdbus", "call", "--session", "-d", "org.freedesktop.DBus", "-o", "/", "-m",
                            "org.freedesktop.DBus.NameHasOwner", "io.github.porchshare.Porch.Daemon", check=False).stdout.startswith("(true")
        wait("porchd of %s on its bus" % self.host, up, timeout, 0.02)
        self.ready = time.monotonic()

    def pid(self):
        """The daemon's pid as this process sees it (the child of nsenter)."""
        me = self.daemon.pid
        while True:
            exe = os.path.basename(os.readlink("/proc/%d/exe" % me))
            if exe == "porchd":
                return me
            kids = open("/proc/%d/task/%d/children" % (me, me)).read().split()
            if not kids:
                raise AssertionError("no porchd below %d" % self.daemon.pid)
            me = int(kids[0])

    def stop(self, sig=signal.SIGTERM, timeout=15):
        if self.daemon and self.daemon.poll() is None:
            os.kill(self.pid(), sig)
            self.daemon.wait(timeout)

    def kill(self):
        self.stop(signal.SIGKILL)

    def porch(self, *argv, check=True, timeout=120, input=None):
        """The command line with --json: the parsed answer (None when there is none)."""
        r = self.run(os.path.join(BUILD, "src/cli/porch"), "--json", *argv, check=check, timeout=timeout, input=input)
        if not check:
            return r
        return json.loads(r.stdout) if r.stdout.strip() else None

    def porch_bg(self, *argv):
        return self.spawn(os.path.join(BUILD, "src/cli/porch"), "--json", *argv, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def sees(self, other, online=True):
        for p in self.porch("peers"):
            if p["id"][:32] == other.id[:32]:
                return p if (p["online"] or not online) else None
        return None

    @property
    def id(self):
        if not hasattr(self, "_id"):
            self._id = self.porch("status")["id"]
        return self._id

    def log(self):
        try:
            return open(os.path.join(self.folder, "porchd.log"), errors="replace").read()
        except FileNotFoundError:
            return ""

    def down(self):
        for p in (self.daemon, self.bus):
            if p and p.poll() is None:
                p.kill()
                p.wait(10)


class Lan:
    """n peers on a bridge. lan("link", "peer1", "rate=100") calls lan.sh."""
    def __init__(self, n, *options):
        need_root_and_namespaces()
        self.name = "porch%d" % os.getpid()
        self.state = "/tmp/lan-" + self.name
        self.env = {**os.environ, "LAN": self.name, "LAN_STATE": self.state, "PATH": os.environ["PATH"] + ":/usr/sbin:/sbin"}
        self.n, self.options = n, options

    def __call__(self, *argv, check=True):
        return subprocess.run([os.path.join(HERE, "lan.sh"), *map(str, argv)], env=self.env, check=check, capture_output=True, text=True).stdout

    def __enter__(self):
        self("up", self.n, *self.options)
        os.chmod(self.state, 0o755)
        self.peers = [Peer(self, i + 1) for i in range(self.n)]
        return self

    def __exit__(self, kind, value, trace):
        if kind and kind is not SystemExit:
            for p in self.peers:
                print("--- porchd of %s:\n%s" % (p.host, p.log()[-4000:]), file=sys.stderr)
        for p in self.peers:
            p.down()
        self("down", check=False)
