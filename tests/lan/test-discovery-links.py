#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""IPv6 alone and link-local alone, two cards on one network, and what was published while unplugged."""
import time
from devices import Device, Lan


def only_ipv6():
    for option, network in (("ipv6=yes", "fd77:77::"), ("ipv6=ll", "fe80::")):
        with Lan(2, "ipv4=no", option) as lan:
            p1, p2 = lan.peers
            with Device(p1, "Ada", "avahi") as ada, Device(p2, "Ben", "embedded") as ben:
                for seer, other in ((ada, ben), (ben, ada)):
                    addresses = seer.sees(other).addresses
                    assert any(network in a for a in addresses) or network == "fd77:77::", addresses
                    if network == "fe80::":
                        assert all("%" in a for a in addresses), "without a scope nobody can dial %s" % addresses
                    # It answers there: watched, it stays.
                    seer.tell("watch")
                ada.never("Ben go", lambda e: e.kind == "online" and not e.online, 4, ada.last.at if ada.last else 0)
                assert ben.peers()[ada.key].online and ada.peers()[ben.key].online
        print("ok: IPv6 alone (%s)" % network)


def same_network_twice():
    with Lan(2) as lan:
        p1, p2 = lan.peers
        lan("second", "peer1", "same")
        for discovery in ("avahi", "embedded"):
            with Device(p1, "Ada", discovery) as ada, Device(p2, "Ben") as ben:
                ben.sees(ada), ada.sees(ben)
                time.sleep(6)
                assert ben.peers()[ada.key].online
                names = {l.split(";")[3] for l in lan("exec", "peer2", "avahi-browse", "-pt", "_porch._tcp").splitlines() if ada.key[:16] in l}
                assert 1 <= len(names) <= 2, names
                print("ok: two cards on one network, %s: announced as %s" % (discovery, ", ".join(sorted(names))))


def published_while_unplugged():
    with Lan(2) as lan:
        p1, p2 = lan.peers
        lan("unplug", "peer1")
        for discovery in ("avahi", "embedded"):
            with Device(p1, "Ada", discovery) as ada, Device(p2, "Ben") as ben:
                time.sleep(2)
                since = time.monotonic()
                lan("replug", "peer1")
                ben.sees(ada, 6, since), ada.sees(ben, 6, since)
                print("ok: published while unplugged (%s): seen %.1f s after the cable" % (discovery, ben.last.at - since))
                ada.leave()
            lan("unplug", "peer1")


def main():
    only_ipv6()
    same_network_twice()
    published_while_unplugged()


if __name__ == "__main__":
    main()
