#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Notifications of a real notification daemon, clicked with a real mouse, while the window is closed: two requests wait, each button acts on
exactly its own; the sender reads that one waits; somebody wants to be trusted; something could not be sent. A click on the news itself opens the window on Transfers; while the window is looked at,
what comes is shown in it and not by a notification besides."""
import os
import shutil
import subprocess
import sys
import time

from people import BUILD, Lan, Person, digests, need_desktop, wait_for

PICTURES = os.environ.get("PORCH_PICTURES")     # a folder: pictures of each step are kept there
DAEMON = "/usr/lib/mate-notification-daemon/mate-notification-daemon"


def send(peer, name):
    path = os.path.join(peer.home, name)
    with open(path, "w") as f:
        f.write("this is " + name)
    peer.own(path)
    peer.porch("send", "Mia’s Laptop", path, "--detach")


def bubbles(mia):
    return mia.do("other_all", "mate-notification-daemon", "label", "wants|is here|could not be sent")


def wants_to_be_trusted(mia, emre):
    """Before they are: its button opens the window, where the code is; the codes differ, as Mia says."""
    # Emre has not answered yet: his terminal stays open.
    pairing = subprocess.Popen(emre.command(os.path.join(BUILD, "src/cli/porch"), "pair", mia.porch("status")["id"]), cwd="/",
                               stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    wait_for("the notification", lambda: [b for b in bubbles(mia) if "Emre’s Laptop wants you to trust each other" in b], 30)
    mia.picture("trust")
    mia.do("other_click", "mate-notification-daemon", "wants you to trust each other", "^Show Code$")
    mia.do("adopt", timeout=30)
    mia.see("label", "^[0-9]{3} [0-9]{3}$", timeout=20)
    mia.click("button", "^Doesn’t Match$")
    mia.see("label", "^The codes differ: nothing is trusted$")
    pairing.stdin.close()
    wait_for("Emre to be told", lambda: pairing.poll() is not None, 30)
    assert not [p for p in mia.porch("peers") if p["trust"] == "trusted"]
    mia.key("ctrl+w")
    wait_for("the window to close", lambda: not mia.alive())


def could_not_be_sent(mia, emre):
    """Emre trusts her no longer, and takes things only from people whom he trusts. The news leads to the row that says so."""
    emre.porch("requests", "trusted")
    emre.porch("untrust", mia.porch("status")["id"])
    path = os.path.join(mia.peer.home, "four.txt")
    with open(path, "w") as f:
        f.write("four")
    mia.peer.own(path)
    mia.porch("send", emre.id, path, "--detach")
    wait_for("the news", lambda: [b for b in bubbles(mia) if "“four.txt” could not be sent to Emre’s Laptop" in b], 30)
    mia.picture("failed")
    mia.do("other_click", "mate-notification-daemon", "could not be sent", "^Show$")
    mia.do("adopt", timeout=30)
    mia.see("label", "^To Emre’s Laptop · The other person takes things only from people whom they trust", timeout=20)


def two_wait(mia, emre):
    for name in ("one.txt", "two.txt"):
        send(emre, name)
        wait_for("the notification of " + name, lambda: [b for b in bubbles(mia) if name in b], 30)
    mia.picture("two-wait")
    states = [t["state"] for t in emre.porch("transfers")]
    assert states == ["waiting", "waiting"], states


def answer(mia, emre):
    """The button that belongs to the second one."""
    mia.do("other_click", "mate-notification-daemon", "two.txt", "^Accept$")
    wait_for("two.txt", lambda: list(digests(mia.downloads)) == ["two.txt"], 20)
    states = {o["names"][0]: o["state"] for o in mia.porch("offers")}
    assert states["one.txt"] == "pending", states
    wait_for("the news", lambda: [b for b in bubbles(mia) if "two.txt” is here" in b], 20)
    mia.picture("here")
    mia.do("other_click", "mate-notification-daemon", "one.txt", "^Decline$")
    wait_for("it is declined", lambda: {o["names"][0]: o["state"] for o in mia.porch("offers")}["one.txt"] == "declined")
    assert list(digests(mia.downloads)) == ["two.txt"]


def open_window(mia):
    mia.do("other_click", "mate-notification-daemon", "two.txt” is here", None)
    mia.do("adopt", timeout=30)
    mia.see("label", "^From Emre’s Laptop · ", timeout=20)
    mia.picture("window")


def attended(mia, emre):
    mia.do("activate")
    time.sleep(1)
    send(emre, "three.txt")
    mia.see("label", "^Emre’s Laptop wants to send you “three.txt”$", timeout=30)
    time.sleep(1)
    assert not [b for b in bubbles(mia) if "three.txt" in b], bubbles(mia)
    mia.key("ctrl+w")
    wait_for("its notification, now that the window is gone", lambda: [b for b in bubbles(mia) if "three.txt" in b], 20)


def main():
    need_desktop()
    if not os.path.exists(DAEMON):
        print("skipped: mate-notification-daemon is not installed")
        sys.exit(77)
    if not shutil.which("gdbus"):
        print("skipped: gdbus is not installed")
        sys.exit(77)
    if PICTURES:
        os.makedirs(PICTURES, exist_ok=True)
    started = time.monotonic()
    with Lan(2) as lan:
        mia = Person(lan.peers[0], "Mia’s Laptop", PICTURES)
        emre = lan.peers[1]
        try:
            emre.start(name="Emre’s Laptop")
            mia.start(notifications="mate")
            mia.see("button", "^Emre’s Laptop$", timeout=30)
            wait_for("Mia to be seen", lambda: [p for p in emre.porch("peers") if p["name"] == "Mia’s Laptop" and p["online"]], 30)
            mia.key("ctrl+w")
            wait_for("the window to close", lambda: not mia.alive())
            wants_to_be_trusted(mia, emre)
            mia.porch("trust", emre.id)
            emre.porch("trust", mia.porch("status")["id"])
            two_wait(mia, emre)
            answer(mia, emre)
            open_window(mia)
            attended(mia, emre)
            could_not_be_sent(mia, emre)
            print("done in %.1f s" % (time.monotonic() - started))
        except BaseException:
            mia.tell()
            raise
        finally:
            mia.end()


if __name__ == "__main__":
    main()
