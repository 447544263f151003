# SPDX-License-Identifier: GPL-3.0-or-later
"""Real daemons for measurements on this machine: each with a home, a session bus and a port of its own, known to each other by address.
Run in the environment of `./dev exec`."""
import json
import os
import subprocess
import time


class Peer:
    def __init__(self, work, name, port, **more):
        self.name, self.port = name, port
        self.home = os.path.join(work, name)
        os.makedirs(self.home + "/run", mode=0o700)
        os.makedirs(self.home + "/Downloads")
        self.env = {k: v for k, v in os.environ.items() if not k.startswith("XDG_") or k == "XDG_DATA_DIRS"}
        self.env.update(HOME=self.home, XDG_RUNTIME_DIR=self.home + "/run", DBUS_SESSION_BUS_ADDRESS=f"unix:path={self.home}/run/bus",
                        DBUS_SYSTEM_BUS_ADDRESS="unix:path=/nonexistent", GSETTINGS_BACKEND="memory", LANG="C.UTF-8", **more)
        self.log = open(self.home + "/porchd.log", "ab")
        self.bus = subprocess.Popen(["dbus-daemon", "--session", "--nofork", "--nopidfile", "--address=" + self.env["DBUS_SESSION_BUS_ADDRESS"]],
                                    env=self.env, stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log)
        while not os.path.exists(self.home + "/run/bus"):
            time.sleep(0.01)
        self.daemon = None

    def start(self, *options):
        self.daemon = subprocess.Popen(["porchd", "--name", self.name, "--port", str(self.port), "--discovery", "off", "--visibility", "visible",
                                        *options], env=self.env, stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log)
        for _ in range(200):
            if self.daemon.poll() is not None:
                raise RuntimeError("porchd ended: " + open(self.home + "/porchd.log", errors="replace").read())
            owned = subprocess.run(["gdbus", "call", "--session", "-d", "org.freedesktop.DBus", "-o", "/", "-m",
                                    "org.freedesktop.DBus.NameHasOwner", "io.github.porchshare.Porch.Daemon"], env=self.env,
                                   capture_output=True, text=True).stdout
            if owned.startswith("(true"):
                return self
            time.sleep(0.05)
        raise RuntimeError("porchd did not come up")

    @property
    def pid(self):
        return self.daemon.pid

    def run(self, *argv, **more):
        return subprocess.run(["porch", *argv], env=self.env, capture_output=True, text=True, timeout=600, stdin=more.pop("stdin", subprocess.DEVNULL),
                              **more)

    def porch(self, *argv):
        result = self.run("--json", *argv)
        if result.returncode:
            raise RuntimeError(f"porch {' '.join(argv)} → {result.returncode}\n{result.stdout}{result.stderr}")
        return json.loads(result.stdout)

    def stop(self):
        for process in (self.daemon, self.bus):
            if process and process.poll() is None:
                process.terminate()
                try:
                    process.wait(20)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()


def pair(work, first_port=47411):
    """Two peers, the second of which knows the first."""
    giver = Peer(work, "giver", first_port).start()
    taker = Peer(work, "taker", first_port + 1).start()
    taker.porch("connect", f"127.0.0.1:{first_port}")
    return giver, taker
