# SPDX-License-Identifier: GPL-3.0-or-later
"""porchd's D-Bus interface as a frontend sees it, for tests: calls with descriptors, properties, objects and what changes."""
import os

import gi
gi.require_version("Gio", "2.0")
from gi.repository import Gio, GLib  # noqa: E402

NAME = "io.github.porchshare.Porch.Daemon"
ROOT = "/io/github/porchshare/Porch"
DAEMON = ROOT + "/Daemon"
PREFIX = "io.github.porchshare.Porch."
ERROR = PREFIX + "Error."
PROPERTIES = "org.freedesktop.DBus.Properties"


class BusError(Exception):
    """An error that came over the bus: its name without our prefix, and its words."""

    def __init__(self, error):
        name = Gio.DBusError.get_remote_error(error) or ""
        self.name = name[len(ERROR):] if name.startswith(ERROR) else name
        self.words = error.message.replace("GDBus.Error:%s: " % name, "", 1)
        super().__init__("%s: %s" % (self.name, self.words))


def path_bytes(path):
    return GLib.Variant("ay", os.fsencode(path) + b"\0")


class Bus:
    def __init__(self, peer):
        flags = Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT | Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION
        self.connection = Gio.DBusConnection.new_for_address_sync(peer.env["DBUS_SESSION_BUS_ADDRESS"], flags, None, None)
        self.connection.set_exit_on_close(False)
        self.signals = []
        self.connection.signal_subscribe(NAME, None, None, None, None, Gio.DBusSignalFlags.NONE, self.on_signal)

    def on_signal(self, connection, sender, path, interface, signal, parameters):
        self.signals.append((GLib.get_monotonic_time(), path, signal, parameters.unpack()))

    def pump(self, seconds):
        """Lets signals come in."""
        loop = GLib.MainLoop()
        GLib.timeout_add(int(seconds * 1000), loop.quit)
        loop.run()

    def close(self):
        self.connection.close_sync(None)

    def call_raw(self, path, interface, method, arguments=None, fds=(), timeout=30):
        descriptors = Gio.UnixFDList.new()
        for fd in fds:
            descriptors.append(fd)
        try:
            answer, out = self.connection.call_with_unix_fd_list_sync(NAME, path, interface, method, arguments, None,
                                                                      Gio.DBusCallFlags.NO_AUTO_START, timeout * 1000, descriptors, None)
        except GLib.Error as error:
            raise BusError(error) from None
        return answer.unpack(), out

    def call(self, path, method, signature=None, *values, fds=(), timeout=30):
        """@method is Interface.Method without the common prefix; the answer's single value, or a tuple, or None."""
        interface, name = method.rsplit(".", 1)
        arguments = GLib.Variant("(%s)" % signature, values) if signature else None
        got = self.call_raw(path, PREFIX + interface, name, arguments, fds, timeout)[0]
        return got[0] if len(got) == 1 else got or None

    def daemon(self, method, signature=None, *values, fds=()):
        return self.call(DAEMON, "Daemon." + method, signature, *values, fds=fds)

    def get(self, path, interface, name):
        return self.call_raw(path, PROPERTIES, "Get", GLib.Variant("(ss)", (PREFIX + interface, name)))[0][0]

    def set(self, path, interface, name, value):
        self.call_raw(path, PROPERTIES, "Set", GLib.Variant("(ssv)", (PREFIX + interface, name, value)))

    def objects(self, interface):
        """Path → properties of all objects with that interface."""
        found = self.call_raw(ROOT, "org.freedesktop.DBus.ObjectManager", "GetManagedObjects")[0][0]
        return {path: kinds[PREFIX + interface] for path, kinds in found.items() if PREFIX + interface in kinds}

    def add_share(self, path, held=None, **options):
        """@held: the folder whose descriptor is passed instead."""
        fd = os.open(held or path, os.O_PATH)
        try:
            return self.call_raw(DAEMON, PREFIX + "Daemon", "AddShare",
                                 GLib.Variant("(ayha{sv})", (os.fsencode(path) + b"\0", 0, variants(options))), [fd])[0][0]
        finally:
            os.close(fd)

    def send(self, peers, paths, held=None, **options):
        fds = [os.open(p, os.O_PATH) for p in (held or paths)]
        try:
            return self.call_raw(DAEMON, PREFIX + "Daemon", "Send",
                                 GLib.Variant("(aoaayaha{sv})", (peers, [os.fsencode(p) + b"\0" for p in paths], list(range(len(fds))),
                                                                 variants(options))), fds)[0][0]
        finally:
            for fd in fds:
                os.close(fd)

    def listing(self, peer, share, path="", **options):
        """All that came through the pipe."""
        _, fds = self.call_raw(DAEMON, PREFIX + "Daemon", "List",
                               GLib.Variant("(osaya{sv})", (peer, share, os.fsencode(path) + b"\0", variants(options))))
        with os.fdopen(fds.steal_fds()[0], "rb") as rows:
            return rows.read().decode()

    def fetch(self, peer, share, paths, **options):
        return self.call_raw(DAEMON, PREFIX + "Daemon", "Get",
                             GLib.Variant("(osaaya{sv})", (peer, share, [os.fsencode(p) + b"\0" for p in paths], variants(options))))[0][0]


def variants(options):
    kinds = {str: "s", bool: "b", int: "x", list: "as"}
    return {k: v if isinstance(v, GLib.Variant) else GLib.Variant(kinds[type(v)], v) for k, v in options.items()}
