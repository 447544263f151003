#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The very first start, held until a person chose: while somebody looks around, nothing leaves the computer that speaks of Porch, no socket
and no responder is there, with the system's Avahi and without; after the choice it is as chosen."""
import os
import subprocess
import time

from neighbours import Lan, wait

CALL = ["gdbus", "call", "--session", "-d", "io.github.porchshare.Porch.Daemon", "-o", "/io/github/porchshare/Porch/Daemon", "-m"]


def sockets(peer):
    """Local ports of the peer's own IP sockets."""
    out = peer.run("ss", "-H", "-n", "-a", "-t", "-u").stdout
    return {int(line.split()[4].rsplit(":", 1)[1]) for line in out.splitlines() if line.split()[4].rsplit(":", 1)[1].isdigit()}


def children(peer):
    return peer.run("pgrep", "-x", "porch-mdns", check=False).stdout.split()


def capture(lan, seer, name):
    path = os.path.join(lan.state, name)
    tcpdump = subprocess.Popen(["nsenter", "-t", open(seer.folder + "/init").read().strip(), "-n", "-m", "tcpdump", "-U", "-i", "eth0", "-w", path],
                               stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    tcpdump.stderr.readline()
    return path, tcpdump


def held(lan, peer, seer, discovery):
    before = sockets(peer)
    path, tcpdump = capture(lan, seer, "held-%s.pcap" % discovery)
    seer.start(name="Ben", discovery="embedded", visibility="visible")
    peer.start(None, discovery, "auto", "--name", "Quillfeather", "--hold")
    look = peer.porch_bg("watch")           # as an open window does
    status = peer.porch("status")
    time.sleep(6)
    assert status["visibility"] == "hidden" and status["port"] == 0, status
    assert sockets(peer) <= before, "a held porchd opened %s" % (sockets(peer) - before)
    assert not children(peer), "a held porchd started its responder"
    assert peer.porch("peers") == [], "a held porchd asked who is there"
    tcpdump.terminate()
    tcpdump.wait()
    packets = open(path, "rb").read()
    assert seer.id[:16].encode() in packets, "the capture does not hold what Ben announced"
    for secret in (status["id"][:16], "Quillfeather"):
        assert secret.encode() not in packets, "held, and yet it sent %s" % secret
    look.terminate()
    look.wait(10)
    return status["id"]


def begin(peer, seer, mode):
    peer.run(*CALL, "io.github.porchshare.Porch.Daemon.SetVisibility", "", mode)
    if mode == "visible":
        assert 47317 in sockets(peer), sockets(peer)
        wait("Ben to see who started", lambda: [p for p in seer.porch("peers") if p["name"] == "Quillfeather"])
        wait("to see Ben", lambda: [p for p in peer.porch("peers") if p["name"] == "Ben"])
    else:
        time.sleep(3)
        assert 47317 not in sockets(peer), "hidden, and yet it listens"
        assert not [p for p in seer.porch("peers") if p["name"] == "Quillfeather"]
    # Chosen once: the next start asks no more.
    peer.stop()
    peer.start(None, "auto", "auto", "--name", "Quillfeather", "--hold")
    assert peer.porch("status")["visibility"] == mode


def main():
    for discovery, mode in (("auto", "visible"), ("embedded", "hidden")):
        with Lan(2) as lan:
            peer, seer = lan.peers
            held(lan, peer, seer, discovery)
            print("ok: held with discovery %s, and nothing went out" % discovery)
            begin(peer, seer, mode)
            print("ok: then %s, as chosen" % mode)


if __name__ == "__main__":
    main()
