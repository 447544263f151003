# SPDX-License-Identifier: GPL-3.0-or-later
"""The hands and eyes of one person at one desktop: runs inside with-desktop, takes commands as JSON lines on stdin, answers the same way.
It also stands in for the file manager of that desktop (org.freedesktop.FileManager1), to see what "Show" asks of it."""
import json
import os
import re
import subprocess
import sys
import threading
import time
import traceback

from gi.repository import Gio, GLib

import uitest
from uitest import App, Atspi, Other, clean, click_at, drag, geometry, screen_point, shot, wait, windows, xdo

FILE_MANAGER = """<node><interface name="org.freedesktop.FileManager1">
  <method name="ShowItems"><arg type="as" direction="in"/><arg type="s" direction="in"/></method></interface></node>"""

# With a stall comes where it was: PROGRAM(+0xPLACE)[0xADDRESS], one frame a line.
COMPLAINTS = re.compile(r"^.*(?:-WARNING|-CRITICAL|-ERROR|Warning|STALL).*(?:\n.*\[0x[0-9a-f]+\]$)*", re.M)

# GTK 4.8 says so at the second drop from a program of GTK 2 or 3; it means nothing
DROPS = re.compile("gdk_drop_set_actions: assertion|gtk_drop_target_handle_crossing: runtime check")
# and so of the path bar of its file chooser, when that closes while it changes
PATH_BAR = re.compile("Trying to snapshot GtkButton 0x[0-9a-f]+ without a current allocation")


class Agent:
    def __init__(self):
        self.app = None
        self.apps = []
        self.shown = []
        threading.Thread(target=self.be_file_manager, daemon=True).start()

    def be_file_manager(self):
        context = GLib.MainContext()
        context.push_thread_default()
        bus = Gio.DBusConnection.new_for_address_sync(
            os.environ["DBUS_SESSION_BUS_ADDRESS"],
            Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT | Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION, None, None)

        def called(connection, sender, path, interface, method, parameters, invocation):
            self.shown.append(parameters.unpack()[0])
            invocation.return_value(None)
        interface = Gio.DBusNodeInfo.new_for_xml(FILE_MANAGER).interfaces[0]
        bus.register_object("/org/freedesktop/FileManager1", interface, called, None, None)
        Gio.bus_own_name_on_connection(bus, "org.freedesktop.FileManager1", 0, None, None)
        GLib.MainLoop(context).run()

    # --- commands ---

    def start(self, argv, env=None, called=None, timeout=None):
        self.app = App(*argv, env=env, called=called)
        self.apps.append(self.app)
        wait("the window", lambda: windows("^Porch$"), timeout)

    def run(self, argv, check=True):
        """Any program of this desktop; what it printed on both channels."""
        r = subprocess.run(argv, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=120, stdin=subprocess.DEVNULL)
        if check and r.returncode:
            raise AssertionError("%s → %d: %s" % (" ".join(argv), r.returncode, r.stdout))
        return r.stdout

    def spawn(self, argv):
        """One that goes on until the desktop ends."""
        subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=sys.stderr, stderr=sys.stderr)

    def stop(self):
        self.app.stop()
        return {"log": self.app.log(), "status": self.app.proc.returncode}

    def complaints(self):
        """What the windows of this person said that they should not: warnings, criticals, stalls (porch-ui-watch.c)."""
        return [line for app in self.apps for line in COMPLAINTS.findall(app.log()) if not DROPS.search(line) and not PATH_BAR.search(line)]

    def alive(self):
        return self.app.alive()

    def click(self, role=None, name=None, timeout=None, held=None):
        """@held: a key that is down meanwhile."""
        node = self.app.tree.find(role, name, timeout)
        time.sleep(0.5)                 # a person doesn’t hit what still moves
        if held:
            xdo("keydown", held)
        node.click()
        if held:
            xdo("keyup", held)

    def press(self, role=None, name=None, timeout=None):
        self.app.tree.find(role, name, timeout).press()

    def see(self, role=None, name=None, timeout=None):
        """Waits until it is there; its whole name."""
        return self.app.tree.find(role, name, timeout).name

    def gone(self, role=None, name=None, timeout=None):
        wait("%s %r to go" % (role, name), lambda: next(self.app.tree.matching(role, name), None) is None, timeout)

    def all(self, role=None, name=None):
        return [n.name for n in self.app.tree.find_all(role, name)]

    def focused(self):
        """What the keys go to."""
        for _ in range(5):
            try:
                return [[n.role, n.name] for n in self.app.tree.walk() if "focused" in n.states()]
            except GLib.Error:          # a dialog went while it was looked at
                time.sleep(0.2)
        return []

    def stands(self, role=None, name=None, timeout=None):
        """Where it stands in the window: left, top."""
        e = self.app.tree.find(role, name, timeout).extents()
        return [e.x, e.y]

    def point(self, role=None, name=None, timeout=None):
        """The pointer goes over it."""
        xdo("mousemove", *self.app.tree.find(role, name, timeout).point())

    def reach(self, role, name, most=80):
        """By keyboard alone: Tab, or the arrows among things of its kind, until the keys go to it. How many it took."""
        node = self.app.tree.find(role, name)
        for pressed in range(most):
            try:
                # In a menu button the keys go to the button that it is made of.
                if any("focused" in n.states() for n in (node.walk() if node.role == "button" else [node])):
                    return pressed
                key = self.arrow_to(node)
            except Exception:           # it was made anew
                node, key = self.app.tree.find(role, name), "Tab"
            xdo("key", key)
            time.sleep(0.1)
        went = []
        for _ in range(8):
            xdo("key", "Tab")
            time.sleep(0.2)
            went += self.focused() or ["nothing"]
        raise AssertionError("%d keys don't lead to %s %r of the window %r, but to %s" % (most, role, name, self.active(), went))

    def arrow_to(self, node):
        """The arrow that leads to it from the neighbor in its list that has the keys; Tab when none has."""
        parent = node.acc.get_parent()
        kin = [n for n in uitest.Node(parent, self.app).children() if n.role == node.role] if parent is not None else []
        if not 1 < len(kin) < 12:
            return "Tab"
        here = next((n for n in kin if "focused" in n.states()), None)
        if here is None:
            return "Tab"
        a, b = here.extents(), node.extents()
        if node.role == "button" and parent.get_role_name() not in ("list", "table"):
            return "Tab"
        if a.y != b.y:
            return "Down" if a.y < b.y else "Up"
        return "Right" if a.x < b.x else "Left"

    def is_ticked_by_space(self, role, name):
        return self.app.tree.find(role, name).role in ("check box", "radio button", "toggle button")

    def put_mouse_away(self):
        """From here on a test that uses the pointer fails."""
        xdo("mousemove", 0, 0)
        uitest.pointer_is_away = True

    def active(self):
        """The title of the window that has the keys; "" when none has."""
        return subprocess.run(["xdotool", "getactivewindow", "getwindowname"], capture_output=True, text=True).stdout.strip()

    def switch_to(self, title, most=6):
        """To a window of that title as people do: Alt+Tab, until it has the keys."""
        for _ in range(most):
            if re.search("^" + title, self.active()):
                return
            xdo("key", "alt+Tab")
            time.sleep(0.5)
        raise AssertionError("Alt+Tab doesn't lead to " + title)

    def menu_on_top(self, wanted):
        """dmenu, which takes all keys while it is there."""
        def there():
            return bool(subprocess.run(["xdotool", "search", "--onlyvisible", "--class", "dmenu"], capture_output=True).stdout)
        wait("the menu of actions to " + ("come" if wanted else "go"), lambda: there() == wanted)

    def focus_is(self, role, name):
        """Do the keys go to this one?"""
        return any("focused" in n.states() for n in self.app.tree.find_all(role, name))

    def middle(self, role, name):
        """Where on the screen it is; fails when it is on no screen."""
        return list(self.app.tree.find(role, name).point())

    def other_all(self, program, role, name):
        return [n.name for n in Other(program).tree.find_all(role, name)]

    def other_click(self, program, text, button):
        """In the window of another program that says this text: its button of that name, or (None) the text itself."""
        for window in Other(program).tree.children():
            label = next((n for n in window.walk() if text in n.name), None)
            if label is None:
                continue
            node = label if button is None else next(window.matching("button", button))
            click_at(*screen_point(node))
            return
        raise AssertionError("no window of %s says %r" % (program, text))

    def adopt(self, timeout=None):
        """The window that somebody else opened: by the bus, from a notification."""
        win = wait("the window", lambda: windows("^Porch$"), timeout)[-1]
        self.app = Other(pid=int(xdo("getwindowpid", win)))

    def activate(self):
        xdo("windowactivate", "--sync", windows("^Porch$")[-1])

    def text(self, text):
        xdo("type", "--delay", "25", text)

    def type_path(self, text):
        """Into the entry of a file chooser, which completes what is typed; GTK 4.24 at times puts the completion into the middle."""
        self.text(text)
        time.sleep(0.6)
        for n in self.app.tree.walk():
            if n.role == "text" and "focused" in n.states():
                if Atspi.Text.get_text(n.acc, 0, -1).rstrip("/") != text.rstrip("/"):
                    Atspi.EditableText.set_text_contents(n.acc, text)
                break

    def key(self, *keys):
        xdo("key", *keys)
        time.sleep(0.2)

    def dialog(self, title, timeout=None):
        """Waits for a window of that title."""
        return geometry(wait("window " + title, lambda: windows(title), timeout)[-1])

    def no_dialog(self, title, timeout=None):
        wait("window %s to close" % title, lambda: not windows(title), timeout)

    def resize(self, width, height):
        win = windows("^Porch$")[-1]
        x, y, w, h = geometry(win)
        xdo("windowsize", win, width, height)
        time.sleep(0.5)
        return geometry(win)

    def set_dots(self, per_inch):
        """How large programs that start from now on draw text; 96 is usual."""
        subprocess.run(["xrdb", "-nocpp", "-merge"], input="Xft.dpi: %d\n" % per_inch, text=True, check=True)

    def shot(self, path, window=None):
        time.sleep(0.4)
        shot(path, windows(window)[-1] if window else "root")

    def porch(self, *argv):
        """The command line on this desktop's bus; the parsed answer."""
        command = os.environ.get("PORCH_COMMAND") or os.path.join(os.environ["PORCH_BUILD"], "src/cli/porch")
        r = subprocess.run([*command.split(), "--json", *argv], capture_output=True, text=True)
        if r.returncode:
            raise AssertionError("porch %s → %d: %s" % (" ".join(argv), r.returncode, r.stderr))
        return json.loads(r.stdout) if r.stdout.strip() else None

    def where(self, role, name):
        return self.app.tree.find(role, name).point()

    def place(self, title, x, y):
        xdo("windowmove", windows(title)[-1], x, y)
        time.sleep(0.5)

    def copy(self, what, kind=None):
        """Onto the clipboard, as another program would: a text, or a file of that kind."""
        argv = ["xclip", "-selection", "clipboard"] + (["-t", kind, "-i", what] if kind else [])
        subprocess.run(argv, input=None if kind else what, text=True, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def run_window(self, files):
        """Another start of the program, which hands its files to the one that runs."""
        subprocess.run([os.path.join(os.environ["PORCH_BUILD"], "src/gtk/porch-window"), *files], check=True, timeout=20,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def file_manager(self, program, folder):
        # Its own criticals are not our matter.
        self.manager = subprocess.Popen([program, folder], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                        env={**os.environ, "G_DEBUG": ""})
        title = os.path.basename(folder)
        wait("the file manager", lambda: windows("^" + title), 30)
        time.sleep(2)
        window = windows("^" + title)[0]    # Nautilus has a second one for a moment
        xdo("windowsize", window, 640, 480)
        xdo("windowmove", window, 0, 20)
        time.sleep(1)
        self.manager_at = geometry(window)

    def drag_file(self, icon, target, picture=None):
        x, y = self.manager_at[:2]
        during = (lambda: shot(os.path.join(os.environ["HOME"], "..", "hover.png"))) if picture else None
        drag((x + icon[0], y + icon[1]), target, during)

    def place_in(self, program, name, title):
        """Where a GTK 4 program with a window of that title has the thing of that name."""
        node = Other(program).tree.find(None, name)
        x, y = geometry(windows("^" + title)[-1])[:2]
        e = node.extents()
        return [int(x + e.x + e.width / 2), int(y + e.y + e.height / 2)]

    def drag_from(self, start, target):
        drag(start, target)

    def browser(self, argv, title):
        """A browser in the left part of the screen, in place of the file manager."""
        self.manager = subprocess.Popen(argv, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                        env={**os.environ, "MOZ_DISABLE_CONTENT_SANDBOX": "1"})
        window = wait("the browser", lambda: windows(title), 60)[-1]
        time.sleep(4)
        xdo("windowsize", window, 640, 700)
        xdo("windowmove", window, 0, 20)
        time.sleep(2)
        self.manager_at = geometry(window)

    def browser_page(self):
        """Where its page begins: below its tabs, the address and the news that it has no sandbox of its own."""
        x, y, w, h = self.manager_at
        return [x, y + 160]

    def end_file_manager(self):
        self.manager.terminate()
        self.manager.wait(10)

    def asked_to_show(self, timeout=10):
        return wait("the file manager to be asked", lambda: self.shown, timeout)[-1]


def main():
    agent = Agent()
    print(json.dumps({"ok": "ready"}), flush=True)
    for line in sys.stdin:
        call = json.loads(line)
        try:
            answer = {"ok": getattr(agent, call["do"])(*call.get("args", []), **call.get("kwargs", {}))}
        except Exception as e:
            tree = []
            if agent.app and agent.alive():
                tree = ["%s %r" % (n.role, clean(n.name)) for n in agent.app.tree.find_all() if n.name]
            answer = {"error": str(e), "trace": traceback.format_exc(), "tree": tree}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
