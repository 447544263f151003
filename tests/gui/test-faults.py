#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What goes wrong between two people before anything moves, as they see it in their windows, and what they can do about it: test-faults.py
mouse|keyboard. Each is provoked by real means: a door that is closed, codes that differ, somebody who is blocked or not there, folders that
are refused, shared already or gone. docs/MESSAGES.md lists the words. Ben's computer has no Avahi, which nobody notices."""
import os
import sys

from people import digests, put_files, wait_for
from steps import begin, downloads, send, tell_story, trust

FILMS = {"Metropolis.mkv": 2_000_000, "notes.txt": 30}


def add_folder(hands, folder):
    """As far as the question who may open it."""
    hands.page("Sharing", 2)
    hands.use("button", "^Add Folder…$", keys="ctrl+shift+n")
    hands.person.choose_folder(folder, "^Choose a Folder to Share$", "^Choose$")
    hands.person.see("label", "^Who may open “")


# --- before they trust each other ---

def only_trusted_people(ada, ben, folder):
    """Ben takes things only from people whom he trusts."""
    ben.person.porch("requests", "trusted")
    send(ada, folder)
    ada.page("Transfers", 3)
    ada.person.see("label", "^To Ben’s Desktop · The other person takes things only from people whom they trust\\.", timeout=20)
    ada.person.picture("only-trusted")
    assert not ben.person.all("label", "wants to send you")
    ben.person.porch("requests", "anyone")
    ada.use("button", "^Clear All$")
    ada.page("Nearby", 1)


def codes_differ(ada, ben):
    """Ben says that the codes differ, Ada that they are the same: nothing is trusted on either side, and both are told."""
    ada.use("button", "^Ben’s Desktop$")
    ada.use("button", "^Trust This Device…$")
    codes = [hands.person.see("label", r"^[0-9]{3} [0-9]{3}$") for hands in (ada, ben)]
    assert codes[0] == codes[1], codes
    ben.use("button", "^Doesn’t Match$")
    ben.person.see("label", "^The codes differ: nothing is trusted")
    ada.use("button", "^It Matches: Trust$")
    ada.person.see("label", "^The codes differ: nothing is trusted")
    ada.person.gone("button", "^It Matches: Trust$")
    for hands in (ada, ben):
        hands.use("button", "^Dismiss$")
        hands.person.gone("label", "^The codes differ")
        assert not [p for p in hands.person.porch("peers") if p["trust"] == "trusted"]
    ada.person.see("label", "^Not trusted yet · on this network$")
    ada.use("button", "^Back$", keys="alt+Left")


def blocked(ada):
    """Whom one blocked one can't send to by accident: the page says so and has no door."""
    ada.use("button", "^Ben’s Desktop$")
    ada.menu("^More$", "^Block This Device$", "b")
    ada.person.see("label", "^You blocked this device: it can’t send you anything or open your folders\\.$")
    ada.person.gone("button", "^Send Text…$")
    if ada.how == "keyboard":                   # the one door that is left
        ada.person.copy("Hello")
        ada.person.key("ctrl+v")
        ada.person.dialog("^Send a Text$")
        assert not ada.person.all("check box", "^Ben’s Desktop$"), "a blocked person can be chosen"
        ada.person.key("Escape")
        ada.person.no_dialog("^Send a Text$")
    ada.use("button", "^Unblock$")
    ada.person.see("label", "^Not trusted yet · on this network$")
    ada.use("button", "^Back$", keys="alt+Left")


def nobody_there(ada):
    """An address where nobody answers."""
    ada.person.key("alt+m")
    ada.use("button", "^Add by Address…$")
    ada.person.see("label", "^Add by Address$")
    ada.person.text("10.77.0.99")
    ada.use("button", "^Add$", keys="Return")
    ada.person.see("label", "can't be reached", timeout=30)
    ada.person.picture("nobody-there")


def without_avahi(ben):
    """Somebody else's service is not there, and it works: Ben sees Ada."""
    ben.person.see("button", "^Ada’s Laptop$")
    ben.person.key("alt+m")
    ben.person.see("label", "^Looking for people works$")
    assert ben.person.porch("status")["discovery"] == "embedded"
    ben.person.key("Escape")


# --- sharing ---

def refused_folders(ada):
    """Of the system: left alone. With keys in it: shared only after Share Anyway."""
    secrets = ada.person.desktop + "/home/.ssh"
    add_folder(ada, "/etc")
    ada.use("button", "^Share$", keys="Return")
    ada.person.see("label", "belongs to the system\\.$")
    ada.person.picture("refused")
    ada.use("button", "^Cancel$")
    ada.person.gone("label", "belongs to the system\\.$")
    assert ada.person.porch("share", "list") == []
    add_folder(ada, secrets)
    ada.use("button", "^Share$", keys="Return")
    ada.person.see("label", "where keys, passwords or settings are kept\\.$")
    ada.person.key("Escape")
    ada.person.gone("label", "where keys, passwords or settings are kept\\.$")
    assert ada.person.porch("share", "list") == []
    add_folder(ada, secrets)
    ada.use("button", "^Share$", keys="Return")
    ada.person.see("label", "where keys, passwords or settings are kept\\.$")
    ada.use("button", "^Share Anyway$")
    ada.person.see("label", "^“.ssh” is shared$")
    assert [s["path"] for s in ada.person.porch("share", "list")] == [secrets]
    ada.menu("^More for “.ssh”$", "^Stop Sharing$", "s")
    ada.person.see("label", "^Share Your First Folder$")


def shared_already(ada, films):
    add_folder(ada, films)
    ada.use("button", "^Share$", keys="Return")
    ada.person.see("label", "^“Films” is shared$")
    add_folder(ada, films)
    ada.use("button", "^Share$", keys="Return")
    ada.person.see("label", "^You share “.*Films” already, as “Films”\\.$")
    assert len(ada.person.porch("share", "list")) == 1


def vanished_folder(ada, ben, films):
    """As when its disk is unplugged: both are told, and it is there again with the disk."""
    ben.use("button", "^Ada’s Laptop$")
    ben.use("list item", "^Films$")
    ben.person.see("label", "^notes.txt$")
    os.rename(films, films + ".away")
    ada.page("Nearby", 1)
    ada.person.see("label", "^“Films” is not there now, so nobody can open it$", timeout=45)
    ada.person.picture("vanished")
    ada.use("button", "^Show Sharing$")
    ada.person.see("label", "· not there now|^not there now")
    ben.use("button", "^Download Folder$")
    ben.person.see("label", "^It is no longer there: it was moved or removed, or is shared with others now$")
    ben.person.picture("vanished")
    os.rename(films + ".away", films)
    ada.person.gone("label", "is not there now, so nobody can open it$", timeout=45)
    ben.use("button", "^Download Folder$")
    wanted = {"Films/" + k: v for k, v in digests(films).items()}
    wait_for("the folder, now that it is back", lambda: wanted.items() <= downloads(ben.person).items(), 30)
    for _ in range(2):
        ben.use("button", "^Back$", keys="alt+Left")


def story(lan, ada, ben):
    stuff = put_files(ada.person, "Stuff", {"fine.txt": 300})
    films = put_files(ada.person, "Films", FILMS)
    put_files(ada.person, "desktop/home/.ssh", {"id_ed25519": 400})
    lan("avahi", ben.person.peer.host, "stop")
    begin(ada, ben)
    ada.person.see("button", "^Ben’s Desktop$", timeout=30)
    without_avahi(ben)
    only_trusted_people(ada, ben, stuff)
    codes_differ(ada, ben)
    blocked(ada)
    nobody_there(ada)
    trust(ada, ben)
    refused_folders(ada)
    shared_already(ada, films)
    vanished_folder(ada, ben, films)


if __name__ == "__main__":
    tell_story(sys.argv[1], story, "Ada’s Laptop", "Ben’s Desktop")
