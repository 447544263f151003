#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Two people whose Porch is the Flatpak. Ada shares a folder through the chooser's portal, Ben fetches it and sends her something, her
background service and the portals start again; and what the sandbox forbids is forbidden. Whatever arrived is looked at from outside."""
import hashlib
import os
import signal
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from sandbox import APP, SandboxPerson  # noqa: E402
from people import Lan, digests, need_desktop, put_files, wait_for  # noqa: E402

PICTURES = os.environ.get("PORCH_PICTURES")
FILMS = {"holiday.mkv": 3_000_000, "Crete/beach.jpg": 400_000, "Read me.txt": 20, "Empty.txt": 0}


def sha(path):
    with open(path, "rb") as f:
        return hashlib.sha256(f.read()).hexdigest()


def flatpak(person, *argv, check=True):
    """The flatpak command on the person's desktop; its output."""
    return person.do("run", ["flatpak", *argv], check=check)


def test_the_service_is_the_flatpak(ada, ben):
    for person in (ada, ben):
        status = person.porch("status")
        assert status["sandbox"] == "flatpak", status
        assert status["confinement"].startswith("landlock") or not os.path.exists("/sys/kernel/security/landlock"), status
        # A real folder, not one of the sandbox's own memory.
        assert status["shown_download_folder"] == person.home + "/Downloads", status
    assert "(Flatpak)" in flatpak(ada, "run", "--user", "--command=porch", APP, "status")


def test_they_see_each_other(ada, ben):
    for person, other in ((ada, "Ben’s Desktop"), (ben, "Ada’s Laptop")):
        wait_for("%s to see %s" % (person.name, other), lambda: any(p["name"] == other and p["online"] for p in person.porch("peers")), 30)


def test_share_by_the_chooser(ada, ben):
    """The portal's dialog belongs to the desktop, not to the sandbox; what it gives stays given."""
    put_files(ada, "home/Films", FILMS)
    ada.open_window()
    ada.key("alt+2")
    ada.click("button", "^Add Folder…$")
    ada.choose_folder(ada.home + "/Films", "^Choose a Folder to Share$", "^Choose$")
    ada.see("label", "^Who may open “Films”\\?$")
    ada.picture("who")
    for _ in range(3):
        if ["list item", "Everyone on This Network"] not in ada.focused():
            ada.key("Down")
    ada.key("space")
    ada.click("button", "^Share$")
    ada.see("label", "^Films$")
    ada.picture("shared")
    share, = ada.porch("share", "list")
    assert share["audience"] == "everyone" and share["path"].startswith("/run/"), share
    # As a person knows it; what older portals don't tell is not made up.
    assert share["shown_path"] in (ada.home + "/Films", "Films"), share


def test_get(ada, ben):
    ben.porch("get", "Ada’s Laptop:Films")
    assert digests(ben.outside("Downloads/Films")) == digests(ada.outside("Films"))


def test_send(ada, ben):
    put_files(ben, "home/Downloads/To Ada", {"report.pdf": 2_000_000})
    sent = ben.outside("Downloads/To Ada/report.pdf")
    ben.porch("send", "--detach", "Ada’s Laptop", ben.home + "/Downloads/To Ada/report.pdf")
    ada.key("alt+1")
    ada.click("button", "^Accept$", timeout=30)
    got = ada.outside("Downloads/report.pdf")
    wait_for("the file in Ada's real folder of downloads", lambda: os.path.exists(got) and os.path.getsize(got) == 2_000_000, 30)
    assert sha(got) == sha(sent)
    ada.picture("received")


def test_restart(ada, ben):
    """The service and the portals end, as at a logout; what was chosen in the chooser may still be read, and is still shared."""
    for program in ("porchd", "xdg-document-portal"):
        for pid in ada.pids(program):
            os.kill(pid, signal.SIGTERM)
    wait_for("the service to end", lambda: not ada.pids("porchd"))
    status = ada.porch("status")
    assert status["sandbox"] == "flatpak"
    share, = ada.porch("share", "list")
    assert share["name"] == "Films" and share["state"] == "ok", share
    with open(ada.outside("Films/new.txt"), "w") as f:
        f.write("put there from outside, after the restart\n")
    wait_for("Ben to see the new file", lambda: "new.txt" in [row["name"] for row in ben.porch("ls", "Ada’s Laptop:Films")], 30)
    ben.porch("get", "Ada’s Laptop:Films/new.txt")
    assert sha(ben.outside("Downloads/new.txt")) == sha(ada.outside("Films/new.txt"))


def test_a_lost_grant_is_said(ada, ben):
    """The permission is taken back from outside: the share stays in the list and says so; others are told that it is not there."""
    share, = ada.porch("share", "list")
    document = share["path"].split("/doc/")[1].split("/")[0]
    flatpak(ada, "document-unexport", ada.home + "/Films")
    wait_for("the share to be lost: %s" % document, lambda: ada.porch("share", "list")[0]["state"] == "lost", 40)
    ada.key("alt+2")
    ada.see("label", "Films · Porch may no longer see it: choose it again$")
    ada.picture("lost")


def test_the_sandbox_is_real(ada, ben):
    """Negative control: what Porch was not given it can't reach, and says so instead of pretending."""
    with open(ben.outside("secret.txt"), "w") as f:
        f.write("not for Porch\n")
    inside = flatpak(ben, "run", "--user", "--command=sh", APP, "-c", "cat ~/secret.txt || echo hidden; unshare -U true || echo confined", check=False)
    assert "not for Porch" not in inside and "hidden" in inside and "confined" in inside, inside
    refused = ben.do("run", ["flatpak", "run", "--user", "--command=porch", APP, "get", "--to", "/home/home", "Ada’s Laptop:Films"], check=False)
    assert "would be lost" in refused, refused


def test_without_the_folder_of_downloads(ada, ben):
    """A person took the permission away, and there is no Avahi: what arrives lands where it lasts, by the responder of our own."""
    for pid in ben.pids("porchd"):
        os.kill(pid, signal.SIGTERM)
    wait_for("the service to end", lambda: not ben.pids("porchd"))
    ben.do("spawn", ["flatpak", "run", "--user", "--nofilesystem=xdg-download", "--system-no-talk-name=org.freedesktop.Avahi", "--command=porchd",
                     APP, "--name", "Ben’s Desktop", "--visibility", "visible"])
    wait_for("the service", lambda: ben.pids("porchd"))
    status = ben.porch("status")
    assert status["shown_download_folder"] == "%s/.var/app/%s/data/Downloads" % (ben.home, APP), status
    wait_for("the embedded responder", lambda: ben.porch("status")["discovery"] == "embedded", 30)
    wait_for("Ada to see Ben again", lambda: any(p["name"] == "Ben’s Desktop" and p["online"] for p in ada.porch("peers")), 30)
    wait_for("Ben to see Ada", lambda: any(p["name"] == "Ada’s Laptop" and p["online"] for p in ben.porch("peers")), 30)
    put_files(ada, "home/Downloads", {"from-ada.bin": 100_000})
    ada.porch("send", "--detach", "Ben’s Desktop", ada.home + "/Downloads/from-ada.bin")
    offer = wait_offer(ben)
    ben.porch("accept", offer)
    got = ben.outside(".var/app", APP, "data/Downloads/from-ada.bin")
    wait_for("the file outside of the sandbox", lambda: os.path.exists(got) and os.path.getsize(got) == 100_000, 30)
    assert sha(got) == sha(ada.outside("Downloads/from-ada.bin"))


def wait_offer(person):
    wait_for("an offer", lambda: person.porch("offers"), 30)
    return person.porch("offers")[0]["id"]


TESTS = [test_the_service_is_the_flatpak, test_they_see_each_other, test_share_by_the_chooser, test_get, test_send, test_restart,
         test_the_sandbox_is_real, test_without_the_folder_of_downloads, test_a_lost_grant_is_said]


def main():
    passed = failed = 0
    need_desktop()
    with Lan(2) as lan:
        ada, ben = SandboxPerson(lan.peers[0], "Ada’s Laptop", PICTURES), SandboxPerson(lan.peers[1], "Ben’s Desktop", PICTURES)
        try:
            ada.desk()
            ben.desk()
            for person in (ada, ben):
                person.name_it()
            for test in TESTS:
                began = time.monotonic()
                try:
                    test(ada, ben)
                except Exception as error:      # the next ones may still tell something
                    failed += 1
                    print("not ok %s: %s" % (test.__name__, error), flush=True)
                    ada.picture("failed-" + test.__name__)
                else:
                    passed += 1
                    print("ok %s (%.1f s)" % (test.__name__, time.monotonic() - began), flush=True)
            if failed:
                ada.tell()
                ben.tell()
        finally:
            for person in (ada, ben):
                person.end()
    print("%d passed, %d failed" % (passed, failed))
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
