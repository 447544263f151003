#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A device that is only announced: half of its id is known, on the word of a packet. It can't be trusted before the other half is proved,
and nobody proves it but the device itself."""
from neighbours import Lan, wait

BUS = "io.github.porchshare.Porch.Daemon"
PEER = "/io/github/porchshare/Porch/peers/"


def call(peer, key, method):
    """Peer.METHOD at a peer's daemon: (worked, what came back)."""
    r = peer.run("gdbus", "call", "--session", "-d", BUS, "-o", PEER + key, "-m", "io.github.porchshare.Porch.Peer." + method, check=False)
    return r.returncode == 0, r.stdout + r.stderr


def listed(peer, key):
    return next((p for p in peer.porch("peers") if p["id"][:32] == key), None)


def real(ada, ben):
    key = ben.id[:32]
    wait("Ada to see Ben", lambda: listed(ada, key))
    found = listed(ada, key)
    assert found["id"] == key, "more than half of the id is known from an announcement: %s" % found
    worked, words = call(ada, key, "Trust")
    assert not worked and "Error.Unverified" in words, words
    assert listed(ada, key)["trust"] == "unknown"
    worked, words = call(ada, key, "Verify")
    assert worked and ben.id in words, words
    found = listed(ada, key)
    assert (found["id"], found["trust"]) == (ben.id, "unknown"), found
    worked, words = call(ada, key, "Trust")
    assert worked, words
    assert listed(ada, key)["trust"] == "trusted"
    # It is written down: a restart knows it by its whole id.
    ada.stop()
    ada.start("Ada", "avahi")
    found = wait("Ben again", lambda: listed(ada, key))
    assert (found["id"], found["trust"]) == (ben.id, "trusted"), found
    print("ok: half an id is not trusted; proved, it is")


def forged(lan, ada, ben):
    """Somebody announces an id at Ben's address that Ben's key doesn't have."""
    key = "ab" * 16
    lan("bg", "peer2", "fake", "avahi-publish", "-s", key[:16], "_porch._tcp", str(ben.porch("status")["port"]), "v=1", "id=" + key, "n=Mallory")
    wait("Ada to see it", lambda: listed(ada, key))
    worked, words = call(ada, key, "Verify")
    assert not worked and "Error.Unreachable" in words, words
    worked, words = call(ada, key, "Trust")
    assert not worked, words
    found = listed(ada, key)
    assert found is None or (found["trust"] == "unknown" and len(found["id"]) == 32), found
    print("ok: an id that nobody proves is never trusted")


def main():
    with Lan(2) as lan:
        ada, ben = (peer.start(name, "avahi") for peer, name in zip(lan.peers, ("Ada", "Ben")))
        real(ada, ben)
        forged(lan, ada, ben)


if __name__ == "__main__":
    main()
