#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Chaos: a folder is fetched again and again while at random moments either side is killed, the cable is out, the disk fills up, a file
changes at the source, or a bit is flipped on the way. After each event every published file equals a version of its source; after each
transfer no unfinished file is left, and at most one block per event came twice. Seeded: the seed is printed, PORCH_TEST_SEED repeats a
run, PORCH_TEST_CHAOS says how many events (40, in CI 25; a long run has 300 or more)."""
import collections, os, random, re, shutil, signal, subprocess, sys, time
from neighbours import Lan, skip, wait
from importlib import import_module

fetch = import_module("test-fetch")
power = import_module("test-power")
HERE = os.path.dirname(os.path.abspath(__file__))
EVENTS = int(os.environ.get("PORCH_TEST_CHAOS", 25 if os.environ.get("CI") else 40))
SEED = int(os.environ.get("PORCH_TEST_SEED", random.randrange(1 << 32)))
LARGE, SMALL = 4, 150
MIB = 1 << 20


class Chaos:
    def __init__(self, lan, rng):
        self.lan, self.rng = lan, rng
        self.ada, self.ben = lan.peers
        self.stuff = os.path.join(self.ada.home, "Stuff")
        self.versions = collections.defaultdict(set)  # path → every content that the source had in this transfer
        self.kinds = collections.Counter()
        self.events = self.transfers = self.refetched = 0
        self.log_at = 0

    # The source

    def write(self, path, size):
        full = os.path.join(self.stuff, path)
        os.makedirs(os.path.dirname(full), exist_ok=True)
        with open(full + "~", "wb") as f:
            f.write(self.rng.randbytes(size))
        os.chown(full + "~", 65534, 65534)
        self.versions[path].add(fetch.sha(full + "~"))
        os.rename(full + "~", full)

    def make_source(self):
        for i in range(LARGE):
            self.write("large %d.bin" % i, self.rng.randrange(5 * MIB, 14 * MIB))
        for i in range(SMALL):
            self.write("small/%d/file %03d" % (i % 3, i), self.rng.randrange(0, 60000))
        self.ada.own(self.ada.home)

    # The target

    @property
    def downloads(self):
        return self.ben.view(self.ben.home + "/Downloads")

    def files(self):
        for folder, _, names in os.walk(self.downloads):
            for name in names:
                yield os.path.join(folder, name)

    def check_published(self):
        for path in self.files():
            name = os.path.basename(path)
            if name.startswith(".porch-") or name == "ballast":
                continue
            wire = os.path.relpath(path, self.downloads).split("/", 1)[1]
            # A newer version of a file stands beside an older one that had its name already.
            plain = re.sub(r" \(\d+\)(\.bin)?$", lambda m: m.group(1) or "", wire)
            try:
                got = fetch.sha(path)
            except FileNotFoundError:
                continue
            assert got in self.versions.get(wire, set()) | self.versions.get(plain, set()), "%s is not what its source was" % path
            assert plain == wire or plain in self.changed_here, "%s came twice" % path

    def state(self):
        return self.ben.porch("transfers")[0]

    def begin(self):
        for path in list(self.versions):
            self.versions[path] = {fetch.sha(os.path.join(self.stuff, path))}
        self.kinds_here = collections.Counter()
        self.tamper.send_signal(signal.SIGUSR2)
        self.changed_here = set()
        self.ben.porch("transfers", "--clear")
        shutil.rmtree(os.path.join(self.downloads, "Stuff"), ignore_errors=True)
        self.log_at = len(self.ben.log())
        self.ben.porch("get", "Ada:Stuff", "--detach")
        self.transfers += 1

    def end(self):
        """No more events: it ends by itself, and whole."""
        state = wait("the transfer's end", lambda: (s := self.state())["state"] in ("done", "failed") and s, 120)
        # A bit may have been flipped in what is not content: then it isn't Porch's language, and a person may try again.
        for _ in range(self.kinds_here["bad piece"]):
            if state["state"] == "failed":
                self.ben.porch("resume", state["id"])
                state = wait("the end of another try", lambda: (s := self.state())["state"] in ("done", "failed") and s, 120)
        problems = state.get("problems") or []
        assert state["state"] == "done", state
        self.check_published()
        left = [p for p in self.files() if os.path.basename(p).startswith(".porch-")]
        assert not left, "unfinished files are left: %s" % left
        self.check_complete(state, problems)
        self.check_twice({os.path.basename(p["path"]) for p in problems})

    def check_complete(self, state, problems):
        have = {os.path.relpath(p, os.path.join(self.downloads, "Stuff")) for p in self.files()}
        missing = set(self.versions) - have
        excused = self.kinds_here["bad piece"] + len(self.changed_here)
        assert len(missing) <= excused, "missing without a reason: %s; problems: %s" % (sorted(missing), problems)

    def check_twice(self, excused):
        """A file that changed, or of which a piece was bad, begins anew: that is said among the problems."""
        came = collections.Counter(re.findall(r"Block (\d+) of .(large \d\.bin). came", self.ben.log()[self.log_at:]))
        twice = {key: n - 1 for key, n in came.items() if n > 1 and key[1] not in excused | self.changed_here}
        events = sum(self.kinds_here.values())
        assert sum(twice.values()) <= events, "%d events, came twice: %s" % (events, twice)
        self.refetched += sum(twice.values())

    # Events

    def giver_killed(self):
        self.ada.kill()
        time.sleep(self.rng.uniform(0, 0.5))
        self.ada.start("Ada")

    def taker_killed(self):
        self.ben.kill()
        time.sleep(self.rng.uniform(0, 0.5))
        self.ben.start("Ben")

    def cable_out(self):
        self.lan("unplug", "peer1")
        time.sleep(self.rng.uniform(0.1, 1.5))
        self.lan("replug", "peer1")

    def disk_full(self):
        """Everything but a few blocks is taken for a moment."""
        free = os.statvfs(self.downloads)
        ballast = os.path.join(self.downloads, "ballast")
        with open(ballast, "wb") as f:
            os.posix_fallocate(f.fileno(), 0, max(1, free.f_bavail * free.f_frsize - self.rng.randrange(6 * MIB)))
        time.sleep(self.rng.uniform(0.2, 1.5))
        os.unlink(ballast)

    def source_changes(self):
        path = self.rng.choice(sorted(self.versions))
        self.changed_here.add(path)
        self.write(path, self.rng.randrange(5 * MIB, 14 * MIB) if path.startswith("large") else self.rng.randrange(0, 60000))

    def bad_piece(self):
        self.tamper.send_signal(signal.SIGUSR1)

    def paused(self):
        transfer = self.state()
        self.ben.porch("pause", transfer["id"], check=False)
        time.sleep(self.rng.uniform(0, 0.3))
        self.ben.porch("resume", transfer["id"], check=False)

    def event(self):
        kind = self.rng.choice(["giver killed", "taker killed", "cable out", "disk full", "source changes", "bad piece", "paused"])
        self.kinds[kind] += 1
        self.kinds_here[kind] += 1
        self.events += 1
        getattr(self, kind.replace(" ", "_"))()
        self.check_published()
        return kind

    # All of it

    def start_tamper(self):
        keys = [os.path.join(p.home, ".local/share/porch/key.pem") for p in (self.ada, self.ben)]
        keys[1] = self.ben.view(keys[1])
        for i, key in enumerate(keys):
            shutil.copy(key, os.path.join(self.lan.state, "key%d.pem" % i))
        init = open(os.path.join(self.ada.folder, "init")).read().strip()
        inside = ["nsenter", "-t", init, "-n", "--"]
        rules = subprocess.run([*inside, "nft", "add table inet tamper; add chain inet tamper in { type nat hook prerouting priority -100; };"
                                " add rule inet tamper in iifname eth0 tcp dport 47317 redirect to :47999"], capture_output=True, text=True)
        if rules.returncode:
            skip("this machine can't redirect connections: " + rules.stderr)
        self.tamper = subprocess.Popen([*inside, sys.executable, os.path.join(HERE, "tamper.py"), "47999", self.ada.address, "47317",
                                        os.path.join(self.lan.state, "key0.pem"), os.path.join(self.lan.state, "key1.pem")],
                                       stdout=subprocess.PIPE, stderr=open(os.path.join(self.lan.state, "tamper.log"), "wb"), text=True)
        assert self.tamper.stdout.readline() == "ready\n", open(os.path.join(self.lan.state, "tamper.log")).read()
        # nsenter -n alone forks nothing: signals reach the program itself.

    def run(self):
        self.make_source()
        image = self.lan.state + "/disk.img"
        power.make_image(image, 65534)
        power.as_home(self.ben, image)
        power.prepare(self.ben)
        self.ada.start("Ada"), self.ben.start("Ben")
        wait("Ben sees Ada", lambda: self.ben.sees(self.ada))
        self.start_tamper()
        self.ada.porch("share", "add", self.stuff, "--name", "Stuff", "--audience", "everyone")
        began = time.monotonic()
        while self.events < EVENTS:
            self.begin()
            self.said = said = []
            for _ in range(self.rng.randrange(1, 9)):
                time.sleep(self.rng.uniform(0, 0.6))
                if self.state()["state"] in ("done", "failed"):
                    break  # what comes now comes too late
                said.append(self.event())
            self.end()
            print("ok   %3d transfer %d: %s" % (self.events, self.transfers, ", ".join(said) or "nothing happened"), flush=True)
        print("ok   %d events in %d transfers, %.0f s: %s; %d blocks came twice" % (
            self.events, self.transfers, time.monotonic() - began, dict(self.kinds), self.refetched))


def main():
    print("     seed %d: PORCH_TEST_SEED=%d repeats it" % (SEED, SEED), flush=True)
    os.environ["G_MESSAGES_DEBUG"] = "porch"
    with Lan(2, "rate=300") as lan:
        chaos = Chaos(lan, random.Random(SEED))
        try:
            chaos.run()
        except AssertionError:
            print("--- the events of this transfer: %s\n--- it says: %s" % (", ".join(chaos.said), chaos.state()))
            raise
        finally:
            if getattr(chaos, "tamper", None):
                chaos.tamper.kill()
                chaos.tamper.wait()


if __name__ == "__main__":
    main()
    print("1 passed, 0 failed")
