#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The shipped unit, started by a real systemd user manager with all its walls: it is ready when its bus name is there, shares a folder,
receives what is sent, comes back after a crash with everything it knew, and leaves in order."""
import os
import subprocess
import sys
import time

from neighbours import BUILD, HERE, USER, Lan, skip, wait

UNIT = os.path.join(HERE, "../../data/porchd.service.in")


def systemctl(peer, *argv, check=True):
    return peer.run("systemctl", "--user", *argv, check=check).stdout.strip()


def begin(lan, peer):
    """The manager, and the unit as it is installed, but for where porchd lies."""
    folder = peer.view(peer.home + "/.config/systemd/user")
    os.makedirs(folder, exist_ok=True)
    with open(UNIT) as template, open(folder + "/porchd.service", "w") as unit:
        unit.write(template.read().replace("@libexecdir@", BUILD + "/src/daemon"))
    os.makedirs(peer.view(peer.home + "/run"), 0o700, exist_ok=True)
    peer.own(peer.view(peer.home))
    env = ["%s=%s" % kv for kv in peer.environment().items() if kv[1] and kv[0] != "DBUS_SESSION_BUS_ADDRESS"]
    lan("bg", peer.host, "manager", os.path.join(HERE, "with-user-manager"), "porch-" + lan.name, USER, *env)

    def up():
        return systemctl(peer, "is-system-running", check=False) in ("running", "degraded")
    try:
        wait("the user manager", up, 20)
    except AssertionError:
        skip("no systemd user manager here: " + open(os.path.join(peer.folder, "manager.log")).read()[-300:])


def main_pid(peer):
    return int(systemctl(peer, "show", "porchd", "-p", "MainPID", "--value"))


def runs(peer):
    pid = main_pid(peer)
    status = peer.run("cat", "/proc/%d/status" % pid).stdout
    assert "NoNewPrivs:\t1" in status and "Seccomp:\t2" in status, status
    assert peer.porch("status")["confinement"].startswith("landlock") or not os.path.exists("/sys/kernel/security/landlock")
    return pid


def shares_and_receives(ada, ben):
    films = ada.view(ada.home + "/Films")
    os.makedirs(films)
    with open(films + "/one.txt", "w") as f:
        f.write("one\n" * 100000)
    ada.own(films)
    ada.porch("share", "add", ada.home + "/Films", "--audience", "everyone")
    wait("Ben to see Ada", lambda: ben.sees(ada))
    ben.porch("get", ada.id + ":Films/one.txt")
    got = ben.view(ben.home + "/Downloads/one.txt")
    assert open(got).read() == "one\n" * 100000
    letter = ben.view(ben.home + "/letter.txt")
    with open(letter, "w") as f:
        f.write("hello")
    ben.own(letter)
    ben.porch("send", ada.id, ben.home + "/letter.txt", "--detach")
    offer = wait("the letter", lambda: ada.porch("offers"))[0]
    ada.porch("accept", offer["id"])
    wait("the letter here", lambda: os.path.exists(ada.view(ada.home + "/Downloads/letter.txt")))
    assert open(ada.view(ada.home + "/Downloads/letter.txt")).read() == "hello"
    print("ok: under the unit's walls a folder is shared and a file received")


def comes_back(ada, ben, pid):
    ada.run("kill", "-KILL", str(pid))
    wait("it to come back", lambda: systemctl(ada, "is-active", "porchd", check=False) == "active" and main_pid(ada) not in (0, pid), 20)
    assert [s["name"] for s in ada.porch("share", "list")] == ["Films"]
    systemctl(ada, "stop", "porchd")
    assert systemctl(ada, "show", "porchd", "-p", "Result", "--value") == "success"
    wait("Ben to miss Ada", lambda: not ben.sees(ada))
    print("ok: it comes back after a crash, and leaves in order")


def sweep(name):
    """The control group, where it was made."""
    for top in ("/sys/fs/cgroup/unified/", "/sys/fs/cgroup/"):
        if os.path.isdir(top + name):
            subprocess.run(["find", top + name, "-depth", "-type", "d", "-exec", "rmdir", "{}", ";"], capture_output=True)


def main():
    if not os.path.exists("/lib/systemd/systemd"):
        skip("systemd is not installed")
    lan = Lan(2)
    try:
        with lan:
            ada, ben = lan.peers
            begin(lan, ada)
            ben.start("Ben", "avahi")
            started = time.monotonic()
            systemctl(ada, "start", "porchd")   # returns when READY=1 came
            print("ok: started and ready after %.2f s" % (time.monotonic() - started))
            pid = runs(ada)
            ada.porch("visibility", "visible")
            shares_and_receives(ada, ben)
            comes_back(ada, ben, pid)
            systemctl(ada, "exit", check=False)
    finally:
        time.sleep(0.5)
        sweep("porch-" + lan.name)


if __name__ == "__main__":
    sys.exit(main())
