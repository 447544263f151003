# SPDX-License-Identifier: GPL-3.0-or-later
"""Drives GTK 4 windows as a person would, under with-desktop (X11).

Widgets are found in the accessibility tree, so each must have a name there; then they are clicked or typed into with real X input at the
place where they stand on the screen. Needs the system's python3 with gi and Atspi, xdotool, x11-utils, imagemagick."""
import os
import re
import subprocess
import tempfile
import time
import warnings

import gi

warnings.simplefilter("ignore", DeprecationWarning)
gi.require_version("Atspi", "2.0")
from gi.repository import Atspi  # noqa: E402

TIMEOUT = float(os.environ.get("UITEST_TIMEOUT", "15"))
ACTIONS = ("click", "activate", "press", "toggle")
pointer_is_away = False         # a test of the keyboard alone says so


def wait(what, fn, timeout=None):
    """Polls fn until it gives something true; that is returned."""
    end = time.monotonic() + (TIMEOUT if timeout is None else timeout)
    while True:
        try:
            got = fn()
        except Exception:               # objects vanish while they are being read
            got = None
        if got:
            return got
        if time.monotonic() > end:
            raise AssertionError("timed out waiting for " + what)
        time.sleep(0.05)


def run(*argv):
    return subprocess.run([str(a) for a in argv], check=True, capture_output=True, text=True).stdout


def xdo(*argv):
    return run("xdotool", *argv)


def shot(path, window="root"):
    run("import", "-window", window, path)


def windows(name):
    r = subprocess.run(["xdotool", "search", "--onlyvisible", "--name", name], capture_output=True, text=True)
    return [int(w) for w in r.stdout.split()]


def popups():
    """Override-redirect windows on the screen: popovers, menus, tooltips."""
    out = run("xwininfo", "-root", "-children")
    keep = []
    for i in re.findall(r"^\s+(0x[0-9a-f]+) ", out, re.M):
        o = subprocess.run(["xwininfo", "-id", i], capture_output=True, text=True).stdout
        if "Override Redirect State: yes" in o and "Map State: IsViewable" in o:
            keep.append(int(i, 16))
    return keep


def geometry(win):
    """x, y, w, h on the screen of a window's visible part (the shadows that the client draws taken off)."""
    # xwininfo, not xdotool: that one counts the frame twice under reparenting window managers
    out = run("xwininfo", "-id", win)
    x, y, w, h = (int(re.search(k + r":\s+(-?\d+)", out).group(1))
                  for k in ("Absolute upper-left X", "Absolute upper-left Y", "Width", "Height"))
    p = subprocess.run(["xprop", "-id", str(win), "_GTK_FRAME_EXTENTS"], capture_output=True, text=True).stdout
    m = re.search(r"= (\d+), (\d+), (\d+), (\d+)", p)
    if m:
        left, right, top, bottom = map(int, m.groups())
        x, y, w, h = x + left, y + top, w - left - right, h - top - bottom
    return x, y, w, h


def need_pointer():
    if pointer_is_away:
        raise AssertionError("the mouse was used where the keyboard alone is to do")


def click_at(x, y, button=1):
    """Pressed for as long as a finger does it: a click of a few milliseconds, which only a program makes, is at times lost while a tooltip
    goes (GTK 4.8 on X11; docs/design/first-use.md)."""
    need_pointer()
    xdo("mousemove", x, y)
    time.sleep(0.05)
    xdo("mousedown", button)
    time.sleep(0.08)
    xdo("mouseup", button)


def drag(a, b, during=None):
    """Presses at a, goes in small steps past the threshold to b, lets go."""
    need_pointer()
    (ax, ay), (bx, by) = a, b
    xdo("mousemove", ax, ay)
    time.sleep(0.2)
    xdo("mousedown", 1)
    time.sleep(0.2)
    for i in range(1, 13):
        xdo("mousemove", int(ax + (bx - ax) * i / 12), int(ay + (by - ay) * i / 12))
        time.sleep(0.05)
    xdo("mousemove", bx + 2, by + 1)    # so that it has answered before the drop
    time.sleep(0.2)
    xdo("mousemove", bx, by)
    time.sleep(0.4)
    if during:
        during()
    xdo("mouseup", 1)


def clean(name):
    """As it is read: GTK 4.8 says a label twice where it names a control in two ways, once with its underscore."""
    name = name.replace("\u00a0", " ")
    for i in range(1, len(name)):
        if name[i] == " " and name[:i].replace("_", "") == name[i + 1:]:
            return name[i + 1:]
    return name


class Node:
    def __init__(self, acc, app):
        self.acc, self.app = acc, app

    @property
    def name(self):
        return clean(self.acc.get_name() or "")

    @property
    def role(self):
        # at-spi 2.5x says 'button' where 2.46 said 'push button'
        role = self.acc.get_role_name()
        return "button" if role == "push button" else role

    def extents(self):
        return self.acc.get_component_iface().get_extents(Atspi.CoordType.WINDOW)

    def on_screen(self):
        """Has it a place? GTK 4.8 has no state 'showing'; what is on another page has a size of 0."""
        c = self.acc.get_component_iface()
        e = c.get_extents(Atspi.CoordType.WINDOW) if c else None
        return bool(e and e.width > 0 and e.height > 0 and "visible" in self.states())

    def toplevel(self):
        n = self.acc
        while n.get_parent() and n.get_parent().get_role() != Atspi.Role.APPLICATION:
            n = n.get_parent()
        return n

    def point(self):
        """Where the middle of this widget is on the screen (GTK 4 gives places inside the window)."""
        e, n, top = self.extents(), self.acc, self.toplevel()
        # Inside a popover the places are relative to its own X window, which is recognised by its size.
        pops = [g for g in (geometry(x) for x in popups()) if g[2] > 1]
        while pops and n and n != top:
            if n.get_component_iface():         # a stack's page has none in 4.8
                pe = Node(n, self.app).extents()
                for g in pops:
                    if g[2:] == (pe.width, pe.height):
                        return int(g[0] + e.x - pe.x + e.width / 2), int(g[1] + e.y - pe.y + e.height / 2)
            n = n.get_parent()
        win = wait("window " + top.get_name(), lambda: windows("^%s$" % re.escape(top.get_name())))[-1]
        x, y, _, _ = geometry(win)
        return int(x + e.x + e.width / 2), int(y + e.y + e.height / 2)

    def click(self):
        click_at(*self.point())

    def press(self):
        """Activates it as a screen reader would."""
        for i in range(self.acc.get_n_actions()):
            if self.acc.get_action_name(i) in ACTIONS:
                return self.acc.do_action(i)
        raise AssertionError("no click action on %r" % self)

    def states(self):
        return {s.value_nick for s in self.acc.get_state_set().get_states()}

    def children(self):
        for i in range(self.acc.get_child_count()):
            c = self.acc.get_child_at_index(i)
            if c is not None:
                yield Node(c, self.app)

    def walk(self):
        yield self
        for c in self.children():
            yield from c.walk()

    def matching(self, role=None, name=None):
        """Those on the screen, in the order of the tree, newest window first. What lies in something that has no place is not looked at:
        each look is a message to the program."""
        try:
            children = list(self.children())
            top = self.acc.get_role_name() == "application"
            if not top and not self.on_screen() and self.acc.get_component_iface():
                return
            if not top and (role is None or self.role == role) and (name is None or re.search(name, self.name)) and self.on_screen():
                yield self
        except Exception:               # it went while we looked
            return
        for child in reversed(children) if top else children:
            yield from child.matching(role, name)

    def find_all(self, role=None, name=None):
        return list(self.matching(role, name))

    def find(self, role=None, name=None, timeout=None):
        return wait("%s %r" % (role or "widget", name), lambda: next(self.matching(role, name), None), timeout)

    def __repr__(self):
        return "<%s %r>" % (self.role, self.name)


class Other:
    """A program that somebody else started, by the name that it has in the accessibility tree."""

    def __init__(self, name=None, pid=None):
        self.name, self.pid = name, pid

    @property
    def tree(self):
        def get():
            d = Atspi.get_desktop(0)
            for i in range(d.get_child_count()):
                a = d.get_child_at_index(i)
                if a is not None and (a.get_name() == self.name if self.pid is None else a.get_process_id() == self.pid):
                    return a
        return Node(wait("the accessibility tree of %s" % (self.name or self.pid), get), self)

    def alive(self):
        return os.path.exists("/proc/%d" % self.pid)

    def log(self):
        return ""                       # it went where the bus writes


def screen_point(node):
    """Of a GTK 3 program, whose places are those on the screen."""
    e = node.acc.get_component_iface().get_extents(Atspi.CoordType.SCREEN)
    return int(e.x + e.width / 2), int(e.y + e.height / 2)


class App:
    """A program on this desktop and its accessibility tree. called: its name there, where that comes from another process (a sandbox's
    proxy)."""

    def __init__(self, *argv, env=None, called=None):
        self.called = called
        self.logfile = tempfile.NamedTemporaryFile("w+", prefix="uitest-", suffix=".log")
        self.proc = subprocess.Popen(argv, stdout=self.logfile, stderr=subprocess.STDOUT, env={**os.environ, **(env or {})})

    def alive(self):
        return self.proc.poll() is None

    def log(self):
        return open(self.logfile.name).read()

    @property
    def tree(self):
        def get():
            d = Atspi.get_desktop(0)
            for i in range(d.get_child_count()):
                a = d.get_child_at_index(i)
                if a is not None and (a.get_name() == self.called if self.called else a.get_process_id() == self.proc.pid):
                    return a
        return Node(wait("the accessibility tree of pid %d" % self.proc.pid, get), self)

    def stop(self):
        if self.proc.poll() is None:
            self.proc.terminate()
            self.proc.wait(5)
