#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ada and Ben trust each other by comparing the code on both screens, Ada shares a folder with those she trusts, Ben opens it, goes down and
up in it, downloads all of it and then one file; the background service dies and is started again from the window."""
import os
import time

from people import Lan, Person, digests, need_desktop, put_files, wait_for

FILES = {"Crete/IMG_2041.jpg": 700_000, "Crete/IMG_2042.jpg": 600_000, "Read me.txt": 20, "Empty.txt": 0}
PICTURES = os.environ.get("PORCH_PICTURES")     # a folder: pictures of each step are kept there


def code_on(person):
    return person.see("label", r"^[0-9]{3} [0-9]{3}$")


def open_page(person, other):
    person.key("alt+1")
    person.click("button", "^%s$" % other)
    person.see("label", "on this network$")


def trust(ada, ben):
    ada.click("button", "^Trust This Device…$")
    code = code_on(ada)
    assert code == code_on(ben)
    ada.picture("codes")
    ada.click("button", "^It Matches: Trust$")
    ada.see("label", "^Waiting for Ben to say that the code matches$")
    ben.click("button", "^It Matches: Trust$")
    ada.see("label", "^Trusted · on this network$")
    ben.see("label", "^Trusted( · [0-9]+ folders?)?$")


def share(ada, folder):
    ada.key("alt+Left")
    ada.key("alt+2")
    ada.see("label", "^Share Your First Folder$")
    ada.click("button", "^Add Folder…$")
    ada.choose_folder(folder, "^Choose a Folder to Share$", "^Choose$")
    ada.see("label", "^Who may open “Holiday”\\?$")
    ada.picture("who")
    ada.click("button", "^Share$")              # those she trusts, now that there is somebody
    ada.see("label", "^Holiday$")
    ada.see(None, "^Trusted$")
    ada.picture("shared")


def fetch(ben, folder):
    open_page(ben, "Ada’s Laptop")
    ben.click("list item", "^Holiday$")
    ben.see("label", "^Read me.txt$")
    ben.picture("folder")
    ben.click("button", "^Download Folder$")
    wanted = digests(folder)
    wait_for("the folder to arrive", lambda: digests(ben.downloads) == {"Holiday/" + k: v for k, v in wanted.items()}, 30)
    ben.see("label", "^Holiday arrived$")
    # One file: taken by a click, downloaded by its key.
    ben.click("label", "^Read me.txt$")
    ben.see("label", "^1 selected · 20 bytes$")
    ben.key("alt+w")
    wait_for("the file to arrive", lambda: digests(ben.downloads).get("Read me.txt") == wanted["Read me.txt"], 30)
    # Down and up again.
    ben.key("Home")
    ben.key("Return")
    ben.see("label", "^IMG_2042.jpg$")
    ben.key("alt+Left")
    ben.see("label", "^Read me.txt$")
    ben.key("alt+Left")
    ben.see("label", "^Shared With You$")


def pause_all(ada):
    """Everything at once, and back."""
    ada.click("button", "^Pause All$")
    ada.see("button", "^Resume All$")
    wait_for("all to be paused", lambda: not [s for s in ada.porch("share", "list") if s["active"]])
    ada.click("button", "^Resume All$")
    ada.see("button", "^Pause All$")
    wait_for("all to be open", lambda: all(s["active"] for s in ada.porch("share", "list")))


def every_shortcut_has_its_keys(ada):
    ada.key("ctrl+question")
    wait_for("the keys of actions", lambda: len(ada.all("label", "^Ctrl$")) >= 7, 10)
    ada.picture("shortcuts")
    ada.key("Escape")
    ada.gone("label", "^Ctrl$")


def stop_sharing(ada, ben):
    ada.click("button", "^More for “Holiday”$")
    ada.key("s")
    ada.see("label", "^Share Your First Folder$")
    ben.key("alt+Left")
    open_page(ben, "Ada’s Laptop")
    ben.see("label", "^Ada shares no folder with you now\\.$")


def service_dies(ben):
    pid = ben.peer.run("pgrep", "-u", "65534", "-x", "porchd").stdout.split()[0]
    ben.peer.run("kill", "-9", pid)
    ben.see("label", "^Porch Is Not Running$")
    ben.picture("away")
    ben.click("button", "^Start$")
    ben.see("label", "^You are “Ben’s Desktop”$")
    ben.see("button", "^Ada’s Laptop$")
    ben.see("label", "^Trusted( · [0-9]+ folders?)?$")


def quit_all(ben):
    ben.key("ctrl+q")
    wait_for("the window to close", lambda: not ben.alive())
    wait_for("porchd to end", lambda: ben.peer.run("pgrep", "-u", "65534", "-x", "porchd", check=False).returncode == 1)


def main():
    need_desktop()
    if PICTURES:
        os.makedirs(PICTURES, exist_ok=True)
    started = time.monotonic()
    with Lan(2) as lan:
        ada = Person(lan.peers[0], "Ada’s Laptop", PICTURES)
        ben = Person(lan.peers[1], "Ben’s Desktop", PICTURES)
        try:
            folder = put_files(ada, "Holiday", FILES)
            ada.start()
            ben.start()
            open_page(ada, "Ben’s Desktop")
            trust(ada, ben)
            share(ada, folder)
            fetch(ben, folder)
            pause_all(ada)
            every_shortcut_has_its_keys(ada)
            stop_sharing(ada, ben)
            service_dies(ben)
            quit_all(ben)
        except BaseException:
            for person in (ada, ben):
                person.tell()
            raise
        finally:
            ada.end()
            ben.end()
    print("done in %.1f s" % (time.monotonic() - started))


if __name__ == "__main__":
    main()
