#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The doors of sending, from Ada's window to Ben, who has only a porchd: a text and a picture that were copied (by keyboard alone), files
dropped on a card and on a page from a real file manager, Open With with a file that can't be read; then what becomes of it: declined and
tried again, paused and resumed, shown, moved away, cleared."""
import os
import shutil
import subprocess
import time

from people import Lan, Person, digests, need_desktop, put_files, skip, wait_for

PICTURES = os.environ.get("PORCH_PICTURES")     # a folder: pictures of each step are kept there
FILES = {"Album/1.jpg": 30_000, "Album/2.jpg": 30_000, "big.mkv": 12_000_000, "report.txt": 400}
# Where Thunar, 640 × 480, has its first icons: it tells no reader of the screen.
ICONS = {"Album": (212, 145), "big.mkv": (290, 145), "report.txt": (368, 145)}


def offers(ben):
    return [o for o in ben.porch("offers") if o["state"] == "pending" and not o.get("text")]


def take(ben, accept=True):
    wait_for("the request at Ben", lambda: offers(ben), 30)
    ben.porch("accept" if accept else "decline", offers(ben)[0]["id"])


def tick_ben(ada):
    """In the sheet, by keyboard alone."""
    while ["check box", "Ben’s Desktop"] not in ada.focused():
        ada.key("Tab")
    ada.key("space")


def paste_text(ada, ben):
    ada.copy("Dinner at <b>eight</b>?")
    ada.key("ctrl+v")
    ada.dialog("^Send a Text$")
    ada.picture("text")
    tick_ben(ada)
    ada.key("ctrl+Return")
    ada.no_dialog("^Send a Text$")
    wait_for("the text at Ben", lambda: [o for o in ben.porch("offers") if o.get("text") == "Dinner at <b>eight</b>?"], 20)


def long_text(ada):
    """What is too long for a request becomes a file, and is said to."""
    ada.copy("Once upon a time\n" * 300)
    ada.key("ctrl+v")
    ada.dialog("^Send$")
    ada.see("label", r"^“Text 20.*\.txt”$")
    ada.key("Escape")
    ada.no_dialog("^Send$")
    wait_for("the window to have the keys again", lambda: ada.active() == "Porch")
    ada.copy("once upon a time\n" * 240)
    ada.key("ctrl+v")
    ada.dialog("^Send a Text$")
    ada.see(None, "^Text to send$")
    while not ada.focus_is(None, "^Text to send$"):
        ada.key("Tab")
    ada.text("and more of it, and more")
    ada.see(None, "^A text this long is sent as a file\\.$")
    ada.key("Escape")
    ada.no_dialog("^Send a Text$")
    wait_for("the window to have the keys again", lambda: ada.active() == "Porch")


def paste_picture(ada, ben, png):
    ada.copy(png, "image/png")
    ada.key("ctrl+v")
    ada.dialog("^Send$")
    ada.see("label", r"^“Picture 20.*\.png”$")
    ada.picture("picture")
    tick_ben(ada)
    ada.key("ctrl+Return")
    ada.see("label", "^Waiting for Ben to accept$")
    take(ben)
    with open(png, "rb") as f:
        sent = f.read()
    wait_for("the picture", lambda: [n for n in os.listdir(ben.home + "/Downloads") if n.startswith("Picture 20")], 20)
    name = [n for n in os.listdir(ben.home + "/Downloads") if n.startswith("Picture 20")][0]
    with open(os.path.join(ben.home, "Downloads", name), "rb") as f:
        assert f.read() == sent, "not the picture that was copied"


def drop(ada, ben, folder):
    ada.file_manager("thunar", folder)
    ada.place("^Porch$", 660, 60)
    card = ada.where("button", "^Ben’s Desktop$")
    ada.drag_file(ICONS["Album"], card, "hover" if PICTURES else None)
    if PICTURES:
        shutil.copy(ada.desktop + "/hover.png", PICTURES)
    ada.see("label", "^Waiting for Ben to accept$")
    take(ben)
    wanted = {"Album/" + k: v for k, v in digests(folder + "/Album").items()}
    wait_for("the folder", lambda: wanted.items() <= digests(ben.home + "/Downloads").items(), 30)
    # Anywhere on Ben's page.
    ada.click("button", "^Ben’s Desktop$")
    ada.see("button", "^Send Files…$")
    ada.drag_file(ICONS["report.txt"], ada.where("button", "^Send Text…$"))
    take(ben)
    wait_for("the file", lambda: os.path.exists(ben.home + "/Downloads/report.txt"), 30)
    ada.click("button", "^Back$")               # the keys go to the file manager
    ada.see("button", "^Visible$")
    # Beside the cards: for whom?
    ada.drag_file(ICONS["report.txt"], ada.where("label", "^You are “Ada’s Laptop”$"))
    ada.dialog("^Send$")
    ada.see("label", "^“report.txt”$")
    ada.key("Escape")
    ada.no_dialog("^Send$")
    ada.end_file_manager()
    ada.place("^Porch$", 80, 60)


def open_with(ada, folder):
    """As "Open With" does: another start of the program, with addresses of files."""
    ada.run_window(["file://%s/secret.txt" % folder, "file://%s/gone.txt" % folder, "file://%s/report.txt" % folder])
    ada.dialog("^Send$")
    ada.see(None, "“secret.txt” can’t be read: you may not open it.")
    ada.see(None, "“gone.txt” is no longer there: it was moved or deleted.")
    ada.see("label", "^“report.txt”$")
    ada.picture("trouble")
    ada.key("Escape")
    ada.no_dialog("^Send$")
    ada.run_window(["%s/secret.txt" % folder])
    ada.see("label", "^Nothing to send$")
    ada.click("check box", "^Ben’s Desktop$")
    ada.click("button", "^Send$")               # does nothing: it is not to be pressed
    ada.see("label", "^Nothing to send$")
    ada.key("Escape")
    ada.no_dialog("^Send$")


def again(ada, ben, folder):
    ada.run_window([folder + "/big.mkv"])
    ada.dialog("^Send$")
    tick_ben(ada)
    ada.key("ctrl+Return")
    take(ben, accept=False)
    ada.key("alt+3")
    ada.see("label", "^To Ben’s Desktop · declined$")
    ada.picture("declined")
    ada.click("button", "^Try Again$")
    ada.gone("label", "^To Ben’s Desktop · declined$")
    take(ben)
    ada.click("button", "^Pause$")
    ada.see("label", "^To Ben’s Desktop · paused ")
    ada.picture("paused")
    ada.key("space")                            # the same button has the keys, and resumes now
    ada.gone("label", "^To Ben’s Desktop · paused ")
    wait_for("the film", lambda: digests(ben.home + "/Downloads").get("big.mkv") == digests(folder)["big.mkv"], 60)
    ada.see("label", "^To Ben’s Desktop · 12 MB · ", timeout=30)


def moved(ada, ben, folder):
    """What Ada got is opened and shown until it is moved away; then the row says so."""
    ben.porch("send", "Ada’s Laptop", ben.home + "/Downloads/report.txt", "--detach")
    ada.click("button", "^Accept$")
    ada.see("label", "^From Ben’s Desktop · 400 bytes · ", timeout=30)
    ada.click("button", "^Show$")
    assert [os.path.basename(u) for u in ada.asked_to_show()] == ["report.txt"]
    ada.see("button", "^Open$")
    os.rename(ada.downloads + "/report.txt", ada.downloads + "/elsewhere.txt")
    ada.key("alt+1")
    ada.key("alt+3")
    ada.see("label", "^From Ben’s Desktop · .* · moved or deleted since$")
    ada.gone("button", "^Show$")
    ada.picture("moved")
    ada.resize(360, 640)
    ada.picture("moved-narrow")
    ada.resize(860, 620)
    ada.click("button", "^Clear All$")
    ada.see("label", "^Nothing Sent or Received Yet$")


def main():
    need_desktop()
    for tool in ("thunar", "xclip", "convert"):
        if not shutil.which(tool):
            skip(tool + " is not installed")
    if PICTURES:
        os.makedirs(PICTURES, exist_ok=True)
    started = time.monotonic()
    with Lan(2, "rate=16") as lan:
        ada = Person(lan.peers[0], "Ada’s Laptop", PICTURES)
        ben = lan.peers[1]
        try:
            folder = put_files(ada, "Stuff", FILES)
            png = os.path.join(ada.peer.home, "copied.png")
            subprocess.run(["convert", "-size", "64x48", "gradient:red-blue", png], check=True)
            with open(folder + "/.hidden", "w"):
                pass
            ben.start(name="Ben’s Desktop")
            ada.debug = ""              # see DROPS in agent.py
            ada.start("1600x800")
            ada.see("button", "^Ben’s Desktop$", timeout=30)
            wait_for("Ben to see Ada", lambda: ben.porch("trust", ada.porch("status")["id"], check=False).returncode == 0, 30)
            ada.porch("trust", ben.id)
            ada.see("label", "^Trusted( · [0-9]+ folders?)?$")
            paste_text(ada, ben)
            long_text(ada)
            paste_picture(ada, ben, png)
            drop(ada, ben, folder)
            with open(folder + "/secret.txt", "w") as f:
                f.write("x")
            os.chmod(folder + "/secret.txt", 0)
            open_with(ada, folder)
            again(ada, ben, folder)
            moved(ada, ben, folder)
        except BaseException:
            ada.tell()
            raise
        finally:
            ada.end()
    print("done in %.1f s" % (time.monotonic() - started))


if __name__ == "__main__":
    main()
