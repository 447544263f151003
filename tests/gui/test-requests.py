#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The strip of requests in Mia's real window, while real devices around her send things: what a stranger wrote is folded, one request for each
of them and five in all, silence after a no, Block and its undo; texts with links; long and right-to-left names leave the answers in sight;
several at once by mouse and by keyboard alone; who bears a trusted name without its key; always accepting after the second yes."""
import os
import time

from people import Lan, Person, digests, need_desktop, wait_for

PICTURES = os.environ.get("PORCH_PICTURES")     # a folder: pictures of each step are kept there
PHOTOS = ["IMG_2041.jpg", "IMG_2042.jpg", "IMG_2043.jpg"]
NAMES = ["Emre’s Laptop", "مكتبة الحي", "🐙" * 15, "W" * 63, "Reading Room", "Late Comer"]


def put(peer, *names):
    for name in names:
        with open(os.path.join(peer.home, name), "w") as f:
            f.write("photo of " + peer.name)
    peer.own(peer.home)
    return [os.path.join(peer.home, name) for name in names]


def wait_peer(peer):
    wait_for("Mia to be seen", lambda: [p for p in peer.porch("peers") if p["name"] == "Mia’s Laptop" and p["online"]], 30)


def send(peer, *names):
    return peer.porch("send", "Mia’s Laptop", *put(peer, *names), "--detach")


def send_text(peer, text):
    peer.porch("send", "Mia’s Laptop", "--text", text, "--detach")


def rows(mia):
    return [n for n in mia.all("label", "wants to send you|sent you a text|Not the .* you trust")]


def stranger(mia, emre):
    """Folded names, Block beside Decline, one request at a time, silence after a no."""
    send(emre, *PHOTOS)
    mia.see("label", "^Emre’s Laptop wants to send you 3 photos$", timeout=30)
    mia.see("label", r"not trusted yet · code [0-9]{3} [0-9]{3}$")
    assert not mia.all("label", "IMG_2041"), "the names of a stranger's files are shown"
    mia.picture("stranger")
    mia.click(None, "^Show$")
    mia.see("label", "IMG_2041.jpg\nIMG_2042.jpg\nIMG_2043.jpg")
    mia.picture("stranger-unfolded")
    send(emre, "second.txt")
    time.sleep(3)
    assert len(rows(mia)) == 1, rows(mia)
    assert not [f for f in mia.focused() if f[1] in ("Accept", "Decline", "Block")], mia.focused()
    mia.click("button", "^Decline$")
    mia.gone("label", "wants to send you")
    time.sleep(4)                       # the second one comes now, and is not shown
    assert [o["state"] for o in mia.porch("offers")] and not rows(mia), rows(mia)


def block(mia, peer, name):
    send(peer, "spam.txt")
    mia.see("label", "wants to send you 1 file$", timeout=30)
    mia.click("button", "^Block$")
    mia.gone("label", "wants to send you 1 file$")
    mia.see("label", "%s is blocked$" % name)
    mia.picture("blocked")
    mia.click("button", "^Unblock$")
    mia.see("label", "is no longer blocked$")


def text(mia, peer):
    send_text(peer, "Tickets: https://bank.com@tickets.example/a")
    mia.see("label", "sent you a text$", timeout=30)
    assert not mia.all("label", "tickets"), "a stranger's text is shown"
    assert not mia.all("button", "^(Accept|Copy|Open Link)$")
    mia.click(None, "^Show$")
    mia.see("label", "^The link leads to tickets.example$")
    mia.see("button", "^Open Link$")
    mia.picture("text")
    mia.click("button", "^Copy$")
    mia.see("label", "^Text copied$")
    mia.click("button", "^Dismiss$")
    mia.gone("label", "sent you a text$")


def several(mia, peers):
    """Several wait; the answers of the first stay in sight at 860 and at 360 px."""
    for peer in peers:
        send(peer, "a.jpg", "b.jpg")
    wait_for("five requests", lambda: len(waiting(mia)) == 5, 40)
    time.sleep(1)
    mia.picture("several")
    frame = mia.do("dialog", "^Porch$")
    for size in ((860, 620), (360, 640)):
        mia.do("resize", *size)
        time.sleep(1)
        mia.picture("several-%d" % size[0])
        frame = mia.do("dialog", "^Porch$")
        for name in ("^Decline$", "^Accept$"):
            x, y = mia.do("middle", "button", name)
            assert frame[0] < x < frame[0] + frame[2] and frame[1] < y < frame[1] + frame[3], (size, name, x, y, frame)
    mia.do("resize", 860, 620)


def waiting(mia):
    return {o["id"] for o in mia.porch("offers") if o["state"] == "pending"}


def by_keyboard(mia):
    """Declines what is shown with the keyboard alone: Tab until Decline has it, then Space; the next press of Space answers nothing."""
    while rows(mia):
        before = waiting(mia)
        for _ in range(40):
            mia.key("Tab")
            if mia.do("focus_is", "button", "^Decline$"):
                break
        else:
            raise AssertionError("Decline can't be reached by Tab")
        mia.key("space")
        wait_for("it is declined", lambda: before - waiting(mia))
        mia.key("space")
        time.sleep(0.5)
        mia.key("Escape")               # whatever that opened
        mia.key("alt+Left")
        assert len(before - waiting(mia)) == 1, "a second press answered the next request"
    assert not digests(mia.downloads)


def false_friend(lan, mia, real, eve):
    """Eve bears the name of a trusted device."""
    send(eve, "a.jpg", "b.jpg")
    mia.see("label", "^Not the Emre you trust$", timeout=30)
    mia.see("label", "^Somebody else who uses this name wants to send you 2 photos$")
    assert not mia.all("label", "^Emre’s Laptop wants to send you")
    mia.picture("false")
    mia.click("button", "^Decline$")


def always(mia, emre):
    """What waited in silence is shown as soon as its sender is trusted; after the second yes the question comes."""
    for name in ("second.txt", "1.txt"):
        if name == "1.txt":
            send(emre, name)
        mia.see("label", "^Emre’s Laptop wants to send you “%s”$" % name, timeout=30)
        mia.click("button", "^Accept$")
        wait_for(name, lambda: name in digests(mia.downloads))
    mia.see("label", "^Always accept from Emre\\?$")
    mia.picture("always")
    mia.click("button", "^Always Accept$")
    mia.see("label", "up to 4 GB at a time$")
    send(emre, "3.txt")
    wait_for("3.txt", lambda: "3.txt" in digests(mia.downloads))


def main():
    need_desktop()
    if PICTURES:
        os.makedirs(PICTURES, exist_ok=True)
    started = time.monotonic()
    with Lan(8) as lan:
        mia = Person(lan.peers[0], "Mia’s Laptop", PICTURES)
        others = lan.peers[1:]
        try:
            for peer, name in zip(others, NAMES + ["Emre’s Laptop"]):
                peer.name = name
                if peer is not others[6]:
                    peer.start(name=name)
            mia.start()
            for peer in others[:6]:
                wait_peer(peer)
            stranger(mia, others[0])
            block(mia, others[4], "Reading Room")
            text(mia, others[5])
            several(mia, others[1:5])     # and the silent one
            by_keyboard(mia)
            mia.porch("trust", others[0].id)
            others[0].porch("trust", mia.porch("status")["id"])
            always(mia, others[0])
            others[6].start(name="Emre’s Laptop")
            wait_peer(others[6])
            false_friend(lan, mia, others[0], others[6])
            print("done in %.1f s" % (time.monotonic() - started))
        except BaseException:
            mia.tell()
            raise
        finally:
            mia.end()


if __name__ == "__main__":
    main()
