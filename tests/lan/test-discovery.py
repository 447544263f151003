#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Devices with the system's Avahi and with the embedded responder see each other and themselves, names change in place, several
devices on one computer see each other, and whoever leaves is gone."""
import time
from devices import Device, Lan


def everybody(devices):
    for one in devices:
        for other in devices:
            if one is not other:
                one.sees(other)


def main():
    with Lan(3) as lan:
        p1, p2, p3 = lan.peers
        with Device(p1, "Ada", "avahi") as ada, Device(p2, "Ben", "embedded") as ben, Device(p3, "Eve", "auto") as eve:
            everybody([ada, ben, eve])
            assert ben.peers()[ada.key].name == "Ada"
            for address in ben.peers()[ada.key].addresses:
                assert "10.77.0.1" in address or "fd77:77::1" in address or "fe80" in address, address
            assert any("fd77:77::1]" in a for a in ben.peers()[ada.key].addresses), "IPv6 of a device with Avahi"
            assert any("10.77.0.2:" in a for a in ada.peers()[ben.key].addresses), "IPv4 of an embedded one"
            print("ok: all three see each other by name and by both families")

            since = time.monotonic()
            ada.tell("name Ada's laptop"), ben.tell("name Ben: the/second")
            for seer in (ben, eve):
                seer.expect("Ada's new name", lambda e: e.key == ada.key and e.kind == "name" and e.name == "Ada's laptop", since=since)
            eve.expect("Ben's new name, made harmless", lambda e: e.key == ben.key and e.kind == "name" and e.name == "Ben- the-second", since=since)
            eve.never("Ada blink", lambda e: e.key == ada.key and e.kind == "online", 2, since)
            print("ok: a new name comes through without a goodbye")

            with Device(p1, "Ann", "avahi", port=47400, folder="second") as ann:
                ada.sees(ann), ann.sees(ada), ben.sees(ann)
                print("ok: two devices on one computer see each other")
                at = ann.leave()
                for seer in (ada, ben):
                    seer.loses(ann, 4, at)

            at = ben.leave()
            ada.loses(ben, 4, at), eve.loses(ben, 4, at)
            assert ben.key not in ada.peers(), "an unknown device that left is not listed"
            at = ada.leave()
            eve.loses(ada, 4, at)
            print("ok: who leaves is gone")


if __name__ == "__main__":
    main()
