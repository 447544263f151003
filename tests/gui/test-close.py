#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Closing and quitting, with the mouse and by keyboard: the question while a folder is shared, what each answer does to the service, what is
remembered (also the size), and a service that dies under the window."""
import os

from people import Lan, Person, need_desktop, put_files, wait_for

PICTURES = os.environ.get("PORCH_PICTURES")
QUESTION = "^Keep sharing while the window is closed"


def service(person):
    return person.peer.run("pgrep", "-x", "porchd", check=False).stdout.split()


def closed(person):
    wait_for("the window to close", lambda: not person.alive())


def nothing_shared(mia):
    """Then there is nothing to ask."""
    mia.key("ctrl+w")
    closed(mia)
    assert service(mia), "the service ended with the window"
    mia.start_window()
    mia.see("label", "^You are “Mia’s Laptop”$")


def stay_and_keep(mia, folder):
    mia.porch("share", "add", folder, "--audience", "everyone")
    mia.click(None, "^Sharing")
    mia.see("label", "^Films$")
    mia.key("ctrl+w")
    mia.see("label", QUESTION)
    mia.see("label", "^You share 1 folder. If you keep sharing, ")
    mia.picture("asks")
    mia.key("Escape")
    mia.gone("label", QUESTION)
    assert mia.alive(), "Escape closed the window"
    size = mia.resize(700, 560)[2:]
    mia.key("ctrl+w")
    mia.see("label", QUESTION)
    mia.key("Return")
    closed(mia)
    assert service(mia), "Keep Sharing stopped the service"
    return size


def size_is_remembered(mia, size):
    mia.start_window()
    mia.see("label", "^You are “Mia’s Laptop”$")
    assert mia.dialog("^Porch$")[2:] == size, (mia.dialog("^Porch$"), size)


def stop(mia):
    mia.key("ctrl+w")
    mia.see("label", QUESTION)
    mia.click("button", "^Stop Sharing$")
    closed(mia)
    wait_for("the service to end", lambda: not service(mia))


def keep_and_never_ask(mia):
    mia.start_window()
    mia.see("label", "^You are “Mia’s Laptop”$")
    mia.key("alt+2")
    mia.see("label", "^Films$")
    mia.key("ctrl+w")
    mia.see("label", QUESTION)
    mia.click("check box", "^Don’t ask again$")
    mia.click("button", "^Keep Sharing$")
    closed(mia)
    assert service(mia)
    mia.start_window()
    mia.see("label", "^You are “Mia’s Laptop”$")
    mia.key("alt+2")
    mia.see("label", "^Films$")
    mia.key("ctrl+w")
    closed(mia)
    assert service(mia)


def dies_and_is_started_again(mia):
    mia.start_window()
    mia.see("label", "^You are “Mia’s Laptop”$")
    mia.peer.run("kill", "-9", *service(mia))
    mia.see("label", "^Porch Is Not Running$")
    mia.see("label", "Nobody sees you, and nothing is sent or received")
    mia.picture("away")
    mia.key("Return")                       # its one button has the keys
    mia.see("label", "^You are “Mia’s Laptop”$")
    mia.peer.run("kill", "-9", *service(mia))
    mia.see("label", "^Porch Is Not Running$")
    mia.click("button", "^Start$")
    mia.see("label", "^You are “Mia’s Laptop”$")


def quit_and_stop(mia):
    mia.key("ctrl+q")
    closed(mia)
    wait_for("the service to end", lambda: not service(mia))


def main():
    need_desktop()
    if PICTURES:
        os.makedirs(PICTURES, exist_ok=True)
    with Lan(1) as lan:
        mia = Person(lan.peers[0], "Mia’s Laptop", PICTURES)
        folder = put_files(mia, "Films", {"Metropolis.mkv": 1000})
        try:
            mia.start(GSETTINGS_BACKEND="keyfile")
            nothing_shared(mia)
            size_is_remembered(mia, stay_and_keep(mia, folder))
            stop(mia)
            keep_and_never_ask(mia)
            dies_and_is_started_again(mia)
            quit_and_stop(mia)
        except BaseException:
            mia.tell()
            raise
        finally:
            mia.end()
    print("done")


if __name__ == "__main__":
    main()
