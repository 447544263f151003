# SPDX-License-Identifier: GPL-3.0-or-later
"""Steps that several stories share, told by hands (hands.py)."""
import os
import subprocess
import time

from hands import take_hands
from people import PICTURES, Lan, Person, digests, need_desktop


def inside(person, *argv):
    """As root on the person's computer."""
    init = open(os.path.join(person.peer.folder, "init")).read().strip()
    subprocess.run(["nsenter", "-t", init, "-m", *argv], check=True)


def downloads(person):
    return digests(person.peer.view(person.downloads))


def send(hands, folder):
    """With Send…, to Ben."""
    hands.use("button", "^Send…$", keys="ctrl+n")
    hands.choose_contents(folder, "^Choose Files to Send$", "^Choose$", "alt+o")
    hands.use("check box", "^Ben’s Desktop$")
    hands.use("button", "^Send$", keys="ctrl+Return")
    hands.person.no_dialog("^Send$")


def trust(ada, ben):
    for one, other in ((ada, ben), (ben, ada)):
        one.person.porch("trust", other.person.porch("status")["id"])
    for hands in (ada, ben):
        hands.page("Nearby", 1)
        hands.person.see("label", "^Trusted( · [0-9]+ folders?)?$")


def begin(*people):
    """Everybody's desktop and window."""
    for hands in people:
        hands.person.start()
        if hands.how == "keyboard":
            hands.person.put_mouse_away()


def tell_story(how, story, *names, network=(), more=0):
    """One after the other: a network of people of these names, and @more hosts without a window."""
    need_desktop()
    started = time.monotonic()
    with Lan(len(names) + more, *network) as lan:
        people = [Person(peer, name, PICTURES) for peer, name in zip(lan.peers, names)]
        try:
            story(lan, *take_hands(how, *people))
        except BaseException:
            for person in people:
                person.tell()
            raise
        finally:
            for person in people:
                person.end()
    print("done in %.1f s" % (time.monotonic() - started))
