#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A crowd that is not there, for the flood test; runs in a namespace of the pretended LAN and nowhere else. Reads lines on stdin, answers each:

    here N            N devices announce themselves, at addresses of this namespace that take TCP connections
    flood N SECONDS   N announcements in that time: of those, again, with other names; of ever new ones; and goodbyes

It sends mDNS answers as raw packets, because no responder would."""
import hashlib
import random
import socket
import struct
import subprocess
import sys
import threading
import time

GROUP = ("224.0.0.251", 5353)
SERVICE = b"_porch._tcp.local"
PORT = 40001
FIRST, LAST = 20, 249               # of 10.77.0.0/24


def address_of(n):
    return "10.77.0.%d" % (FIRST + n % (LAST - FIRST + 1))


def encode(name):
    return b"".join(bytes([len(part)]) + part for part in name.split(b".")) + b"\0"


def record(name, kind, ttl, data, flush=True):
    return encode(name) + struct.pack("!HHIH", kind, 0x8001 if flush else 1, ttl, len(data)) + data


def announcement(n, name, ttl=120):
    """As porchd publishes it: PTR, SRV, TXT, A."""
    digest = hashlib.sha256(b"crowd %d" % n).hexdigest()
    instance = digest[:16].encode() + b"." + SERVICE
    host = b"crowd-" + digest[:12].encode() + b".local"
    text = [b"v=1", b"id=" + digest[:32].encode(), b"n=" + name.encode()]
    records = [record(SERVICE, 12, ttl, encode(instance), flush=False),
               record(instance, 33, ttl, struct.pack("!HHH", 0, 0, PORT) + encode(host)),
               record(instance, 16, ttl, b"".join(bytes([len(t)]) + t for t in text)),
               record(host, 1, ttl, socket.inet_aton(address_of(n)))]
    return struct.pack("!HHHHHH", 0, 0x8400, 0, len(records), 0, 0) + b"".join(records)


class Crowd:
    def __init__(self):
        self.n = 0
        self.random = random.Random(1)
        for i in range(FIRST, LAST + 1):
            subprocess.run(["ip", "address", "add", "10.77.0.%d/24" % i, "dev", "eth0"], check=True)
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        self.socket.bind(("", 5353))
        self.socket.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, 255)
        self.socket.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton(address_of(0)))
        self.door = socket.create_server(("", PORT), backlog=512)
        threading.Thread(target=self.open_door, daemon=True).start()

    def open_door(self):
        while True:
            self.door.accept()[0].close()

    def send(self, packet):
        self.socket.sendto(packet, GROUP)

    def here(self, n):
        for i in range(n):
            self.send(announcement(i, "Desk %03d" % i))
            time.sleep(0.02)
        self.n = n
        return n

    def flood(self, n, seconds):
        began = time.monotonic()
        for i in range(n):
            dice = self.random.random()
            known = self.random.randrange(self.n)
            if dice < 0.5:
                self.send(announcement(known, "Desk %03d" % known))
            elif dice < 0.7:
                self.send(announcement(known, "Renamed %05d" % i))
            elif dice < 0.95:
                self.send(announcement(100_000 + i, "Nobody %05d" % i))
            else:
                self.send(announcement(known, "Desk %03d" % known, ttl=0))
            time.sleep(max(0, began + (i + 1) * seconds / n - time.monotonic()))
        return "%d in %.1f s" % (n, time.monotonic() - began)


def main():
    crowd = Crowd()
    print("ready", flush=True)
    for line in sys.stdin:
        verb, *args = line.split()
        print(getattr(crowd, verb)(*map(int, args)), flush=True)


if __name__ == "__main__":
    main()
