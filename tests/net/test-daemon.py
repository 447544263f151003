# SPDX-License-Identifier: GPL-3.0-or-later
"""The real porchd on a private bus: how it starts, refuses to start and ends, and what its interface refuses: the message, the name of
the error, and that nothing changed or was lost."""
import os
import signal
import socket
import stat
import subprocess
import sys
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "util"))
try:
    from daemon_bus import DAEMON, NAME, ROOT, Bus, BusError, GLib, path_bytes
except (ImportError, ValueError) as error:
    print("skipped: python3-gi is not installed:", error)
    sys.exit(77)
from peers import Neighborhood  # noqa: E402


def setUpModule():
    global HOOD
    HOOD = Neighborhood()


def tearDownModule():
    HOOD.stop()


def folder_of(peer):
    return peer.home + "/.local/share/porch"


def read(path):
    with open(path, "rb") as f:
        return f.read()


class Case(unittest.TestCase):
    count = 0

    def peer(self, *options, start=True, **env):
        Case.count += 1
        peer = HOOD.peer("P%d" % Case.count, start=False)
        peer.env.update({k: v for k, v in env.items()})
        self.addCleanup(peer.stop_daemon)
        return peer.start(*options) if start else peer

    def bus(self, peer):
        bus = Bus(peer)
        self.addCleanup(bus.close)
        return bus

    def share(self, peer, bus, name="films", **options):
        path = os.path.join(peer.home, name)
        os.makedirs(path, exist_ok=True)
        return bus.add_share(path, **{"audience": "everyone", **options})

    def fails(self, name, words, function, *args, **kw):
        with self.assertRaises(BusError) as caught:
            function(*args, **kw)
        self.assertEqual(caught.exception.name, name, caught.exception.words)
        self.assertIn(words, caught.exception.words)

    def run_daemon(self, peer, *options, **env):
        return subprocess.run(["porchd", "--loopback", "--discovery", "off", *options], env={**peer.env, **env}, capture_output=True, text=True,
                              timeout=20, cwd=peer.home)


class Start(Case):
    def test_version(self):
        r = self.run_daemon(self.peer(start=False), "--version")
        self.assertEqual((r.returncode, r.stdout), (0, "porchd 0.1.0\n"))

    def test_usage(self):
        peer = self.peer(start=False)
        for wrong, words in ((["--port", "80"], "--port"), (["--discovery", "x"], "--discovery"), (["x"], "“x”"), (["--name", "a/b"], "--name")):
            r = self.run_daemon(peer, *wrong)
            self.assertEqual(r.returncode, 2, r.stderr)
            self.assertIn(words, r.stderr)
        self.assertFalse(os.path.exists(folder_of(peer)))

    def test_no_session_bus(self):
        peer = self.peer(start=False)
        r = self.run_daemon(peer, DBUS_SESSION_BUS_ADDRESS="unix:path=/nonexistent/bus")
        self.assertEqual(r.returncode, 1)
        self.assertIn("porchd: there is no session bus", r.stderr)
        self.assertIn("dbus-run-session porchd", r.stderr)
        self.assertEqual(len(r.stderr.splitlines()), 1, r.stderr)
        self.assertFalse(os.path.exists(folder_of(peer)))

    def test_second_of_the_same_user(self):
        peer = self.peer()
        bus = self.bus(peer)
        self.share(peer, bus)
        r = self.run_daemon(peer)
        self.assertEqual((r.returncode, r.stderr), (1, "porchd: Porch runs already in this session.\n"))
        self.assertEqual(len(bus.objects("Share")), 1)

    def test_second_on_another_bus(self):
        peer = self.peer()
        before = self.bus(peer).get(DAEMON, "Daemon", "Id")
        r = subprocess.run(["dbus-run-session", "--", "porchd", "--loopback", "--discovery", "off"], env=peer.env, capture_output=True, text=True,
                           timeout=30)
        self.assertEqual(r.returncode, 1)
        self.assertIn("Porch is running already for this user", r.stderr)
        self.assertIn(folder_of(peer), r.stderr)
        self.assertEqual(self.bus(peer).get(DAEMON, "Daemon", "Id"), before)

    def test_several_users_side_by_side(self):
        one, two = self.peer(), self.peer()
        ids = {self.bus(p).get(DAEMON, "Daemon", "Id") for p in (one, two)}
        self.assertEqual(len(ids), 2)

    def test_broken_database(self):
        peer = self.peer()
        bus = self.bus(peer)
        self.share(peer, bus)
        identity = bus.get(DAEMON, "Daemon", "Id")
        peer.stop_daemon()
        database = folder_of(peer) + "/porch.db"
        for extra in ("-wal", "-shm"):
            if os.path.exists(database + extra):
                os.unlink(database + extra)
        with open(database, "wb") as f:
            f.write(b"not a database " * 1000)
        peer.start()
        warnings = bus.get(DAEMON, "Daemon", "Warnings")
        self.assertEqual(len(warnings), 1, warnings)
        self.assertIn("was damaged. It was moved to " + database + ".broken", warnings[0])
        self.assertIn("Add your folders again.", warnings[0])
        self.assertEqual(bus.get(DAEMON, "Daemon", "Id"), identity)  # friends stay friends
        aside = [f for f in os.listdir(folder_of(peer)) if f.startswith("porch.db.broken")]
        self.assertEqual(read(os.path.join(folder_of(peer), aside[0])), b"not a database " * 1000)
        self.share(peer, bus, "again")
        self.assertEqual(len(bus.objects("Share")), 1)

    def test_damaged_key(self):
        peer = self.peer()
        peer.stop_daemon()
        key = folder_of(peer) + "/key.pem"
        with open(key, "w") as f:
            f.write("rubbish")
        r = self.run_daemon(peer)
        self.assertEqual(r.returncode, 1)
        self.assertIn(key, r.stderr)
        self.assertEqual(read(key), b"rubbish")  # never replaced on its own

    def test_state_that_cannot_be_written(self):
        if os.geteuid() == 0:
            self.skipTest("to root no folder is closed")
        peer = self.peer(start=False)
        os.makedirs(peer.home + "/closed", mode=0o500)
        r = self.run_daemon(peer, XDG_DATA_HOME=peer.home + "/closed")
        self.assertEqual(r.returncode, 1)
        self.assertIn(peer.home + "/closed/porch", r.stderr)

    def test_files_are_private(self):
        peer = self.peer()
        self.assertEqual(stat.S_IMODE(os.stat(folder_of(peer)).st_mode), 0o700)
        for name in ("key.pem", "porch.db", "lock"):
            self.assertEqual(stat.S_IMODE(os.stat(os.path.join(folder_of(peer), name)).st_mode) & 0o077, 0, name)

    def test_port_taken(self):
        with socket.socket() as other:
            other.bind(("127.0.0.1", 0))
            other.listen()
            port = other.getsockname()[1]
            peer = self.peer(start=False)
            peer.daemon = peer.spawn("porchd", "--loopback", "--discovery", "off", "--port", str(port))
            peer.wait("its name on the bus", peer.is_up)
            bus = self.bus(peer)
            now = bus.get(DAEMON, "Daemon", "Port")
            self.assertNotIn(now, (0, port))
            warnings = bus.get(DAEMON, "Daemon", "Warnings")
            self.assertEqual(len(warnings), 1, warnings)
            self.assertIn("Port %d is in use by another program, so Porch listens on port %d." % (port, now), warnings[0])
            socket.create_connection(("127.0.0.1", now), 5).close()

    def test_held(self):
        peer = self.peer(start=False)
        def start():
            peer.daemon = peer.spawn("porchd", "--loopback", "--discovery", "off", "--port", "0", "--hold")
            peer.wait("its name on the bus", peer.is_up)
            return self.bus(peer)
        bus = start()
        self.assertTrue(bus.get(DAEMON, "Daemon", "Held"))
        self.assertEqual(bus.get(DAEMON, "Daemon", "Port"), 0)
        self.assertEqual(bus.get(DAEMON, "Daemon", "Visibility"), "hidden")
        words = "Porch waits for its first start: choose in its window who can see you"
        self.fails("NotAllowed", words, bus.daemon, "Connect", "s", "127.0.0.1:1")
        self.fails("NotAllowed", words, bus.daemon, "FindPeer", "s", "Ada")
        self.fails("NotAllowed", words, bus.daemon, "SetVisibility", "ss", "home", "visible")
        self.fails("Invalid", "Visibility is", bus.daemon, "SetVisibility", "ss", "", "everywhere")
        code, _, errors = peer.run("send", "Ada", "--text", "-", stdin="Hello")
        self.assertEqual(code, 5, errors)
        self.assertIn(words, errors)
        # Nobody answers: the next start waits again, and answers to the name by which a frontend asks for one that waits.
        bus.daemon("Quit")
        peer.daemon.wait(10)
        bus = start()
        self.assertTrue(bus.get(DAEMON, "Daemon", "Held"))
        owner = bus.connection.call_sync("org.freedesktop.DBus", "/", "org.freedesktop.DBus", "GetNameOwner",
                                         GLib.Variant("(s)", ("io.github.porchshare.Porch.Welcome",)), None, 0, 1000, None)
        self.assertTrue(owner.unpack()[0])
        bus.daemon("SetVisibility", "ss", "", "hidden")
        self.assertFalse(bus.get(DAEMON, "Daemon", "Held"))
        self.assertNotEqual(bus.get(DAEMON, "Daemon", "Port"), 0)
        # Once is enough.
        bus.daemon("Quit")
        peer.daemon.wait(10)
        bus = start()
        self.assertFalse(bus.get(DAEMON, "Daemon", "Held"))

    def test_no_schema(self):
        peer = self.peer(GSETTINGS_SCHEMA_DIR="/nonexistent")
        bus = self.bus(peer)
        self.assertIn("The settings schema io.github.porchshare.Porch is not installed", bus.get(DAEMON, "Daemon", "Warnings")[0])
        self.assertEqual(bus.get(DAEMON, "Daemon", "MaxRunning"), 3)
        bus.set(DAEMON, "Daemon", "MaxRunning", GLib.Variant("u", 5))
        self.assertEqual(bus.get(DAEMON, "Daemon", "MaxRunning"), 5)

    def test_new_identity(self):
        peer = self.peer()
        bus = self.bus(peer)
        before = bus.get(DAEMON, "Daemon", "Id")
        self.share(peer, bus)
        r = self.run_daemon(peer, "--new-identity")  # not under a daemon that uses the key
        self.assertEqual(r.returncode, 1)
        self.assertEqual(bus.get(DAEMON, "Daemon", "Id"), before)
        peer.stop_daemon()
        peer.start("--new-identity")
        self.assertNotEqual(bus.get(DAEMON, "Daemon", "Id"), before)
        self.assertTrue([f for f in os.listdir(folder_of(peer)) if f.startswith("key.pem.old")])
        self.assertEqual(len(bus.objects("Share")), 1)

    def test_tells_the_service_manager(self):
        peer = self.peer(start=False)
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
            manager.bind(peer.home + "/notify")
            manager.settimeout(10)
            peer.env["NOTIFY_SOCKET"] = peer.home + "/notify"
            peer.start()
            self.assertEqual(manager.recv(100), b"READY=1")
            self.assertTrue(peer.is_up())  # ready is callable
            peer.stop_daemon()
            self.assertEqual(manager.recv(100), b"STOPPING=1")

    def test_default_name(self):
        peer = self.peer(start=False)
        peer.daemon = peer.spawn("porchd", "--loopback", "--discovery", "off", "--port", "0")
        peer.wait("its name on the bus", peer.is_up)
        self.assertTrue(self.bus(peer).get(DAEMON, "Daemon", "Name"))

    def test_no_core_dump(self):
        with open("/proc/%d/limits" % self.peer().pid) as limits:
            core = [line.split() for line in limits if line.startswith("Max core file size")][0]
        self.assertEqual(core[4:6], ["0", "0"])


class End(Case):
    def ended(self, peer, code):
        self.assertEqual(peer.daemon.wait(15), code, peer.words())
        peer.daemon = None

    def test_sigterm_in_order(self):
        peer = self.peer()
        bus = self.bus(peer)
        share = self.share(peer, bus)
        peer.daemon.send_signal(signal.SIGTERM)
        self.ended(peer, 0)
        self.assertNotIn("CRITICAL", peer.words())
        self.assertFalse(peer.is_up())
        peer.start()
        self.assertEqual(list(bus.objects("Share")), [share])

    def test_sigint(self):
        peer = self.peer()
        peer.daemon.send_signal(signal.SIGINT)
        self.ended(peer, 0)

    def test_quit(self):
        peer = self.peer()
        self.bus(peer).daemon("Quit")
        self.ended(peer, 0)

    def test_sigkill_loses_nothing(self):
        peer = self.peer()
        bus = self.bus(peer)
        share = self.share(peer, bus)
        peer.stop_daemon(kill=True)  # the moment the call was answered
        peer.start()
        self.assertEqual(list(bus.objects("Share")), [share])

    def test_bus_ends(self):
        peer = self.peer()
        peer.bus.kill()
        self.ended(peer, 0)

    def test_a_successor_waits_for_the_state(self):
        """Between the name on the bus and the lock on the state there is a moment on the way out."""
        peer = self.peer()
        held = os.open(folder_of(peer) + "/lock", os.O_RDWR)
        peer.stop_daemon()
        locked = subprocess.Popen(["flock", folder_of(peer) + "/lock", "sleep", "1"])
        time.sleep(0.2)
        peer.start()
        self.assertTrue(peer.is_up())
        locked.wait()
        os.close(held)


class Interface(Case):
    @classmethod
    def setUpClass(cls):
        cls.one = HOOD.peer("Interface")
        cls.shared = Bus(cls.one)

    def setUp(self):
        self.p, self.b = self.one, self.shared

    def test_properties(self):
        all_of_it = self.b.objects("Daemon")[DAEMON]
        self.assertEqual(all_of_it["Name"], "Interface")
        self.assertEqual(len(all_of_it["Id"]), 64)
        self.assertEqual(all_of_it["Version"], "0.1.0")
        self.assertEqual(all_of_it["Discovery"], "off")
        self.assertEqual(all_of_it["Sandbox"], "")
        self.assertEqual(all_of_it["ShownDownloadFolder"], all_of_it["DownloadFolder"])
        self.assertRegex(all_of_it["Confinement"], "^(landlock [0-9]+|none)$")
        self.assertEqual(bytes(all_of_it["StateFolder"]).rstrip(b"\0").decode(), folder_of(self.p))
        self.assertEqual(bytes(all_of_it["DownloadFolder"]).rstrip(b"\0").decode(), self.p.downloads)
        self.assertEqual(all_of_it["Warnings"], [])

    def test_name(self):
        self.b.set(DAEMON, "Daemon", "Name", GLib.Variant("s", "Grace's Büro"))
        self.assertEqual(self.b.get(DAEMON, "Daemon", "Name"), "Grace's Büro")
        for wrong in ("", "a/b", "a:b", "x" * 64, "a\u202eb", "a\nb"):
            with self.assertRaises(BusError) as caught:
                self.b.set(DAEMON, "Daemon", "Name", GLib.Variant("s", wrong))
            self.assertEqual(caught.exception.name, "PathRefused", wrong)
            self.assertEqual(self.b.get(DAEMON, "Daemon", "Name"), "Grace's Büro")
        self.b.set(DAEMON, "Daemon", "Name", GLib.Variant("s", "Interface"))

    def test_name_is_told(self):
        self.b.signals.clear()
        self.b.set(DAEMON, "Daemon", "Name", GLib.Variant("s", "Told"))
        self.b.pump(0.3)
        self.assertIn("Told", [s[3][1].get("Name") for s in self.b.signals if s[2] == "PropertiesChanged"])
        self.b.set(DAEMON, "Daemon", "Name", GLib.Variant("s", "Interface"))

    def test_max_running(self):
        for wrong in (0, 17, 4000000000):
            self.fails("Invalid", "Between 1 and 16", self.b.set, DAEMON, "Daemon", "MaxRunning", GLib.Variant("u", wrong))
        self.b.set(DAEMON, "Daemon", "MaxRunning", GLib.Variant("u", 1))
        self.assertEqual(self.b.get(DAEMON, "Daemon", "MaxRunning"), 1)

    def test_download_folder(self):
        good = self.p.home + "/Elsewhere"
        os.makedirs(good, exist_ok=True)
        self.b.set(DAEMON, "Daemon", "DownloadFolder", path_bytes(good))
        self.fails("NotFound", "/nowhere", self.b.set, DAEMON, "Daemon", "DownloadFolder", path_bytes("/nowhere"))
        self.fails("Invalid", "relative", self.b.set, DAEMON, "Daemon", "DownloadFolder", path_bytes("relative"))
        if os.geteuid() != 0:
            self.fails("ReadOnly", "/usr", self.b.set, DAEMON, "Daemon", "DownloadFolder", path_bytes("/usr"))
        now = bytes(self.b.get(DAEMON, "Daemon", "DownloadFolder")).rstrip(b"\0").decode()
        self.assertEqual(now, good)
        self.b.set(DAEMON, "Daemon", "DownloadFolder", path_bytes(""))
        now = bytes(self.b.get(DAEMON, "Daemon", "DownloadFolder")).rstrip(b"\0").decode()
        self.assertEqual(now, self.p.downloads)

    def test_read_only_property(self):
        with self.assertRaises(BusError):
            self.b.set(DAEMON, "Daemon", "Id", GLib.Variant("s", "0" * 64))

    def test_share(self):
        path = self.share(self.p, self.b, "Fotos")
        share = self.b.objects("Share")[path]
        self.assertEqual((share["Name"], share["Audience"], share["Access"], share["Active"], share["State"]),
                         ("Fotos", "everyone", "read", True, "ok"))
        self.fails("Exists", "Fotos", self.share, self.p, self.b, "Fotos")
        self.b.call(path, "Share.Set", "a{sv}", {"audience": GLib.Variant("s", "trusted"), "active": GLib.Variant("b", False),
                                                 "note": GLib.Variant("s", "ours")})
        share = self.b.objects("Share")[path]
        self.assertEqual((share["Audience"], share["Active"], share["Note"]), ("trusted", False, "ours"))
        self.b.call(path, "Share.Set", "a{sv}", {"selected": GLib.Variant("as", ["0" * 64])})
        share = self.b.objects("Share")[path]
        self.assertEqual((share["Audience"], share["Selected"]), ("selected", ["0" * 64]))
        self.b.call(path, "Share.Remove")
        self.assertNotIn(path, self.b.objects("Share"))
        self.assertTrue(os.path.isdir(self.p.home + "/Fotos"))

    def test_share_set_is_all_or_nothing(self):
        path = self.share(self.p, self.b, "Whole", audience="trusted")
        for wrong, name in (({"audience": "everybody"}, "Invalid"), ({"name": "a/b"}, "PathRefused"), ({"colour": "red"}, "Invalid"),
                            ({"until": 1}, "Invalid"), ({"selected": ["abc"]}, "Invalid"), ({"audience": True}, "Invalid")):
            values = {"active": GLib.Variant("b", False), "note": GLib.Variant("s", "changed")}
            for k, v in wrong.items():
                values[k] = GLib.Variant({str: "s", int: "x", list: "as", bool: "b"}[type(v)], v)
            with self.assertRaises(BusError) as caught:
                self.b.call(path, "Share.Set", "a{sv}", values)
            self.assertEqual(caught.exception.name, name, wrong)
            share = self.b.objects("Share")[path]
            self.assertEqual((share["Audience"], share["Active"], share["Note"], share["Name"]), ("trusted", True, "", "Whole"))

    def test_add_share_refused(self):
        before = self.b.objects("Share")
        home, b = self.p.home, self.b
        for name in ("mine", "theirs", ".ssh"):
            os.makedirs(os.path.join(home, name), exist_ok=True)
        with open(home + "/file", "w"):
            pass
        mine = home + "/mine"
        self.fails("NotFound", "background service can't see “%s”" % mine, b.add_share, mine, held=home + "/theirs", audience="everyone")
        self.fails("NotFound", "background service can't see “%s”" % mine, b.add_share, mine, held=home, audience="everyone")
        self.fails("NotFound", "can't see “%s/nothing”" % home, b.add_share, home + "/nothing", held=mine, audience="everyone")
        self.fails("Invalid", "“selected”, “trusted” or “everyone”", b.add_share, mine)
        self.fails("Invalid", "“all”", b.add_share, mine, audience="all")
        self.fails("Invalid", "no option “audiense”", b.add_share, mine, audiense="trusted")
        self.fails("Invalid", "passed already", b.add_share, mine, audience="everyone", until=1)
        self.fails("PathRefused", "", b.add_share, "/", audience="everyone")
        self.fails("PathRefused", "", b.add_share, home, audience="everyone")
        self.fails("PathRefused", "", b.add_share, home + "/.ssh", audience="everyone")
        self.fails("Invalid", "brings no descriptors", b.call_raw, DAEMON, "io.github.porchshare.Porch.Daemon", "AddShare",
                   GLib.Variant("(ayha{sv})", (mine.encode() + b"\0", 7, {"audience": GLib.Variant("s", "everyone")})))
        with self.assertRaises(BusError):
            b.add_share(home + "/file", audience="everyone")
        self.assertEqual(b.objects("Share"), before)

    def test_override(self):
        os.makedirs(self.p.home + "/.gnupg", exist_ok=True)
        path = self.b.add_share(self.p.home + "/.gnupg", audience="selected", selected=["0" * 64], override=True)
        self.b.call(path, "Share.Remove")

    def test_share_signals(self):
        self.b.signals.clear()
        path = self.share(self.p, self.b, "Signals")
        self.b.call(path, "Share.Remove")
        self.b.pump(0.3)
        kinds = [s[2] for s in self.b.signals if s[1] == ROOT and s[3][0] == path]
        self.assertEqual(kinds, ["InterfacesAdded", "InterfacesRemoved"])

    def test_unknown_peer(self):
        gone = ROOT + "/peers/" + "0" * 32
        self.fails("NotFound", "not in the list of devices", self.b.daemon, "ListShares", "o", gone)
        self.fails("NotFound", "not in the list of devices", self.b.daemon, "Pair", "o", gone)
        self.fails("NotFound", "not in the list of devices", self.b.listing, gone, "0" * 16)
        self.fails("NotFound", "not in the list of devices", self.b.fetch, gone, "0" * 16, ["a"])
        self.fails("NotFound", "not in the list of devices", self.b.send, [gone], [], text="hello")
        self.fails("NotFound", "not in the list of devices", self.b.daemon, "ListShares", "o", "/")
        self.fails("NotFound", "nobody", self.b.daemon, "FindPeer", "s", "nobody")
        self.assertEqual(self.b.objects("Transfer"), {})

    def test_send_refused(self):
        gone = ROOT + "/peers/" + "0" * 32
        mine = self.p.home + "/letter"
        with open(mine, "w"):
            pass
        self.fails("Invalid", "text is empty", self.b.send, [gone], [], text="")
        self.fails("Limit", "4096 bytes", self.b.send, [gone], [], text="x" * 4097)
        self.fails("Invalid", "can't be sent as one", self.b.send, [gone], [mine], text="x")
        self.fails("Invalid", "Say what to send", self.b.send, [gone], [])
        self.fails("Invalid", "Say whom", self.b.send, [], [], text="x")
        self.fails("NotFound", "can't see", self.b.send, [gone], [mine], held=["/usr"])
        self.fails("Invalid", "no option “txt”", self.b.send, [gone], [], txt="x")
        self.assertEqual(self.b.objects("Transfer"), {})

    def test_get_refused(self):
        gone = ROOT + "/peers/" + "0" * 32
        self.fails("PathRefused", "", self.b.fetch, gone, "0" * 16, ["../x"])
        self.fails("PathRefused", "", self.b.fetch, gone, "0" * 16, ["/etc/x"])
        self.fails("Invalid", "Say which", self.b.fetch, gone, "0" * 16, [])
        self.fails("NotFound", "/nowhere", self.b.fetch, gone, "0" * 16, ["a"], to=path_bytes("/nowhere"))
        self.fails("PathRefused", "", self.b.listing, gone, "0" * 16, "a/../b")

    def test_connect_refused(self):
        with socket.socket() as closed:
            closed.bind(("127.0.0.1", 0))
            port = closed.getsockname()[1]
        self.fails("Unreachable", "127.0.0.1", self.b.daemon, "Connect", "s", "127.0.0.1:%d" % port)
        with self.assertRaises(BusError) as caught:
            self.b.daemon("Connect", "s", "127.0.0.1:99999999")
        self.assertIn(caught.exception.name, ("Invalid", "NotFound"))
        self.assertEqual(self.b.objects("Peer"), {})

    def test_visibility(self):
        self.fails("Invalid", "“sometimes”", self.b.daemon, "SetVisibility", "ss", "", "sometimes")
        self.b.daemon("SetVisibility", "ss", "", "always")
        self.assertEqual(self.b.get(DAEMON, "Daemon", "Visibility"), "always")
        self.b.daemon("SetVisibility", "ss", "", "hidden")
        self.assertEqual(self.b.get(DAEMON, "Daemon", "Visibility"), "hidden")

    def test_watch_ends_with_the_watcher(self):
        other = Bus(self.p)
        other.daemon("Watch")
        other.daemon("Watch")
        other.close()
        self.b.daemon("Watch")
        self.b.daemon("Unwatch")
        self.b.daemon("Unwatch")
        self.assertTrue(self.p.is_up())

    def test_bus_messages_of_other_kinds(self):
        """Calls that the interface does not have are errors, not the end."""
        for path, method in ((DAEMON, "Daemon.Nonsense"), (ROOT + "/nothing", "Share.Remove"), (DAEMON, "Share.Remove")):
            with self.assertRaises(BusError):
                self.b.call(path, method)
        with self.assertRaises(BusError):
            self.b.daemon("FindPeer", "u", 7)
        self.assertTrue(self.p.is_up())

    def test_name_on_the_bus(self):
        self.assertEqual(NAME, "io.github.porchshare.Porch.Daemon")
        self.assertTrue(self.p.is_up())


if __name__ == "__main__":
    unittest.main(verbosity=2)
