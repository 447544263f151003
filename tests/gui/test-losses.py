#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What goes wrong while something is sent and received, as two people see it in their windows: test-losses.py mouse|keyboard. A file that can't be
read, a disk that can't be written, one that is full, a cable that is pulled, nothing that was copied, somebody who left, a service that ends
under an open sheet; by real means. docs/MESSAGES.md lists the words."""
import os
import sys
import time

from people import digests, put_files, wait_for
from steps import begin, downloads, inside, send, tell_story, trust

BIG = {"film.mkv": 24_000_000}
STUFF = {"fine.txt": 300, "secret.txt": 200}


def small_disk(person):
    """Downloads lie on a disk of 16 MB."""
    os.makedirs(person.downloads, exist_ok=True)
    inside(person, "mount", "-t", "tmpfs", "-o", "size=16m,mode=755,uid=65534,gid=65534", "tmpfs", person.downloads)


def what_cannot_be_read(ada, ben, folder):
    """One of two files is closed to Ada herself; the rest can be sent."""
    os.chmod(folder + "/secret.txt", 0)
    ada.page("Nearby", 1)
    ada.use("button", "^Send…$", keys="ctrl+n")
    ada.choose_contents(folder, "^Choose Files to Send$", "^Choose$", "alt+o")
    ada.person.see(None, "^“secret.txt” can’t be read: you may not open it\\.\nThe rest can be sent\\.$")
    ada.use("check box", "^Ben’s Desktop$")
    ada.use("button", "^Send$", keys="ctrl+Return")
    ben.person.see("label", "^Ada’s Laptop wants to send you “fine.txt”$", timeout=20)


def disk_that_cannot_be_written(ben):
    """His Downloads can't be written: he is told to choose another place, and the request waits for it."""
    inside(ben.person, "mount", "-o", "remount,ro", ben.person.downloads)
    ben.use("button", "^Accept$")
    ben.person.see("label", "^Nothing can be saved into “.*Downloads”: .*\\. Choose another folder\\.$")
    ben.person.picture("read-only")
    ben.person.see("button", "^Accept$")
    inside(ben.person, "mount", "-o", "remount,rw", ben.person.downloads)
    ben.use("button", "^Accept$")
    wait_for("the file", lambda: "fine.txt" in downloads(ben.person), 20)


def full_disk(ada, ben, big):
    send(ada, big)
    ben.person.see("label", "^Ada’s Laptop wants to send you “film.mkv”$", timeout=20)
    ben.use("button", "^Accept$")
    ben.page("Transfers", 3)
    ben.person.see("label", "^From Ada’s Laptop · The disk is too full: .* more must be free\\. It goes on when there is room\\.$", timeout=20)
    ben.person.picture("full")
    assert not [name for name in os.listdir(ben.person.peer.view(ben.person.downloads)) if "film" in name]
    inside(ben.person, "mount", "-o", "remount,size=200m", ben.person.downloads)
    ben.person.see("label", "^From Ada’s Laptop · .* of 24 MB", timeout=90)


def pulled_cable(lan, ada, ben, big):
    """In the midst of it; both see that it waits, and it goes on by itself."""
    lan("unplug", ada.person.peer.host)
    said = ben.person.see("label", "^From Ada’s Laptop · [^0-9]", timeout=60)
    print("a pulled cable, to who receives:", said)
    ben.person.picture("cable")
    ada.person.see("label", "^You are not connected to a network$", timeout=30)
    ada.person.picture("cable")
    lan("replug", ada.person.peer.host)
    wait_for("the film", lambda: downloads(ben.person).get("film.mkv") == digests(big)["film.mkv"], 60)
    ada.person.gone("label", "^You are not connected to a network$")


def nothing_was_copied(ada):
    """Ctrl+V with nothing that can be sent."""
    ada.person.copy(os.path.join(ada.person.peer.home, "odd"), "application/x-odd")
    ada.person.key("ctrl+v")
    ada.person.see("label", "^Nothing that can be sent was copied$")


def service_gone(ada, folder):
    """Ada's service ends while her sheet is open: the sheet says so and keeps what was chosen."""
    ada.page("Nearby", 1)
    ada.use("button", "^Send…$", keys="ctrl+n")
    ada.choose_contents(folder, "^Choose Files to Send$", "^Choose$", "alt+o")
    ada.use("check box", "^Ben’s Desktop$")
    ada.person.peer.run("kill", "-9", *ada.person.peer.run("pgrep", "-x", "porchd").stdout.split())
    time.sleep(1)
    ada.use("button", "^Send$", keys="ctrl+Return")
    ada.person.see(None, "^Porch’s background service is not running$")
    ada.person.picture("service-gone")
    ada.person.key("Escape")
    ada.person.no_dialog("^Send$")
    ada.use("button", "^Start$")
    ada.person.see("label", "^You are “Ada’s Laptop”$")


def somebody_who_left(ada, ben, folder):
    """Ben switches his computer off: his card says so, and what is sent waits for him."""
    ben.person.key("ctrl+q")
    wait_for("Ben to leave", lambda: not ben.person.alive())
    ada.page("Nearby", 1)
    ada.person.see("label", "^Left at ", timeout=40)
    os.unlink(folder + "/secret.txt")
    send(ada, folder)
    ada.person.see("label", "^Ben is not here now: it is sent as soon as they are back$")
    ada.person.picture("left")


def story(lan, ada, ben):
    big = put_files(ada.person, "Big", BIG)
    stuff = put_files(ada.person, "Stuff", STUFF)
    put_files(ada.person, ".", {"odd": 3})
    small_disk(ben.person)
    begin(ada, ben)
    ada.person.see("button", "^Ben’s Desktop$", timeout=30)
    trust(ada, ben)
    what_cannot_be_read(ada, ben, stuff)
    disk_that_cannot_be_written(ben)
    full_disk(ada, ben, big)
    pulled_cable(lan, ada, ben, big)
    nothing_was_copied(ada)
    somebody_who_left(ada, ben, stuff)
    service_gone(ada, stuff)


if __name__ == "__main__":
    tell_story(sys.argv[1], story, "Ada’s Laptop", "Ben’s Desktop", network=["rate=24"])
