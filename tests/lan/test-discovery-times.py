#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Medians of 10 against the budget (DESIGN 5): seen after its start with Avahi / embedded, gone after a clean exit by mDNS, and where a
person watches a device that is no acquaintance."""
from devices import Device, Lan, median

ROUNDS = 10


def measure(peer, name, discovery, seer):
    seen, gone = [], []
    for _ in range(ROUNDS):
        with Device(peer, name, discovery) as device:
            seen.append(seer.sees(device, 6, device.started).at - device.started)
            at = device.leave()
        gone.append(seer.loses(device, 6, at).at - at)
    return median(seen), median(gone), max(seen), max(gone)


def measure_watched(peer, name, discovery, seer):
    """Strangers: nobody shows a certificate to the other, so no goodbye is sent."""
    gone = []
    for _ in range(ROUNDS):
        with Device(peer, name, discovery) as device:
            seer.sees(device, 6, device.started), device.sees(seer, 6)
            at = device.leave()
        gone.append(seer.loses(device, 6, at).at - at)
    return median(gone), max(gone)


def main():
    with Lan(3) as lan:
        p1, p2, p3 = lan.peers
        with Device(p3, "Eve") as eve:
            for peer, discovery, limit in ((p1, "avahi", 1.2), (p2, "embedded", 2.2)):
                seen, gone, most_seen, most_gone = measure(peer, "Ada", discovery, eve)
                print("%s: seen after %.2f s (worst %.2f), gone after %.2f s (worst %.2f)" % (discovery, seen, most_seen, gone, most_gone))
                assert seen <= limit, "seen by %s after %.2f s, the budget is %.1f" % (discovery, seen, limit)
                assert gone <= 1.2, "gone by mDNS after %.2f s, the budget is 1.2" % gone
            eve.tell("watch")
            for peer, discovery in ((p1, "avahi"), (p2, "embedded")):
                gone, most = measure_watched(peer, "Ben", discovery, eve)
                print("%s, watched strangers: gone after %.3f s (worst %.3f)" % (discovery, gone, most))
                assert gone <= 0.3, "gone where watched after %.2f s, the budget is 0.3" % gone


if __name__ == "__main__":
    main()
