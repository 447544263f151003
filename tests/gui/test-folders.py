#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ben looks into Ada's folders, by keyboard alone: one of 100,000 files, which never stops the window (that of a debug build
tells of stalls, and Person fails on them; tests/gui/layout/test-many.c looks how soon its first rows are there); typing finds a file; sorting by size and by time; several selected;
up and down; an empty folder; one that is no longer shared; Ada gone. Then a folder is downloaded by mouse in three actions."""
import os
import time

from people import Lan, Person, digests, need_desktop, put_files, wait_for

MANY = 100_000
FILES = {"Crete/IMG_2.jpg": 700_000, "Crete/IMG_10.jpg": 600_000, "Crete/IMG_1.jpg": 500_000, "Crete/notes.txt": 30,
         "Zoo/lion.jpg": 400_000, "Read me.txt": 20}
PICTURES = os.environ.get("PORCH_PICTURES")     # a folder: pictures of each step are kept there


def fill(ada):
    """Ada's folders: Holiday, and Archive with very many files. A peer without a window."""
    holiday = put_files(ada, "Holiday", FILES)
    os.makedirs(holiday + "/Empty", exist_ok=True)
    archive = os.path.join(ada.peer.home, "Archive")
    os.makedirs(archive)
    folder = os.open(archive, os.O_DIRECTORY)
    for i in range(MANY):
        os.close(os.open("scan %d of 1987.tif" % ((i * 7919) % MANY), os.O_CREAT | os.O_WRONLY, 0o644, dir_fd=folder))
    os.close(folder)
    ada.peer.own(ada.peer.home)
    return holiday, archive


class Giver:
    """A neighbor whom nobody looks at: a porchd, driven by the command line."""

    def __init__(self, peer, name):
        self.peer, self.name = peer, name

    def start(self):
        self.peer.start(name=self.name)


def trust_each_other(ada, ben):
    ben.see("button", "^Ada’s Laptop$", timeout=30)
    own = ben.porch("status")["id"]
    wait_for("Ada to see Ben", lambda: ada.peer.porch("trust", own, check=False).returncode == 0, 30)
    ben.porch("trust", ada.peer.id)
    ben.see("label", "^Trusted( · [0-9]+ folders?)?$")


def names(ben):
    """The names on the screen, in order."""
    return [n for n in ben.all("label", r"\.(jpg|tif|txt)$|^(Crete|Zoo|Empty)$")]


def files(ben):
    return [n for n in names(ben) if "." in n]


def many(ada, ben):
    ben.click("button", "^Ada’s Laptop$")
    ben.see("list item", "^Archive$")
    for attempt in range(2):                    # the second time in the midst of the first
        ben.key("Tab")
        while ["list item", "Archive"] not in ben.focused():
            ben.key("Tab")
        ben.key("Return")
        ben.see("label", r"\.tif$", timeout=30)
        if attempt == 0:
            ben.key("BackSpace")
            ben.see("label", "^Shared With You$")
    # All of them, in the order of their numbers: typing finds what came at any time.
    ben.see("label", "^scan 0 of 1987.tif$", timeout=60)
    wait_for("the rows in order", lambda: names(ben)[:3] == ["scan %d of 1987.tif" % i for i in range(3)], 60)
    ben.picture("many")
    ben.key("Down")
    ben.text("scan 9999")
    ben.see("label", "^scan 9999 of 1987.tif$")
    ben.see("label", "^1 selected · 0 bytes$")
    ben.picture("found")
    ben.key("BackSpace")
    ben.see("label", "^Shared With You$")


def enter(ben, name):
    """By keyboard, from the rows of a folder."""
    ben.text(name)
    ben.key("Return")


def look_around(ben):
    while ["list item", "Holiday"] not in ben.focused():
        ben.key("Tab")
    ben.key("Return")
    ben.see("label", "^Read me.txt$")
    assert names(ben) == ["Crete", "Empty", "Zoo", "Read me.txt"], names(ben)
    ben.picture("holiday")
    while not [f for f in ben.focused() if f[1] not in ("Holiday", "Download Folder", "Name", "Size", "Modified", "Back")]:
        ben.key("Tab")
    enter(ben, "crete")
    ben.see("label", "^notes.txt$")
    assert files(ben) == ["IMG_1.jpg", "IMG_2.jpg", "IMG_10.jpg", "notes.txt"], files(ben)
    ben.click(None, "^Size$")
    wait_for("the order by size", lambda: files(ben) == ["notes.txt", "IMG_1.jpg", "IMG_10.jpg", "IMG_2.jpg"])
    ben.click(None, "^Name$")
    wait_for("the order by name", lambda: files(ben) == ["IMG_1.jpg", "IMG_2.jpg", "IMG_10.jpg", "notes.txt"])
    ben.click("label", "^IMG_1.jpg$")
    ben.key("shift+Down")
    ben.key("shift+Down")
    ben.see("label", "^3 selected · 1.8 MB$")
    ben.picture("selected")
    ben.key("ctrl+a")
    ben.see("label", "^4 selected · 1.8 MB$")
    ben.key("alt+Up")
    ben.see("label", "^Zoo$")
    ben.click("label", "^Zoo$")
    enter(ben, "emp")
    ben.see("label", "^Empty Folder$")
    ben.see("button", "^Look Again$")
    ben.picture("empty")
    ben.key("BackSpace")
    ben.see("label", "^Zoo$")


def narrow(ben):
    ben.resize(360, 640)
    ben.see("label", "^Folder$")
    ben.picture("narrow")
    ben.resize(860, 620)
    ben.see(None, "^Modified$")


def no_longer(ada, ben):
    share = [s for s in ada.peer.porch("share", "list") if s["name"] == "Holiday"][0]["id"]
    ada.peer.porch("share", "set", share, "--pause")
    ben.click("label", "^Zoo$")
    ben.key("Return")
    ben.see("label", "^No Longer Shared With You$")
    ben.see("label", "or Ada shares it with others now")
    ben.picture("no-longer")
    ada.peer.porch("share", "set", share, "--resume")
    ben.key("Return")                           # Try Again has the keys
    ben.see("label", "^lion.jpg$")
    ada.peer.stop()
    ben.key("BackSpace")
    ben.see("label", "^Ada Can’t Be Reached$", timeout=30)
    ben.picture("away")
    ada.start()
    ben.see("button", "^Try Again$")
    deadline = time.monotonic() + 30
    while "Read me.txt" not in names(ben):
        assert time.monotonic() < deadline, "Ada was not found again"
        ben.key("Return")
        time.sleep(1)


def download(ada, ben, holiday):
    ben.key("BackSpace")
    ben.see("label", "^Shared With You$")
    ben.key("alt+Left")
    # Counted: the device, the folder, Download.
    ben.click("button", "^Ada’s Laptop$")
    ben.click("list item", "^Holiday$")
    ben.click("button", "^Download Folder$")
    wanted = {"Holiday/" + k: v for k, v in digests(holiday).items()}
    wait_for("the folder to arrive", lambda: digests(ben.downloads) == wanted, 30)
    ben.see("label", "^Holiday arrived$")


def main():
    need_desktop()
    if PICTURES:
        os.makedirs(PICTURES, exist_ok=True)
    started = time.monotonic()
    with Lan(2) as lan:
        ada = Giver(lan.peers[0], "Ada’s Laptop")
        ben = Person(lan.peers[1], "Ben’s Desktop", PICTURES)
        try:
            holiday, archive = fill(ada)
            ada.start()
            for folder in (holiday, archive):
                ada.peer.porch("share", "add", folder, "--audience", "trusted")
            ben.start()
            trust_each_other(ada, ben)
            many(ada, ben)
            look_around(ben)
            narrow(ben)
            no_longer(ada, ben)
            download(ada, ben, holiday)
        except BaseException:
            ben.tell()
            raise
        finally:
            ben.end()
    print("done in %.1f s" % (time.monotonic() - started))


if __name__ == "__main__":
    main()
