#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ada hands two files out to whoever types a number, Ben joins: two who never met and trust nobody, real windows, mouse and keyboard. The
number from Ada's page is typed by Ben, by keyboard alone; he sees who gives, with the key, and downloads; Ada sees his tile go to "has it",
reads that she can leave, and ends it. Before, Ben types a wrong one; afterwards the right one finds nothing."""
import os
import time

from people import Lan, Person, digests, need_desktop, put_files, wait_for

FILES = {"exercise.pdf": 900_000, "slides.pdf": 6_000_000}
PICTURES = os.environ.get("PORCH_PICTURES")     # a folder: pictures of each step are kept there


def hand_out(ada, folder):
    ada.click(None, "^Main Menu$")
    ada.click("menu item", "^Hand Out Files…$")
    ada.choose_folder_contents(folder, "^Choose Files to Hand Out$", "^Choose$")
    ada.see("text", "^Title$")
    ada.key("ctrl+a")
    ada.text("Lesson 5")
    ada.key("Return")
    ada.see("label", "^In Porch, choose Join in the menu and type this number$")
    ada.see("label", "^2 files · 6.9 MB$")
    ada.see("label", "^Nobody has joined yet$")
    ada.picture("1-number")
    return ada.see("label", "^[1-9][0-9]{2} [0-9]{3}$").replace(" ", "")


def open_join(ben):
    ben.key("F10")
    ben.click("menu item", "^Join…$")
    ben.dialog("^Join$")


def wrong_number(ben, number):
    open_join(ben)
    ben.text("%06d" % ((int(number) + 1) % 1000000))
    ben.key("Return")
    ben.see("label", "^Nobody here hands something out under this number\\.", timeout=20)
    ben.picture("2-wrong-number")


def join(ada, ben, number, key):
    """Goes on in the same dialog, by keyboard alone."""
    ben.key("ctrl+a")
    ben.text(number[:3] + " " + number[3:])
    ben.key("Return")
    ben.see("label", "^Lesson 5$", timeout=20)
    ben.see("label", "^From Ada’s Laptop · not trusted yet · key %s$" % " ".join(key[i:i + 4] for i in range(0, 16, 4)))
    ben.picture("3-who")
    ada.see("label", "^waiting$", timeout=20)
    ada.picture("4-waiting")
    assert digests(ben.downloads) == {}, "something came before Download"
    ben.key("Return")                           # Download has the keys
    ben.no_dialog("^Join$")


def arrived(ada, ben, folder):
    wait_for("the files", lambda: sorted(digests(ben.downloads).values()) == sorted(digests(folder).values()), 30)
    ada.see("label", "^has it$", timeout=20)
    ada.see("label", "^You can leave: everything is in the room$")
    ada.see("label", "^1 of 1 have it$")
    ada.see("label", "^Ben’s Desktop$")
    ada.picture("5-in-the-room")
    ada.resize(360, 640)
    ada.picture("5-in-the-room-narrow")
    ada.resize(860, 620)
    ben.see("label", "^From Ada’s Laptop · 6.9 MB · ")


def end(ada, ben, number):
    ada.click("button", "^Back$")
    ada.key("alt+3")
    ada.see("label", "^Handed Out$")
    ada.picture("6-listed")
    ada.click(None, "^Lesson 5")
    ada.see("button", "^Back$")
    assert not ada.focus_is("button", "^End$"), "a key would end it"
    while not ada.focus_is("button", "^End$"):
        ada.key("Tab")
    ada.key("space")
    ada.see("button", "^Clear$")
    ada.gone("label", "^In Porch, choose Join in the menu and type this number$")
    ada.picture("7-ended")
    open_join(ben)
    ben.text(number)
    ben.key("Return")
    ben.see("label", "^Nobody here hands something out under this number\\.", timeout=20)
    ben.key("Escape")
    ben.no_dialog("^Join$")
    ada.click("button", "^Clear$")
    ada.gone("label", "^Handed Out$")


def main():
    need_desktop()
    if PICTURES:
        os.makedirs(PICTURES, exist_ok=True)
    started = time.monotonic()
    with Lan(2) as lan:
        ada = Person(lan.peers[0], "Ada’s Laptop", PICTURES)
        ben = Person(lan.peers[1], "Ben’s Desktop", PICTURES)
        try:
            folder = put_files(ada, "Lesson", FILES)
            ada.start()
            ben.start()
            ben.see("button", "^Ada’s Laptop$", timeout=30)
            number = hand_out(ada, folder)
            wrong_number(ben, number)
            join(ada, ben, number, ada.porch("status")["id"])
            arrived(ada, ben, folder)
            end(ada, ben, number)
        except BaseException:
            ada.tell()
            ben.tell()
            raise
        finally:
            ada.end()
            ben.end()
    print("done in %.1f s" % (time.monotonic() - started))


if __name__ == "__main__":
    main()
