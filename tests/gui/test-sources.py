#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Dropped on Ben's card from whatever else is installed: files from Nautilus and PCManFM (test-scenario.py has Thunar), a link and a picture
from Firefox. Each is optional; where none is there the test is skipped. ./dev setup installs none of them."""
import os
import shutil
import sys
import time

from people import Lan, Person, digests, need_desktop, put_files, skip, wait_for

PICTURES = os.environ.get("PORCH_PICTURES")     # a folder: pictures of each step are kept there
PAGE = """<!DOCTYPE html><title>Holiday</title><body style="margin:0"><a href="https://example.org/holiday" style="display:block;
height:150px;font:60px sans-serif">The way there</a><img src="photo.png" width="300" height="200">"""



def take(ben, name):
    wait_for("the request at Ben", lambda: [o for o in ben.porch("offers") if o["state"] == "pending" and o["names"] == [name]], 30)
    ben.porch("accept", [o for o in ben.porch("offers") if o["state"] == "pending" and o["names"] == [name]][0]["id"])
    wait_for(name, lambda: os.path.exists(os.path.join(ben.home, "Downloads", name)), 30)
    os.unlink(os.path.join(ben.home, "Downloads", name))


def pcmanfm(ada, ben, folder):
    """Its icons are at fixed places: Album, photo.png, report.txt."""
    ada.file_manager("pcmanfm", folder)
    ada.drag_file((395, 95), ada.where("button", "^Ben’s Desktop$"))
    ada.see("label", "^Waiting for Ben to accept")
    take(ben, "report.txt")
    ada.end_file_manager()


def nautilus(ada, ben, folder):
    """It tells readers of the screen what it shows."""
    ada.file_manager("nautilus", folder)
    at = ada.place_in("org.gnome.Nautilus", "^report.txt", os.path.basename(folder))
    ada.drag_from(at, ada.where("button", "^Ben’s Desktop$"))
    ada.see("label", "^Waiting for Ben to accept")
    take(ben, "report.txt")
    ada.end_file_manager()


def firefox(ada, ben, folder):
    """A link becomes a text, which is looked at before it goes."""
    with open(folder + "/page.html", "w") as f:
        f.write(PAGE)
    ada.browser(["firefox-esr", "--new-instance", "--profile", ada.desktop + "/firefox", "file://%s/page.html" % folder], "^Holiday")
    corner = ada.browser_page()
    ada.drag_from([corner[0] + 120, corner[1] + 40], ada.where("button", "^Ben’s Desktop$"))
    ada.dialog("^Send a Text$")
    ada.picture("link")
    ada.key("ctrl+Return")
    ada.no_dialog("^Send a Text$")
    wait_for("the link", lambda: [o for o in ben.porch("offers") if o.get("text") == "https://example.org/holiday"], 20)
    ada.drag_from([corner[0] + 150, corner[1] + 250], ada.where("button", "^Ben’s Desktop$"))
    time.sleep(2)
    ada.picture("image")
    take(ben, "photo.png")
    ada.end_file_manager()


def main():
    need_desktop()
    sources = [s for s in ((pcmanfm, "pcmanfm"), (nautilus, "nautilus"), (firefox, "firefox-esr")) if shutil.which(s[1])]
    if len(sys.argv) > 1:
        sources = [s for s in sources if s[1] in sys.argv[1:]]
    if not sources:
        skip("neither pcmanfm, nautilus nor firefox-esr is installed")
    with Lan(2) as lan:
        ada = Person(lan.peers[0], "Ada’s Laptop", PICTURES)
        ben = lan.peers[1]
        folder = put_files(ada, "Stuff", {"Album/1.jpg": 3000, "report.txt": 400})
        shutil.copy(os.path.join(os.path.dirname(__file__), "../../data/screenshots/nearby.png"), folder + "/photo.png")
        os.makedirs(ada.desktop + "/firefox", exist_ok=True)
        ada.debug = ""                  # see DROPS in agent.py
        try:
            ben.start(name="Ben’s Desktop")
            ada.start("1600x800")
            ada.see("button", "^Ben’s Desktop$", timeout=30)
            wait_for("Ben to see Ada", lambda: ben.porch("trust", ada.porch("status")["id"], check=False).returncode == 0, 30)
            ada.porch("trust", ben.id)
            ada.place("^Porch$", 700, 60)
            for source, name in sources:
                source(ada, ben, folder)
                print("ok: " + name)
        except BaseException:
            ada.tell()
            raise
        finally:
            ada.end()
    print("done")


if __name__ == "__main__":
    main()
