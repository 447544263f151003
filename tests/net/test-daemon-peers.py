# SPDX-License-Identifier: GPL-3.0-or-later
"""Two real porchd on 127.0.0.1, driven by the D-Bus interface as a frontend would: shares, listings, fetching, handing over, trust."""
import json
import os
import subprocess
import sys
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "util"))
try:
    from daemon_bus import DAEMON, Bus, BusError, GLib, path_bytes
except (ImportError, ValueError) as error:
    print("skipped: python3-gi is not installed:", error)
    sys.exit(77)
from peers import Neighborhood  # noqa: E402

ENDS = ("done", "failed", "declined", "cancelled")


def write(path, data):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as f:
        f.write(data)
    return path


def read(path):
    with open(path, "rb") as f:
        return f.read()


def local(value):
    """A path of a property."""
    return os.fsdecode(bytes(value).rstrip(b"\0"))


class Case(unittest.TestCase):
    """Ada and Ben know each other's address and nothing more."""

    def setUp(self):
        self.hood = Neighborhood()
        self.addCleanup(self.hood.stop)
        self.addCleanup(self.check_ends)
        self.ada, self.ben = self.hood.peer("Ada"), self.hood.peer("Ben")
        self.a, self.b = Bus(self.ada), Bus(self.ben)
        self.addCleanup(self.a.close)
        self.addCleanup(self.b.close)
        self.at_ben = self.b.daemon("Connect", "s", self.ada.address)  # Ada as Ben sees her
        self.at_ada = self.a.daemon("Connect", "s", self.ben.address)

    def check_ends(self):
        """Whatever the test did, they leave in order and without a word of a sanitizer or of GLib."""
        for peer in self.hood.peers:
            if peer.daemon and peer.daemon.poll() is None:
                peer.daemon.terminate()
                self.assertEqual(peer.daemon.wait(20), 0, peer.words()[-3000:])
            for word in ("Sanitizer", "CRITICAL", "runtime error"):
                self.assertNotIn(word, peer.words())

    def share(self, name="films", **options):
        path = os.path.join(self.ada.home, name)
        write(path + "/one.txt", b"one")
        write(path + "/sub/two.bin", os.urandom(2500000))
        return self.a.add_share(path, **{"audience": "everyone", **options})

    def fails(self, name, words, function, *args, **kw):
        with self.assertRaises(BusError) as caught:
            function(*args, **kw)
        self.assertEqual(caught.exception.name, name, caught.exception.words)
        self.assertIn(words, caught.exception.words)

    def wait(self, what, function, timeout=20):
        end = time.monotonic() + timeout
        while True:
            got = function()
            if got:
                return got
            if time.monotonic() > end:
                self.fail("not within %g s: %s\n%s\n%s" % (timeout, what, self.ada.words()[-1500:], self.ben.words()[-1500:]))
            time.sleep(0.02)

    def state(self, bus, transfer):
        return bus.objects("Transfer").get(transfer, {}).get("State")

    def finish(self, bus, transfer, state="done"):
        self.wait("the end of " + transfer, lambda: self.state(bus, transfer) in ENDS)
        found = bus.objects("Transfer")[transfer]
        self.assertEqual(found["State"], state, found)
        return found

    def offer(self, count=1):
        """The pending offers at Ben."""
        def pending():
            return sorted(p for p, o in self.b.objects("Offer").items() if o["State"] == "pending")
        return self.wait("an offer", lambda: len(pending()) == count and pending())


class Fetching(Case):
    def test_shares_and_rows(self):
        self.share()
        shares = self.b.daemon("ListShares", "o", self.at_ben)
        self.assertEqual([(s["name"], s["access"]) for s in shares], [("films", "read")])
        for named in ("films", shares[0]["id"]):
            rows = [json.loads(line) for line in self.b.listing(self.at_ben, named).splitlines()]
            self.assertEqual(sorted(r["n"] for r in rows[:-1]), ["one.txt", "sub"])
            self.assertTrue(rows[-1]["end"])
        deep = [json.loads(line) for line in self.b.listing(self.at_ben, "films", deep=True).splitlines()]
        self.assertIn("sub/two.bin", [r.get("n") for r in deep])

    def test_many_rows_and_a_reader_that_leaves(self):
        for i in range(5000):
            write("%s/many/%05d" % (self.ada.home, i), b"")
        self.a.add_share(self.ada.home + "/many", audience="everyone")
        self.assertEqual(len(self.b.listing(self.at_ben, "many").splitlines()), 5001)
        _, fds = self.b.call_raw(DAEMON, "io.github.porchshare.Porch.Daemon", "List",
                                 GLib.Variant("(osaya{sv})", (self.at_ben, "many", b"\0", {})))
        os.close(fds.steal_fds()[0])
        time.sleep(0.3)
        self.assertTrue(self.ben.is_up())  # not ended by SIGPIPE

    def test_get(self):
        self.share()
        transfer = self.b.fetch(self.at_ben, "films", [""])
        found = self.finish(self.b, transfer)
        self.assertEqual((found["Kind"], found["Title"], found["PeerName"], found["Peer"]), ("download", "films", "Ada", self.at_ben))
        self.assertEqual((found["BytesDone"], found["FilesDone"]), (2500003, 2))
        self.assertEqual([local(r) for r in found["Results"]], [self.ben.downloads + "/films"])
        self.assertEqual(read(self.ben.downloads + "/films/sub/two.bin"), read(self.ada.home + "/films/sub/two.bin"))
        self.b.call(transfer, "Transfer.Clear")
        self.assertEqual(self.b.objects("Transfer"), {})
        self.assertTrue(os.path.exists(self.ben.downloads + "/films/one.txt"))

    def test_get_to(self):
        self.share()
        elsewhere = self.ben.home + "/elsewhere"
        os.makedirs(elsewhere)
        self.finish(self.b, self.b.fetch(self.at_ben, "films", ["one.txt"], to=path_bytes(elsewhere)))
        self.assertEqual(read(elsewhere + "/one.txt"), b"one")

    def test_target_that_cannot_be_written(self):
        if os.geteuid() == 0:
            self.skipTest("to root no folder is closed")
        self.share()
        closed = self.ben.home + "/closed"
        os.makedirs(closed, mode=0o500)
        self.fails("ReadOnly", "Nothing can be saved in “%s”. Choose another folder." % closed, self.b.fetch, self.at_ben, "films", [""],
                   to=path_bytes(closed))
        self.assertEqual((self.b.objects("Transfer"), os.listdir(closed)), ({}, []))

    def test_retry_a_download(self):
        self.share()
        transfer = self.b.fetch(self.at_ben, "films", ["gone.txt"])
        found = self.finish(self.b, transfer, "failed")
        self.assertEqual(found["Batch"], "")
        write(self.ada.home + "/films/gone.txt", b"back")
        self.assertEqual(self.b.call(transfer, "Transfer.Retry"), transfer)
        self.wait("the second try", lambda: self.state(self.b, transfer) == "done")
        self.assertEqual(read(self.ben.downloads + "/gone.txt"), b"back")

    def test_what_is_not_there(self):
        self.share()
        self.fails("NotFound", "“Ada” shares no folder “songs” with you.", self.b.fetch, self.at_ben, "songs", ["a"])
        self.fails("NotFound", "“Ada” shares no folder “songs” with you.", self.b.listing, self.at_ben, "songs")
        last = json.loads(self.b.listing(self.at_ben, "films", "nothing").splitlines()[-1])
        self.assertEqual(last["error"], "not-found")
        last = json.loads(self.b.listing(self.at_ben, "0" * 16).splitlines()[-1])
        self.assertEqual(last["error"], "not-found")
        self.assertEqual(self.b.objects("Transfer"), {})

    def test_the_other_is_away(self):
        self.share()
        self.ada.stop_daemon()
        self.fails("Unreachable", "Ada", self.b.daemon, "ListShares", "o", self.at_ben)
        self.fails("Unreachable", "Ada", self.b.fetch, self.at_ben, "films", ["one.txt"])
        self.assertEqual(self.b.objects("Transfer"), {})

    def test_a_trusted_share_is_nothing_to_a_stranger(self):
        self.share("secret", audience="trusted")
        self.assertEqual(self.b.daemon("ListShares", "o", self.at_ben), [])
        id = list(self.a.objects("Share").values())[0]["Id"]
        stranger = self.b.listing(self.at_ben, id).splitlines()[-1]
        nothing = self.b.listing(self.at_ben, "0" * 16).splitlines()[-1]
        self.assertEqual(stranger, nothing)
        self.a.call(self.at_ada, "Peer.Trust")
        self.assertEqual([s["name"] for s in self.b.daemon("ListShares", "o", self.at_ben)], ["secret"])
        self.a.call(self.at_ada, "Peer.Untrust")
        self.assertEqual(self.b.daemon("ListShares", "o", self.at_ben), [])

    def test_ten_changes_a_second(self):
        size = 600 << 20
        with open(write(self.ada.home + "/big/big", b""), "wb") as f:
            f.truncate(size)
        self.a.add_share(self.ada.home + "/big", audience="everyone")
        self.b.signals.clear()
        transfer = self.b.fetch(self.at_ben, "big", ["big"])
        begin = time.monotonic()
        while self.state(self.b, transfer) not in ENDS and time.monotonic() < begin + 90:
            self.b.pump(0.5)
        self.finish(self.b, transfer)
        self.b.pump(0.3)
        times = [s[0] / 1e6 for s in self.b.signals if s[1] == transfer and s[2] == "PropertiesChanged"]
        self.assertGreater(len(times), 3)
        for i, start in enumerate(times):
            within = len([t for t in times[i:] if t < start + 1])
            self.assertLessEqual(within, 12, times)  # ten, and what the bus's own delays push together

    def test_a_folder_that_vanished(self):
        path = self.share("stick")
        os.rename(self.ada.home + "/stick", self.ada.home + "/unplugged")
        self.a.daemon("Watch")
        self.wait("the state missing", lambda: self.a.get(path, "Share", "State") == "missing")
        last = json.loads(self.b.listing(self.at_ben, "stick").splitlines()[-1]) if self.b.daemon("ListShares", "o", self.at_ben) else None
        self.assertTrue(last is None or "error" in last)
        os.rename(self.ada.home + "/unplugged", self.ada.home + "/stick")
        self.a.daemon("Unwatch")
        self.a.daemon("Watch")
        self.wait("the state ok", lambda: self.a.get(path, "Share", "State") == "ok")


class Disks(Case):
    """Ben's porchd with a small disk at ~/small, in a mount namespace of its own."""

    UNSHARE = ["unshare", "--user", "--map-current-user", "--mount", "--keep-caps"]

    def setUp(self):
        if subprocess.run([*self.UNSHARE, "true"], capture_output=True).returncode or os.geteuid() == 0:
            self.skipTest("needs a plain user who may make user namespaces")
        super().setUp()
        self.small = self.ben.home + "/small"
        os.makedirs(self.small)
        os.makedirs(self.ben.home + "/bin")
        with open(self.ben.home + "/bin/porchd", "w") as script:
            script.write('#!/bin/sh\nmount -t tmpfs -o size=1m tmpfs "%s" || exit 9\nexec "%s/porchd" "$@"\n' % (self.small, self.hood.bin))
        os.chmod(self.ben.home + "/bin/porchd", 0o755)
        self.ben.stop_daemon()

        def in_namespace(*argv):
            if argv[0] == "porchd":
                argv = [*self.UNSHARE, self.ben.home + "/bin/porchd", *argv[1:]]
            return type(self.ben).spawn(self.ben, *argv)
        self.ben.spawn = in_namespace
        self.ben.start()
        self.share()

    def inside(self, *argv):
        return subprocess.run(["nsenter", "-t", str(self.ben.pid), "-U", "-m", "--preserve-credentials", *argv], capture_output=True, text=True)

    def test_full(self):
        self.b.call(self.at_ben, "Peer.Trust")
        transfer = self.b.fetch(self.at_ben, "films", [""], to=path_bytes(self.small))
        self.wait("the refusal", lambda: self.state(self.b, transfer) == "stalled")
        found = self.b.objects("Transfer")[transfer]
        self.assertEqual(found["ErrorName"], "io.github.porchshare.Porch.Error.NoSpace")
        self.assertIn("must be free. It goes on when there is room.", found["ErrorMessage"])
        self.assertEqual(found["BytesDone"], 0)
        self.assertNotIn("two.bin", self.inside("find", self.small).stdout)  # before the first byte
        self.b.call(transfer, "Transfer.Cancel")
        self.finish(self.b, transfer, "cancelled")


class HandingOver(Case):
    def send(self, *names, **options):
        paths = [write(os.path.join(self.ada.home, n), n.encode()) for n in names]
        return self.a.send([self.at_ada], paths, **options)[0]

    def test_accept(self):
        transfer = self.send("letter.txt")
        offer = self.offer()[0]
        found = self.b.objects("Offer")[offer]
        self.assertEqual((found["PeerName"], found["PeerTrust"], found["Kind"], found["Names"], found["Files"], found["Bytes"]),
                         ("Ada", "unknown", "files", ["letter.txt"], 1, 10))
        self.assertRegex(found["Code"], "^[0-9]{3} [0-9]{3}$")
        self.wait("the same code at Ada", lambda: self.a.objects("Transfer")[transfer]["Code"] == found["Code"])
        self.assertEqual(self.a.objects("Transfer")[transfer]["State"], "waiting")
        self.assertEqual(os.listdir(self.ben.downloads), [])
        received = self.b.call(offer, "Offer.Accept", "a{sv}", {})
        self.finish(self.b, received)
        self.finish(self.a, transfer)
        self.assertEqual(read(self.ben.downloads + "/letter.txt"), b"letter.txt")
        self.fails("Gone", "", self.b.call, offer, "Offer.Accept", "a{sv}", {})
        self.assertEqual(os.listdir(self.ben.downloads), ["letter.txt"])

    def test_accept_to(self):
        self.send("letter.txt")
        offer = self.offer()[0]
        elsewhere = self.ben.home + "/elsewhere"
        self.fails("NotFound", elsewhere, self.b.call, offer, "Offer.Accept", "a{sv}", {"to": path_bytes(elsewhere)})
        self.fails("Invalid", "“too”", self.b.call, offer, "Offer.Accept", "a{sv}", {"too": path_bytes(elsewhere)})
        self.assertEqual(self.b.get(offer, "Offer", "State"), "pending")
        os.makedirs(elsewhere)
        self.finish(self.b, self.b.call(offer, "Offer.Accept", "a{sv}", {"to": path_bytes(elsewhere)}))
        self.assertEqual(os.listdir(elsewhere), ["letter.txt"])
        self.assertEqual(os.listdir(self.ben.downloads), [])

    def test_decline(self):
        transfer = self.send("letter.txt")
        offer = self.offer()[0]
        self.b.call(offer, "Offer.Decline")
        self.finish(self.a, transfer, "declined")
        self.fails("Gone", "", self.b.call, offer, "Offer.Accept", "a{sv}", {})
        self.assertEqual(os.listdir(self.ben.downloads), [])

    def test_retry(self):
        transfer = self.send("letter.txt")
        offer = self.offer()[0]
        self.fails("Busy", "needs no other try: it runs, or is done.", self.a.call, transfer, "Transfer.Retry")
        self.b.call(offer, "Offer.Decline")
        self.finish(self.a, transfer, "declined")
        again = self.a.call(transfer, "Transfer.Retry")
        self.assertNotEqual(again, transfer)
        self.wait("the old one to leave", lambda: list(self.a.objects("Transfer")) == [again])
        second = self.offer()[0]
        self.assertNotEqual(second, offer)
        received = self.b.call(second, "Offer.Accept", "a{sv}", {})
        self.finish(self.b, received)
        self.finish(self.a, again)
        self.assertEqual(read(self.ben.downloads + "/letter.txt"), b"letter.txt")

    def test_retry_what_only_the_sender_can(self):
        transfer = self.send("letter.txt")
        with open(self.ada.home + "/letter.txt", "wb") as f:
            f.truncate(400 << 20)
        self.a.call(transfer, "Transfer.Cancel")
        self.finish(self.a, transfer, "cancelled")
        transfer = self.a.call(transfer, "Transfer.Retry")
        received = self.b.call(self.offer()[0], "Offer.Accept", "a{sv}", {})
        self.b.call(received, "Transfer.Cancel")
        self.finish(self.b, received, "cancelled")
        self.fails("Gone", "Only the other person can send it again. Ask them to.", self.b.call, received, "Transfer.Retry")

    def test_text(self):
        self.a.send([self.at_ada], [], text="see you <b>there</b>")
        offer = self.offer()[0]
        found = self.b.objects("Offer")[offer]
        self.assertEqual((found["Kind"], found["Text"]), ("text", "see you <b>there</b>"))
        self.assertEqual(os.listdir(self.ben.downloads), [])

    def test_withdrawn(self):
        transfer = self.send("letter.txt")
        offer = self.offer()[0]
        self.a.call(transfer, "Transfer.Cancel")
        self.wait("the withdrawal", lambda: self.b.objects("Offer").get(offer, {"State": "gone"})["State"] != "pending")
        self.finish(self.a, transfer, "cancelled")

    def test_three_hundred_files_and_one_descriptor(self):
        names = ["many/%03d" % i for i in range(300)]
        paths = [write(os.path.join(self.ada.home, n), n.encode()) for n in names]
        fd = os.open(self.ada.home + "/many", os.O_PATH)
        arguments = GLib.Variant("(aoaayaha{sv})", ([self.at_ada], [p.encode() + b"\0" for p in paths], [0] * 300, {}))
        transfers = self.a.call_raw(DAEMON, "io.github.porchshare.Porch.Daemon", "Send", arguments, [fd])[0][0]
        os.close(fd)
        offer = self.offer()[0]
        self.assertEqual(self.b.get(offer, "Offer", "Files"), 300)
        self.finish(self.b, self.b.call(offer, "Offer.Accept", "a{sv}", {}))
        self.finish(self.a, transfers[0])

    def test_clear_needs_an_end(self):
        transfer = self.send("letter.txt")
        self.offer()
        self.fails("Busy", "not finished", self.a.call, transfer, "Transfer.Clear")
        self.a.call(transfer, "Transfer.Cancel")
        self.finish(self.a, transfer, "cancelled")
        self.a.call(transfer, "Transfer.Clear")  # also while its worker winds it up
        self.wait("its end", lambda: self.a.objects("Transfer") == {})

    def test_auto_accept(self):
        self.b.set(DAEMON, "Daemon", "AutoAcceptTrusted", GLib.Variant("b", True))
        stranger = self.send("stranger.txt")
        self.offer()
        self.a.call(stranger, "Transfer.Cancel")
        self.wait("no offer", lambda: not [o for o in self.b.objects("Offer").values() if o["State"] == "pending"])
        self.b.call(self.at_ben, "Peer.Trust")
        self.finish(self.a, self.send("friend.txt"))
        self.assertEqual(os.listdir(self.ben.downloads), ["friend.txt"])

    def test_look_at(self):
        self.fails("Invalid", "call Watch first", self.b.daemon, "LookAt", "ao", [self.at_ben])
        self.b.daemon("Watch")
        gone = self.at_ben[:-4] + "0000"
        for peers in ([self.at_ben, self.at_ben, gone], [], [self.at_ben]):
            self.b.daemon("LookAt", "ao", peers)
        self.b.daemon("Unwatch")
        self.fails("Invalid", "call Watch first", self.b.daemon, "LookAt", "ao", [])
        self.b.daemon("Watch")
        self.b.daemon("Unwatch")

    def test_who_may_ask(self):
        self.fails("Invalid", "not “nobody”", self.b.set, DAEMON, "Daemon", "WhoMayAsk", GLib.Variant("s", "nobody"))
        self.assertEqual(self.b.get(DAEMON, "Daemon", "WhoMayAsk"), "anyone")
        self.b.set(DAEMON, "Daemon", "WhoMayAsk", GLib.Variant("s", "trusted"))
        self.assertEqual(self.b.get(DAEMON, "Daemon", "WhoMayAsk"), "trusted")
        found = self.finish(self.a, self.send("stranger.txt"), "failed")
        self.assertIn("takes things only from people whom they trust", found["ErrorMessage"])
        self.assertEqual(self.b.objects("Offer"), {})
        self.b.call(self.at_ben, "Peer.Trust")
        transfer = self.send("friend.txt")
        self.b.call(self.offer()[0], "Offer.Accept", "a{sv}", {})
        self.finish(self.a, transfer)

    def test_accept_and_trust_needs_both(self):
        transfer = self.send("letter.txt")
        offer = self.offer()[0]
        self.finish(self.b, self.b.call(offer, "Offer.Accept", "a{sv}", {"trust": GLib.Variant("b", True)}))
        time.sleep(0.5)
        self.assertEqual(self.b.get(self.at_ben, "Peer", "Trust"), "unknown")  # one side alone is not enough
        self.a.call(transfer, "Transfer.ConfirmCode", "b", True)
        self.wait("trust", lambda: self.b.get(self.at_ben, "Peer", "Trust") == "trusted" and self.a.get(self.at_ada, "Peer", "Trust") == "trusted")


class Trust(Case):
    def trust_of(self):
        return self.a.get(self.at_ada, "Peer", "Trust"), self.b.get(self.at_ben, "Peer", "Trust")

    def pairings(self):
        mine = self.b.daemon("Pair", "o", self.at_ben)
        theirs = self.wait("a request at Ada", lambda: list(self.a.objects("Pairing")))[0]
        self.wait("codes", lambda: self.a.get(theirs, "Pairing", "Code") and self.b.get(mine, "Pairing", "Code"))
        return mine, theirs

    def test_pair(self):
        mine, theirs = self.pairings()
        self.assertEqual(self.a.get(theirs, "Pairing", "Code"), self.b.get(mine, "Pairing", "Code"))
        self.assertEqual((self.b.get(mine, "Pairing", "Initiator"), self.a.get(theirs, "Pairing", "Initiator")), (True, False))
        self.assertEqual(self.a.get(theirs, "Pairing", "PeerName"), "Ben")
        self.b.call(mine, "Pairing.Confirm", "b", True)
        time.sleep(0.3)
        self.assertEqual(self.trust_of(), ("unknown", "unknown"))
        self.a.call(theirs, "Pairing.Confirm", "b", True)
        self.wait("trust", lambda: self.trust_of() == ("trusted", "trusted"))
        self.assertEqual(self.b.get(mine, "Pairing", "State"), "done")

    def test_pair_mismatch(self):
        mine, theirs = self.pairings()
        self.b.call(mine, "Pairing.Confirm", "b", True)
        self.a.call(theirs, "Pairing.Confirm", "b", False)
        self.wait("the end", lambda: self.b.get(mine, "Pairing", "State") == "mismatch")
        self.assertEqual(self.trust_of(), ("unknown", "unknown"))

    def test_block(self):
        path = os.path.join(self.ada.home, "films")
        write(path + "/one", b"1")
        self.a.add_share(path, audience="everyone")
        self.assertEqual(len(self.b.daemon("ListShares", "o", self.at_ben)), 1)
        self.a.call(self.at_ada, "Peer.Block")
        self.assertEqual(self.a.get(self.at_ada, "Peer", "Trust"), "blocked")
        with self.assertRaises(BusError):
            self.b.daemon("ListShares", "o", self.at_ben)
        for call in (lambda: self.a.send([self.at_ada], [], text="x"), lambda: self.a.daemon("ListShares", "o", self.at_ada),
                     lambda: self.a.daemon("Pair", "o", self.at_ada)):
            self.fails("NotAllowed", "You blocked “Ben”. Unblock it first.", call)
        self.a.call(self.at_ada, "Peer.Untrust")  # not a way out of being blocked
        self.assertEqual(self.a.get(self.at_ada, "Peer", "Trust"), "blocked")
        self.a.call(self.at_ada, "Peer.Unblock")
        self.assertEqual(self.a.get(self.at_ada, "Peer", "Trust"), "unknown")
        self.assertEqual(len(self.b.daemon("ListShares", "o", self.at_ben)), 1)

    def test_unblock_is_not_untrust(self):
        self.a.call(self.at_ada, "Peer.Trust")
        self.a.call(self.at_ada, "Peer.Unblock")
        self.assertEqual(self.a.get(self.at_ada, "Peer", "Trust"), "trusted")

    def test_rename(self):
        self.a.call(self.at_ada, "Peer.Trust")
        self.a.call(self.at_ada, "Peer.Rename", "s", "My Ben")
        self.wait("the label", lambda: self.a.get(self.at_ada, "Peer", "Name") == "My Ben")
        self.fails("PathRefused", "a/b", self.a.call, self.at_ada, "Peer.Rename", "s", "a/b")
        self.assertEqual(self.a.daemon("FindPeer", "s", "My Ben"), self.at_ada)
        self.a.call(self.at_ada, "Peer.Rename", "s", "")
        self.wait("its own name", lambda: self.a.get(self.at_ada, "Peer", "Name") == "Ben")

    def test_verify(self):
        self.assertEqual(self.a.call(self.at_ada, "Peer.Verify"), self.b.get(DAEMON, "Daemon", "Id"))

    def test_trust_survives(self):
        self.a.call(self.at_ada, "Peer.Trust")
        self.ada.stop_daemon(kill=True)
        self.ada.start()
        found = self.a.objects("Peer")[self.at_ada]
        self.assertEqual((found["Trust"], found["Name"]), ("trusted", "Ben"))

    def folders(self):
        return self.b.get(self.at_ben, "Peer", "Folders")

    def test_folders_of_who_is_trusted(self):
        """Asked of a trusted device alone, and only while somebody watches."""
        self.share("films")
        share = self.share("music")
        self.b.daemon("Watch")
        self.wait("Ada", lambda: self.b.get(self.at_ben, "Peer", "Online"))
        self.b.daemon("ListShares", "o", self.at_ben)
        self.assertEqual(self.folders(), -1)        # whatever a stranger says is not on her card
        self.b.daemon("Unwatch")
        self.b.call(self.at_ben, "Peer.Untrust")
        self.b.call(self.at_ben, "Peer.Trust")
        self.a.call(share, "Share.Remove")
        self.b.daemon("Watch")
        self.wait("the number of folders", lambda: self.folders() == 1)
        self.share("photos")
        self.b.daemon("ListShares", "o", self.at_ben)  # as a window does that opens her page
        self.wait("another number", lambda: self.folders() == 2)
        self.b.call(self.at_ben, "Peer.Untrust")
        self.wait("no number", lambda: self.folders() == -1)

    def test_gone_is_seen_while_somebody_looks(self):
        self.a.daemon("Watch")
        self.wait("Ben", lambda: self.a.get(self.at_ada, "Peer", "Online"))
        self.ben.stop_daemon()
        self.wait("Ben's absence", lambda: not self.a.get(self.at_ada, "Peer", "Online"), 20)
        self.assertGreater(self.a.get(self.at_ada, "Peer", "LastSeen"), time.time() - 60)


if __name__ == "__main__":
    unittest.main(verbosity=2)
