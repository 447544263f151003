# SPDX-License-Identifier: GPL-3.0-or-later
"""What wants several hosts: how soon devices see each other come and go, and what a daemon costs while nothing happens. Hosts are
network namespaces on a bridge, with an Avahi daemon each (tests/lan)."""
import json
import os
import queue
import statistics
import sys
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lan"))
from neighbours import Lan, wait  # noqa: E402

import measure  # noqa: E402

IDLE_SECONDS = 60
PEERS = 20
SHARES = 3


class Watcher:
    """`porch --json watch` at a peer: events with the time at which they came out of it."""

    def __init__(self, peer):
        self.process = peer.porch_bg("watch")
        self.events = queue.Queue()
        threading.Thread(target=self.read, daemon=True).start()
        time.sleep(0.5)

    def read(self):
        for line in self.process.stdout:
            self.events.put((time.monotonic(), json.loads(line)))

    def until(self, event, name, timeout=30):
        """The time of the next such event about the device of that name, None when it doesn't come."""
        end = time.monotonic() + timeout
        while True:
            try:
                at, what = self.events.get(timeout=max(end - time.monotonic(), 0.01))
            except queue.Empty:
                return None
            if what["event"] == event and what.get("peer", {}).get("name") == name:
                return at

    def stop(self):
        self.process.terminate()
        self.process.wait(10)


def line(label, values, budget, judge):
    seen = [v for v in values if v is not None]
    if not seen:
        print(f"  {label:<52} never seen")
        return
    middle = statistics.median(seen)
    lost = f", {len(values) - len(seen)} not seen" if len(seen) < len(values) else ""
    print(f"  {label:<52} {middle:6.2f} s  ({min(seen):.2f} to {max(seen):.2f}, {len(seen)} runs{lost})  budget {budget} s: {judge(middle, budget, None)}")


def come_and_go(lan, how, runs):
    ada, ben = lan.peers[:2]
    ben.start("Ben", how)
    watcher = Watcher(ben)
    seen, gone, cut = [], [], []
    for _ in range(runs):
        ada.start("Ada", how)
        at = watcher.until("peer-online", "Ada")
        # From the moment at which Ada owned her name on the bus; to notice that takes a call.
        seen.append(None if at is None else max(at - ada.ready, 0))
        time.sleep(1)
        began = time.monotonic()
        ada.stop()
        at = watcher.until("peer-offline", "Ada")
        gone.append(None if at is None else at - began)
        time.sleep(2)
    for _ in range(max(runs // 3, 1)):
        ada.start("Ada", how)
        watcher.until("peer-online", "Ada")
        time.sleep(2)
        began = time.monotonic()
        lan("unplug", "peer1")
        at = watcher.until("peer-offline", "Ada")
        cut.append(None if at is None else at - began)
        lan("replug", "peer1")
        ada.stop()
        time.sleep(3)
    watcher.stop()
    ben.stop()
    return seen, gone, cut


def discovery(runs, judge):
    runs = max(runs, 10)
    print("\nDiscovery between two hosts, medians; who looks runs `porch watch`")
    with Lan(2) as lan:
        for how, budget in (("avahi", 1.2), ("embedded", 2.2)):
            if how == "embedded":
                for peer in ("peer1", "peer2"):
                    lan("avahi", peer, "stop")
            seen, gone, cut = come_and_go(lan, how, runs)
            line(f"{how}: seen after its start", seen, budget, judge)
            line(f"{how}: gone after a clean exit, watched", gone, 0.3, judge)
            line(f"{how}: gone after its cable was cut, watched", cut, 15, judge)


LISTENER = """
import socket
s = socket.create_server(("", 47317))
while True: s.accept()[0].close()
"""


def crowd(lan):
    """Twenty devices at twenty addresses, since at one address no more than eight strangers are believed: they are all one host, which
    takes connections for each."""
    route = lan("exec", "peer2", "ip", "-o", "route", "get", "10.77.0.1")
    interface = route.split(" dev ")[1].split()[0]
    lan("bg", "peer2", "listener", "python3", "-c", LISTENER)
    for n in range(PEERS):
        address, host = f"10.77.0.{100 + n}", f"device{n}.local"
        lan("exec", "peer2", "ip", "address", "add", address + "/24", "dev", interface)
        lan("bg", "peer2", f"host{n}", "avahi-publish", "-a", "-R", host, address)
        lan("bg", "peer2", f"pub{n}", "avahi-publish", "-s", "-H", host, f"{n:016x}", "_porch._tcp", "47317",
            "v=1", f"id={n:032x}", f"n=Device {n}", "c=laptop")


def idle(runs, judge):
    """Three shares, twenty peers announced by the system's Avahi, nobody looking."""
    print(f"\nA daemon that nobody looks at: {SHARES} shares, {PEERS} peers, the system's Avahi, {IDLE_SECONDS} s")
    with Lan(2) as lan:
        ada = lan.peers[0].start("Ada", "avahi")
        for n in range(SHARES):
            folder = f"{ada.home}/Folder {n}"
            os.makedirs(folder)
            ada.own(folder)
            ada.porch("share", "add", folder, "--audience", "trusted")
        crowd(lan)
        wait("twenty peers", lambda: len(ada.porch("peers")) >= PEERS, 30)
        time.sleep(30)
        pid = ada.pid()
        began = measure.wakeups(pid)
        time.sleep(IDLE_SECONDS)
        wakes = (measure.wakeups(pid) - began) / IDLE_SECONDS * 5
        memory = measure.pss(pid)
        print(f"  memory (Pss)                       {memory:6.1f} MiB   budget 16, floor 32: {judge(memory, 16, 32)}")
        print(f"  wake-ups                           {wakes:6.2f} per 5 s  budget 1: {judge(wakes, 1.0, None)}")
