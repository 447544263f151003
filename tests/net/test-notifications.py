# SPDX-License-Identifier: GPL-3.0-or-later
"""Notifications of a real porchd, shown by python3-dbusmock's notification daemon: what they say, and that a button acts on exactly the
thing that its notification is about (S13)."""
import os
import sys
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "util"))
try:
    import dbus
    import dbusmock  # noqa: F401
    from daemon_bus import DAEMON, Bus, GLib
except (ImportError, ValueError) as error:
    print("skipped: python3-dbusmock and python3-gi are needed:", error)
    sys.exit(77)
from peers import Neighborhood  # noqa: E402

NAME, PATH = "org.freedesktop.Notifications", "/org/freedesktop/Notifications"
MOCK = "org.freedesktop.DBus.Mock"


class Screen:
    """A notification daemon on a peer's bus."""

    def __init__(self, peer):
        self.peer = peer
        self.process = peer.spawn(sys.executable, "-m", "dbusmock", "--template", "notification_daemon", "--session")
        peer.wait("the notification daemon", lambda: peer.has_owner(NAME))
        self.bus = dbus.bus.BusConnection(peer.env["DBUS_SESSION_BUS_ADDRESS"])
        self.mock = dbus.Interface(self.bus.get_object(NAME, PATH), MOCK)

    def shown(self):
        """(id, summary, body, buttons, hints) of each, in order; the first action is a click on the notification itself. The template counts ids from 1."""
        return [(i + 1, str(a[3]), str(a[4]), [str(x) for x in a[5]][0::2][1:], dict(a[6]), str(a[0]), str(a[2]))
                for i, (_, a) in enumerate(self.mock.GetMethodCalls("Notify"))]

    def closed(self):
        return [int(a[0]) for _, a in self.mock.GetMethodCalls("CloseNotification")]

    def press(self, number, action):
        self.mock.EmitSignal(NAME, "ActionInvoked", "us", [dbus.UInt32(number), action])

    def dismiss(self, number):
        self.mock.EmitSignal(NAME, "NotificationClosed", "uu", [dbus.UInt32(number), dbus.UInt32(2)])

    def stop(self):
        self.bus.close()
        self.process.terminate()
        self.process.wait(10)


def has_owner(peer):
    def ask(name):
        import subprocess
        return subprocess.run(["gdbus", "call", "--session", "-d", "org.freedesktop.DBus", "-o", "/", "-m", "org.freedesktop.DBus.NameHasOwner",
                               name], env=peer.env, capture_output=True, text=True).stdout.startswith("(true")
    return ask


class Case(unittest.TestCase):
    """Ben has the screen; the others send to him."""

    def setUp(self):
        self.hood = Neighborhood()
        self.addCleanup(self.hood.stop)
        self.addCleanup(self.check_ends)
        self.ben = self.hood.peer("Ben", start=False)
        self.ben.has_owner = has_owner(self.ben)
        self.screen = None
        self.addCleanup(self.turn_off)
        self.count = 0

    def check_ends(self):
        for peer in self.hood.peers:
            peer.stop_daemon()
            for word in ("Sanitizer", "CRITICAL", "runtime error"):
                self.assertNotIn(word, peer.words())

    def turn_off(self):
        if self.screen:
            self.screen.stop()
        self.screen = None

    def begin(self, screen=True):
        if screen:
            self.screen = Screen(self.ben)
        self.ben.start()
        self.b = Bus(self.ben)
        self.addCleanup(self.b.close)

    def sender(self, name, trusted=True):
        peer = self.hood.peer(name)
        bus = Bus(peer)
        self.addCleanup(bus.close)
        at = bus.daemon("Connect", "s", self.ben.address)
        there = self.b.daemon("Connect", "s", peer.address)
        if trusted:
            self.b.call(there, "Peer.Trust")

        def send(file, data=b"hello"):
            path = os.path.join(peer.home, file)
            with open(path, "wb") as f:
                f.write(data)
            return bus.send([at], [path])[0]
        peer.send, peer.api, peer.to_ben = send, bus, at
        return peer

    def wait(self, what, function, timeout=15):
        end = time.monotonic() + timeout
        while True:
            got = function()
            if got:
                return got
            if time.monotonic() > end:
                self.fail("not within %g s: %s\n%s" % (timeout, what, self.ben.words()[-2000:]))
            time.sleep(0.03)

    def shown(self, count):
        return self.wait("%d notifications" % count, lambda: len(self.screen.shown()) >= count and self.screen.shown())

    def states(self):
        return {o["Names"][0]: o["State"] for o in self.b.objects("Offer").values() if o["Names"]}


class Requests(Case):
    def test_looks(self):
        self.begin()
        self.sender("Ada").send("letter.txt")
        _, summary, body, actions, hints, app, icon = self.shown(1)[0]
        self.assertEqual(summary, "Ada wants to send you “letter.txt”")
        self.assertIn("5 bytes", body)
        self.assertEqual(actions, ["accept", "decline"])
        self.assertEqual((app, icon, str(hints["desktop-entry"])), ("Porch", "io.github.porchshare.Porch", "io.github.porchshare.Porch"))

    def test_s13_two_wait_and_one_is_accepted(self):
        self.begin()
        ada = self.sender("Ada")
        ada.send("one.txt")
        self.shown(1)
        ada.send("two.txt")
        two = [n[0] for n in self.shown(2) if "two.txt" in n[1]][0]
        self.screen.press(two, "accept")
        self.wait("two.txt", lambda: os.path.exists(self.ben.downloads + "/two.txt"))
        time.sleep(0.5)
        self.assertEqual(self.states()["one.txt"], "pending")
        self.assertEqual(os.listdir(self.ben.downloads), ["two.txt"])

    def test_s13_decline(self):
        self.begin()
        ada = self.sender("Ada")
        first = ada.send("one.txt")
        self.shown(1)
        ada.send("two.txt")
        one = [n[0] for n in self.shown(2) if "one.txt" in n[1]][0]
        self.screen.press(one, "decline")
        self.wait("the answer", lambda: ada.api.get(first, "Transfer", "State") == "declined")
        self.assertEqual(self.states()["two.txt"], "pending")
        self.assertEqual(os.listdir(self.ben.downloads), [])

    def test_s13_late_and_repeated_answers(self):
        self.begin()
        ada = self.sender("Ada")
        ada.send("one.txt")
        self.shown(1)
        offer = list(self.b.objects("Offer"))[0]
        self.b.call(offer, "Offer.Decline")  # in the window
        self.wait("its notification closed", lambda: self.screen.closed() == [1])
        self.screen.press(1, "accept")
        ada.send("two.txt")
        self.shown(2)
        self.screen.press(1, "accept")
        self.screen.press(2, "decline")
        self.screen.press(2, "accept")
        self.wait("the answer", lambda: self.states().get("two.txt") == "declined")
        time.sleep(0.5)
        self.assertEqual(os.listdir(self.ben.downloads), [])

    def test_dismissed_is_not_declined(self):
        self.begin()
        self.sender("Ada").send("letter.txt")
        self.shown(1)
        self.screen.dismiss(1)
        time.sleep(0.5)
        self.assertEqual(self.states(), {"letter.txt": "pending"})

    def test_a_name_is_not_markup(self):
        self.begin()
        self.sender("Ada").send("<b>x&amp;.txt")
        _, summary, body = self.shown(1)[0][:3]
        self.assertIn("<b>x&amp;.txt", summary)
        self.assertNotIn("<b>", body)

    def test_text_has_nothing_to_accept(self):
        self.begin()
        ada = self.sender("Ada")
        ada.api.send([ada.to_ben], [], text="secret words")
        _, summary, body, actions = self.shown(1)[0][:4]
        self.assertEqual((summary, body, actions), ("Ada sent you a text", "", ["show"]))

    def test_switched_off(self):
        self.begin()
        self.b.set(DAEMON, "Daemon", "Notifications", GLib.Variant("b", False))
        self.sender("Ada").send("letter.txt")
        self.wait("the offer", lambda: self.states())
        time.sleep(0.5)
        self.assertEqual(self.screen.shown(), [])

    def test_finished_and_failed(self):
        self.begin()
        ada = self.sender("Ada")
        ada.send("letter.txt")
        self.shown(1)
        self.screen.press(1, "accept")
        done = self.shown(2)[1]
        self.assertEqual((done[1], done[3]), ("“letter.txt” is here", ["show", "open"]))
        self.assertIn("From Ada · 5 bytes", done[2])

    def test_pairing(self):
        self.begin()
        ada = self.sender("Ada", trusted=False)
        ada.api.daemon("Pair", "o", ada.to_ben)
        _, summary, body, actions = self.shown(1)[0][:4]
        self.assertEqual((summary, actions), ("Ada wants you to trust each other", ["show"]))
        self.screen.press(1, "accept")  # no such button
        time.sleep(0.3)
        self.assertEqual([p["Trust"] for p in self.b.objects("Peer").values()], ["unknown"])


class Strangers(Case):
    def test_one_has_its_buttons(self):
        self.begin()
        self.sender("Eve", trusted=False).send("insult.txt")
        _, summary, body, actions, hints = self.shown(1)[0][:5]
        self.assertEqual(summary, "Eve wants to send you 1 file")  # not its name
        self.assertRegex(body, "not trusted yet · code [0-9]{3} [0-9]{3}")
        self.assertEqual(actions, ["accept", "decline"])
        self.assertTrue(hints["suppress-sound"])
        self.screen.press(1, "decline")
        self.wait("the answer", lambda: self.states() == {"insult.txt": "declined"})

    def test_several_are_one_and_not_at_once(self):
        self.begin()
        for name in ("Eve", "Mallory", "Trudy"):
            self.sender(name, trusted=False).send("x.txt")
        self.wait("the offers", lambda: len(self.b.objects("Offer")) == 3)
        time.sleep(1)
        self.assertEqual(len(self.screen.shown()), 1)  # the others wait for half a minute
        summary, actions = self.wait("the second", lambda: len(self.screen.shown()) == 2 and self.screen.shown(), 40)[1][1:4:2]
        self.assertEqual((summary, actions), ("3 devices you don't know want to send you something", ["show"]))
        self.assertEqual(self.screen.closed(), [1])
        self.screen.press(1, "accept")  # the closed one
        self.screen.press(2, "accept")  # no such button
        time.sleep(0.5)
        self.assertEqual({o["State"] for o in self.b.objects("Offer").values()}, {"pending"})

    def test_hidden_shows_none(self):
        self.begin()
        eve = self.sender("Eve", trusted=False)
        self.b.daemon("SetVisibility", "ss", "", "hidden")
        if not self.b.get(DAEMON, "Daemon", "Networks"):
            self.skipTest("this machine is on no network that could be hidden")
        eve.send("x.txt")
        self.wait("the offer", lambda: self.b.objects("Offer"))
        time.sleep(0.5)
        self.assertEqual(self.screen.shown(), [])


    def test_do_not_disturb(self):
        self.begin()
        self.screen.mock.AddProperty(NAME, "Inhibited", dbus.Boolean(True))
        self.screen.mock.UpdateProperties(NAME, {"Inhibited": dbus.Boolean(True)})
        self.sender("Eve", trusted=False).send("x.txt")
        self.wait("the offer", lambda: len(self.b.objects("Offer")) == 1)
        time.sleep(1)
        self.assertEqual(self.screen.shown(), [])  # strangers wait
        self.sender("Ada").send("letter.txt")      # what friends send is the desktop's to hold back
        self.assertIn("letter.txt", self.shown(1)[0][1])
        self.screen.mock.UpdateProperties(NAME, {"Inhibited": dbus.Boolean(False)})
        self.assertIn("Eve", self.shown(2)[1][1])


class Opener(Case):
    """What a click on a notification asks of the desktop: the file manager, the portal, the window."""

    def stand_in(self, name, path, interface, method, arguments, result, code):
        """Somebody of this name on Ben's bus, whose calls are kept."""
        process = self.ben.spawn(sys.executable, "-m", "dbusmock", "--session", name, path, interface)
        self.ben.wait(name, lambda: self.ben.has_owner(name))
        bus = dbus.bus.BusConnection(self.ben.env["DBUS_SESSION_BUS_ADDRESS"])
        mock = dbus.Interface(bus.get_object(name, path), MOCK)
        mock.AddMethod(interface, method, arguments, result, code)
        self.addCleanup(process.wait, 10)
        self.addCleanup(process.terminate)
        self.addCleanup(bus.close)
        return lambda: [a for _, a in mock.GetMethodCalls(method)]

    def receive(self):
        self.begin()
        self.sender("Ada").send("letter.txt", b"hello from Ada")
        self.shown(1)
        self.screen.press(1, "accept")
        self.shown(2)
        return self.ben.downloads + "/letter.txt"

    def test_show(self):
        file = self.receive()
        calls = self.stand_in("org.freedesktop.FileManager1", "/org/freedesktop/FileManager1", "org.freedesktop.FileManager1", "ShowItems",
                              "ass", "", "")
        self.screen.press(2, "show")
        uris, _ = self.wait("the file manager to be asked", calls)[0]
        self.assertEqual([str(u) for u in uris], [GLib.filename_to_uri(file)])
        time.sleep(0.3)
        self.assertEqual(len(calls()), 1)

    def test_open(self):
        self.receive()
        kept = os.path.join(self.ben.home, "handed")
        self.stand_in("org.freedesktop.portal.Desktop", "/org/freedesktop/portal/desktop", "org.freedesktop.portal.OpenURI", "OpenFile",
                      "sha{sv}", "o",
                      "import os; named = os.open('/proc/self/fd/%%d' %% args[1].take(), os.O_RDONLY); f = open(%r, 'ab'); "
                      "f.write(os.read(named, 99)); f.close(); ret = '/r'" % kept)
        self.screen.press(2, "open")
        # It is handed over as a descriptor that names it (O_PATH), as the real portal takes it.
        self.wait("the portal to be asked", lambda: os.path.exists(kept) and os.path.getsize(kept))
        with open(kept, "rb") as f:
            self.assertEqual(f.read(), b"hello from Ada")

    def test_what_was_exchanged_is_not_opened(self):
        file = self.receive()
        calls = self.stand_in("org.freedesktop.portal.Desktop", "/org/freedesktop/portal/desktop", "org.freedesktop.portal.OpenURI",
                              "OpenFile", "sha{sv}", "o", "ret = '/r'")
        os.unlink(file)
        os.symlink("/etc/passwd", file)
        self.screen.press(2, "open")
        self.wait("a word about it", lambda: "can't be opened" in self.ben.words())
        self.assertEqual(calls(), [])

    def test_window(self):
        self.begin()
        ada = self.sender("Ada", trusted=False)
        ada.api.daemon("Pair", "o", ada.to_ben)     # codes are compared in the window
        self.assertEqual(self.shown(1)[0][3], ["show"])
        calls = self.stand_in("io.github.porchshare.Porch", "/io/github/porchshare/Porch", "org.freedesktop.Application", "Activate",
                              "a{sv}", "", "")
        self.screen.press(1, "show")
        self.wait("the window to be asked for", calls)


class Screens(Case):
    def test_none_is_normal(self):
        self.begin(screen=False)
        self.sender("Ada").send("letter.txt")
        self.wait("the offer", lambda: self.states())
        time.sleep(0.5)
        self.assertNotIn("porchd:", self.ben.words())  # no word of ours about it
        self.screen = Screen(self.ben)  # one appears: what waits is shown
        self.assertIn("letter.txt", self.shown(1)[0][1])
        self.screen.press(1, "accept")
        self.wait("letter.txt", lambda: os.path.exists(self.ben.downloads + "/letter.txt"))

    def test_restarted(self):
        self.begin()
        self.sender("Ada").send("letter.txt")
        self.shown(1)
        self.turn_off()
        self.wait("its end", lambda: not self.ben.has_owner(NAME))
        self.screen = Screen(self.ben)
        self.assertIn("letter.txt", self.shown(1)[0][1])

    def test_nothing_is_left_on_the_screen(self):
        self.begin()
        self.sender("Ada").send("letter.txt")
        self.shown(1)
        self.ben.stop_daemon()
        self.assertEqual(self.screen.closed(), [1])

    def test_waiting_requests_are_shown_again(self):
        self.begin()
        self.sender("Ada").send("letter.txt")
        self.shown(1)
        self.ben.stop_daemon(kill=True)
        self.ben.start()
        self.assertIn("letter.txt", self.shown(2)[1][1])


if __name__ == "__main__":
    unittest.main(verbosity=2)
