#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Three peers (system Avahi, embedded responder, added by address) share and fetch a real tree and a large file; every name, time
and byte is compared. A stranger does not learn that a folder for trusted devices exists. Sends are accepted, declined, and
delivered from behind a firewall that lets nothing in."""
import hashlib, os, shutil, subprocess, sys, time
from neighbours import Lan, wait

# In MiB. CI has less, for its disk and its time; so has a machine without room for the file three times.
ROOM = shutil.disk_usage("/tmp").free >> 20
SIZE = int(os.environ.get("PORCH_TEST_BIG", 512 if os.environ.get("CI") or ROOM < 8192 else 2048)) << 20


def tree(root):
    """Every file and folder below root: path → (kind, size, mtime in ns of files, sha256)."""
    out = {}
    for folder, folders, files in os.walk(root):
        for f in folders:
            p = os.path.join(folder, f)
            if not os.path.islink(p):
                out[os.path.relpath(p, root)] = ("d",)
        for f in files:
            p = os.path.join(folder, f)
            if os.path.islink(p):
                continue
            st = os.stat(p)
            with open(p, "rb") as fd:
                out[os.path.relpath(p, root)] = ("f", st.st_size, st.st_mtime_ns, hashlib.file_digest(fd, "sha256").hexdigest()
                                                 if hasattr(hashlib, "file_digest") else sha(p))
    return out


def sha(path):
    h = hashlib.sha256()
    with open(path, "rb") as f:
        while (b := f.read(1 << 20)):
            h.update(b)
    return h.hexdigest()


def make_big(path, size):
    block = os.urandom(1 << 20)
    with open(path, "wb") as f:
        for i in range(size >> 20):
            f.write(i.to_bytes(8, "big") + block[8:])


def same(name, got, want):
    missing = sorted(set(want) - set(got))
    extra = sorted(set(got) - set(want))
    differ = sorted(k for k in want if k in got and got[k] != want[k])
    assert not (missing or extra or differ), "%s: missing %s extra %s differ %s" % (
        name, missing[:5], extra[:5], [(k, want[k], got[k]) for k in differ[:3]])
    print("ok   %s: %d entries are equal" % (name, len(want)))


def main():
    with Lan(3) as lan:
        ada, ben, eve = lan.peers
        lan("avahi", "peer2", "stop")
        docs = os.path.join(ada.home, "Documents")
        os.makedirs(docs)
        # a real tree; copied so that the plain user may read it whole
        subprocess.run(["cp", "-a", "/usr/share/doc/.", docs], check=True)
        os.makedirs(docs + "/an empty folder/inside")
        films = os.path.join(ada.home, "Films")
        os.makedirs(films)
        make_big(films + "/holiday.mkv", SIZE)
        ada.own(ada.home)

        ada.start("Ada"), ben.start("Ben", "embedded"), eve.start("Eve", "off")
        wait("Ben sees Ada", lambda: ben.sees(ada)), wait("Ada sees Ben", lambda: ada.sees(ben))
        assert not eve.porch("peers"), "discovery is off, and yet Eve sees somebody"
        eve.porch("connect", ada.address)
        wait("Eve sees Ada by address", lambda: eve.sees(ada))
        print("ok   seen by Avahi, by the embedded responder and by address")

        ada.porch("share", "add", docs, "--name", "Documents", "--audience", "everyone")
        ada.porch("share", "add", films, "--name", "Films", "--audience", "trusted")
        for who in (ben, eve):
            names = [s["name"] for s in who.porch("ls", "Ada")]
            assert names == ["Documents"], names
        secret = ben.porch("ls", "Ada:Films", check=False)
        nothing = ben.porch("ls", "Ada:Nothing", check=False)
        assert secret.returncode == nothing.returncode != 0, (secret, nothing)
        assert secret.stderr.replace("Films", "X") == nothing.stderr.replace("Nothing", "X"), (secret.stderr, nothing.stderr)
        print("ok   a stranger learns nothing of a folder for trusted devices")
        # each look is two connections: those that ended must not count against the next ones
        for _ in range(25):
            ben.porch("ls", "Ada:Documents/adduser")
        print("ok   25 looks in a row, no connection is left over")

        for who in (ben, eve):
            began = time.monotonic()
            who.porch("get", "Ada:Documents", "--sync", timeout=300)
            print("     %s fetched in %.1f s" % (who.host, time.monotonic() - began))
            same("the tree at " + who.host, tree(who.home + "/Downloads/Documents"), tree(docs))

        ada.porch("trust", ben.id), ben.porch("trust", ada.id)
        began = time.monotonic()
        ben.porch("get", "Ada:Films/holiday.mkv", timeout=300)
        got = ben.home + "/Downloads/holiday.mkv"
        print("     %d MiB in %.1f s" % (SIZE >> 20, time.monotonic() - began))
        assert sha(got) == sha(films + "/holiday.mkv")
        assert os.stat(got).st_mtime_ns == os.stat(films + "/holiday.mkv").st_mtime_ns
        # again: a clash gets a number, and what was there stays
        before = os.stat(got)
        ben.porch("get", "Ada:Documents/adduser", timeout=60)
        ben.porch("get", "Ada:Documents/adduser", timeout=60)
        assert os.path.isdir(ben.home + "/Downloads/adduser (1)"), os.listdir(ben.home + "/Downloads")
        assert os.stat(got).st_ino == before.st_ino
        print("ok   the large file is equal; a clash gets a number")
        sends(lan, ada, ben)


def offer(peer):
    return wait("an offer at " + peer.host, lambda: [o for o in peer.porch("offers") if o["state"] == "pending" and o["kind"] == "files"], 30)[0]


def sends(lan, ada, ben):
    photos = os.path.join(ada.home, "Photos")
    os.makedirs(photos + "/empty")
    for i in range(30):
        with open("%s/DSC_%04d.jpg" % (photos, i), "wb") as f:
            f.write(os.urandom(100_000 + i))
    ada.own(photos)
    for answer, code in (("accept", 0), ("decline", 3)):
        p = ada.porch_bg("send", "Ben", photos)
        o = offer(ben)
        before = os.listdir(ben.home + "/Downloads")
        assert "Photos" not in before if answer == "accept" else True
        ben.porch(answer, o["id"])
        out, err = p.communicate(timeout=60)
        assert p.returncode == code, (answer, p.returncode, out, err)
        if answer == "accept":
            wait("the photos", lambda: os.path.isdir(ben.home + "/Downloads/Photos"))
            wait("all is there", lambda: all(t["state"] == "done" for t in ben.porch("transfers")), 30)
            same("an accepted folder", tree(ben.home + "/Downloads/Photos"), tree(photos))
        else:
            assert os.listdir(ben.home + "/Downloads") == before
            print("ok   a declined send leaves nothing and tells the sender")
    p = ada.porch_bg("send", "Ben", "--text", "https://example.org/ is the address")
    o = wait("a text", lambda: [o for o in ben.porch("offers") if o["kind"] == "text"])[0]
    assert o["text"] == "https://example.org/ is the address", o
    assert p.wait(30) == 0
    print("ok   a text arrives by itself")

    # Ada's firewall lets nothing in that she did not ask for
    lan("exec", "peer1", "nft", "add table inet wall; add chain inet wall in { type filter hook input priority 0; policy drop; }; "
        "add rule inet wall in ct state established,related accept; add rule inet wall in iif lo accept; "
        "add rule inet wall in icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert } accept")
    shut = os.path.join(ada.home, "Behind the wall")
    os.makedirs(shut)
    make_big(shut + "/big.bin", 64 << 20)
    ada.own(shut)
    ada.porch("connect", ben.address)
    p = ada.porch_bg("send", "Ben", shut)
    o = offer(ben)
    ben.porch("accept", o["id"])
    out, err = p.communicate(timeout=90)
    assert p.returncode == 0, (p.returncode, out, err)
    wait("all is there", lambda: all(t["state"] in ("done", "declined") for t in ben.porch("transfers")), 60)
    same("a folder from behind a firewall", tree(ben.home + "/Downloads/Behind the wall"), tree(shut))


if __name__ == "__main__":
    main()
    print("1 passed, 0 failed")
