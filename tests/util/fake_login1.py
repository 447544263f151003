# SPDX-License-Identifier: GPL-3.0-or-later
"""What Porch needs of logind, on the bus whose address is given: Inhibit. Tells on standard output who takes and lets go what."""
import os
import sys

import gi
gi.require_version("Gio", "2.0")
from gi.repository import Gio, GLib  # noqa: E402

XML = """<node><interface name="org.freedesktop.login1.Manager"><method name="Inhibit"><arg type="s" direction="in"/><arg type="s" direction="in"/>
<arg type="s" direction="in"/><arg type="s" direction="in"/><arg type="h" direction="out"/></method></interface></node>"""


def tell(*words):
    print(*words, flush=True)


def on_released(fd, condition, what):
    os.close(fd)
    tell("released", what)
    return GLib.SOURCE_REMOVE


def on_call(connection, sender, path, interface, method, arguments, invocation):
    what, who, why, mode = arguments.unpack()
    ours, theirs = os.pipe()
    GLib.unix_fd_add_full(GLib.PRIORITY_DEFAULT, ours, GLib.IOCondition.HUP, on_released, what)
    tell("taken", what, who, mode, why)
    fds = Gio.UnixFDList.new()
    fds.append(theirs)
    os.close(theirs)
    invocation.return_value_with_unix_fd_list(GLib.Variant("(h)", (0,)), fds)


flags = Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT | Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION
bus = Gio.DBusConnection.new_for_address_sync(sys.argv[1], flags, None, None)
bus.register_object("/org/freedesktop/login1", Gio.DBusNodeInfo.new_for_xml(XML).interfaces[0], on_call, None, None)
bus.call_sync("org.freedesktop.DBus", "/", "org.freedesktop.DBus", "RequestName", GLib.Variant("(su)", ("org.freedesktop.login1", 4)), None,
              Gio.DBusCallFlags.NONE, -1, None)
tell("ready")
GLib.MainLoop().run()
