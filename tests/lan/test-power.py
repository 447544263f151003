#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Power cuts: the taker's disk is an ext4 image that is copied at random moments of a transfer. Each copy is mounted as after a power
cut and porchd starts on it under another boot id: nothing that is reported as done is wrong, no large file under its final name
is wrong, and the transfer ends whole. An strace run shows the order write, sync, rename, commit."""
import os, random, re, shutil, signal, subprocess, sys, time, uuid
from neighbours import Lan, USER, skip, wait
from importlib import import_module

fetch = import_module("test-fetch")
CUTS = int(os.environ.get("PORCH_TEST_CUTS", 3))
DONE = ("done",)


def as_home(peer, image):
    """Mounts the image as the peer's home, in the peer's own mount namespace; with a boot id of its own."""
    init = open(os.path.join(peer.folder, "init")).read().strip()
    boot = os.path.join(peer.folder, "boot_id")
    with open(boot, "w") as f:
        f.write(str(uuid.uuid4()) + "\n")
    enter = ["nsenter", "-t", init, "-m", "-p", "--"]
    subprocess.run([*enter, "umount", peer.home], capture_output=True)
    subprocess.run([*enter, "umount", "/proc/sys/kernel/random/boot_id"], capture_output=True)
    r = subprocess.run([*enter, "mount", "-o", "loop,commit=1", image, peer.home], capture_output=True, text=True)
    if r.returncode:
        skip("this machine lets nobody mount a loop device: " + r.stderr)
    subprocess.run([*enter, "mount", "--bind", boot, "/proc/sys/kernel/random/boot_id"], check=True)


def make_image(path, owner):
    with open(path, "wb") as f:
        f.truncate(400 << 20)
    subprocess.run(["mkfs.ext4", "-q", "-E", "root_owner=%d:%d" % (owner, owner), path], check=True)


def view(ben):
    return ben.view(ben.home)


def prepare(ben):
    root = view(ben)
    for d in ("Downloads", ".config", "run"):
        os.makedirs(os.path.join(root, d), exist_ok=True)
    subprocess.run(["chown", "-R", "%d:%d" % (USER, USER), root], check=True)
    os.chmod(os.path.join(root, "run"), 0o700)


def check_published(ben, source, when):
    """What has its final name and is large is whole: it was synced before it got the name."""
    n = 0
    for name in os.listdir(source):
        got = os.path.join(view(ben), "Downloads", "Stuff", name)
        if os.path.exists(got) and os.path.getsize(source + "/" + name) >= 4 << 20:
            assert fetch.sha(got) == fetch.sha(source + "/" + name), "%s: %s is wrong under its final name" % (when, name)
            n += 1
    return n


def main():
    with Lan(2, "rate=100") as lan:
        ada, ben = lan.peers
        stuff = os.path.join(ada.home, "Stuff")
        os.makedirs(stuff)
        for i in range(4):
            fetch.make_big("%s/large%d.bin" % (stuff, i), 24 << 20)
        for i in range(300):
            with open("%s/small%03d.txt" % (stuff, i), "wb") as f:
                f.write(os.urandom(2000 + i))
        ada.own(ada.home)
        want = fetch.tree(stuff)
        work = lan.state + "/disk.img"
        make_image(work, USER)
        as_home(ben, work)
        prepare(ben)
        ada.start("Ada"), ben.start("Ben")
        wait("Ben sees Ada", lambda: ben.sees(ada))
        ada.porch("share", "add", stuff, "--name", "Stuff", "--audience", "everyone")
        trace = subprocess.Popen(["strace", "-f", "-y", "-qq", "-s", "0", "-o", lan.state + "/trace", "-e",
                                  "trace=pwrite64,fdatasync,fsync,renameat2,syncfs", "-p", str(ben.pid())]) if shutil.which("strace") else None
        time.sleep(0.5)
        ben.porch("get", "Ada:Stuff", "--detach")
        copies = []
        rng = random.Random(47317)
        for i in range(CUTS):
            time.sleep(rng.uniform(1, 3))
            copy = "%s/cut%d.img" % (lan.state, i)
            subprocess.run(["cp", "--sparse=always", work, copy], check=True)
            copies.append(copy)
        wait("done", lambda: all(t["state"] == "done" for t in ben.porch("transfers")), 120)
        if trace:
            trace.send_signal(signal.SIGINT)
            trace.wait(10)
            order(lan.state + "/trace")
        fetch.same("the transfer itself", fetch.tree(view(ben) + "/Downloads/Stuff"), want)
        ben.stop()
        ben.bus.kill(), ben.bus.wait()
        begun = 0
        for i, copy in enumerate(copies):
            as_home(ben, copy)
            prepare(ben)
            whole = check_published(ben, stuff, "cut %d" % i)
            ben.bus = None
            ben.start("Ben")
            first = ben.porch("transfers")
            for t in first:
                if t["state"] in DONE:
                    fetch.same("cut %d: reported as done" % i, fetch.tree(view(ben) + "/Downloads/Stuff"), want)
            begun += bool(first)
            if not first:
                # cut before the transfer was on disk at all: nothing is claimed, nothing is there
                print("ok   cut %d came before the transfer was written down" % i)
            else:
                wait("cut %d ends whole" % i, lambda: all(t["state"] == "done" for t in ben.porch("transfers")), 120)
                folders = [f for f in os.listdir(view(ben) + "/Downloads") if f.startswith("Stuff")]
                assert folders == ["Stuff"], folders
                fetch.same("cut %d: %s then, %d large files whole; at the end" % (i, first[0]["state"], whole),
                           fetch.tree(view(ben) + "/Downloads/Stuff"), want)
            ben.stop()
            ben.bus.kill(), ben.bus.wait()
        assert begun, "no cut came in the middle of the transfer: the test showed nothing"


def order(path):
    """For every large file: its last write, then fdatasync, then rename, then the commit to the database."""
    writes, syncs, renames, commits = {}, {}, {}, []
    for n, line in enumerate(open(path, errors="replace")):
        m = re.search(r"pwrite64\(\d+<([^>]*)>", line)
        if m and "/.porch-" in m.group(1):
            writes[os.path.basename(m.group(1))] = n
        elif m and m.group(1).endswith("porch.db-wal"):
            commits.append(n)
        m = re.search(r"f(?:data)?sync\(\d+<[^>]*/(\.porch-[0-9a-f]{16})>", line)
        if m:
            syncs.setdefault(m.group(1), []).append(n)
        m = re.search(r'renameat2\(.*"(\.porch-[0-9a-f]{16})"', line) or re.search(r"renameat2\(.*(\.porch-[0-9a-f]{16})", line)
        if m:
            renames[m.group(1)] = n
    seen = 0
    for name, when in renames.items():
        if name not in syncs:
            continue            # a small one: behind the syncfs of settling
        assert writes[name] < max(s for s in syncs[name] if s < when), "%s was renamed before its last write was synced" % name
        assert any(c > when for c in commits), "%s: no commit after the rename" % name
        seen += 1
    assert seen >= 4, "only %d synced renames in the trace" % seen
    print("ok   write, sync, rename, commit in this order for %d large files" % seen)


if __name__ == "__main__":
    main()
    print("1 passed, 0 failed")
