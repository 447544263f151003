#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A device whose cable is cut, or whose frames vanish, is seen to be gone within 15 s by who watches, and seen to be back."""
import time
from devices import Device, Lan


def cut():
    with Lan(3) as lan:
        p1, p2, p3 = lan.peers
        with Device(p1, "Ada") as ada, Device(p2, "Ben", "embedded") as ben, Device(p3, "Eve") as eve:
            for one in (ada, ben):
                eve.sees(one)
            eve.tell("watch")
            for one, way, back in ((ada, "unplug", "replug"), (ben, "blackhole", "unblackhole")):
                time.sleep(1 if one is ada else 5)      # anywhere between two ticks
                at = time.monotonic()
                lan(way, one.peer.host)
                eve.loses(one, 20, at)
                took = eve.last.at - at
                assert took <= 15, "%s seen after %.1f s" % (way, took)
                since = time.monotonic()
                lan(back, one.peer.host)
                eve.sees(one, 16, since)
                print("ok: %s seen after %.1f s, back after %.1f s" % (way, took, eve.last.at - since))


def main():
    cut()


if __name__ == "__main__":
    main()
