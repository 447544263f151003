#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Nearby and what belongs to it: several people selected and sent to, with the mouse, with Ctrl and a click, and by keyboard; the menu of a card; the search; preferences
that reach the service, and Start at Login; Someone Missing? with the facts; a device forgotten; visibility with its time."""
import os
import time

from people import Lan, Person, need_desktop, put_files, wait_for

PICTURES = os.environ.get("PORCH_PICTURES")


def offers(peer):
    return [o for o in peer.porch("offers") if o["state"] == "pending"]


def send_to_two(mia, others, folder):
    mia.choose_folder_contents(folder, "^Choose Files to Send$", "^Send$")
    for other in others:
        wait_for("%s to be asked" % other.host, lambda: offers(other))
        for offer in offers(other):
            other.porch("decline", offer["id"])
    mia.gone("label", "selected$")


def with_the_mouse(mia, ben, ada, folder):
    mia.click("check box", "^Select Ben’s Desktop$")
    mia.see("label", "^1 selected$")
    mia.click("button", "^Ada’s Laptop$")           # while somebody is selected, a click selects
    mia.see("label", "^2 selected$")
    mia.picture("selected")
    mia.click("button", "^Emre’s Tablet$")
    mia.click("button", "^Emre’s Tablet$")
    mia.see("label", "^2 selected$")
    mia.click("button", "^Send Files…$")
    send_to_two(mia, (ben, ada), folder)


def with_ctrl(mia, ben, ada, folder):
    """Ctrl and a click select, without opening anybody's page; the same again gives up."""
    mia.click("button", "^Ada’s Laptop$", held="ctrl")
    mia.see("label", "^1 selected$")
    mia.click("button", "^Emre’s Tablet$", held="ctrl")
    mia.click("button", "^Ben’s Desktop$", held="ctrl")
    mia.see("label", "^3 selected$")
    mia.click("button", "^Emre’s Tablet$", held="ctrl")
    mia.see("label", "^2 selected$")
    mia.see("label", "^You are “Mia’s Laptop”$")    # still on this page
    mia.click("button", "^Send Files…$")
    send_to_two(mia, (ben, ada), folder)


def go_to_card(mia, name):
    for _ in range(20):
        if ["button", name] in mia.focused():
            return
        mia.key("Tab")
    raise AssertionError("Tab does not reach %s: %s" % (name, mia.focused()))


def by_keyboard(mia, ben, ada, folder):
    mia.key("alt+1")
    go_to_card(mia, "Ada’s Laptop")
    mia.key("ctrl+space")
    mia.see("label", "^1 selected$")
    mia.key("Escape")
    mia.gone("label", "selected$")
    mia.key("ctrl+space", "Right", "space")
    mia.see("label", "^2 selected$")
    mia.key("alt+f")
    send_to_two(mia, (ben, ada), folder)
    go_to_card(mia, "Ada’s Laptop")
    mia.key("shift+F10")
    mia.see("menu item", "^Trust This Device…$")
    mia.picture("menu")
    mia.key("Escape")


def search(mia):
    """With the mouse; by typing; by Ctrl+F with nobody found."""
    mia.click("button", "^Search$")
    mia.text("desk")
    mia.see("list item", "^Ben’s Desktop$")
    mia.gone("list item", "^Ada’s Laptop$")
    mia.picture("search")
    mia.click("list item", "^Ben’s Desktop$")
    mia.see("label", "^Not trusted yet · on this network$")
    mia.key("alt+Left")
    mia.see("button", "^Ada’s Laptop$")
    mia.text("ada l")
    mia.see("list item", "^Ada’s Laptop$")
    mia.key("Return")
    mia.see("label", "^Not trusted yet · on this network$")
    mia.key("alt+Left")
    mia.key("ctrl+f")
    mia.text("zoe")
    mia.see("label", "^Nobody Found$")
    mia.picture("nobody-found")
    mia.key("Escape")
    mia.see("button", "^Ada’s Laptop$")


def tab_to(mia, name):
    for _ in range(20):
        if ["spin button", name] in mia.focused():
            return
        mia.key("Tab")
    raise AssertionError("Tab does not reach %s: %s" % (name, mia.focused()))


def uses_metered(mia):
    return "true" in mia.run(["gdbus", "call", "--session", "--dest", "io.github.porchshare.Porch.Daemon", "--object-path",
                              "/io/github/porchshare/Porch/Daemon", "--method", "org.freedesktop.DBus.Properties.Get",
                              "io.github.porchshare.Porch.Daemon", "UseMetered"])


def limits_and_asking(mia):
    """Who may ask, the limits (in megabytes; what is no number changes nothing, “Off” is none), metered networks."""
    mia.click("label", "^Who May Send You Things$")
    mia.click("label", "^People You Trust$")
    wait_for("only trusted people to be let ask", lambda: mia.porch("status")["requests"] == "trusted")
    tab_to(mia, "Download Limit")
    for typed, rate in (("2.5", 2500000), ("fast", 2500000), ("0.01", 10000), ("Off", 0)):
        mia.key("ctrl+a")
        mia.text(typed)
        mia.key("Return")
        wait_for("the limit to be %d by “%s”" % (rate, typed), lambda: mia.porch("limit")["down"] == rate)
    mia.key("Up")
    wait_for("one step of the limit", lambda: mia.porch("limit") == {"up": 0, "down": 1000000})
    tab_to(mia, "Sending Limit")
    mia.key("ctrl+a")
    mia.text("12")
    mia.key("Return")
    wait_for("the limit of sending", lambda: mia.porch("limit") == {"up": 12000000, "down": 1000000})
    assert not uses_metered(mia)
    mia.key("Tab")
    mia.key("space")
    wait_for("metered networks to be used", lambda: uses_metered(mia))
    mia.picture("preferences-more")


def start_at_login(mia):
    """The switch, by keyboard: the file that the desktop reads comes and goes."""
    entry = os.path.join(mia.desktop, "config/autostart/io.github.porchshare.Porch.Daemon.desktop")
    for _ in range(12):
        if any(name.startswith("Start at Login") for _, name in mia.focused()):
            break
        mia.key("Tab")
    for there in (True, False):
        mia.key("space")
        wait_for("the autostart file to %s" % ("come" if there else "go"), lambda: os.path.exists(entry) == there)
    mia.picture("preferences-login")


def forget(mia, emre):
    """From the page of a device: trust goes, and it is a stranger again as long as it is here."""
    mia.porch("trust", emre.id)
    mia.key("alt+1")
    mia.click("button", "^Emre’s Tablet$")
    mia.see("label", "^Trusted · on this network$")
    mia.click("button", "^More$")
    mia.click("menu item", "^Forget This Device…$")
    mia.see("label", r"^Forget Emre’s Tablet\?$")
    mia.picture("forget")
    mia.click("button", "^Forget$")
    wait_for("the trust to go", lambda: [p["trust"] for p in mia.porch("peers") if p["name"] == "Emre’s Tablet"] == ["unknown"])
    mia.see("button", "^Emre’s Tablet$")
    mia.see("label", "^You are “Mia at Work”$")


def click_while_a_tooltip_shows(mia):
    """What is clicked while the tooltip of something else shows hears of it."""
    for _ in range(3):
        mia.point("button", "^Main Menu$")
        time.sleep(1.2)
        mia.click("button", "^Search$")
        mia.see(None, "^Search for people$")
        mia.key("Escape")
        mia.gone(None, "^Search for people$")


def preferences(mia, folder):
    mia.key("ctrl+comma")
    mia.see("label", "^Download Folder$")
    mia.key("ctrl+a")
    mia.text("Mia: Home")
    mia.key("Return")
    mia.see("label", "“:”")                         # refused, in words, and what holds stays
    assert mia.porch("status")["name"] == "Mia’s Laptop"
    mia.key("ctrl+a")
    mia.text("Mia at Work")
    mia.key("Return")
    wait_for("the name to change", lambda: mia.porch("status")["name"] == "Mia at Work")
    mia.click("label", "^Download Folder$")
    mia.choose_folder(folder, "^Choose Where Received Files Land$", "^Choose$")
    wait_for("the folder to change", lambda: mia.porch("status")["download_folder"] == folder)
    mia.picture("preferences")
    limits_and_asking(mia)
    start_at_login(mia)
    mia.key("Escape")
    mia.see("label", "^You are “Mia at Work”$")


def missing(mia):
    mia.key("alt+m")
    mia.see("label", "^What Helps$")
    mia.see("label", "^You look on this network$")
    mia.see("label", "^10.77.0.1$")
    mia.see("label", "^A firewall must let port 47317 in")
    mia.see("label", "A hotspot from one of your phones or computers helps.$")
    mia.picture("missing")
    mia.click("button", "^Add by Address…$")
    mia.see("label", "^Add by Address$")
    mia.key("Escape")


def visibility(mia):
    mia.click("button", "Visible")
    mia.click("menu item", "^Visible for 10 Minutes$")
    mia.see("button", "10 Minutes")
    mia.see("label", "can see you and send you things until [0-9][0-9]:[0-9][0-9]$")
    mia.picture("ten-minutes")
    assert mia.porch("status")["visibility"] == "10min"


def main():
    need_desktop()
    if PICTURES:
        os.makedirs(PICTURES, exist_ok=True)
    with Lan(4) as lan:
        others = [p.start(name=n) for p, n in zip(lan.peers[1:], ("Ben’s Desktop", "Ada’s Laptop", "Emre’s Tablet"))]
        mia = Person(lan.peers[0], "Mia’s Laptop", PICTURES)
        folder = put_files(mia, "Crete", {"IMG_1.jpg": 3000, "IMG_2.jpg": 4000})
        try:
            mia.start()
            for name in ("Ben’s Desktop", "Ada’s Laptop", "Emre’s Tablet"):
                mia.see("button", "^%s$" % name)
            with_the_mouse(mia, others[0], others[1], folder)
            with_ctrl(mia, others[0], others[1], folder)
            by_keyboard(mia, others[0], others[1], folder)
            search(mia)
            preferences(mia, folder)
            missing(mia)
            forget(mia, others[2])
            click_while_a_tooltip_shows(mia)
            visibility(mia)
        except BaseException:
            mia.tell()
            raise
        finally:
            mia.end()
    print("done")


if __name__ == "__main__":
    main()
