# SPDX-License-Identifier: GPL-3.0-or-later
"""A person whose Porch is the installed Flatpak: a desktop as in tests/gui, with portals, and the sandbox between them and the program.

PORCH_FLATPAK_DIR names the installation (tests/flatpak/smoke makes it)."""
import os
import shutil
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "gui"))
from people import Person  # noqa: E402
from neighbours import USER  # noqa: E402

APP = "io.github.porchshare.Porch"
DAEMON = APP + ".Daemon"


class SandboxPerson(Person):
    """Their files lie in /home/NAME of their own computer, which is `outside` seen from here."""

    def __init__(self, peer, name, pictures=None):
        super().__init__(peer, name, pictures)
        self.home = "/home/home"                        # with-desktop makes a home in the folder that it is given
        self.desktop = os.path.join(peer.home)          # and that folder is mounted there
        self.downloads = os.path.join(self.desktop, "home", "Downloads")
        os.makedirs(self.downloads, exist_ok=True)
        init = open(os.path.join(peer.folder, "init")).read().strip()
        subprocess.run(["nsenter", "-t", init, "-m", "--", "mount", "--bind", peer.home, "/home"], check=True)

    def outside(self, *parts):
        return os.path.join(self.desktop, "home", *parts)

    def clean_environment(self):
        """Nothing of the build tree: the sandbox inherits the environment."""
        keep = ("PATH", "LANG", "DBUS_SYSTEM_BUS_ADDRESS")
        return {**{k: v for k, v in self.peer.environment().items() if k in keep}, "HOME": self.home, "KEEP": "/home",
                "FLATPAK_USER_DIR": os.environ["PORCH_FLATPAK_DIR"], "SERVICES": "/home/services", "PORTAL": "1",
                "RUNTIME": "/run/user/%d" % USER,         # where the portal lies inside of a sandbox too
                "GSETTINGS_BACKEND": "keyfile",
                "PORCH_COMMAND": "flatpak run --user --command=porch " + APP}

    def inside(self, *argv):
        """argv in this computer's namespaces, as its plain user."""
        init = open(os.path.join(self.peer.folder, "init")).read().strip()
        env = ["%s=%s" % kv for kv in self.clean_environment().items()]
        return ["nsenter", "-t", init, "-n", "-m", "-p", "-u", "-i", "--", "setpriv", "--reuid=%d" % USER, "--regid=%d" % USER,
                "--clear-groups", "env", "-i", *env, *argv]

    def desk(self, user_dirs=True):
        """The desktop, without the window."""
        os.makedirs(self.desktop + "/config", exist_ok=True)
        if user_dirs:
            with open(self.desktop + "/config/user-dirs.dirs", "w") as f:
                f.write('XDG_DOWNLOAD_DIR="$HOME/Downloads"\n')
        # What Flatpak exported for the session bus, which starts each in a sandbox.
        exported = os.path.join(os.environ["PORCH_FLATPAK_DIR"], "exports/share/dbus-1/services")
        for name in os.listdir(exported):
            shutil.copy(os.path.join(exported, name), self.desktop + "/services/" + name)
        self.peer.own(self.peer.home)
        argv = self.inside(os.path.join(HERE, "../gui/with-desktop"), "/usr/bin/python3", os.path.join(HERE, "../gui/agent.py"))
        self.agent = subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd="/",
                                      stderr=open(self.desktop + "/agent.log", "w"))
        self.answer()
        return self

    def name_it(self):
        """Under the name that this person chose for the device."""
        self.porch("status")
        self.run(["gdbus", "call", "--session", "-d", DAEMON, "-o", "/io/github/porchshare/Porch/Daemon", "-m",
                  "org.freedesktop.DBus.Properties.Set", DAEMON, "Name", "<'%s'>" % self.name.replace("'", "\\'")])

    def open_window(self):
        self.do("start", ["flatpak", "run", "--user", APP], env={"G_DEBUG": "fatal-criticals"}, called="porch-window")

    def choose_folder(self, folder, title, accept):
        """In the desktop's own chooser. An older portal opens it at "Recent", where no folder can be taken; and it goes on to complete into
        a folder that has but one in it, which is deleted."""
        self.dialog(title)
        self.key("alt+Home")
        self.key("ctrl+l")
        self.key("ctrl+a")
        self.text(folder)
        time.sleep(0.6)
        self.key("Delete")
        self.key("Return")
        self.no_dialog(title)

    def pids(self, program):
        """Of this person's running sandboxed programs of that name, as this process sees them."""
        found = []
        namespace = os.readlink("/proc/%s/ns/net" % open(os.path.join(self.peer.folder, "init")).read().strip())
        for pid in filter(str.isdigit, os.listdir("/proc")):
            try:
                if os.path.basename(os.readlink("/proc/%s/exe" % pid)) == program and os.readlink("/proc/%s/ns/net" % pid) == namespace:
                    found.append(int(pid))
            except OSError:                     # it went
                pass
        return found
