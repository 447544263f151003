#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""200 devices appear, then 10,000 announcements come in 25 seconds: of the same ones with other names, of ever new ones that don't exist, and
goodbyes. Meanwhile the window does what it is told, the card under the pointer stays where it is, and neither the window nor the background
service takes memory without end. That the main loop never stands still is looked at in the end, as in every test."""
import os
import subprocess
import time

from people import HERE, Lan, Person, need_desktop, wait_for

DEVICES, ANNOUNCEMENTS, SECONDS = 200, 10_000, 25
MAX_GROWTH = 96         # MiB, of each of the two programs while the announcements come
MAX_PEERS = 512         # PORCH_MAX_PEERS


class Crowd:
    """flood.py in a namespace of the pretended LAN."""

    def __init__(self, lan, peer):
        init = open(os.path.join(peer.folder, "init")).read().strip()
        self.process = subprocess.Popen(["nsenter", "-t", init, "-n", "-m", "-p", "-u", "-i", "--", "/usr/bin/python3", os.path.join(HERE, "flood.py")],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd="/")
        assert self.answer() == "ready"

    def answer(self):
        line = self.process.stdout.readline()
        assert line, "the crowd has gone"
        return line.strip()

    def tell(self, *words):
        self.process.stdin.write(" ".join(map(str, words)) + "\n")
        self.process.stdin.flush()

    def end(self):
        self.process.stdin.close()
        self.process.wait(10)


def memory(person, program):
    """Resident MiB of the person's program of that name."""
    pid = person.peer.run("pgrep", "-u", "65534", "-x", program).stdout.split()[0]
    status = person.peer.run("cat", "/proc/%s/status" % pid).stdout
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS:")) / 1024


def card(mia, name):
    """Where the card of that name stands: left, top."""
    return mia.do("stands", "button", "^%s$" % name)


def use_window(mia):
    """The pages come when they are asked for, a dialog opens and closes."""
    took = []
    for key, what in (("alt+3", "^Nothing Sent or Received Yet$"), ("alt+2", "^Share Your First Folder$"), ("alt+1", "^You are “Mia’s Laptop”$")):
        began = time.monotonic()
        mia.key(key)
        mia.see("label", what, timeout=10)
        took.append(time.monotonic() - began)
    return max(took)


def during(mia, crowd):
    """What a person sees and does while the announcements come."""
    mia.point("button", "^Desk 001$")
    stands = card(mia, "Desk 000")
    crowd.tell("flood", ANNOUNCEMENTS, SECONDS)
    ends = time.monotonic() + SECONDS
    for _ in range(3):                  # the pointer is over the cards
        time.sleep(2)
        assert card(mia, "Desk 000") == stands, "a card moved under the pointer"
    slowest = 0
    while time.monotonic() < ends - 3:
        slowest = max(slowest, use_window(mia))
    print("the slowest page took %.1f s; %s" % (slowest, crowd.answer()))


def main():
    need_desktop()
    with Lan(2) as lan:
        mia = Person(lan.peers[0], "Mia’s Laptop")
        crowd = None
        try:
            mia.start()
            mia.see("label", "^You are “Mia’s Laptop”$")
            crowd = Crowd(lan, lan.peers[1])
            crowd.tell("here", DEVICES)
            crowd.answer()
            wait_for("%d devices to be seen" % DEVICES, lambda: sum(p["online"] for p in mia.porch("peers")) >= DEVICES, 60)
            mia.see("button", "^Desk 000$")
            before = {program: memory(mia, program) for program in ("porch-window", "porchd")}
            during(mia, crowd)
            assert len(mia.porch("peers")) <= MAX_PEERS
            mia.press("button", "^Show More$")
            use_window(mia)
            for program, was in before.items():
                now = memory(mia, program)
                print("%s: %.0f → %.0f MiB" % (program, was, now))
                assert now - was < MAX_GROWTH, "%s grew by %.0f MiB" % (program, now - was)
        except BaseException:
            mia.tell()
            raise
        finally:
            if crowd:
                crowd.end()
            mia.end()


if __name__ == "__main__":
    main()
