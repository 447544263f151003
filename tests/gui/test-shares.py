#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Mia can say of a folder that she shares: people she chooses, a note, an end, another name; no longer shared and shared again just as it
was; folders dropped on the page from a real file manager, a file among them. Ben and Emre, whom she trusts, look from their command lines."""
import os
import shutil
import time

from hands import THUNAR_ICONS
from people import Lan, Person, need_desktop, put_files, skip, wait_for

PICTURES = os.environ.get("PORCH_PICTURES")     # a folder: pictures of each step are kept there


def sees(peer):
    """The folders of Mia's that this one may open, with their notes."""
    return {s["name"]: s.get("note", "") for s in peer.porch("ls", "Mia’s Laptop")}


def shares(mia):
    return {s["name"]: s for s in mia.porch("share", "list")}


def more(mia, name, letter):
    """The entry of its menu with that letter. The pointer comes from elsewhere: where it rests there may be a tooltip in the way."""
    mia.point("label", "^Folders You Share$")
    mia.click("button", "^More for “%s”$" % name)
    mia.see("menu item", "^Note…$")
    mia.key(letter)


def choose_people(mia, ben, emre):
    mia.key("alt+2")
    mia.click(None, "^Who may open “Films”$")
    mia.click("menu item", "^People You Choose…$")
    mia.see("label", "^Who may open “Films”\\?$")
    mia.click("check box", "^Ben’s Desktop$")
    mia.picture("people")
    mia.click("button", "^Save$")
    mia.see(None, "^1 person$")
    wait_for("Ben to see it", lambda: "Films" in sees(ben))
    assert sees(emre) == {}, sees(emre)
    # Who is asked again finds those ticked who were chosen.
    mia.click(None, "^Who may open “Films”$")
    mia.click("menu item", "^People You Choose…$")
    mia.click("check box", "^Emre’s Tablet$")
    mia.click("button", "^Save$")
    mia.see(None, "^2 people$")
    wait_for("Emre to see it", lambda: "Films" in sees(emre))


def note_and_name(mia, ben):
    more(mia, "Films", "n")
    mia.see("label", "^Note Beside the Folder$")
    mia.text("Only until Sunday <b>")
    mia.key("Return")
    mia.see("label", "^Only until Sunday <b>$")
    wait_for("Ben to read the note", lambda: sees(ben)["Films"] == "Only until Sunday <b>")
    more(mia, "Films", "r")
    mia.see("label", "^Rename Shared Folder$")
    mia.key("ctrl+a")
    mia.text("Old Films")
    mia.key("Return")
    mia.see("label", "^Old Films$")
    wait_for("its name", lambda: "Old Films" in sees(ben))


def until(mia):
    more(mia, "Old Films", "l")
    mia.click("menu item", "^For an Hour$")
    mia.see("label", "until [0-9][0-9]:[0-9][0-9]|until tomorrow|until [0-9]+ ")
    mia.picture("until")
    left = shares(mia)["Old Films"]["until"] - time.time()
    assert 3500 < left <= 3601, left


def undo(mia, ben, emre):
    """Shared again as it was: name, note, people, end."""
    before = shares(mia)["Old Films"]
    more(mia, "Old Films", "s")
    mia.see("label", "^“Old Films” is no longer shared$")
    wait_for("nobody to see it", lambda: sees(ben) == {} and sees(emre) == {})
    mia.picture("undo")
    mia.click("button", "^Undo$")
    mia.see("label", "^Only until Sunday <b>$")
    after = shares(mia)["Old Films"]
    same = ("path", "note", "audience", "selected", "until", "active")
    assert {k: before.get(k) for k in same} == {k: after.get(k) for k in same}, (before, after)
    wait_for("Ben to see it again", lambda: "Old Films" in sees(ben))


def drop(mia, folder):
    mia.file_manager("thunar", folder)
    mia.place("^Porch$", 660, 60)
    target = mia.where("label", "^Old Films$")
    mia.drag_file(THUNAR_ICONS[0], [target[0], target[1] + 250])
    mia.see("label", "^Who may open “Album”\\?$")
    mia.key("Return")
    mia.see("label", "^“Album” is shared$")
    assert shares(mia)["Album"]["audience"] == "trusted"
    mia.drag_file(THUNAR_ICONS[1], [target[0], target[1] + 250])
    mia.see("label", "^“report.txt” is not a folder: only folders can be shared$")
    mia.picture("not-a-folder")
    assert sorted(shares(mia)) == ["Album", "Old Films"]
    mia.end_file_manager()


def main():
    need_desktop()
    if not shutil.which("thunar"):
        skip("thunar is not installed")
    if PICTURES:
        os.makedirs(PICTURES, exist_ok=True)
    with Lan(3) as lan:
        ben, emre = [p.start(name=n) for p, n in zip(lan.peers[1:], ("Ben’s Desktop", "Emre’s Tablet"))]
        mia = Person(lan.peers[0], "Mia’s Laptop", PICTURES)
        films = put_files(mia, "Films", {"Metropolis.mkv": 1000})
        stuff = put_files(mia, "Stuff", {"Album/1.jpg": 3000, "report.txt": 400})
        mia.debug = ""                  # see DROPS in agent.py
        try:
            mia.start("1600x800")
            for peer, name in ((ben, "Ben’s Desktop"), (emre, "Emre’s Tablet")):
                mia.see("button", "^%s$" % name, timeout=30)
                wait_for("Mia to be seen", lambda: peer.porch("trust", mia.porch("status")["id"], check=False).returncode == 0, 30)
                mia.porch("trust", peer.id)
            mia.porch("share", "add", films, "--audience", "trusted")
            choose_people(mia, ben, emre)
            note_and_name(mia, ben)
            until(mia)
            undo(mia, ben, emre)
            drop(mia, stuff)
        except BaseException:
            mia.tell()
            raise
        finally:
            mia.end()
    print("done")


if __name__ == "__main__":
    main()
