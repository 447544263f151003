#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Notifications in a real GNOME Shell without a screen: they bear Porch's name and icon; of two that wait, Accept on one accepts exactly that
one and Decline declines exactly the other; a click on the news that something is here opens the window at Transfers."""
import json
import os
import shutil
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "util"))
PICTURES = os.environ.get("PORCH_PICTURES")     # a folder: pictures of each step are kept there


def skip(why):
    print("skipped:", why)
    sys.exit(77)


for tool in ("gnome-shell", "gjs", "dbus-daemon", "gdbus"):
    if not shutil.which(tool):
        skip(tool + " is not installed")
try:
    import dbusmock  # noqa: F401
    from gi.repository import Gio, GLib
except ImportError as error:
    skip("python3-dbusmock and python3-gi are needed: %s" % error)
from peers import BUILD, TOP, Neighborhood  # noqa: E402

APP = "io.github.porchshare.Porch"


class Shell:
    """GNOME Shell on a peer's session bus, driven through its own interface for tests (--unsafe-mode)."""

    def __init__(self, peer):
        self.peer = peer
        self.started = []
        self.install()
        peer.env["DBUS_SYSTEM_BUS_ADDRESS"] = "unix:path=%s/run/system" % peer.home
        self.spawn("dbus-daemon", "--session", "--nofork", "--nopidfile", "--address=" + peer.env["DBUS_SYSTEM_BUS_ADDRESS"])
        peer.wait("a system bus", lambda: os.path.exists(peer.home + "/run/system"))
        self.spawn("/usr/bin/python3", "-m", "dbusmock", "--system", "--template", "logind")
        time.sleep(1)
        peer.env.update(XDG_CURRENT_DESKTOP="GNOME", XDG_SESSION_TYPE="wayland", LIBGL_ALWAYS_SOFTWARE="1", GSK_RENDERER="cairo",
                        WAYLAND_DISPLAY="wayland-porch", GDK_BACKEND="wayland", GTK_A11Y="none", GIO_USE_VFS="local")
        self.spawn("gnome-shell", "--headless", "--virtual-monitor", "1280x800", "--wayland", "--no-x11",
                   "--wayland-display=wayland-porch", "--unsafe-mode")
        self.bus = Gio.DBusConnection.new_for_address_sync(
            peer.env["DBUS_SESSION_BUS_ADDRESS"],
            Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT | Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION, None, None)
        self.call("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "UpdateActivationEnvironment", "(a{ss})",
                  ({k: peer.env[k] for k in ("WAYLAND_DISPLAY", "GDK_BACKEND", "GSK_RENDERER", "GTK_A11Y", "XDG_CURRENT_DESKTOP")},))
        peer.wait("GNOME Shell", self.is_up, 60)
        self.spawn("gjs", "/usr/share/gnome-shell/org.gnome.Shell.Notifications")
        peer.wait("its notifications", lambda: self.call("org.freedesktop.DBus", "/", "org.freedesktop.DBus", "NameHasOwner", "(s)",
                                                         ("org.freedesktop.Notifications",))[0])
        self.eval("Main.overview.hide(); Main.messageTray.getSources().forEach(s => s.destroy()); 1")
        self.eval("global.__p = imports.gi.Clutter.get_default_backend().get_default_seat().create_virtual_device("
                  "imports.gi.Clutter.InputDeviceType.POINTER_DEVICE); 1")
        time.sleep(1)

    def install(self):
        """What an installation puts there: the desktop file and the icons. Not the service of the window: the bus started before."""
        share = self.peer.home + "/.local/share"
        os.makedirs(share + "/applications")
        desktop = open(os.path.join(BUILD, "data", APP + ".desktop")).read()
        with open(share + "/applications/%s.desktop" % APP, "w") as f:
            f.write("\n".join("Exec=%s/src/gtk/porch-window %%U" % BUILD if line.startswith("Exec=") else line for line in desktop.split("\n")))
        shutil.copytree(os.path.join(TOP, "data/icons"), share + "/icons")

    def spawn(self, *argv):
        self.started.append(self.peer.spawn(*argv))

    def call(self, name, path, interface, method, types, arguments):
        return self.bus.call_sync(name, path, interface, method, GLib.Variant(types, arguments), None, 0, -1).unpack()

    def is_up(self):
        try:
            return self.eval("Main.layoutManager._startingUp ? 0 : 1")
        except GLib.Error:
            return False

    def eval(self, script):
        ok, said = self.call("org.gnome.Shell", "/org/gnome/Shell", "org.gnome.Shell", "Eval", "(s)", (script,))
        if not ok:
            raise RuntimeError(said)
        return json.loads(said) if said else None

    def picture(self, name):
        if PICTURES:
            os.makedirs(PICTURES, exist_ok=True)
            self.call("org.gnome.Shell.Screenshot", "/org/gnome/Shell/Screenshot", "org.gnome.Shell.Screenshot", "Screenshot", "(bbs)",
                      (True, False, os.path.join(PICTURES, "shell-%s.png" % name)))

    def notifications(self):
        """[source's name, icon's name, title] of each that waits."""
        return self.eval("Main.messageTray.getSources().flatMap(s => s.notifications.map(n => "
                         "[s.title, s.icon && s.icon.to_string ? s.icon.to_string() : '', n.title]))")

    def click(self, x, y):
        now = "global.get_current_time() * 1000"
        self.eval("global.__p.notify_absolute_motion(%s, %d, %d); 1" % (now, x, y))
        time.sleep(0.2)
        for state in ("PRESSED", "RELEASED"):
            self.eval("global.__p.notify_button(%s, 1, imports.gi.Clutter.ButtonState.%s); 1" % (now, state))
            time.sleep(0.1)

    def banner(self):
        """Title of the one that is on the screen, its buttons as [label, x, y], and where its text is."""
        self.eval("global.__p.notify_absolute_motion(global.get_current_time() * 1000, 640, 60); 1")     # unfolds it
        time.sleep(1)
        return self.eval("""(() => { const b = Main.messageTray._banner; if (!b) return null; const out = []; const at = a => {
            const [x, y] = a.get_transformed_position(); return [x + a.width / 2, y + a.height / 2]; };
            const rec = a => { if (a instanceof imports.gi.St.Button && a.label) out.push([a.label, ...at(a)]); a.get_children().forEach(rec); };
            rec(b); const [x, y] = b.get_transformed_position(); return [b.notification.title, out, [x + b.width / 2, y + 20]]; })()""")

    def leaves(self, title):
        """Takes the pointer off the banner; is the next one this?"""
        self.eval("global.__p.notify_absolute_motion(global.get_current_time() * 1000, 640, 700); 1")
        time.sleep(0.5)
        return self.eval("Main.messageTray._banner ? Main.messageTray._banner.notification.title : ''") == title

    def windows(self):
        return self.eval("global.get_window_actors().map(a => a.meta_window.get_title())")

    def window_was_asked_for(self, page):
        """Where the bus has no service of the window, as here, its program is told the page."""
        for pid in filter(str.isdigit, os.listdir("/proc")):
            try:
                with open("/proc/%s/cmdline" % pid, "rb") as f:
                    if f.read() == b"%s/src/gtk/porch-window\0--page=%s\0" % (BUILD.encode(), page.encode()):
                        return True
            except OSError:                 # it ended meanwhile
                pass
        return False

    def stop(self):
        for process in reversed(self.started):
            process.kill()
            process.wait(10)


def see(shell, ben, title):
    ben.wait("the notification " + title, lambda: [n for n in shell.notifications() if n[2] == title])


def press(shell, ben, button):
    """On the banner of the newest; which one that is."""
    title, buttons, _ = ben.wait("a banner", shell.banner)
    place = [b for b in buttons if b[0] == button]
    assert place, (button, title, buttons)
    shell.click(*place[0][1:])
    return title


def main():
    began = time.monotonic()
    with Neighborhood() as hood:
        ben = hood.peer("Ben", start=False)
        shell = Shell(ben)
        try:
            ben.start()
            emre = hood.peer("Emre")
            own, other = ben.porch("status")["id"], emre.porch("status")["id"]
            emre.porch("connect", ben.address)
            ben.porch("connect", emre.address)
            ben.porch("trust", other)
            emre.porch("trust", own)
            for name in ("one.txt", "two.txt"):
                with open(os.path.join(emre.home, name), "w") as f:
                    f.write(name)
                emre.porch("send", own, os.path.join(emre.home, name), "--detach")
                see(shell, ben, "Emre wants to send you “%s”" % name)
            waiting = shell.notifications()
            print(waiting)
            assert len(waiting) == 2 and {n[0] for n in waiting} == {"Porch"}, waiting
            time.sleep(1)
            shell.banner()
            shell.picture("two-wait")
            accepted = press(shell, ben, "Accept")
            name = accepted.split("“")[1].rstrip("”")
            ben.wait(name, lambda: os.listdir(ben.downloads) == [name])
            time.sleep(1)
            states = {o["names"][0]: o["state"] for o in ben.porch("offers")}
            rest = "two.txt" if name == "one.txt" else "one.txt"
            assert states[rest] == "pending", states
            see(shell, ben, "“%s” is here" % name)
            # A click on the news itself opens the window. A banner stays while the pointer is on it, and the next one waits.
            ben.wait("the news", lambda: shell.leaves("“%s” is here" % name), 40)
            title, _, place = shell.banner()
            assert title.endswith("is here"), title
            shell.picture("here")
            shell.click(*place)
            ben.wait("the window", lambda: "Porch" in shell.windows(), 30)
            assert shell.window_was_asked_for("transfers"), "the window is not at the page of what is here"
            time.sleep(3)
            shell.eval("Main.overview.hide(); 1")
            time.sleep(1)
            shell.picture("window")
            assert os.listdir(ben.downloads) == [name]
            print("done in %.1f s" % (time.monotonic() - began))
        finally:
            shell.stop()


if __name__ == "__main__":
    main()
