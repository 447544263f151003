# SPDX-License-Identifier: GPL-3.0-or-later
"""Wall time and CPU time of a command together with the servers that it uses."""
import os
import resource
import subprocess
import time

TICKS = os.sysconf("SC_CLK_TCK")


def _stat(pid):
    """(parent, own and waited-for children's CPU seconds) of a process, None when it has gone."""
    try:
        fields = open(f"/proc/{pid}/stat").read().rpartition(")")[2].split()
    except OSError:
        return None
    return int(fields[1]), sum(map(int, fields[11:15])) / TICKS


def tree_cpu(root):
    """CPU seconds of a server and everything it started: living descendants, and those that it has waited for."""
    stats = {int(p): _stat(p) for p in os.listdir("/proc") if p.isdigit()}
    stats = {p: s for p, s in stats.items() if s}
    total, todo = 0.0, [root]
    while todo:
        pid = todo.pop()
        if pid in stats:
            total += stats[pid][1]
            todo += [p for p, s in stats.items() if s[0] == pid]
    return total


def _children_cpu():
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def run(argv, servers, env=None, then=None):
    """Runs argv, then the command `then` (such as a sync), and returns (wall seconds, CPU seconds of all ends)."""
    before = sum(tree_cpu(p) for p in servers)
    own = _children_cpu()
    began = time.monotonic()
    result = subprocess.run(argv, env=env, capture_output=True, text=True)
    if result.returncode:
        raise RuntimeError(f"{' '.join(argv)} → {result.returncode}\n{result.stdout}{result.stderr}")
    if then:
        subprocess.run(then, check=True)
    wall = time.monotonic() - began
    # A server's child is counted once its parent has waited for it.
    time.sleep(0.2)
    return wall, sum(tree_cpu(p) for p in servers) - before + _children_cpu() - own


def pss(pid):
    """Proportional share of memory, in MiB."""
    for line in open(f"/proc/{pid}/smaps_rollup"):
        if line.startswith("Pss:"):
            return int(line.split()[1]) / 1024
    raise RuntimeError("no Pss for %d" % pid)


def wakeups(pid):
    """How often any thread of the process was woken from a wait, since it began."""
    total = 0
    for task in os.listdir(f"/proc/{pid}/task"):
        for line in open(f"/proc/{pid}/task/{task}/status"):
            if line.startswith("voluntary_ctxt_switches:"):
                total += int(line.split()[1])
    return total
