#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""./dev run as a developer knows it. On a desktop whose session bus was there before, and knows nothing of the build tree: the window comes
up, after Start it says who one is and not that Porch is not running, and with it goes the peer of the build tree. Without a display: the
live view in the terminal, until Ctrl+C."""
import fcntl
import os
import pty
import shutil
import signal
import subprocess
import tempfile
import termios
import threading

from people import BUILD, HERE, TOP, Person, need_desktop, skip, wait_for

DEV = os.path.join(TOP, "dev")
# A network of its own with nobody on it, so that no other test meets this device.
ALONE = ["unshare", "-n"] if os.geteuid() == 0 else ["unshare", "-rn"]


class Desk:
    """What Person takes for a host: this one."""
    def __init__(self, home):
        self.home = home

    def own(self, path):
        pass

    def command(self, *argv):
        return [*ALONE, "sh", "-c", 'ip link set lo up; exec "$@"', "sh", *argv]


class Developer(Person):
    def start_window(self):
        self.do("start", [DEV, "run"], env={"G_DEBUG": "fatal-criticals", "LANG": "C.UTF-8"}, called="porch-window", timeout=90)


def porchds(home):
    """Of this test: by the HOME that they were given."""
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/comm") as comm, open(f"/proc/{pid}/environ", "rb") as environ:
                if comm.read().strip() == "porchd" and home.encode() in environ.read():
                    found.append(int(pid))
        except OSError:
            pass
    return found


def with_a_display(home):
    mia = Developer(Desk(home), "Mia’s Laptop", os.environ.get("PORCH_PICTURES"))
    os.unlink(mia.services + "/io.github.porchshare.Porch.Daemon.service")    # the bus knows no peer
    os.unlink(mia.services + "/io.github.porchshare.Porch.Welcome.service")
    open(mia.services + "/none.service", "w").close()
    try:
        mia.start(PORCH_BUILD=BUILD)
        mia.see("label", "^You are “")
        assert not mia.all("label", "^Porch Is Not Running$")
        assert len(porchds(home)) == 1, porchds(home)
        mia.picture("dev-run")
        mia.key("ctrl+w")
        wait_for("dev run to end with its window", lambda: not mia.alive(), 20)
        assert mia.stop()["status"] == 0, mia.stop()
        wait_for("its peer to end", lambda: not porchds(home))
        print("ok: ./dev run on a desktop: the window, its peer, and both go together")
    except BaseException:
        mia.tell()
        raise
    finally:
        mia.end()


def without_a_display(home):
    runtime = os.path.join(home, "run")
    os.makedirs(runtime, 0o700, exist_ok=True)
    env = {k: v for k, v in os.environ.items() if k not in ("DISPLAY", "WAYLAND_DISPLAY", "DBUS_SESSION_BUS_ADDRESS")}
    env.update(HOME=home, XDG_RUNTIME_DIR=runtime, XDG_DATA_HOME=home + "/data", XDG_CONFIG_HOME=home + "/config", PORCH_BUILD=BUILD,
               GSETTINGS_BACKEND="memory", LANG="C.UTF-8", TERM="xterm")
    terminal, inside = pty.openpty()
    run = subprocess.Popen([*ALONE, "sh", "-c", 'ip link set lo up; exec "$@"', "sh", DEV, "run"], env=env, stdin=inside, stdout=inside,
                           stderr=inside, start_new_session=True, preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0))
    os.close(inside)
    shown = []
    threading.Thread(target=read_all, args=(terminal, shown), daemon=True).start()
    try:
        wait_for("the live view", lambda: " · port " in "".join(shown), 90)
        assert len(porchds(home)) == 1, porchds(home)
        os.write(terminal, b"\x03")             # Ctrl+C
        run.wait(20)
        wait_for("its peer to end", lambda: not porchds(home))
        print("ok: ./dev run without a display: the live view, and no peer after Ctrl+C")
    except BaseException:
        print("".join(shown)[-3000:])
        if run.poll() is None:
            os.killpg(run.pid, signal.SIGKILL)
        raise


def read_all(terminal, shown):
    try:
        while text := os.read(terminal, 4096):
            shown.append(text.decode(errors="replace"))
    except OSError:                             # the other side has gone
        pass


def main():
    need_desktop()
    if subprocess.run([*ALONE, "true"], capture_output=True).returncode:
        skip("network namespaces can't be made here")
    if not os.access(os.path.join(BUILD, "build.ninja"), os.W_OK):
        skip("the build tree belongs to somebody else")
    for func in (with_a_display, without_a_display):
        home = tempfile.mkdtemp(prefix="porch-run.")
        try:
            func(home)
        finally:
            shutil.rmtree(home, ignore_errors=True)


if __name__ == "__main__":
    main()
