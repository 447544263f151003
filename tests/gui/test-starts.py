#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Starts that go wrong, as Mia sees them in her window, and what she can do: test-starts.py mouse|keyboard. Another program has Porch's port,
the list of folders is damaged, the key is damaged, Porch runs already somewhere else, a network is new, somebody has a copy of her disk."""
import os
import shutil
import sys
import time

from people import BUILD, wait_for
from steps import tell_story

PORT = 47317


def state(mia):
    return mia.desktop + "/data/porch"


def quit_porch(mia):
    mia.key("ctrl+q")
    wait_for("the window to close", lambda: not mia.alive())
    wait_for("porchd to end", lambda: mia.peer.run("pgrep", "-x", "porchd", check=False).returncode == 1)


def dismiss(hands, words):
    """The strip says it until it was read."""
    hands.person.see("label", words, timeout=20)
    hands.use("button", "^Dismiss$")
    hands.person.gone("label", words)


def port_taken(hands):
    """Another program was there first."""
    mia = hands.person
    other = mia.peer.spawn("/usr/bin/python3", "-c", "import socket, time; s = socket.create_server(('', %d)); time.sleep(600)" % PORT)
    wait_for("the other program", lambda: ":%d" % PORT in mia.peer.run("ss", "-Hltn").stdout)
    mia.start(GSETTINGS_BACKEND="keyfile")
    if hands.how == "keyboard":
        mia.put_mouse_away()
    mia.picture("port")
    dismiss(hands, "^Port %d is in use by another program, so Porch listens on port [0-9]+\\." % PORT)
    quit_porch(mia)
    for child in open("/proc/%d/task/%d/children" % (other.pid, other.pid)).read().split():
        os.kill(int(child), 9)
    other.wait(10)


def broken_list(hands):
    mia = hands.person
    with open(state(mia) + "/porch.db", "wb") as f:
        f.write(b"not a database " * 1000)
    for extra in ("-wal", "-shm"):
        if os.path.exists(state(mia) + "/porch.db" + extra):
            os.unlink(state(mia) + "/porch.db" + extra)
    mia.start_window()
    mia.see("label", "^The list of shared folders and transfers was damaged\\. It was moved to .*porch.db.broken")
    mia.picture("broken-list")
    dismiss(hands, "^The list of shared folders and transfers was damaged\\.")
    mia.see("label", "^You are “Mia’s Laptop”$")
    quit_porch(mia)


def damaged_key(hands):
    """It does not start, says why in words of its own, and starts as soon as that is mended."""
    mia = hands.person
    key = state(mia) + "/key.pem"
    shutil.copy2(key, mia.peer.home + "/key.pem")
    with open(key, "w") as f:
        f.write("rubbish")
    mia.start_window()
    mia.see("label", "^Porch Is Not Running$")
    mia.see("label", "^Its background service could not be started: .*key.pem")
    mia.picture("damaged-key")
    hands.use("button", "^Start$")
    time.sleep(1)
    mia.see("label", "^Its background service could not be started: .*key.pem")
    with open(key) as f:
        assert f.read() == "rubbish", "the key was replaced"
    shutil.copy(mia.peer.home + "/key.pem", key)
    hands.use("button", "^Start$")
    mia.see("label", "^You are “Mia’s Laptop”$")
    quit_porch(mia)


def elsewhere(hands):
    """In another session of hers, without a window."""
    mia = hands.person
    other = mia.peer.spawn("env", "XDG_DATA_HOME=%s/data" % mia.desktop, "HOME=%s/home" % mia.desktop, "dbus-run-session", "--",
                           BUILD + "/src/daemon/porchd", "--port", "0")
    wait_for("the other Porch", lambda: mia.peer.run("pgrep", "-x", "porchd", check=False).stdout)
    time.sleep(1)
    mia.start_window()
    mia.see("label", "^Its background service could not be started: .*Porch is running already for this user", timeout=20)
    mia.picture("elsewhere")
    mia.peer.run("kill", *mia.peer.run("pgrep", "-x", "porchd").stdout.split())
    other.wait(20)
    hands.use("button", "^Start$")
    mia.see("label", "^You are “Mia’s Laptop”$")


def new_network(lan, hands):
    """A second network: hidden there until she says so."""
    mia = hands.person
    lan("second", mia.peer.host)
    mia.see("label", "^You are hidden on this new network$", timeout=20)
    mia.picture("new-network")
    hands.use("button", "^Become Visible…$")
    mia.picture("become-visible")
    hands.use("button", "^Visible$")
    mia.gone("label", "^You are hidden on this new network$")
    networks = mia.porch("status")["networks"]
    assert {n["interface"] for n in networks} == {"eth0", "eth1"} and all(n["visible"] for n in networks), networks


def copied_disk(hands, twin):
    """Somebody put a copy of her disk into another computer."""
    mia = hands.person
    quit_porch(mia)
    target = twin.home + "/.local/share/porch"
    shutil.copytree(state(mia), target)
    twin.own(twin.home)
    twin.start()
    mia.start_window()
    words = " has the same key as this one: one of them is a copy of the other's disk\\."
    mia.see("label", words, timeout=30)
    mia.picture("copied-disk")
    dismiss(hands, words)


def story(lan, mia):
    port_taken(mia)
    broken_list(mia)
    damaged_key(mia)
    elsewhere(mia)
    new_network(lan, mia)
    copied_disk(mia, lan.peers[1])


if __name__ == "__main__":
    tell_story(sys.argv[1], story, "Mia’s Laptop", more=1)
