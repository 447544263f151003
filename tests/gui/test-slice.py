#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Two people who have never met: each starts Porch, they see each other, Ada sends three photos with Send…, Ben accepts in his window,
both see it move, the files are there and equal, Show opens them; they compare the code that came with it and trust each other; then Ada
sends again and Ben declines. Real windows on real displays,
real mouse and keyboard, found by their accessibility names; the network is pretended, the rest is not."""
import os
import time
from urllib.parse import unquote, urlparse

from people import Lan, Person, digests, need_desktop, put_files, wait_for

PHOTOS = {"IMG_2041.jpg": 3_400_000, "IMG_2042.jpg": 2_700_000, "IMG_2043.jpg": 2_300_000}
PICTURES = os.environ.get("PORCH_PICTURES")     # a folder: pictures of each step are kept there


def see_each_other(ada, ben):
    ada.see("button", "^Ben’s Desktop$")
    ben.see("button", "^Ada’s Laptop$")
    ada.see("label", "^You are “Ada’s Laptop”$")
    ada.see("label", "can see you and send you things$")
    ada.picture("1-sees-ben")
    ben.click(None, "^Transfers")
    ben.see("label", "^Nothing Sent or Received Yet$")


def send(ada, folder):
    ada.click("button", "^Send…$")
    ada.choose_folder_contents(folder, "^Choose Files to Send$", "^Choose$")
    ada.see("label", "^3 photos$")
    ada.see("label", "^8.4 MB · IMG_2041.jpg, IMG_2042.jpg, IMG_2043.jpg$")
    ada.click("check box", "^Ben’s Desktop$")
    ada.picture("2-to-whom")
    ada.click("button", "^Send$")
    ada.see("label", "^Waiting for Ben to accept$")


def ask(ben):
    """The request, which must not take the keyboard."""
    ben.see("label", "^Ada’s Laptop wants to send you 3 photos$", timeout=20)
    detail = ben.see("label", "not trusted yet · code [0-9]{3} [0-9]{3}$")
    assert detail.startswith("8.4 MB"), detail
    assert not [f for f in ben.focused() if f[1] in ("Accept", "Decline")], ben.focused()
    return detail


def accept(ada, ben, folder):
    detail = ask(ben)
    ben.picture("3-asked")
    code = detail.split("code ")[1]
    ada.click(None, "^Transfers")
    ada.see("label", "^To Ben’s Desktop · waiting for Ben to accept · code " + code)
    assert digests(ben.downloads) == {}, "something came before Accept"
    # Accept is not what Return or Space press.
    ben.key("Return")
    ben.key("space")
    ben.see("button", "^Accept$")
    assert digests(ben.downloads) == {}, "a key accepted"
    ben.click("button", "^Accept$")
    progress = ben.see("label", r"^From Ada’s Laptop · .* of 8\.4 MB")
    ben.picture("4-receives")
    ada.picture("4-sends")
    print("progress:", progress)
    wait_for("the photos to arrive", lambda: sorted(digests(ben.downloads).values()) == sorted(digests(folder).values()), 30)
    for place, _, names in os.walk(ben.downloads):
        for name in names:
            assert os.stat(os.path.join(place, name)).st_mtime == os.stat(os.path.join(folder, name)).st_mtime, name
    ben.see("label", "^From Ada’s Laptop · 8.4 MB · ")
    ada.see("label", "^To Ben’s Desktop · 8.4 MB · ")
    ben.picture("5-received")


def show(ben):
    ben.click("button", "^Show$")
    uris = ben.asked_to_show()
    paths = sorted(unquote(urlparse(u).path) for u in uris)
    assert [os.path.basename(p) for p in paths] == sorted(PHOTOS), paths
    assert all(os.path.exists(p) for p in paths), paths


def trust_in_passing(ada, ben):
    """Both look at the code that came with the photos, and say that it is the same."""
    codes = []
    for person in (ada, ben):
        person.click("button", "^Trust…$")
        codes.append(person.see("label", r"^[0-9]{3} [0-9]{3}$"))
        person.picture("6-compares")
        person.click("button", "^It Matches: Trust$")
        if person is ada:
            ada.see("label", "^You trust each other as soon as Ben says so too$")
    assert codes[0] == codes[1], codes
    for person in (ada, ben):
        person.gone("button", "^Trust…$")
        person.key("alt+1")
        person.see("label", "^Trusted( · [0-9]+ folders?)?$")


def decline(ada, ben, folder):
    """Again, this time from Ben's page and by keyboard alone; Ben says no."""
    before = digests(ben.downloads)
    ada.key("alt+1")
    ada.click("button", "^Ben’s Desktop$")
    ada.see("label", "^Trusted · on this network$")
    ada.see("label", "^Ben shares no folder with you now\\.$")
    ada.picture("7-ben")
    ada.key("alt+f")
    ada.choose_folder_contents(folder, "^Choose Files to Send$", "^Send$")
    ben.see("label", "^Ada’s Laptop wants to send you 3 photos$", timeout=20)
    ben.see("label", "^8.4 MB · Trusted$")
    ben.click("button", "^Decline$")
    ben.gone("button", "^Accept$")
    ada.see("label", "^Ben’s Desktop declined 3 (files|photos|items)$")
    ada.key("alt+Left")
    ada.key("alt+3")
    ada.see("label", "^To Ben’s Desktop · declined$")
    ada.picture("8-declined")
    assert digests(ben.downloads) == before, "a declined thing left something behind"


def end(person):
    """The window closes, the background service goes on."""
    person.key("ctrl+w")
    wait_for("the window to close", lambda: not person.alive())
    log = person.stop()
    assert log["status"] == 0, log
    running = person.peer.run("pgrep", "-u", "65534", "-x", "porchd")
    assert running.stdout.strip(), "porchd ended with the window"


def main():
    need_desktop()
    if PICTURES:
        os.makedirs(PICTURES, exist_ok=True)
    started = time.monotonic()
    with Lan(2, "rate=16") as lan:
        ada = Person(lan.peers[0], "Ada’s Laptop", PICTURES)
        ben = Person(lan.peers[1], "Ben’s Desktop", PICTURES)
        try:
            folder = put_files(ada, "Pictures/Crete", PHOTOS)
            ada.start()
            ben.start()
            see_each_other(ada, ben)
            send(ada, folder)
            accept(ada, ben, folder)
            show(ben)
            trust_in_passing(ada, ben)
            decline(ada, ben, folder)
            end(ada)
            end(ben)
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
