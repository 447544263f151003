# SPDX-License-Identifier: GPL-3.0-or-later
"""What keeps Porch from being a nuisance, in real daemons: limits by the command line and the bus, and no suspend while files move."""
import os
import subprocess
import sys
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "util"))
try:
    from daemon_bus import DAEMON, Bus, BusError, GLib
except (ImportError, ValueError) as error:
    print("skipped: python3-gi is not installed:", error)
    sys.exit(77)
from peers import Neighborhood  # noqa: E402

FAKE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "util", "fake_login1.py")
MB = 1000000


class Case(unittest.TestCase):
    def setUp(self):
        self.hood = Neighborhood()
        self.addCleanup(self.hood.stop)

    def bus(self, peer):
        bus = Bus(peer)
        self.addCleanup(bus.close)
        return bus

    def pair_up(self):
        """Ada shares 40 MB with everybody; Ben knows her."""
        self.ada, self.ben = self.hood.peer("Ada"), self.hood.peer("Ben")
        os.mkdir(self.ada.home + "/films")
        with open(self.ada.home + "/films/long", "wb") as f:
            f.write(os.urandom(40 * MB))
        self.ada.porch("share", "add", self.ada.home + "/films", "--audience", "everyone")
        self.ben.porch("connect", self.ada.address)

    def get(self):
        return self.ben.porch("get", "Ada:films/long", "--detach")

    def transfer(self):
        return self.ben.porch("transfers")[0]


class Limits(Case):
    def test_shown_and_set(self):
        ada = self.hood.peer("Ada")
        self.assertEqual(ada.run("limit"), (0, "Up: no limit\nDown: no limit\n", ""))
        self.assertEqual(ada.porch("limit", "up", "2.5MB"), {"up": 2500000, "down": 0})
        self.assertEqual(ada.porch("limit", "down", "80Mbit"), {"up": 2500000, "down": 10000000})
        self.assertEqual(ada.run("limit"), (0, "Up: 2.5\xa0MB/s\nDown: 10.0\xa0MB/s\n", ""))
        self.assertEqual(ada.porch("limit", "up", "none"), {"up": 0, "down": 10000000})

    def test_refused(self):
        ada = self.hood.peer("Ada")
        for words, said in ((("sideways", "1M"), "“sideways”"), (("up",), "How fast?"), (("up", "fast"), "“fast”"), (("up", "1M", "2M"), "")):
            code, out, err = ada.run("limit", *words)
            self.assertEqual((code, out), (2, ""), err)
            self.assertIn(said, err)
        bus = self.bus(ada)
        for name, value in (("LimitUp", GLib.Variant("x", -1)), ("LimitDown", GLib.Variant("x", 2 ** 40 + 1)), ("MaxUploads", GLib.Variant("u", 0)),
                            ("MaxUploads", GLib.Variant("u", 65))):
            with self.assertRaises(BusError) as caught:
                bus.set(DAEMON, "Daemon", name, value)
            self.assertEqual(caught.exception.name, "Invalid")
        self.assertEqual(ada.porch("limit"), {"up": 0, "down": 0})

    def test_of_one_device(self):
        """It is kept over a restart, and is nothing to anybody else."""
        self.pair_up()
        self.assertEqual(self.ben.porch("limit", "down", "1MB", "--device", "Ada"), {"up": 0, "down": MB})
        self.assertEqual(self.ben.porch("limit"), {"up": 0, "down": 0})
        self.assertEqual(self.ben.run("limit", "--device", "Nobody")[0], 4)
        self.ben.porch("trust", self.ada.porch("status")["id"])
        self.ben.stop_daemon()
        self.ben.start()
        self.assertEqual(self.ben.porch("limit", "--device", "Ada"), {"up": 0, "down": MB})
        with self.assertRaises(BusError) as caught:
            bus = self.bus(self.ben)
            bus.set(next(iter(bus.objects("Peer"))), "Peer", "LimitUp", GLib.Variant("x", -5))
        self.assertEqual(caught.exception.name, "Invalid")

    def test_holds_at_once(self):
        self.pair_up()
        self.ada.porch("limit", "up", "1MB")
        self.get()
        time.sleep(5)
        done = self.transfer()["bytes_done"]
        self.assertLess(done, 9 * MB)
        self.ada.porch("limit", "up", "none")
        self.ben.wait("the end", lambda: self.transfer()["state"] == "done", 30)

    def test_metered(self):
        """Where nothing is metered nothing waits; that it may be used is remembered."""
        bus = self.bus(self.hood.peer("Ada"))
        self.assertFalse(bus.get(DAEMON, "Daemon", "Metered"))
        self.assertFalse(bus.get(DAEMON, "Daemon", "UseMetered"))
        bus.set(DAEMON, "Daemon", "UseMetered", GLib.Variant("b", True))
        self.assertTrue(bus.get(DAEMON, "Daemon", "UseMetered"))


class Awake(Case):
    def system_bus(self, peer):
        """A system bus for @peer with a logind that tells what it is asked."""
        address = peer.env["DBUS_SYSTEM_BUS_ADDRESS"]
        bus = peer.spawn("dbus-daemon", "--session", "--nofork", "--nopidfile", "--address=" + address)
        self.addCleanup(lambda: (bus.terminate(), bus.wait(10)))
        peer.wait("its system bus", lambda: os.path.exists(address.split("=", 1)[1]))
        fake = subprocess.Popen([sys.executable, FAKE, address], stdout=subprocess.PIPE, text=True)
        self.addCleanup(lambda: (fake.stdout.close(), fake.terminate(), fake.wait(10)))
        self.assertEqual(fake.stdout.readline(), "ready\n")
        return fake

    def test_while_something_moves(self):
        self.ada = self.hood.peer("Ada", start=False)
        giver = self.system_bus(self.ada)
        self.ada.start()
        self.ben = self.hood.peer("Ben", start=False)
        taker = self.system_bus(self.ben)
        self.ben.start()
        os.mkdir(self.ada.home + "/films")
        with open(self.ada.home + "/films/long", "wb") as f:
            f.write(os.urandom(8 * MB))
        self.ada.porch("share", "add", self.ada.home + "/films", "--audience", "everyone")
        self.ben.porch("connect", self.ada.address)
        self.ben.porch("limit", "down", "2MB")
        began = time.monotonic()
        self.get()
        for side in (taker, giver):
            self.assertEqual(side.stdout.readline(), "taken sleep Porch block Files are being transferred\n")
        self.assertLess(time.monotonic() - began, 4)
        self.ben.wait("the end", lambda: self.transfer()["state"] == "done", 30)
        done = time.monotonic()
        for side in (taker, giver):
            self.assertEqual(side.stdout.readline(), "released sleep\n")
        self.assertLess(time.monotonic() - done, 12)

    def test_let_go_when_it_ends(self):
        self.pair_up()
        self.ben.stop_daemon()
        fake = self.system_bus(self.ben)
        self.ben.start()
        self.ben.porch("connect", self.ada.address)
        self.ben.porch("limit", "down", "1MB")
        self.get()
        self.assertTrue(fake.stdout.readline().startswith("taken sleep"))
        self.ben.stop_daemon()
        self.assertEqual(fake.stdout.readline(), "released sleep\n")

    def test_nothing_moves(self):
        """A paused one, and one whose giver is away, keep nobody awake."""
        self.pair_up()
        self.ben.stop_daemon()
        fake = self.system_bus(self.ben)
        self.ben.start()
        self.ben.porch("connect", self.ada.address)
        self.ben.porch("limit", "down", "1MB")
        self.get()
        self.assertTrue(fake.stdout.readline().startswith("taken sleep"))
        self.ben.porch("pause", self.transfer()["id"])
        self.assertEqual(fake.stdout.readline(), "released sleep\n")


if __name__ == "__main__":
    unittest.main(verbosity=2)
