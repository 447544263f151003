#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Devices that know one another: gone within 0.3 s of a clean exit where watched, found where they were without any announcement, added
by address in both directions; S9: a copied announcement gets nothing and cuts nobody off; a cloned disk is noticed."""
import shutil, subprocess, time
from devices import Device, Lan, median, wait

ROUNDS = 10


def make_friends(*devices):
    for one in devices:
        for other in devices:
            if one is not other:
                one.tell("trust " + other.id)


def goodbye(lan):
    p1, p2, p3 = lan.peers
    gone = []
    with Device(p3, "Eve") as eve:
        eve.tell("watch")
        with Device(p1, "Ada") as ada:
            eve.sees(ada), ada.sees(eve)
            make_friends(ada, eve)
            ada.tell("watch")
            time.sleep(1)
        for _ in range(ROUNDS):
            with Device(p1, "Ada") as ada:
                # Named, proved: the exit is told to who was met since the start.
                eve.sees(ada, since=ada.started), ada.sees(eve)
                time.sleep(0.5)
                at = ada.leave()
            gone.append(eve.loses(ada, 6, at).at - at)
    print("known and watched: gone after %.3f s (worst %.3f)" % (median(gone), max(gone)))
    assert median(gone) <= 0.3, median(gone)


def by_address(lan):
    p1, p2, p3 = lan.peers
    with Device(p1, "Ada", "off", folder="new") as ada, Device(p2, "Ben", "off", folder="new") as ben:
        ben.expect("its network", lambda e: e.kind == "networks")
        since = time.monotonic()
        ada.tell("connect 10.77.0.2")
        assert ada.expect("Ben", lambda e: e.kind == "connected", since=since).name == "Ben"
        assert ben.sees(ada).key == ada.key
        ben.expect("Ada's name", lambda e: e.key == ada.key and e.name == "Ada")
        assert "10.77.0.1:47317" in ben.peers()[ada.key].addresses, "Ben could not call back"
        ada.tell("connect 10.77.0.9:4711"), ada.expect("nobody there", lambda e: e.kind == "error", 8, since)
        ada.tell("connect 10.77.0.1"), ada.expect("itself", lambda e: e.kind == "error" and "itself" in e.line, 8, since)
        # A cut, and back by itself.
        ada.tell("watch")
        at = time.monotonic()
        lan("unplug", "peer2")
        ada.loses(ben, 15, at)
        since = time.monotonic()
        lan("replug", "peer2")
        ada.sees(ben, 16, since)
        print("ok: added by address: both know name and way, cut seen, back after %.1f s" % (ada.last.at - since))


def without_announcement(lan):
    p1, p2, p3 = lan.peers
    with Device(p1, "Ada", folder="friends") as ada, Device(p2, "Ben", folder="friends") as ben:
        ada.sees(ben), ben.sees(ada)
        make_friends(ada, ben)
        ada.tell("watch")
        time.sleep(1)
        ada.leave(), ben.leave()
    with Device(p1, "Ada", "off", folder="friends") as ada, Device(p2, "Ben", "off", folder="friends") as ben:
        assert ben.key in ada.peers(), "a trusted device is listed from the start"
        ada.tell("watch")
        ada.sees(ben, 3)
        # And the asking tells Ben that Ada is here.
        ben.sees(ada, 3)
        print("ok: a trusted device is found where it was, without any announcement")


def impostor(lan):
    p1, p2, p3 = lan.peers
    with Device(p1, "Ada", folder="friends") as ada, Device(p2, "Ben", folder="friends") as ben:
        ada.sees(ben), ben.sees(ada)
        ada.leave()
        with Device(p3, "Mallory", "off", folder="eve") as eve:
            since = time.monotonic()
            lan("bg", "peer3", "fake", "avahi-publish", "-s", ada.key[:16] + "0", "_porch._tcp", "47317", "v=1", "id=" + ada.key, "n=Ada")
            shown = ben.expect("Mallory as what she is", lambda e: e.key == eve.key and e.name == "Ada (unverified)", 6, since)
            ben.never("Ada", lambda e: e.key == ada.key and e.online, 2, since)
            assert not any("10.77.0.3" in a or "fd77:77::3" in a for a in ben.peers()[ada.key].addresses)
            print("ok: S9: who announces Ada's id is not Ada, and is shown as %s" % shown.name)
            with Device(p1, "Ada", folder="friends") as ada:
                took = ben.sees(ada, 3, ada.started).at - ada.started
                assert "10.77.0.1" in ben.peers()[ada.key].addresses[0] or "fd77:77::1" in ben.peers()[ada.key].addresses[0]
                print("ok: S9: the real Ada is reached after %.1f s all the same" % took)
        lan("exec", "peer3", "pkill", "avahi-publish", check=False)


def clone(lan):
    p1, p2, p3 = lan.peers
    with Device(p1, "Ada", folder="cloned"):
        pass
    shutil.copytree(p1.home + "/cloned", p2.home + "/cloned")
    p2.own(p2.home + "/cloned")
    with Device(p1, "Ada", folder="cloned") as ada, Device(p2, "Ada", folder="cloned") as twin:
        assert ada.id == twin.id
        ada.expect("its clone", lambda e: e.kind == "own-id-elsewhere" and ("10.77.0.2" in e.line or "77::2" in e.line))
        twin.expect("its clone", lambda e: e.kind == "own-id-elsewhere")
        print("ok: both halves of a cloned disk notice it")


def main():
    with Lan(3) as lan:
        goodbye(lan)
        by_address(lan)
        without_announcement(lan)
        impostor(lan)
        clone(lan)


if __name__ == "__main__":
    main()
