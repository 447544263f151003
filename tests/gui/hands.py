# SPDX-License-Identifier: GPL-3.0-or-later
"""The two ways in which a person uses a window, so that one story can be told twice: with the mouse, or by keyboard alone. Both find what
they use by its accessibility name and count: an action is one thing used (a press of a button, a tick, a drop, a shortcut); keys are those
that it took to get there. What is typed into a file chooser is not counted.

    hands = take_hands("keyboard", ada)
    with tally.task("send", 5, hands):
        hands.use("button", "^Send…$", keys="ctrl+n")"""
import contextlib
import os
import shutil

from people import skip

# Thunar, 640 × 480, tells no reader of the screen where its icons are.
THUNAR_ICONS = ((212, 145), (290, 145), (368, 145))


def need_notifications(how):
    """A notification daemon that can be used in that way."""
    tools = {"mouse": ["/usr/lib/mate-notification-daemon/mate-notification-daemon"], "keyboard": ["dunst", "dmenu"]}[how]
    for tool in tools:
        if not shutil.which(tool):
            skip(tool + " is not installed")


class Mouse:
    how = "mouse"

    def __init__(self, person):
        self.person, self.actions, self.keys = person, 0, 0

    def use(self, role, name, keys=None, timeout=None):
        """Presses, ticks or opens it."""
        self.person.click(role, name, timeout=timeout)
        self.actions += 1

    def page(self, name, place):
        """One of the three pages, from any of them."""
        self.use(None, "^" + name)

    def menu(self, button, entry, letter=None):
        """An entry of the menu of a button."""
        self.use("button", button)
        self.use(None, entry)

    def choose_contents(self, folder, title, accept, key):
        self.person.choose_folder_contents(folder, title, accept)

    def hand_over(self, folder, icon, to):
        """What lies in the folder at that place is dropped on somebody's card, from a real file manager."""
        self.person.file_manager("thunar", folder)
        self.person.place("^Porch$", 660, 60)
        self.person.drag_file(THUNAR_ICONS[icon], self.person.where("button", to))
        self.actions += 1

    def notifier(self):
        """The notification daemon of the desktop, for start()."""
        return {"notifications": "mate"}

    def answer_notification(self, text, button):
        self.person.other_click("mate-notification-daemon", text, "^%s$" % button)
        self.actions += 1

    def notification(self, text):
        return [n for n in self.person.other_all("mate-notification-daemon", "label", None) if text in n]


class Keyboard:
    how = "keyboard"

    def __init__(self, person):
        self.person, self.actions, self.keys = person, 0, 0

    def use(self, role, name, keys=None, timeout=None):
        """By its shortcut, or Tab and the arrows until it has the keys, then Return (Space for what is ticked)."""
        said = self.person.see(role, name, timeout=timeout)
        if keys:
            self.press(keys)
        else:
            self.keys += self.person.reach(role, name)
            self.press("space" if self.person.is_ticked_by_space(role, name) else "Return")
        self.actions += 1
        return said

    def press(self, *keys):
        self.person.key(*keys)
        self.keys += len(keys)

    def page(self, name, place):
        self.press("alt+%d" % place)
        self.actions += 1

    def menu(self, button, entry, letter=None):
        """By the letter that is underlined in it."""
        self.use("button", button)
        self.person.see(None, entry)
        self.press(letter)
        self.actions += 1

    def choose_contents(self, folder, title, accept, key):
        self.person.choose_folder_contents(folder, title, accept, key=key)

    def hand_over(self, folder, icon, to):
        """Copied in the file manager, pasted in the window."""
        self.person.file_manager("thunar", folder)
        self.person.switch_to(os.path.basename(folder))
        self.person.key("ctrl+a")       # the place of one icon is for hands that hold a mouse
        self.person.key("ctrl+c")
        self.person.switch_to("Porch")
        self.press("ctrl+v")
        self.actions += 1
        self.person.dialog("^Send$")
        self.use("check box", to)
        self.use("button", "^Send$", keys="ctrl+Return")

    def notifier(self):
        """One that has keys: its menu of actions comes at Ctrl+Shift+Period."""
        settings = os.path.join(self.person.desktop, "dunstrc")
        with open(settings, "w") as f:
            f.write("[global]\ncontext = ctrl+shift+period\ndmenu = %s\ntimeout = 0\n" % shutil.which("dmenu"))
        return {"notifications": "dunst", "DUNSTRC": settings}

    def answer_notification(self, text, button):
        """From the menu, which takes the line that begins with what is typed."""
        self.person.key("ctrl+shift+period")
        self.person.menu_on_top(True)
        self.person.text("#" + button)
        self.person.key("Return")
        self.person.menu_on_top(False)
        self.actions += 1

    def notification(self, text):
        return self.person.run(["dunstctl", "count", "displayed"]).strip() != "0"


def take_hands(how, *people):
    kinds = {"mouse": Mouse, "keyboard": Keyboard}
    return [kinds[how](person) for person in people]


class Tally:
    """How many actions each task took; a task that takes more than it may fails."""

    def __init__(self, how):
        self.how, self.rows = how, []

    @contextlib.contextmanager
    def task(self, title, most, hands):
        actions, keys = hands.actions, hands.keys
        yield
        row = (title, hands.person.name, hands.actions - actions, hands.keys - keys, most)
        self.rows.append(row)
        assert row[2] <= most, "%s took %s %d actions; at most %d" % (title, row[1], row[2], most)

    def tell(self):
        print("%-44s %-14s %8s %6s %8s" % ("by " + self.how, "who", "actions", "keys", "at most"))
        for row in self.rows:
            print("%-44s %-14s %8d %6s %8d" % (row[0], row[1], row[2], row[3] or "-", row[4]))
