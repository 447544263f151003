#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Notifications of a real notification daemon, clicked with a real mouse, while the window is closed: two requests wait, each button acts on
exactly its own; the sender reads that one waits. A click on the news itself opens the window on Transfers; while the window is looked at,
what comes is shown in it and not by a notification besides."""
import os
import shutil
import sys
import time

from people import Lan, Person, digests, need_desktop, wait_for

PICTURES = os.environ.get("PORCH_PICTURES")     # a folder: pictures of each step are kept there
DAEMON = "/usr/lib/mate-notification-daemon/mate-notification-daemon"


def send(peer, name):
    path = os.path.join(peer.home, name)
    with open(path, "w") as f:
        f.write("this is " + name)
    peer.own(path)
    peer.porch("send", "Mia’s Laptop", path, "--detach")


def bubbles(mia):
    return mia.do("other_all", "mate-notification-daemon", "label", "wants to send you|is here")


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
            mia.porch("trust", emre.id)
            emre.porch("trust", mia.porch("status")["id"])
            mia.key("ctrl+w")
            wait_for("the window to close", lambda: not mia.alive())
            two_wait(mia, emre)
            answer(mia, emre)
            open_window(mia)
            attended(mia, emre)
            print("done in %.1f s" % (time.monotonic() - started))
        except BaseException:
            mia.tell()
            raise
        finally:
            mia.end()


if __name__ == "__main__":
    main()
