# SPDX-License-Identifier: GPL-3.0-or-later
"""Handing out on the command line, between real daemons on 127.0.0.1: the number, who joins and how far they are, the end; what a wrong
number gets, and somebody who pretends."""
import json
import os
import signal
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "util"))
from peers import Neighborhood  # noqa: E402

DONE, FAILED, USAGE, DECLINED, UNREACHABLE, NOT_ALLOWED = range(6)
HOOD = None


def setUpModule():
    global HOOD, ADA, BEN, CLEO
    HOOD = Neighborhood()
    ADA, BEN, CLEO = HOOD.peer("Ada"), HOOD.peer("Ben"), HOOD.peer("Cleo")
    for taker in (BEN, CLEO):
        taker.porch("connect", ADA.address)


def tearDownModule():
    HOOD.stop()


def write(path, data):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as f:
        f.write(data)
    return path


def read(path):
    with open(path, "rb") as f:
        return f.read()


def one(number, peer=None):
    return next(h for h in (peer or ADA).porch("handout", "list") if h["number"] == number)


def wrong(number):
    return f"{(int(number) + 1) % 1000000:06d}"


class HandOut(unittest.TestCase):
    def fails(self, peer, code, words, *argv, error=None):
        got, out, err = peer.run(*argv)
        self.assertEqual(got, code, (argv, out, err))
        self.assertIn(words, err)
        self.assertTrue(err.startswith("porch: "), err)
        if error:
            got, out, err = peer.run("--json", *argv)
            self.assertEqual(got, code)
            self.assertEqual(json.loads(out)["error"]["code"], error)

    def open(self, *files, title="Lesson 5"):
        opened = ADA.porch("handout", "open", *files, "--title", title, "--detach")
        self.addCleanup(ADA.run, "handout", "end", opened["number"])
        ADA.wait("the hand-out", lambda: one(opened["number"])["state"] == "open")
        return opened["number"]

    def state(self, number, name):
        return next((r["state"] for r in one(number)["receivers"] if r["name"] == name), None)

    def test_life(self):
        data = os.urandom(3_000_000)
        number = self.open(write(ADA.home + "/lesson/slides.pdf", data), write(ADA.home + "/lesson/notes.txt", b"n"))
        handout = one(number)
        self.assertEqual((handout["title"], handout["files"], handout["bytes"], handout["receivers"]), ("Lesson 5", 2, 3_000_001, []))
        shown = ADA.run("handout")[1]
        self.assertIn(f"{number[:3]} {number[3:]}", shown)
        self.assertIn("Nobody has joined yet", shown)
        code, out, err = BEN.run("join", number[:3], number[3:])  # as it stands on the wall
        self.assertEqual(code, DONE, err)
        self.assertIn(f"“Lesson 5” from Ada (not trusted, id {ADA.porch('status')['id'][:16]}): 2 files, 3.0 MB", err.replace("\xa0", " "))
        self.assertEqual(sorted(out.split("\n")[:2]), [BEN.downloads + "/notes.txt", BEN.downloads + "/slides.pdf"])
        self.assertEqual(read(BEN.downloads + "/slides.pdf"), data)
        self.assertEqual([o for o in BEN.porch("offers") if o["names"] != ["film.mkv"]], [])  # nobody was asked
        ADA.wait("Ben has it", lambda: self.state(number, "Ben") == "done")
        self.assertTrue(one(number)["in_room"])
        self.assertIn("you can leave: everything is in the room", ADA.run("handout")[1])
        self.assertRegex(ADA.run("handout", "show", number)[1], r"Ben +has it")
        got, = CLEO.porch("join", number, "--to", CLEO.home + "/run")
        self.assertEqual((got["state"] in ("done", "settling"), got["title"], got["handout"]), (True, "Lesson 5", "Lesson 5"))
        self.assertEqual(read(CLEO.home + "/run/slides.pdf"), data)
        self.fails(ADA, FAILED, "is still handed out", "handout", "clear", number, error="busy")
        self.fails(ADA, FAILED, "Everybody who joined has it", "handout", "again", number, error="not-found")
        self.assertEqual(ADA.porch("handout", "end", number)["state"], "ended")
        self.fails(CLEO, FAILED, "Nobody here hands something out under this number.", "join", number, error="not-found")
        ADA.porch("handout", "clear", number)
        self.assertNotIn(number, [h["number"] for h in ADA.porch("handout", "list")])

    def test_own_number_and_no_number(self):
        number = self.open(write(ADA.home + "/a.txt", b"a"))
        self.fails(ADA, FAILED, "This device itself hands “Lesson 5” out.", "join", number, error="invalid")
        self.fails(BEN, FAILED, "The number of a hand-out has 6 digits", "join", "12345", error="invalid")
        self.fails(ADA, FAILED, "“porch handout list” lists what is", "handout", "end", "000001", error="not-found")
        self.fails(ADA, FAILED, "nothing.txt", "handout", "open", ADA.home + "/nothing.txt", error="not-found")
        self.fails(ADA, USAGE, "porch handout open FILE", "handout", "paint", error="usage")

    def test_too_many_numbers(self):
        number = self.open(write(ADA.home + "/a.txt", b"a"))
        eve = HOOD.peer("Eve")
        eve.porch("connect", ADA.address)
        for _ in range(5):
            self.fails(eve, FAILED, "Nobody here hands something out under this number.", "join", wrong(number))
        self.fails(eve, FAILED, "Too many numbers were tried", "join", number, error="too-large")
        self.assertEqual([r["name"] for r in one(number)["receivers"]], [])

    def test_nobody_here(self):
        alone = HOOD.peer("Alone")
        self.fails(alone, UNREACHABLE, "Nobody is here who could hand something out.", "join", "123456", error="unreachable")

    def test_left_and_sent_again(self):
        path = ADA.home + "/film.mkv"
        with open(path, "wb") as f:
            f.truncate(400 << 20)
        number = self.open(path, title="Film")
        ADA.porch("limit", "up", "20MB")
        self.addCleanup(ADA.porch, "limit", "up", "none")
        started, = BEN.porch("join", number, "--detach")
        ADA.wait("some of it", lambda: self.state(number, "Ben") == "running" and one(number)["bytes_done"] > 10 << 20)
        ADA.wait("a time", lambda: one(number)["time_left"] > 0)
        BEN.porch("cancel", started["id"])
        ADA.wait("Ben has left", lambda: self.state(number, "Ben") == "left")
        self.assertRegex(ADA.run("handout", "show", number)[1], r"Ben +left at \d+ %")
        ADA.porch("limit", "up", "none")
        sent, = ADA.porch("handout", "again", number, "--detach")
        self.assertEqual((sent["kind"], sent["peer"]), ("send", "Ben"))
        offer = BEN.wait("a request", lambda: next((o for o in BEN.porch("offers") if o["state"] == "pending"), None))
        self.assertEqual(offer["names"], ["film.mkv"])
        BEN.porch("decline", offer["id"])

    def test_interrupted(self):
        """Without --detach it lasts as long as the command: Ctrl+C is the end."""
        path = write(ADA.home + "/a.txt", b"a")
        process = subprocess.Popen(["porch", "handout", "open", path], env=ADA.env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        number = process.stdout.readline().strip().replace(" ", "")
        self.assertRegex(number, r"^[1-9]\d{5}$")
        ADA.wait("the hand-out", lambda: one(number)["state"] == "open")
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=20)
        self.assertEqual(process.returncode, DONE, err)
        self.assertIn("It is no longer handed out. 0 of 0 have it.", err)
        self.assertEqual(one(number)["state"], "ended")

    def test_restarts(self):
        """Both daemons are killed in the middle: the number holds, and it goes on."""
        path = ADA.home + "/long.bin"
        with open(path, "wb") as f:
            f.write(os.urandom(1 << 20) * 200)
        number = self.open(path, title="Long")
        BEN.porch("limit", "down", "20MB")
        started, = BEN.porch("join", number, "--detach")
        find = lambda: next(t for t in BEN.porch("transfers") if t["id"] == started["id"])  # noqa: E731
        BEN.wait("some of it", lambda: find()["bytes_done"] > 20 << 20)
        ADA.stop_daemon(kill=True)
        BEN.stop_daemon(kill=True)
        ADA.start("--port", str(ADA.port))
        BEN.start("--port", str(BEN.port))
        self.assertEqual(one(number)["state"], "open")
        self.assertEqual([r["name"] for r in one(number)["receivers"]], ["Ben"])
        BEN.wait("all of it", lambda: find()["state"] == "done", timeout=60)
        self.assertEqual(read(find()["results"][0]), read(path))
        ADA.wait("Ben has it", lambda: self.state(number, "Ben") == "done")


if __name__ == "__main__":
    unittest.main(verbosity=2)
