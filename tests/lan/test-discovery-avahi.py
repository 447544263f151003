#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""S15: avahi-daemon killed and restarted in use: announced again within 5 s of its return, nobody's card goes meanwhile. It stays away:
the embedded responder takes over after 10 s and hands back. Without bus or daemon: embedded at once. The responder killed: restarted."""
import os, signal, time
from devices import Device, Lan, wait


def announced_by_daemon(lan, peer, device):
    return "=" in "".join(l[0] for l in lan("exec", peer.host, "avahi-browse", "-rpt", "_porch._tcp").splitlines() if device.key in l)


def offline(other):
    return lambda e: e.key == other.key and e.kind == "online" and not e.online


def restart(lan):
    p1, p2 = lan.peers
    with Device(p1, "Ada") as ada, Device(p2, "Ben") as ben:
        ada.sees(ben), ben.sees(ada)
        since = time.monotonic()
        lan("avahi", "peer1", "kill")
        ada.expect("the daemon go", lambda e: e.kind == "in-use" and e.key == "starting", since=since)
        time.sleep(2)
        at = time.monotonic()
        lan("avahi", "peer1", "start")
        wait("announcement by the new daemon", lambda: announced_by_daemon(lan, p1, ada), 5)
        print("ok: announced again %.1f s after the daemon's return" % (time.monotonic() - at))
        assert ada.expect("avahi", lambda e: e.kind == "in-use" and e.key == "avahi", since=since).at - at < 2
        with Device(p2, "Eve", "embedded", port=47400, folder="second") as eve:
            eve.sees(ada, 3)
        ada.never("Ben go", offline(ben), 12, at)
        ben.never("Ada go", offline(ada), 0, since)
        assert ben.key in ada.peers() and ada.key in ben.peers()
        print("ok: nobody left because a daemon did")


def take_over(lan):
    p1, p2 = lan.peers
    with Device(p1, "Ada") as ada, Device(p2, "Ben") as ben:
        ada.sees(ben), ben.sees(ada)
        ben.tell("watch")
        at = time.monotonic()
        lan("avahi", "peer1", "kill")
        ada.expect("the embedded responder", lambda e: e.kind == "in-use" and e.key == "embedded", 14, at)
        assert 9 <= ada.last.at - at <= 13, ada.last.at - at
        with Device(p2, "Eve", "embedded", port=47400, folder="second") as eve:
            eve.sees(ada, 4)
            print("ok: the embedded responder took over after %.1f s" % (ada.last.at - at))
            back = time.monotonic()
            lan("avahi", "peer1", "start")
            wait("announcement by the daemon", lambda: announced_by_daemon(lan, p1, ada), 6)
            print("ok: handed back %.1f s after the daemon's return" % (time.monotonic() - back))
            assert not ada.children(), "the responder still runs"
            # Handing back ends with the announcement as it was, not with "-2" of it.
            names = lan("exec", "peer1", "avahi-browse", "-pt", "_porch._tcp")
            assert ada.key[:16] + ";" in names, names
            time.sleep(3)
            assert eve.peers()[ada.key].online
        ben.never("Ada go while he watched", offline(ada), 0, at)
        assert ben.key in ada.peers()


def killed_responder(lan):
    p1, p2 = lan.peers
    with Device(p1, "Ada", "embedded") as ada, Device(p2, "Ben", "embedded") as ben:
        ada.sees(ben), ben.sees(ada)
        since = time.monotonic()
        (child,) = ada.children()
        os.kill(child, signal.SIGKILL)
        wait("a new responder", lambda: ada.children() and ada.children() != [child], 4)
        with Device(p2, "Eve", "embedded", port=47400, folder="second") as eve:
            eve.sees(ada, 4)
        ada.never("Ben go", offline(ben), 10, since)
        assert ben.key in ada.peers()
        print("ok: a killed responder is replaced, and what it saw stays")
        # Killed without a word, its responder says goodbye for it.
        at = time.monotonic()
        ada.kill()
        ben.loses(ada, 4, at)
        print("ok: porchd killed: gone after %.1f s by its responder's goodbye" % (ben.last.at - at))


def no_daemon():
    for option in ("avahi=no", "bus=no"):
        with Lan(2, option) as lan:
            p1, p2 = lan.peers
            with Device(p1, "Ada") as ada, Device(p2, "Ben") as ben:
                ada.sees(ben, 5, ada.started), ben.sees(ada, 5)
                late = max(ada.last.at, ben.last.at) - ben.started
                assert late < 2.5, late
                print("ok: %s: embedded at once, seen after %.1f s" % (option, late))


def main():
    with Lan(2) as lan:
        restart(lan)
        take_over(lan)
        killed_responder(lan)
    no_daemon()


if __name__ == "__main__":
    main()
