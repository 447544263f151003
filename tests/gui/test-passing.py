#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Trust in passing, in two windows: the code that comes with something sent is another one for Ben, and nothing is trusted on either side; the
next time it is the same, and they trust each other. Then Ben gives Ada's device a name of his own and takes it back, and trusts her no
longer."""
import os

from people import Lan, Person, digests, need_desktop, put_files, wait_for

PICTURES = os.environ.get("PORCH_PICTURES")     # a folder: pictures of each step are kept there


def trusts(person):
    return [p["name"] for p in person.porch("peers") if p["trust"] == "trusted"]


def receive(ada, ben, folder, name):
    """Sent, accepted, on both Transfers with its code."""
    ada.porch("send", "Ben’s Desktop", os.path.join(folder, name), "--detach")
    ben.see("label", "^Ada’s Laptop wants to send you 1 file$", timeout=20)
    ben.click("button", "^Accept$")
    wait_for(name, lambda: name in digests(ben.downloads))
    for person in (ada, ben):
        person.key("alt+3")
        person.see("button", "^Trust…$")


def code_of(person):
    person.click("button", "^Trust…$")
    return person.see("label", r"^[0-9]{3} [0-9]{3}$")


def differs(ada, ben):
    """Ada is the first to say that it is the same; Ben's no holds."""
    code_of(ada)
    ada.click("button", "^It Matches: Trust$")
    ada.see("label", "^You trust each other as soon as Ben says so too$")
    code_of(ben)
    ben.click("button", "^Doesn’t Match$")
    for person in (ben, ada):
        person.see("label", "^The codes differ: nothing is trusted$", timeout=20)
        person.picture("differs")
        assert trusts(person) == [], trusts(person)
    for person in (ada, ben):
        person.click("button", "^Dismiss$")
        person.gone("label", "^The codes differ")
        person.key("alt+1")
        person.see("label", "^Not trusted yet$")
        person.click(None, "^Transfers")
        person.click("button", "^Clear All$")


def matches(ada, ben):
    codes = []
    for person in (ada, ben):
        codes.append(code_of(person))
        person.picture("compares")
        person.click("button", "^It Matches: Trust$")
    assert codes[0] == codes[1], codes
    for person in (ada, ben):
        person.gone("button", "^Trust…$")
        person.key("alt+1")
        person.see("label", "^Trusted( · [0-9]+ folders?)?$")
        assert len(trusts(person)) == 1


def rename(ben):
    ben.click("button", "^Ada’s Laptop$")
    ben.click("button", "^More$")
    ben.key("r")
    ben.see("label", "^Rename Device$")
    ben.key("ctrl+a")
    ben.text("Ada at Work")
    ben.key("Return")
    ben.see("label", "^Ada at Work$")
    ben.picture("renamed")
    ben.key("alt+Left")
    ben.see("button", "^Ada at Work$")


def name_for_the_others(ada):
    assert ada.porch("status")["name"] == "Ada’s Laptop"
    ada.see("label", "^You are “Ada’s Laptop”$")


def trust_no_longer(ada, ben):
    ben.click("button", "^Ada at Work$")
    ben.see("label", "^Trusted · on this network$")
    ben.click("button", "^More$")
    ben.key("s")
    ben.see("label", "^You no longer trust Ada at Work$")
    ben.see("label", "^Not trusted yet · on this network$")
    ben.see("button", "^Trust This Device…$")
    assert trusts(ben) == []
    ben.picture("no-longer")


def main():
    need_desktop()
    if PICTURES:
        os.makedirs(PICTURES, exist_ok=True)
    with Lan(2) as lan:
        ada = Person(lan.peers[0], "Ada’s Laptop", PICTURES)
        ben = Person(lan.peers[1], "Ben’s Desktop", PICTURES)
        try:
            folder = put_files(ada, "Stuff", {"one.txt": 300, "two.txt": 200})
            ada.start()
            ben.start()
            ada.see("button", "^Ben’s Desktop$", timeout=30)
            ben.see("button", "^Ada’s Laptop$", timeout=30)
            receive(ada, ben, folder, "one.txt")
            differs(ada, ben)
            receive(ada, ben, folder, "two.txt")
            matches(ada, ben)
            rename(ben)
            name_for_the_others(ada)
            trust_no_longer(ada, ben)
        except BaseException:
            for person in (ada, ben):
                person.tell()
            raise
        finally:
            ada.end()
            ben.end()
    print("done")


if __name__ == "__main__":
    main()
