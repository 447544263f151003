# SPDX-License-Identifier: GPL-3.0-or-later
"""The command line against real daemons on 127.0.0.1: what every verb does, prints and answers, and what bad input gets: the message,
the exit code, and that nothing changed."""
import json
import os
import signal
import subprocess
import sys
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "util"))
from peers import Neighborhood  # noqa: E402
from content_id import content_id  # noqa: E402

DONE, FAILED, USAGE, DECLINED, UNREACHABLE, NOT_ALLOWED = range(6)
HOOD = None


def setUpModule():
    global HOOD, ADA, BEN
    HOOD = Neighborhood()
    ADA, BEN = HOOD.peer("Ada"), HOOD.peer("Ben")
    ADA.porch("connect", BEN.address)
    BEN.porch("connect", ADA.address)


def tearDownModule():
    HOOD.stop()


def write(path, data=b"x"):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as f:
        f.write(data)
    return path


def read(path):
    with open(path, "rb") as f:
        return f.read()


class Case(unittest.TestCase):
    def fails(self, peer, code, words, *argv, stdin="", error=None):
        """It ends with that exit code and says these words; with --json it says which error, too."""
        got, out, err = peer.run(*argv, stdin=stdin)
        self.assertEqual(got, code, (argv, out, err))
        self.assertIn(words, err)
        self.assertTrue(err.startswith("porch: "), err)
        self.assertEqual(out, "")
        if error:
            got, out, err = peer.run("--json", *argv, stdin=stdin)
            self.assertEqual(got, code)
            self.assertEqual(json.loads(out)["error"]["code"], error)


class Alone(Case):
    """What needs no other device, nor any daemon."""

    def test_help(self):
        code, out, _ = ADA.run("--help")
        self.assertEqual(code, DONE)
        for verb in ("status", "peers", "connect", "share", "ls", "get", "send", "offers", "accept", "decline", "transfers", "pause",
                     "resume", "cancel", "check", "watch", "pair", "trust", "untrust", "block", "unblock", "forget", "autoaccept", "visibility", "requests", "id"):
            self.assertIn(f"\n  {verb} ", out)
            code, text, _ = ADA.run(verb, "--help")
            self.assertEqual(code, DONE)
            self.assertIn("--json", text)
        self.assertEqual(ADA.run("--version")[0], DONE)

    def test_usage(self):
        for argv in (["nonsense"], ["get"], ["get", "Ben"], ["get", ":x"], ["send", "Ben"], ["send", "Ben", "f", "--text", "t"], ["peers", "x"],
                     ["accept"], ["share", "add"], ["share", "what"], ["share", "set", "x", "--pause", "--resume"], ["status", "--what"],
                     ["visibility", "sometimes"], ["requests", "nobody"], ["connect"], ["pair"], ["id"], ["watch", "--table"],
                     ["share", "add", "/usr", "--audience", "trusted", "--until", "yesterday"]):
            with self.subTest(argv=argv):
                code, out, err = ADA.run(*argv)
                self.assertEqual(code, USAGE, (out, err))
                self.assertTrue(err.startswith("porch: "), err)
        self.fails(ADA, USAGE, "no time in the future", "share", "set", "x", "--until", "2y", error="usage")

    def test_no_session_bus(self):
        env = {k: v for k, v in ADA.env.items() if k not in ("DBUS_SESSION_BUS_ADDRESS", "DISPLAY")}
        env["XDG_RUNTIME_DIR"] = ADA.home
        code, out, err = ADA.run("status", env=env)
        self.assertEqual(code, FAILED)
        self.assertIn("no D-Bus session bus", err)
        self.assertIn("dbus-run-session", err)

    def test_no_window_without_display(self):
        self.fails(ADA, FAILED, "no display")

    def test_id(self):
        folder = ADA.home + "/ids"
        sizes = [0, 1, 16384, 16385, (1 << 20) - 1, 1 << 20, (1 << 20) + 1, 3_000_000]
        files = [write(f"{folder}/{size}", os.urandom(size)) for size in sizes]
        rows = ADA.porch("id", *files)
        for path, size, row in zip(files, sizes, rows):
            self.assertEqual((row["file"], row["size"]), (path, size))
            self.assertEqual(row["id"], content_id(read(path)))
        self.assertIsNone(rows[0]["id"])
        self.assertEqual(ADA.run("id", files[0])[1], f"-  {files[0]}\n")
        code, out, err = ADA.run("id", files[1], folder, folder + "/nothing")
        self.assertEqual(code, FAILED)
        self.assertEqual(len(out.splitlines()), 1)
        self.assertIn("is a folder", err)

    def test_status(self):
        status = ADA.porch("status")
        self.assertEqual(status["name"], "Ada")
        self.assertRegex(status["id"], "^[0-9a-f]{64}$")
        self.assertEqual(status["discovery"], "off")
        self.assertGreater(status["port"], 1023)
        for key in ("version", "sandbox", "confinement", "visibility", "networks", "download_folder", "state_folder", "warnings"):
            self.assertIn(key, status)
        self.assertIn(status["id"], ADA.run("status")[1])

    def test_visibility(self):
        self.addCleanup(ADA.porch, "visibility", "visible")
        self.assertEqual(ADA.porch("visibility", "visible")["visibility"], "visible")
        minutes = ADA.porch("visibility", "10min")
        self.assertEqual(minutes["visibility"], "10min")
        self.assertAlmostEqual(minutes["visible_until"], time.time() + 600, delta=30)
        self.assertEqual(ADA.porch("visibility", "hidden")["visibility"], "hidden")
        self.assertEqual(ADA.porch("visibility")["visibility"], "hidden")
        self.fails(ADA, USAGE, "sometimes", "visibility", "sometimes", error="usage")
        self.assertEqual(ADA.porch("visibility")["visibility"], "hidden")

    def test_network_that_is_not_here(self):
        before = ADA.porch("visibility")
        self.fails(ADA, FAILED, "no network “Scool”", "visibility", "hidden", "--network", "Scool", error="not-found")
        self.assertEqual(ADA.porch("visibility"), before)


    def test_requests(self):
        self.addCleanup(ADA.porch, "requests", "anyone")
        self.assertEqual(ADA.porch("requests")["requests"], "anyone")
        self.assertEqual(ADA.porch("requests", "trusted")["requests"], "trusted")
        self.assertEqual(ADA.porch("status")["requests"], "trusted")
        self.assertRegex(ADA.run("status")[1], r"(?m)^Requests +trusted$")
        self.fails(ADA, USAGE, "nobody", "requests", "nobody", error="usage")
        self.assertEqual(ADA.porch("requests")["requests"], "trusted")


class Daemon(Case):
    """Starting it, and its end."""

    def test_started_once_and_not_again(self):
        cy = HOOD.peer("Cy", start=False)
        self.addCleanup(lambda: cy.run("status"))
        self.assertFalse(cy.is_up())
        code, out, err = cy.run("--json", "status")
        self.assertEqual(code, DONE, err)
        first = json.loads(out)["id"]
        self.assertTrue(cy.is_up())
        # a second one of the same user says so and ends
        second = subprocess.run(["porchd", "--discovery", "off"], env=cy.env, capture_output=True, text=True, timeout=20)
        self.assertEqual(second.returncode, 1)
        self.assertIn("run", second.stderr)
        self.assertEqual(cy.porch("status")["id"], first)
        subprocess.run(["gdbus", "call", "--session", "-d", "io.github.porchshare.Porch.Daemon", "-o", "/io/github/porchshare/Porch/Daemon", "-m",
                        "io.github.porchshare.Porch.Daemon.Quit"], env=cy.env, check=True, capture_output=True)
        cy.wait("the daemon's end", lambda: not cy.is_up())
        self.assertEqual(cy.porch("status")["id"], first)

    def test_not_installed(self):
        dan = HOOD.peer("Dan", start=False)
        empty = dan.home + "/empty"
        os.mkdir(empty)
        env = dict(dan.env, PORCH_LIBEXECDIR=empty)
        # the command alone, away from its daemon
        os.symlink(os.path.realpath(HOOD.bin + "/porch"), empty + "/porch")
        code, out, err = subprocess_run([empty + "/porch", "status"], env)
        self.assertEqual(code, FAILED)
        self.assertIn("porchd", err)


def subprocess_run(argv, env):
    r = subprocess.run(argv, env=env, capture_output=True, text=True, timeout=60)
    return r.returncode, r.stdout, r.stderr


class People(Case):
    def test_peers(self):
        ben, = [p for p in ADA.porch("peers") if p["name"] == "Ben"]
        self.assertEqual(ben["id"], BEN.porch("status")["id"])
        self.assertTrue(ben["online"])
        self.assertEqual(ben["trust"], "unknown")
        self.assertTrue(any(a.startswith("127.0.0.1") for a in ben["addresses"]), ben)
        self.assertRegex(ADA.run("peers")[1], r"NAME +WHERE +TRUST +ID +ADDRESS\n(.*\n)*Ben +here +not trusted +" + ben["id"][:16])

    def test_nobody(self):
        self.fails(ADA, UNREACHABLE, "Nobody", "ls", "Nobody", error="not-found")
        self.fails(ADA, UNREACHABLE, "", "connect", "127.0.0.1:1", error="unreachable")
        self.fails(ADA, UNREACHABLE, "Nobody", "send", "Nobody", "/etc/hostname")
        self.fails(ADA, UNREACHABLE, "Nobody", "get", "Nobody:x/y")
        self.fails(ADA, UNREACHABLE, "Nobody", "pair", "Nobody")
        self.assertEqual([p["name"] for p in ADA.porch("peers")], ["Ben"])

    def test_trust_by_id(self):
        ada, ben = ADA.porch("status")["id"], BEN.porch("status")["id"]
        self.fails(ADA, NOT_ALLOWED, "16 digits", "trust", "Ben", error="not-allowed")
        self.fails(ADA, NOT_ALLOWED, "16 digits", "trust", ben[:8])
        self.fails(ADA, NOT_ALLOWED, "16 digits", "block", "Ben")
        self.assertEqual([p["trust"] for p in ADA.porch("peers")], ["unknown"])
        self.assertEqual(ADA.porch("trust", ben)["trust"], "trusted")
        self.assertEqual(ADA.porch("untrust", "Ben")["trust"], "unknown")
        self.assertEqual(ADA.porch("block", ben[:16])["trust"], "blocked")
        self.assertNotEqual(BEN.run("ls", ada)[0], DONE)
        self.assertEqual(ADA.porch("unblock", "Ben")["trust"], "unknown")
        ADA.porch("connect", BEN.address)
        BEN.porch("connect", ADA.address)

    def test_forget(self):
        """Off the list with trust and label; a blocked one is not, for it would come back."""
        ben = BEN.porch("status")["id"]
        self.addCleanup(ADA.porch, "connect", BEN.address)
        self.assertTrue(ADA.porch("block", ben)["remembered"])
        self.fails(ADA, NOT_ALLOWED, "Unblock it first", "forget", ben)
        ADA.porch("unblock", ben)
        ADA.porch("trust", ben)
        self.assertTrue(ADA.porch("forget", "Ben")["remembered"])
        self.assertEqual([p for p in ADA.porch("peers") if p["remembered"] or p["trust"] == "trusted"], [])
        self.fails(ADA, UNREACHABLE, "Nobody", "forget", "Nobody")

    def test_autoaccept(self):
        """What a trusted device sends arrives without anybody's yes, while that is switched on for it."""
        ada, ben = ADA.porch("status")["id"], BEN.porch("status")["id"]
        self.fails(ADA, NOT_ALLOWED, "Trust it first", "autoaccept", ben, "on")
        self.fails(ADA, USAGE, "neither", "autoaccept", "Ben", "maybe")
        ADA.porch("trust", ben)
        self.addCleanup(ADA.porch, "untrust", "Ben")
        self.assertFalse(ADA.porch("autoaccept", "Ben")["auto_accept"])
        self.assertTrue(ADA.porch("autoaccept", "Ben", "on")["auto_accept"])
        code, out, err = BEN.run("send", ada, write(BEN.home + "/by-itself.txt", b"here"))
        self.assertEqual(code, DONE, (out, err))
        self.assertEqual(read(ADA.downloads + "/by-itself.txt"), b"here")
        self.assertFalse(ADA.porch("autoaccept", "Ben", "off")["auto_accept"])
        self.assertIn("asked before", ADA.run("autoaccept", "Ben")[1] + ADA.run("autoaccept", "Ben")[2])
        ADA.porch("autoaccept", "Ben", "on")
        ADA.porch("untrust", "Ben")
        ADA.porch("trust", ben)
        self.assertFalse(ADA.porch("autoaccept", "Ben")["auto_accept"])

    def test_pair(self):
        """The same code on both sides; trust only when both said yes."""
        for said, code, trust in ((("n", "y"), DECLINED, "unknown"), (("y", "y"), DONE, "trusted")):
            with self.subTest(said=said):
                one = ADA.begin("pair", "Ben")
                BEN.wait("Ada's code", lambda: self.pairing_waits(BEN))
                other = BEN.begin("pair", "Ada")
                # nobody answers before both screens show it
                codes = [self.code_on_screen(process) for process in (one, other)]
                self.assertEqual(codes[0], codes[1])
                for process, answer in ((one, said[0]), (other, said[1])):
                    process.stdin.write(answer + "\n")
                    process.stdin.flush()
                for process in (one, other):
                    out, err = process.communicate(timeout=60)
                    self.assertEqual(process.returncode, code, (said, out, err))
                for peer in (ADA, BEN):
                    self.assertEqual([p["trust"] for p in peer.porch("peers")], [trust])
        for peer, name in ((ADA, "Ben"), (BEN, "Ada")):
            peer.porch("untrust", name)

    def code_on_screen(self, process):
        for line in process.stderr:
            if line.strip().replace(" ", "").isdigit():
                return line.strip()
        self.fail("no code was shown")

    def pairing_waits(self, peer):
        return "Pairing" in subprocess.run(["gdbus", "call", "--session", "-d", "io.github.porchshare.Porch.Daemon", "-o",
                                            "/io/github/porchshare/Porch", "-m", "org.freedesktop.DBus.ObjectManager.GetManagedObjects"],
                                           env=peer.env, capture_output=True, text=True).stdout


class Shares(Case):
    def setUp(self):
        self.folder = ADA.home + "/Films of " + self.id().split(".")[-1]
        write(self.folder + "/10 ten.txt", b"ten")
        write(self.folder + "/9 nine.txt", b"nine!")
        write(self.folder + "/sub/deep.txt", b"deep")
        os.makedirs(self.folder + "/empty")

    def tearDown(self):
        for share in ADA.porch("share", "list"):
            ADA.porch("share", "remove", share["id"])

    def share(self, *more):
        return ADA.porch("share", "add", self.folder, "--audience", "everyone", "--name", "Films", *more)

    def test_refused(self):
        self.fails(ADA, FAILED, "no folder", "share", "add", ADA.home + "/nothing", "--audience", "trusted", error="not-found")
        self.fails(ADA, FAILED, "not a folder", "share", "add", self.folder + "/10 ten.txt", "--audience", "trusted")
        self.fails(ADA, USAGE, "Who may open it?", "share", "add", self.folder)
        self.fails(ADA, UNREACHABLE, "Nobody", "share", "add", self.folder, "--audience", "Nobody")
        self.fails(ADA, USAGE, "read", "share", "add", self.folder, "--audience", "trusted", "--access", "write")
        os.makedirs(ADA.home + "/.ssh", exist_ok=True)
        for secret in ("/", ADA.home, ADA.home + "/.ssh"):
            self.fails(ADA, NOT_ALLOWED, "", "share", "add", secret, "--audience", "everyone", error="name")
        code, out, err = ADA.run("share", "add", self.folder, "--audience", "everyone", "--name", "a/b")
        self.assertNotEqual(code, DONE)
        self.assertEqual(ADA.porch("share", "list"), [])

    def test_life(self):
        share = self.share("--note", "for you", "--until", "2h")
        self.assertEqual((share["name"], share["note"], share["audience"], share["access"]), ("Films", "for you", "everyone", "read"))
        self.assertEqual((share["path"], share["active"], share["state"]), (self.folder, True, "ok"))
        self.assertAlmostEqual(share["until"], time.time() + 7200, delta=60)
        self.assertEqual([s["id"] for s in ADA.porch("share", "list")], [share["id"]])
        seen, = BEN.porch("ls", "Ada")
        self.assertEqual((seen["name"], seen["note"], seen["type"]), ("Films", "for you", "share"))
        renamed = ADA.porch("share", "set", share["id"], "--name", "Movies", "--until", "never")
        self.assertEqual((renamed["name"], renamed["until"]), ("Movies", None))
        self.assertFalse(ADA.porch("share", "set", "Movies", "--pause")["active"])
        self.assertEqual(BEN.porch("ls", "Ada"), [])
        self.assertTrue(ADA.porch("share", "set", "Movies", "--resume")["active"])
        self.assertEqual([s["name"] for s in BEN.porch("ls", "Ada")], ["Movies"])
        self.fails(ADA, USAGE, "Nothing to change", "share", "set", "Movies")
        self.fails(ADA, FAILED, "no folder “Films”", "share", "set", "Films", "--pause", error="not-found")
        self.fails(ADA, FAILED, "no folder “Films”", "share", "remove", "Films")
        ADA.porch("share", "remove", "Movies")
        self.assertEqual(BEN.porch("ls", "Ada"), [])
        self.assertTrue(os.path.exists(self.folder + "/10 ten.txt"))

    def test_audience(self):
        ben = BEN.porch("status")["id"]
        share = ADA.porch("share", "add", self.folder, "--audience", "trusted", "--name", "Films")
        self.assertEqual(BEN.porch("ls", "Ada"), [])
        hidden, nothing = BEN.run("ls", "Ada:Films"), BEN.run("ls", "Ada:Nothing")
        self.assertEqual(hidden[0], nothing[0])
        self.assertNotEqual(hidden[0], DONE)
        self.assertEqual(hidden[2].replace("Films", "X"), nothing[2].replace("Nothing", "X"))
        chosen = ADA.porch("share", "set", share["id"], "--audience", "Ben")
        self.assertEqual((chosen["audience"], chosen["selected"]), ("selected", [ben]))
        self.assertEqual([s["name"] for s in BEN.porch("ls", "Ada")], ["Films"])

    def test_ls(self):
        self.share()
        rows = BEN.porch("ls", "Ada:Films")
        self.assertEqual([(r["name"], r["type"]) for r in rows],
                         [("empty", "folder"), ("sub", "folder"), ("9 nine.txt", "file"), ("10 ten.txt", "file")])
        self.assertEqual([r.get("size") for r in rows], [None, None, 5, 3])
        self.assertEqual(rows[3]["mtime"], int(os.stat(self.folder + "/10 ten.txt").st_mtime))
        self.assertEqual([r["name"] for r in BEN.porch("ls", "Ada:Films/sub/")], ["deep.txt"])
        self.assertEqual(BEN.porch("ls", "Ada:Films/empty"), [])
        self.assertEqual(sorted(r["name"] for r in BEN.porch("ls", "-r", "Ada:Films")), ["10 ten.txt", "9 nine.txt", "empty", "sub", "sub/deep.txt"])
        self.assertIn("sub/\n", BEN.run("ls", "Ada:Films")[1])
        self.assertEqual([s["peer"] for s in BEN.porch("ls")], ["Ada"])
        for place in ("Ada:Films/nothing", "Ada:Films/10 ten.txt", "Ada:Films/../x", "Ada:Nothing"):
            code, out, err = BEN.run("ls", place)
            self.assertIn(code, (FAILED, NOT_ALLOWED), (place, out, err))
            self.assertTrue(err.startswith("porch: "), err)

    def test_odd_names(self):
        """S4: what a name could do to a terminal is shown, not done."""
        write(self.folder + "/odd/a\u202egpj.exe", b"1")
        write(self.folder + "/odd/esc\x1b[31mred", b"1")
        self.share()
        code, out, err = BEN.run("ls", "Ada:Films/odd")
        for bad in ("\u202e", "\x1b"):
            self.assertNotIn(bad, out + err)
        self.assertIn("exe", out)
        rows = BEN.run("--json", "ls", "Ada:Films/odd")[1]
        self.assertNotIn("\x1b", rows)
        self.assertIn("a\u202egpj.exe", [r["name"] for r in json.loads(rows)])

    def test_id_there(self):
        """The id of what a device shares is the one that hashing it here gives; asked again it is known; nothing is told of what is not shared."""
        write(self.folder + "/film", os.urandom(9_000_000))
        write(self.folder + "/none", b"")
        self.share()
        paths = ["Ada:Films/film", "Ada:Films/none", "Ada:Films/sub/deep.txt"]
        for _ in range(2):
            rows = BEN.porch("id", *paths)
            self.assertEqual([r["file"] for r in rows], paths)
            self.assertEqual([r["size"] for r in rows], [9_000_000, 0, 4])
            self.assertEqual([r["id"] for r in rows], [content_id(read(self.folder + "/film")), None, content_id(b"deep")])
        self.assertEqual(BEN.run("id", "Ada:Films/none")[1], "-  Ada:Films/none\n")
        with open(self.folder + "/film", "r+b") as f:
            f.write(b"other")
        self.assertEqual(BEN.porch("id", paths[0])[0]["id"], content_id(read(self.folder + "/film")))
        said = {}
        for path in ("Ada:Films/nothing", "Ada:Films/sub", "Ada:Movies/film", "Ada:Films/../film", "Nobody:Films/film"):
            code, out, err = BEN.run("id", path)
            self.assertNotEqual(code, 0, path)
            self.assertEqual(out, "")
            said[path] = err
        self.assertIn("not there", said["Ada:Films/nothing"])

    def test_get(self):
        self.share()
        code, out, err = BEN.run("get", "Ada:Films/10 ten.txt", "Ada:Films/sub")
        self.assertEqual(code, DONE, err)
        self.assertEqual(sorted(out.splitlines()), [BEN.downloads + "/10 ten.txt", BEN.downloads + "/sub"])
        self.assertEqual(read(BEN.downloads + "/sub/deep.txt"), b"deep")
        again, = BEN.porch("get", "Ada:Films/10 ten.txt")
        self.assertEqual(again["results"], [BEN.downloads + "/10 ten (1).txt"])
        self.assertEqual((again["state"] in ("done", "settling"), again["kind"], again["peer"]), (True, "download", "Ada"))
        elsewhere = BEN.home + "/else where"
        os.makedirs(elsewhere)
        whole, = BEN.porch("get", "Ada:Films", "--to", elsewhere, "--sync")
        self.assertEqual(whole["state"], "done")
        self.assertEqual(sorted(os.listdir(elsewhere + "/Films")), ["10 ten.txt", "9 nine.txt", "empty", "sub"])
        self.fails(BEN, FAILED, "no folder", "get", "Ada:Films/sub", "--to", BEN.home + "/nothing")
        self.fails(BEN, USAGE, "names a device only", "get", "Ada")
        before = sorted(os.listdir(BEN.downloads))
        code, out, err = BEN.run("get", "Ada:Films/nothing here")
        self.assertIn(code, (FAILED, NOT_ALLOWED), err)
        self.assertTrue(err)
        self.assertEqual(sorted(os.listdir(BEN.downloads)), before)


class Transfers(Case):
    SIZE = 600 << 20

    @classmethod
    def setUpClass(cls):
        cls.folder = ADA.home + "/Large"
        os.makedirs(cls.folder)
        with open(cls.folder + "/film.mkv", "wb") as f:
            f.truncate(cls.SIZE)
        ADA.porch("share", "add", cls.folder, "--audience", "everyone")

    @classmethod
    def tearDownClass(cls):
        ADA.porch("share", "remove", "Large")

    def tearDown(self):
        for transfer in BEN.porch("transfers"):
            if transfer["state"] not in ("done", "declined", "cancelled", "failed"):
                BEN.run("cancel", transfer["id"])
        BEN.porch("transfers", "--clear")

    def one(self, id):
        found = [t for t in BEN.porch("transfers") if t["id"] == id]
        return found[0] if found else None

    def test_detach_pause_resume_cancel(self):
        started, = BEN.porch("get", "Ada:Large/film.mkv", "--detach")
        id = started["id"]
        BEN.porch("pause", id)
        BEN.wait("the pause", lambda: self.one(id)["state"] in ("paused", "done", "settling"))
        if self.one(id)["state"] == "paused":
            held = self.one(id)["bytes_done"]
            self.assertLess(held, self.SIZE)
            self.assertIn("Paused", BEN.run("transfers")[1])
            BEN.porch("resume", id[:6])
            BEN.wait("it goes on", lambda: self.one(id)["bytes_done"] > held or self.one(id)["state"] == "done")
        BEN.porch("cancel", id)
        BEN.wait("its end", lambda: self.one(id) is None or self.one(id)["state"] in ("cancelled", "done"))
        self.assertEqual([n for n in os.listdir(BEN.downloads) if n.startswith(".porch-")], [])

    def test_check(self):
        """What was received is looked at again; what somebody has worked on since is left alone."""
        papers = ADA.home + "/Papers"
        os.makedirs(papers)
        for name, text in (("9 nine.txt", "nine"), ("10 ten.txt", "ten")):
            with open(os.path.join(papers, name), "w") as f:
                f.write(text)
        ADA.porch("share", "add", papers, "--audience", "everyone")
        done, = BEN.porch("get", "Ada:Papers")
        checked, = BEN.porch("check", done["id"])
        self.assertEqual((checked["state"], checked["problem_count"]), ("done", 0))
        path = done["results"][0] + "/9 nine.txt"
        with open(path, "a") as f:
            f.write("mine")
        code, out, err = BEN.run("check", done["id"])
        self.assertEqual(code, FAILED)
        self.assertIn("left alone", err)
        with open(path) as f:
            self.assertEqual(f.read(), "ninemine")
        ADA.porch("share", "remove", "Papers")
        self.fails(BEN, FAILED, "can’t be checked", "check", self.paused_id(), error="busy")

    def paused_id(self):
        started, = BEN.porch("get", "Ada:Large/film.mkv", "--detach")
        BEN.run("pause", started["id"])
        return started["id"]

    def test_unknown_id(self):
        for verb in ("pause", "resume", "cancel", "check"):
            self.fails(BEN, FAILED, "no transfer “zz”", verb, "zz", error="not-found")

    def test_interrupted(self):
        """Ctrl+C means the work: the transfer is cancelled, and one is told how to leave it running."""
        process = subprocess.Popen(["porch", "get", "Ada:Large/film.mkv"], env=BEN.env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        BEN.wait("its start", lambda: any(t["state"] in ("running", "connecting") for t in BEN.porch("transfers")) or process.poll() is not None)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=30)
        if process.returncode == DONE:
            self.skipTest("it was faster than the signal")
        self.assertEqual(process.returncode, FAILED)
        self.assertIn("--detach", err)
        self.assertEqual([t["state"] for t in BEN.porch("transfers")], ["cancelled"])

    def test_progress_on_a_terminal(self):
        reader, terminal = os.openpty()
        process = subprocess.Popen(["porch", "get", "Ada:Large/film.mkv"], env=dict(BEN.env, COLUMNS="100"), stdout=subprocess.DEVNULL, stderr=terminal)
        os.close(terminal)
        shown = b""
        try:
            while True:
                data = os.read(reader, 65536)
                if not data:
                    break
                shown += data
        except OSError:
            pass
        self.assertEqual(process.wait(60), DONE)
        self.assertIn(b"film.mkv", shown)
        self.assertRegex(shown, rb"\[#+-*\] +\d+ %  .* of .*/s")
        self.assertIn(b"\x1b[1A", shown)


class Handing(Case):
    def offer(self, kind="files"):
        return BEN.wait("an offer", lambda: next((o for o in BEN.porch("offers") if o["state"] == "pending" and o["kind"] == kind), None))

    def test_declined(self):
        path = write(ADA.home + "/no thanks.txt")
        before = sorted(os.listdir(BEN.downloads))
        sending = ADA.begin("send", "Ben", path)
        offer = self.offer()
        self.assertEqual((offer["names"], offer["files"], offer["bytes"], offer["peer"], offer["trust"]), (["no thanks.txt"], 1, 1, "Ada", "unknown"))
        self.assertRegex(offer["code"], r"^\d{3} \d{3}$")
        self.assertIn(offer["code"], BEN.run("offers")[1])
        self.assertEqual(BEN.porch("decline", offer["id"][:8])["state"], "declined")
        out, err = sending.communicate(timeout=40)
        self.assertEqual(sending.returncode, DECLINED, (out, err))
        self.assertEqual(json.loads(out)[0]["state"], "declined")
        self.assertEqual(sorted(os.listdir(BEN.downloads)), before)

    def test_accepted(self):
        folder = ADA.home + "/Photos of the lake"
        for n in range(3):
            write(f"{folder}/{n}.jpg", os.urandom(200_000))
        sending = ADA.begin("send", "Ben", folder)
        offer = self.offer()
        to = BEN.home + "/received"
        os.makedirs(to, exist_ok=True)
        accepted, = BEN.porch("accept", offer["id"], "--to", to, "--wait")
        self.assertEqual(accepted["results"], [to + "/Photos of the lake"])
        for n in range(3):
            self.assertEqual(read(f"{to}/Photos of the lake/{n}.jpg"), read(f"{folder}/{n}.jpg"))
        out, err = sending.communicate(timeout=40)
        self.assertEqual(sending.returncode, DONE, (out, err))
        self.fails(BEN, FAILED, "", "accept", offer["id"])

    def test_text_from_standard_input(self):
        process = ADA.begin("send", "Ben", "--text", "-")
        out, err = process.communicate("the key is under the mat\n", timeout=40)
        self.assertEqual(process.returncode, DONE, (out, err))
        text = next(o for o in BEN.porch("offers") if o["kind"] == "text" and o["state"] in ("pending", "done"))
        self.assertEqual(text["text"], "the key is under the mat")

    def test_bad_texts(self):
        for text, words in (("", "empty"), ("x" * 4097, "4096"), ("a\0b", "no text")):
            self.fails(ADA, USAGE, words, "send", "Ben", "--text", "-", stdin=text)

    def test_refused(self):
        self.fails(ADA, FAILED, "nothing.txt", "send", "Ben", ADA.home + "/nothing.txt", error="not-found")
        self.fails(ADA, NOT_ALLOWED, "can only be read", "send", "Ben:Films", "/etc/hostname", error="not-allowed")
        self.fails(BEN, FAILED, "zz", "accept", "zz", error="not-found")
        self.fails(BEN, FAILED, "zz", "decline", "zz", error="not-found")
        self.assertEqual([o for o in BEN.porch("offers") if o["state"] == "pending" and o["names"] in (["nothing.txt"], ["hostname"])], [])


class Watching(Case):
    def test_events(self):
        process = BEN.begin("watch")
        time.sleep(1)
        folder = BEN.home + "/Seen"
        os.makedirs(folder)
        share = BEN.porch("share", "add", folder, "--audience", "trusted")
        BEN.porch("share", "remove", share["id"])
        time.sleep(1)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=20)
        self.assertEqual(process.returncode, DONE, err)
        events = [json.loads(line) for line in out.splitlines()]
        told = [(e["event"], e.get("id")) for e in events]
        self.assertIn(("share-added", share["id"]), told)
        self.assertIn(("share-removed", share["id"]), told)
        for event in events:
            self.assertAlmostEqual(event["time"], time.time(), delta=60)


if __name__ == "__main__":
    unittest.main(verbosity=2)
