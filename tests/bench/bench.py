# SPDX-License-Identifier: GPL-3.0-or-later
"""./dev bench [file|small|discovery|idle …]: Porch beside other programs in one run, on this machine alone. Each figure is a median,
printed with the budget it should reach and the floor below which it counts as not done. Everything lies below PORCH_BENCH_DIR
(default /var/tmp), whose disk is part of what is measured."""
import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

import measure
import rivals

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "util"))
import peers  # noqa: E402

GIB = 1 << 30
KNOWN = "porch, hashed before"
FAILURES = []


def compete(contenders, runs, clean):
    """contenders: label → function that gives (wall, CPU). All take turns, so that what else goes on in the machine meets all of them;
    the first round warms caches and is not counted. label → (median wall, median CPU)."""
    results = {label: [] for label in contenders}
    for i in range(runs + 1):
        for label, fetch in contenders.items():
            clean()
            results[label].append(fetch())
    return {label: tuple(statistics.median(r[part] for r in rounds[1:]) for part in (0, 1)) for label, rounds in results.items()}


def judge(value, budget, floor):
    if floor is not None and value > floor:
        FAILURES.append(value)
        return "BELOW THE FLOOR"
    return "reached" if value <= budget else "within the floor" if floor is not None else "over budget"


class Files:
    """Fetching, from each program the same source into the same folder."""

    def __init__(self, work, runs):
        self.work, self.runs = work, runs
        self.source = os.path.join(work, "source")
        self.into = os.path.join(work, "into")
        os.makedirs(self.source)
        os.makedirs(self.into)
        self.hood = peers.Neighborhood(work)
        self.giver, self.taker = self.hood.peer("giver"), self.hood.peer("taker")
        self.taker.porch("connect", self.giver.address)

    def share(self):
        self.giver.porch("share", "add", self.source, "--name", "Source", "--audience", "everyone")

    def clean(self):
        # Small files of earlier runs stay until the end: for seconds after many were removed, ext4 searches long for an inode to use
        # again, and that would be measured instead.
        if any(e.is_file() for e in os.scandir(self.into)):
            shutil.rmtree(self.into)
        else:
            os.rename(self.into, tempfile.mkdtemp(dir=self.work) + "/into")
        os.makedirs(self.into)
        self.taker.run("transfers", "--clear")
        subprocess.run(["sync", "-f", self.work], check=True)

    def porch(self, name, sync):
        argv = [self.hood.bin + "/porch", "get", f"giver:Source/{name}", "--to", self.into, *(["--sync"] if sync else [])]
        return measure.run(argv, [self.giver.pid, self.taker.pid], env=self.taker.env)

    def rival(self, rival, name, sync):
        then = ["sync", "-d", os.path.join(self.into, os.path.basename(name))] if sync and not isinstance(rival, rivals.Rsync) else None
        return measure.run(rival.fetch(name, self.into, sync), [rival.pid], then=then)

    def porch_anew(self, name, sync):
        """A giver that has not hashed the file, as it is now, before."""
        os.utime(os.path.join(self.source, name))
        return self.porch(name, sync)

    def race(self, name, sync, kinds, known=None):
        """Porch and those of the rivals that this machine has: label → figures. With @known, another file of the same size, Porch runs
        twice: as a giver that hashes while it sends, and as one that has given the file before."""
        running = [kind(tempfile.mkdtemp(dir=self.work), self.source).start() for kind in kinds if not kind.why()]
        contenders = {"porch": lambda: self.porch(name, sync)}
        if known:
            contenders = {"porch": lambda: self.porch_anew(name, sync), KNOWN: lambda: self.porch(known, sync)}
        for rival in running:
            contenders[rival.label] = lambda rival=rival: self.rival(rival, name, sync)
        try:
            return compete(contenders, self.runs, self.clean)
        finally:
            for rival in running:
                rival.stop()

    def stop(self):
        self.hood.stop()


def print_race(figures, kinds, size):
    porch = figures["porch"]
    for label in ["porch", *([KNOWN] if KNOWN in figures else []), *(kind.label for kind in kinds)]:
        if label not in figures:
            print(f"  {label:<34} left out: {next(kind.why() for kind in kinds if kind.label == label)}")
            continue
        wall, cpu = figures[label]
        ratio = f"{porch[0] / wall:6.2f} ×" if label not in ("porch", KNOWN) else ""
        print(f"  {label:<34} {wall:7.2f} s  {size / wall / 1e6:7.0f} MB/s  {cpu * GIB / size:6.2f} CPU s/GiB  {ratio}")


def print_ratio(figures, kind, floor):
    for porch in ("porch", KNOWN):
        if kind.label in figures and porch in figures:
            ratio = figures[porch][0] / figures[kind.label][0]
            print(f"  {porch}: time / {kind.label:<{38 - len(porch)}} {ratio:5.2f}   budget 1.00, floor {floor:.2f}: {judge(ratio, 1.0, floor)}")


def bench_file(work, runs):
    """1 GiB, encrypted, checked, on disk."""
    files = Files(work, runs)
    try:
        for name in ("film.mkv", "known.mkv"):
            with open(f"{files.source}/{name}", "wb") as f:
                for _ in range(1024):
                    f.write(os.urandom(1 << 20))
        time.sleep(3)  # of a file that was just written no hash is kept
        files.share()
        kinds = [rivals.Nginx, rivals.Rsync, rivals.Scp]
        for sync in (False, True):
            print(f"\n1 GiB, {'both synced (get --sync; curl && sync -d)' if sync else 'not synced (porch syncs large files in any case)'}; "
                  "last column: porch's time in theirs")
            figures = files.race("film.mkv", sync, kinds, "known.mkv")
            print_race(figures, kinds, GIB)
            print_ratio(figures, rivals.Nginx, 2.0)
            for label, budget in (("porch", 4.8), (KNOWN, 4.0)):
                cpu = figures[label][1]
                print(f"  {label}: CPU s/GiB of both ends{'':{20 - len(label)}} {cpu:5.2f}   budget {budget:.2f}: {judge(cpu, budget, None)}")
    finally:
        files.stop()


def bench_small(work, runs):
    """10,000 files of 4 KiB in 100 folders."""
    files = Files(work, runs)
    try:
        for d in range(100):
            folder = f"{files.source}/many/folder {d:02}"
            os.makedirs(folder)
            for n in range(100):
                with open(f"{folder}/file {n:02}.txt", "wb") as f:
                    f.write(os.urandom(4096))
        files.share()
        size = 10_000 * 4096
        for sync, kinds in ((False, [rivals.Rsync, rivals.Scp]), (True, [rivals.Rsync])):
            print(f"\n10,000 × 4 KiB, {'both synced (rsync -a --fsync)' if sync else 'not synced (rsync -a)'}; last column: porch's time in theirs")
            figures = files.race("many", sync, kinds)
            print_race(figures, kinds, size)
            print_ratio(figures, rivals.Rsync, 3.0)
    finally:
        files.stop()


def in_lan(name):
    """Discovery and idling want hosts of their own: network namespaces, made by the LAN tests' kit."""
    def bench(work, runs):
        if os.geteuid() != 0:
            print(f"\n{name}: left out, network namespaces need root")
            return
        import lan
        getattr(lan, name)(runs, judge)
    return bench


def bench_window(work, runs):
    """The first frame, and the first rows of a folder of 100,000 entries, drawn by software."""
    program = os.path.join(os.environ["PORCH_BUILD"], "tests/gui/layout/bench-window")
    if not os.path.exists(program):
        print("\nwindow: left out, it was not built")
        return
    figures = []
    for _ in range(runs + 1):           # the first one warms caches
        out = subprocess.run([os.path.join(os.path.dirname(os.path.abspath(__file__)), "../gui/on-display"), program],
                             capture_output=True, text=True).stdout
        line = [line for line in out.splitlines() if line.startswith("BENCH ")]
        if not line:
            print("\nwindow: left out,", out.strip().splitlines()[-1:] or "it said nothing")
            return
        figures.append([float(word) for word in line[0].split()[1:]])
    frame, frame_cpu, rows, rows_cpu = (statistics.median(column) for column in zip(*figures[1:]))
    print("\nThe window, drawn by software; wall and, of its main thread, processor")
    print(f"  first frame                     {frame:5.0f} ms  {frame_cpu:5.0f} ms CPU   budget 500 ms: {judge(frame, 500, 1500)}")
    print(f"  first of 100,000 rows           {rows:5.0f} ms  {rows_cpu:5.0f} ms CPU   budget 200 ms: {judge(rows, 200, 1000)}")


BENCHES = {"file": bench_file, "small": bench_small, "discovery": in_lan("discovery"), "idle": in_lan("idle"), "window": bench_window}


def main():
    parser = argparse.ArgumentParser(prog="./dev bench", description=__doc__)
    parser.add_argument("name", nargs="*", metavar="NAME", help="which: " + ", ".join(BENCHES))
    parser.add_argument("--runs", type=int, default=3, help="how often each is measured (default 3; discovery 10)")
    options = parser.parse_args()
    unknown = set(options.name) - set(BENCHES)
    if unknown:
        parser.error("there is no bench " + ", ".join(sorted(unknown)))
    with open("/proc/cpuinfo") as f:
        model = next((line.split(":")[1].strip() for line in f if line.startswith("model name")), "unknown processor")
    print(f"{os.cpu_count()} cores, {model}, Linux {os.uname().release}; load {os.getloadavg()[0]:.1f}")
    for name in options.name or BENCHES:
        work = tempfile.mkdtemp(prefix="porch-bench.", dir=os.environ.get("PORCH_BENCH_DIR", "/var/tmp"))
        try:
            BENCHES[name](work, options.runs)
        finally:
            shutil.rmtree(work, ignore_errors=True)
    print(f"\n{len(FAILURES)} figures below the floor")
    return 1 if FAILURES else 0


if __name__ == "__main__":
    sys.exit(main())
