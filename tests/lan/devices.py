# SPDX-License-Identifier: GPL-3.0-or-later
"""Devices that do nothing but discovery (discover.c), in the peers of neighbours.Lan, and what they say with when they said it."""
import os, queue, signal, subprocess, threading, time
import neighbours
from neighbours import Lan, skip, wait

DISCOVER = os.path.join(neighbours.BUILD, "tests/lan/discover")


class Event:
    """One line: 123.4 added KEY online=1 … name=NAME"""
    def __init__(self, line):
        self.line = line.rstrip("\n")
        at, _, rest = self.line.partition(" ")
        self.at, words = float(at), rest.split(" ")
        self.kind, self.key = words[0], words[1] if len(words) > 1 else ""
        head, _, self.name = rest.partition(" name=")
        self.fields = dict(w.split("=", 1) for w in head.split(" ") if "=" in w)

    @property
    def online(self):
        return self.fields.get("online") == "1"

    @property
    def addresses(self):
        return [a for a in self.fields.get("addresses", "").split(",") if a]


class Device:
    """with Device(peer, "Ada", discovery="embedded") as ada: …"""
    def __init__(self, peer, name, discovery="auto", visibility="visible", port=47317, folder="state", env=()):
        self.peer, self.name, self.events, self.lock = peer, name, [], threading.Condition()
        folder = os.path.join(peer.home, folder)
        argv = peer.command("env", *env, DISCOVER, folder, name, discovery, visibility, str(port))
        self.log = open(os.path.join(peer.folder, "discover-%s.log" % name), "ab")
        self.spawned = time.monotonic()
        self.process = subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.log, text=True, cwd="/")
        threading.Thread(target=self._read, daemon=True).start()
        self.id = self.expect("its start", lambda e: e.kind == "start").key
        self.key = self.id[:32]
        self.started = self.last.at

    def _read(self):
        for line in self.process.stdout:
            if os.environ.get("LAN_VERBOSE"):
                print("    %-5s %s" % (self.name, line), end="", flush=True)
            with self.lock:
                self.events.append(Event(line))
                self.lock.notify_all()

    def expect(self, what, match, timeout=10, since=0):
        """The first event at or after the moment `since` that matches; waits for it."""
        end = time.monotonic() + timeout
        with self.lock:
            i = 0
            while True:
                while i < len(self.events):
                    e = self.events[i]
                    i += 1
                    if e.at >= since and match(e):
                        self.last = e
                        return e
                if not self.lock.wait(max(0, end - time.monotonic())) and time.monotonic() >= end:
                    raise AssertionError("%s did not see %s within %g s; it saw:\n%s" % (
                        self.name, what, timeout, "\n".join(x.line for x in self.events[-30:])))

    def never(self, what, match, seconds, since):
        time.sleep(max(0, since + seconds - time.monotonic()))
        with self.lock:
            bad = [e.line for e in self.events if since <= e.at <= since + seconds and match(e)]
        assert not bad, "%s saw %s: %s" % (self.name, what, bad)

    def sees(self, other, timeout=10, since=0):
        return self.expect(other.name, lambda e: e.key == other.key and e.online, timeout, since)

    def loses(self, other, timeout=10, since=0):
        return self.expect("%s leave" % other.name, lambda e: e.key == other.key and e.kind == "online" and not e.online, timeout, since)

    def tell(self, command):
        self.process.stdin.write(command + "\n")
        self.process.stdin.flush()

    def peers(self):
        """Who is in the list now, by key."""
        since = time.monotonic()
        self.tell("list")
        end = self.expect("its list", lambda e: e.kind == "listed", since=since)
        with self.lock:
            return {e.key: e for e in self.events if since <= e.at <= end.at and e.kind == "peer"}

    def pid(self):
        me = self.process.pid
        while os.path.basename(os.readlink("/proc/%d/exe" % me)) != "discover":
            me = int(open("/proc/%d/task/%d/children" % (me, me)).read().split()[0])
        return me

    def children(self):
        return [int(p) for p in open("/proc/%d/task/%d/children" % (self.pid(), self.pid())).read().split()]

    def leave(self):
        """A clean exit; the moment at which it began."""
        if self.process.poll() is None:
            at = time.monotonic()
            os.kill(self.pid(), signal.SIGTERM)
            assert self.process.wait(10) == 0, "%s ended with %d" % (self.name, self.process.returncode)
            return at

    def kill(self):
        os.kill(self.pid(), signal.SIGKILL)
        self.process.wait(10)

    def __enter__(self):
        return self

    def __exit__(self, kind, value, trace):
        if self.process.poll() is None:
            try:
                if kind:
                    self.kill()
                else:
                    self.leave()
            except (ProcessLookupError, IndexError, FileNotFoundError):
                pass
        self.log.close()
        if kind and kind is not SystemExit:
            print("--- %s saw:\n%s" % (self.name, "\n".join(e.line for e in self.events[-80:])))
            print("--- and said:\n%s" % open(self.log.name, errors="replace").read()[-3000:])


def median(values):
    values = sorted(values)
    return values[len(values) // 2]
