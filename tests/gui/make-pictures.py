#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Mia's real window, with real neighbors on a pretended network. Needs what the GUI tests need.

    ./dev screenshots data/screenshots    makes the pictures of README and of software centers anew
    ./dev screenshots --all FOLDER        every page: light, dark, high contrast, narrow, large text"""
import os
import subprocess
import sys
import time

from people import BUILD, Lan, Person, need_desktop

# name, chassis (as /etc/machine-info says it), does Mia trust it, what it shares with those who trust each other
NEIGHBORS = [
    ("Ben’s Laptop", "laptop", True, []),
    ("Living Room PC", "desktop", True, ["Films", "Music"]),
    ("Ada’s Desktop", "desktop", False, []),
    ("Emre’s Tablet", "tablet", False, []),
    ("Reading Room 3", "laptop", False, []),
    ("Attic Server", "server", True, ["Holiday Photos", "Club Papers"]),
]
FILES = {"Films": ["Metropolis (1927).mkv", "Nosferatu (1922).mkv", "Sherlock Jr. (1924).mkv"],
         "Holiday Photos": ["Crete/IMG_%04d.jpg" % i for i in range(2041, 2060)] + ["Harz/IMG_%04d.jpg" % i for i in range(310, 322)],
         "Photos": ["IMG_2041.jpg", "IMG_2042.jpg", "IMG_2043.jpg"], "Club Papers": ["Minutes May.odt", "Minutes June.odt", "Statutes.pdf"], "Music": ["Choir/Kyrie.flac", "Choir/Gloria.flac"]}


def be_a(lan, peer, chassis):
    """The computer of this namespace says that it is a laptop, a server…; nothing outside the namespace changes."""
    lan("exec", peer.host, "sh", "-c", "mkdir -p /run/etc/upper /run/etc/work && echo CHASSIS=%s >/run/etc/upper/machine-info && "
        "mount -t overlay overlay -o lowerdir=/etc,upperdir=/run/etc/upper,workdir=/run/etc/work /etc" % chassis)


def make_files(peer, folder):
    for name in FILES[folder]:
        path = os.path.join(peer.home, folder, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as f:
            f.truncate((700_000_000 if name.endswith(".mkv") else 2_800_000) + 7919 * len(name))
    peer.own(peer.home)
    return os.path.join(peer.home, folder)


def shoot(mia, out, name):
    """The window and its shadow, cut out of the screen."""
    mia.do("shot", mia.desktop + "/picture.png")
    x, y, w, h = mia.do("dialog", "^Porch$")
    subprocess.run(["convert", mia.desktop + "/picture.png", "-crop", "%dx%d+%d+%d" % (w + 64, h + 64, x - 32, y - 28), "+repage",
                    "-define", "png:compression-level=9", "-strip", os.path.join(out, name)], check=True)


def make_lively(mia, others):
    """Something comes from the living room, and somebody asks."""
    emre = others[3]
    mia.porch("get", "Living Room PC:Films", "--detach")
    photos = make_files(emre, "Photos")
    emre.porch("send", "Mia’s Laptop", *sorted(os.path.join(photos, name) for name in FILES["Photos"]), "--detach")
    mia.see("label", "^Emre’s Tablet wants to send you 3 photos$", timeout=30)
    mia.see("label", "^Downloading Films$", timeout=30)


# how → (environment, dots per inch, size)
VARIANTS = {
    "light": ({}, 96, None),
    "dark": ({"ADW_DEBUG_COLOR_SCHEME": "prefer-dark"}, 96, None),
    "high-contrast": ({"ADW_DEBUG_HIGH_CONTRAST": "1"}, 96, None),
    "narrow": ({}, 96, (360, 640)),
    "large-text": ({}, 144, None),
}


def go_through(mia, out, how):
    """The window as it comes up, then each page."""
    env, dots, size = VARIANTS[how]
    mia.do("stop")
    mia.set_dots(dots)
    mia.do("start", [BUILD + "/src/gtk/porch-window"], env={"LANG": "C.UTF-8", **env})
    mia.see("button", "^Living Room PC$", timeout=30)
    if size:
        mia.resize(*size)
    for page, key in (("nearby", "alt+1"), ("sharing", "alt+2"), ("transfers", "alt+3")):
        mia.key(key)
        shoot(mia, out, "%s-%s.png" % (page, how))
    mia.key("alt+1")
    mia.click("button", "^Attic Server$")
    mia.see("label", "^Holiday Photos$")
    shoot(mia, out, "device-%s.png" % how)
    if how in ("narrow", "large-text"):
        mia.key("Page_Down")            # the list is below the edge of the window
        time.sleep(0.5)
    mia.click("label", "^Holiday Photos$")
    mia.see("label", "^Crete$")
    shoot(mia, out, "folder-%s.png" % how)


def main():
    need_desktop()
    every = sys.argv[1] == "--all"
    out = os.path.abspath(sys.argv[-1])
    os.makedirs(out, exist_ok=True)
    with Lan(len(NEIGHBORS) + 1, "rate=16") as lan:
        mia = Person(lan.peers[0], "Mia’s Laptop")
        be_a(lan, lan.peers[0], "laptop")
        others = lan.peers[1:]
        try:
            for peer, (name, chassis, trusted, shares) in zip(others, NEIGHBORS):
                be_a(lan, peer, chassis)
                peer.start(name=name)
                for share in shares:
                    peer.porch("share", "add", make_files(peer, share), "--audience", "trusted")
            mia.start("1100x800")
            for name, _, _, _ in NEIGHBORS:
                mia.see("button", "^%s$" % name, timeout=30)
            own = mia.porch("status")["id"]
            for peer, (_, _, trusted, _) in zip(others, NEIGHBORS):
                if trusted:
                    peer.porch("trust", own)
                    mia.porch("trust", peer.id)
            time.sleep(2)
            make_lively(mia, others)
            if every:
                mia.porch("share", "add", make_files(mia.peer, "Photos"), "--audience", "trusted")
                for how in VARIANTS:
                    go_through(mia, out, how)
                return
            shoot(mia, out, "nearby.png")
            mia.key("alt+3")
            shoot(mia, out, "transfers.png")
        finally:
            mia.end()


if __name__ == "__main__":
    main()
