#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""S14: two cards, one visible, one hidden: nothing of ours is sent on the hidden one, not even where somebody looks around on it."""
import subprocess
import time
from devices import Device, Lan


def capture(peer, interface, name):
    return peer.lan.state + "/" + name, subprocess.Popen(
        ["nsenter", "-t", open(peer.folder + "/init").read().strip(), "-n", "-m", "tcpdump", "-U", "-i", interface, "-w",
         peer.lan.state + "/" + name], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)


def takes_connections(seer, address):
    probe = "import socket,sys\ntry: socket.create_connection((sys.argv[1], 47317), 2)\nexcept OSError: sys.exit(1)"
    return seer.run("python3", "-c", probe, address, check=False).returncode == 0


def two_cards():
    with Lan(3) as lan:
        p1, p2, p3 = lan.peers
        with Device(p1, "Ada", "auto", "auto") as ada, Device(p2, "Ben", "embedded", "auto") as ben:
            ada.sees(ben), ben.sees(ada)
            time.sleep(11)                              # the first start is over: what comes now is another network
            lan("second", "peer3")
            file, tcpdump = capture(p3, "eth1", "eth1.pcap")
            tcpdump.stderr.readline()
            lan("second", "peer1"), lan("second", "peer2")
            hidden = lambda e: e.kind == "networks" and " eth1:10.78.0." in e.line and ":visible" not in e.line.split(" eth1:", 1)[1]
            ada.expect("eth1, hidden", hidden), ben.expect("eth1, hidden", hidden)
            with Device(p3, "Eve", "auto", "visible") as eve:
                eve.tell("watch"), ada.tell("watch")
                ada.expect("Eve on eth1", lambda e: e.key == eve.key and any("10.78.0.3" in a for a in e.addresses))
                eve.sees(ada), eve.sees(ben)
                time.sleep(4)
                for other in (ada, ben):
                    found = eve.peers()[other.key].addresses
                    assert not any("10.78" in a for a in found), "announced on a hidden interface: %s" % found
                for host in ("10.78.0.1", "10.78.0.2"):
                    assert not takes_connections(p3, host), "S14: a socket on the hidden %s" % host
                    assert takes_connections(p3, host.replace("78", "77")), host
                tcpdump.terminate(), tcpdump.wait()
                packets = open(file, "rb").read()
                assert eve.key[:16].encode() in packets, "the capture does not hold what is announced there"
                for other in (ada, ben):
                    for what in (other.key, other.key[:16]):
                        assert what.encode() not in packets, "S14: a hidden interface sent %s's id" % other.name
                print("ok: a hidden interface sends nothing of ours, takes no connection, and still sees while somebody looks")
                since = time.monotonic()
                for other in (ada, ben):
                    other.tell("visible")
                for other in (ada, ben):
                    eve.expect("%s on eth1" % other.name,
                               lambda e: e.key == other.key and any("10.78.0" in a for a in e.addresses) and any("10.77.0" in a for a in e.addresses), 6, since)
                for other in (ada, ben):
                    eve.never("%s blink" % other.name, lambda e: e.key == other.key and e.kind == "online", 3, since)
                assert takes_connections(p3, "10.78.0.1") and takes_connections(p3, "10.78.0.2")
                print("ok: visible there too, and the first card did not blink")


def main():
    two_cards()


if __name__ == "__main__":
    main()
