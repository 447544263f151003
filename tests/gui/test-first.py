#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page of the very first start, once with the mouse and once by keyboard alone: nothing of Porch is on the network before Start, a name
that can't be is refused in place, what was chosen holds, and who closes the window without an answer is asked again."""
import os
import time

from people import Lan, Person, need_desktop, wait_for

PICTURES = os.environ.get("PORCH_PICTURES")
PORT = 47317


def sockets(peer):
    out = peer.run("ss", "-H", "-n", "-a", "-t", "-u").stdout
    return {int(line.split()[4].rsplit(":", 1)[1]) for line in out.splitlines()}


def nothing_goes_out(mia, ben):
    time.sleep(3)
    assert PORT not in sockets(mia.peer), "there is a socket before Start"
    assert not mia.peer.run("pgrep", "-x", "porch-mdns", check=False).stdout, "there is a responder before Start"
    assert ben.porch("peers") == [], ben.porch("peers")


def with_the_mouse(mia, ben):
    mia.see("label", "^Welcome to Porch$")
    mia.see("label", "^People on this network will see this name.$")
    mia.picture("welcome")
    nothing_goes_out(mia, ben)
    mia.click("text", "^Your Name")
    mia.key("ctrl+a")
    mia.text("Mia/Home")
    mia.click("button", "^Start$")
    mia.see("label", "can't contain “/”|“/”")
    mia.picture("bad-name")
    assert PORT not in sockets(mia.peer), "it started with a name that was refused"
    mia.key("ctrl+a")
    mia.text("Mia at Home")
    mia.click("button", "^Start$")
    mia.see("label", "^You are “Mia at Home”$")
    mia.see("label", "^Anyone on this network can see you and send you things$")
    wait_for("Ben to see Mia", lambda: [p for p in ben.porch("peers") if p["name"] == "Mia at Home"])
    mia.picture("begun")


def by_keyboard(emre, ben):
    """Closes the window first, without an answer."""
    emre.see("button", "^Start$")
    emre.key("ctrl+w")
    wait_for("the window to close", lambda: not emre.alive())
    wait_for("the service to end", lambda: not emre.peer.run("pgrep", "-x", "porchd", check=False).stdout)
    emre.start_window()
    emre.see("button", "^Start$")
    assert [f for f in emre.focused() if "Your Name" in f[1]] or emre.focused() == [], emre.focused()
    emre.key("Tab", "Down", "Down", "space")
    emre.picture("chooses-hidden")
    emre.key("Tab", "Return")
    emre.see("label", "^You are “Emre’s Tablet”$")
    emre.see("label", "^Only people you trust can notice you here, and nobody can send you things$")
    emre.see("button", "Ben")
    time.sleep(3)
    assert PORT not in sockets(emre.peer), "hidden, and yet it listens"
    assert not [p for p in ben.porch("peers") if "Emre" in p["name"]]


def main():
    need_desktop()
    if PICTURES:
        os.makedirs(PICTURES, exist_ok=True)
    with Lan(3) as lan:
        ben = lan.peers[2].start(name="Ben’s Desktop")
        mia = Person(lan.peers[0], "Mia’s Laptop", PICTURES)
        emre = Person(lan.peers[1], "Emre’s Tablet", PICTURES)
        try:
            mia.start(begin=False)
            with_the_mouse(mia, ben)
            emre.start(begin=False)
            by_keyboard(emre, ben)
        except BaseException:
            for person in (mia, emre):
                person.tell()
            raise
        finally:
            mia.end()
            emre.end()
    print("done")


if __name__ == "__main__":
    main()
