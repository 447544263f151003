#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Two people who have never met, from the first start to trusting each other: test-scenario.py mouse|keyboard. They see each other; Ada
sends three photos with Send…, Ben accepts in his window; she sends again, he accepts in the notification while his window is closed; she
hands over files from a file manager; they trust each other by code; she adds a folder, he opens it, downloads it, pauses and resumes; she
sends once more and he declines. Real windows on two displays, real services, real input, everything found by its accessibility name; each
task's actions are counted."""
import os
import sys
import time
from urllib.parse import unquote, urlparse

from hands import Tally, need_notifications
from people import digests, put_files, wait_for
from steps import tell_story

PHOTOS = {"IMG_2041.jpg": 3_400_000, "IMG_2042.jpg": 2_700_000, "IMG_2043.jpg": 2_300_000}
MORE = {"IMG_2050.jpg": 90_000}
PAPERS = {"report.txt": 400}
FILMS = {"Crete/beach.mkv": 14_000_000, "Crete/harbor.mkv": 9_000_000, "Read me.txt": 20}


def start(hands, **more):
    """The very first start: the page with the name, and Start."""
    person = hands.person
    person.start(begin=False, **more)
    if hands.how == "keyboard":
        person.put_mouse_away()
    hands.use("button", "^Start$", keys="Return")
    person.gone("button", "^Start$")
    person.see("label", "^You are “%s”$" % person.name)


def see_each_other(ada, ben):
    ada.person.see("button", "^Ben’s Desktop$")
    ben.person.see("button", "^Ada’s Laptop$")
    ada.person.see("label", "can see you and send you things$")
    ada.person.picture("1-sees-ben")


def send_photos(ada, folder, words, tally, title):
    with tally.task(title, 5, ada):
        ada.use("button", "^Send…$", keys="ctrl+n")
        ada.choose_contents(folder, "^Choose Files to Send$", "^Choose$", "alt+o")
        ada.person.see("label", words)
        ada.use("check box", "^Ben’s Desktop$")
        ada.person.picture("2-to-whom")
        ada.use("button", "^Send$", keys="ctrl+Return")
        ada.person.see("label", "^Waiting for Ben to accept")


def same_code(ada, ben):
    """On both screens, before anything is accepted."""
    detail = ben.person.see("label", "not trusted yet · code [0-9]{3} [0-9]{3}$", timeout=20)
    assert detail.startswith("8.4 MB"), detail
    ada.page("Transfers", 3)
    ada.person.see("label", "^To Ben’s Desktop · waiting for Ben to accept · code " + detail.split("code ")[1])
    ada.page("Nearby", 1)


def keys_do_not_accept(ben):
    """The request doesn't take the keyboard: Return and Space don't answer it."""
    focused = [f for f in ben.person.focused() if f[1] in ("Accept", "Decline")]
    assert not focused, focused
    ben.person.key("Return")
    ben.person.key("space")
    ben.person.see("button", "^Accept$")
    assert digests(ben.person.downloads) == {}, "a key accepted"
    ben.person.key("Escape")


def came(ben, folder, below=""):
    """All of it is there, byte by byte, with the times that the files had."""
    def same():
        return set(digests(folder).values()) <= set(digests(ben.person.downloads).values())
    wait_for("what %s sent to be there" % folder, same, 40)
    for place, _, names in os.walk(ben.person.downloads):
        for name in set(names) & set(os.listdir(folder)):
            assert os.stat(os.path.join(place, name)).st_mtime == os.stat(os.path.join(folder, name)).st_mtime, name


def in_the_window(ada, ben, folder, tally):
    send_photos(ada, folder, "^3 photos$", tally, "send three photos")
    ben.person.see("label", "^Ada’s Laptop wants to send you 3 photos$", timeout=20)
    same_code(ada, ben)
    keys_do_not_accept(ben)
    ben.page("Transfers", 3)
    ben.person.see("label", "^Nothing Sent or Received Yet$")
    with tally.task("accept in the window", 1, ben):
        ben.use("button", "^Accept$")
        progress = ben.person.see("label", r"^From Ada’s Laptop · .* of 8\.4 MB")
    print("progress:", progress)
    ben.person.picture("4-receives")
    came(ben, folder)
    ben.person.see("label", "^From Ada’s Laptop · 8.4 MB · ")
    with tally.task("find what came", 1, ben):
        ben.use("button", "^Show$")
        shown = sorted(unquote(urlparse(uri).path) for uri in ben.person.asked_to_show())
    assert [os.path.basename(path) for path in shown] == sorted(PHOTOS) and all(map(os.path.exists, shown)), shown


def in_the_notification(ada, ben, folder, tally):
    """Ben's window is closed; the request waits in the corner of his screen."""
    ben.person.key("ctrl+w")
    wait_for("the window to close", lambda: not ben.person.alive())
    send_photos(ada, folder, "^“IMG_2050.jpg”$", tally, "send one more")
    wait_for("the notification", lambda: ben.notification("wants to send you"), 30)
    time.sleep(1)
    ben.person.picture("5-notification")
    with tally.task("accept in the notification", 1, ben):
        ben.answer_notification("wants to send you", "Accept")
    came(ben, folder)
    ben.person.start_window()
    ben.person.see("button", "^Ada’s Laptop$")


def from_a_file_manager(ada, ben, folder, tally):
    with tally.task("hand over from a file manager", 5, ada):
        ada.hand_over(folder, 0, "^Ben’s Desktop$")
        ada.person.see("label", "^Waiting for Ben to accept")
    ada.person.end_file_manager()
    ben.person.see("label", "^Ada’s Laptop wants to send you 1 file$", timeout=20)
    ben.use("button", "^Accept$")
    came(ben, folder)
    ada.person.place("^Porch$", 80, 60)


def code_on(hands):
    return hands.person.see("label", r"^[0-9]{3} [0-9]{3}$")


def trust(ada, ben, tally):
    ben.page("Nearby", 1)
    with tally.task("trust by code, who asks", 6, ada), tally.task("trust by code, who is asked", 6, ben):
        ada.use("button", "^Ben’s Desktop$")
        ada.use("button", "^Trust This Device…$")
        assert code_on(ada) == code_on(ben)
        ada.person.picture("6-codes")
        ada.use("button", "^It Matches: Trust$")
        ada.person.see("label", "^Waiting for Ben to say that the code matches$")
        ben.use("button", "^It Matches: Trust$")
        ada.person.see("label", "^Trusted · on this network$")
        ben.person.see("label", "^Trusted( · [0-9]+ folders?)?$")
    ada.use("button", "^Back$", keys="alt+Left")


def share(ada, folder, tally):
    with tally.task("share a folder", 6, ada):
        ada.page("Sharing", 2)
        ada.use("button", "^Add Folder…$", keys="ctrl+shift+n")
        ada.person.choose_folder(folder, "^Choose a Folder to Share$", "^Choose$")
        ada.person.see("label", "^Who may open “Films”\\?$")
        ada.use("button", "^Share$", keys="Return")     # those she trusts: preselected, now that there is somebody
        ada.person.see("label", "^“Films” is shared$")
    ada.person.picture("7-shared")


def download(ben, folder, tally):
    with tally.task("download a folder", 3, ben):
        with tally.task("open what a friend shares", 6, ben):
            ben.use("button", "^Ada’s Laptop$")
            ben.use("list item", "^Films$")
            ben.person.see("label", "^Read me.txt$")
        ben.use("button", "^Download Folder$")
        ben.person.see("label", "^Downloading$")
    with tally.task("pause and resume", 3, ben):
        ben.use("button", "^Transfers$", keys="alt+3")  # where the news of it leads
        ben.person.see("label", r"^From Ada’s Laptop · .* of 23 MB")
        ben.use("button", "^Pause$")
        ben.person.see("label", "^From Ada’s Laptop · paused ")
        nothing_moves(ben)
        ben.use("button", "^Resume$")
        ben.person.gone("label", "^From Ada’s Laptop · paused ")
    wanted = {"Films/" + k: v for k, v in digests(folder).items()}
    wait_for("the folder to arrive", lambda: wanted.items() <= digests(ben.person.downloads).items(), 60)
    ben.person.see("label", "^From Ada’s Laptop · 23 MB · [0-9]")
    ben.person.picture("8-downloaded")


def nothing_moves(ben):
    def sizes():
        return {name: os.stat(os.path.join(place, name)).st_blocks for place, _, names in os.walk(ben.person.downloads) for name in names}
    time.sleep(1)
    before = sizes()
    time.sleep(1.5)
    assert sizes() == before, "it goes on while it is paused"


def decline(ada, ben, folder, tally):
    before = digests(ben.person.downloads)
    ada.page("Nearby", 1)
    with tally.task("send from somebody's page", 5, ada):
        ada.use("button", "^Ben’s Desktop$")
        ada.use("button", "^Send Files…$", keys="alt+f")
        ada.choose_contents(folder, "^Choose Files to Send$", "^Send$", "alt+s")
    ben.person.see("label", "^Ada’s Laptop wants to send you 3 photos$", timeout=20)
    ben.person.see("label", "^8.4 MB · Trusted$")
    with tally.task("decline", 1, ben):
        ben.use("button", "^Decline$")
        ben.person.gone("button", "^Accept$")
    ada.person.see("label", "^Ben’s Desktop declined")
    ada.use("button", "^Back$", keys="alt+Left")
    ada.page("Transfers", 3)
    ada.person.see("label", "^To Ben’s Desktop · declined$")
    ada.person.picture("9-declined")
    assert digests(ben.person.downloads) == before, "a declined thing left something behind"


def end(person):
    """The window closes, the background service goes on."""
    person.key("ctrl+w")
    if person.name.startswith("Ada"):           # she shares a folder
        person.see("label", "^Keep sharing while the window is closed")
        person.key("Return")
    wait_for("the window to close", lambda: not person.alive())
    log = person.stop()
    assert log["status"] == 0, log
    assert person.peer.run("pgrep", "-u", "65534", "-x", "porchd").stdout.strip(), "porchd ended with the window"


def story(ada, ben, tally):
    folder = put_files(ada.person, "Pictures/Crete", PHOTOS)
    more = put_files(ada.person, "Pictures/More", MORE)
    papers = put_files(ada.person, "Papers", PAPERS)
    films = put_files(ada.person, "Films", FILMS)
    start(ada, size="1600x800")
    start(ben, **ben.notifier())
    see_each_other(ada, ben)
    in_the_window(ada, ben, folder, tally)
    in_the_notification(ada, ben, more, tally)
    from_a_file_manager(ada, ben, papers, tally)
    trust(ada, ben, tally)
    share(ada, films, tally)
    download(ben, films, tally)
    decline(ada, ben, folder, tally)
    end(ada.person)
    end(ben.person)


def main(how):
    need_notifications(how)
    tally = Tally(how)

    def told(lan, ada, ben):
        ada.person.debug = ""           # see DROPS in agent.py
        story(ada, ben, tally)
    try:
        tell_story(how, told, "Ada’s Laptop", "Ben’s Desktop", network=["rate=16"])
    finally:
        tally.tell()


if __name__ == "__main__":
    main(sys.argv[1])
