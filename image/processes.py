"""Processes of this machine: the children of one, and their end."""

from __future__ import annotations

import ctypes
import os
import pathlib
import signal
import subprocess

PR_SET_CHILD_SUBREAPER = 36


def adopt_orphans() -> None:
    """Makes processes below this one its own children once their parents are gone. Linux knows how; others do not."""
    try:
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    except (AttributeError, OSError):
        pass


def children_of(parent: int) -> list[int]:
    return [pid for pid, its_parent in _parents() if its_parent == parent]


def end(pids: list[int], number: signal.Signals) -> None:
    """Signals each, with its whole process group where it leads one."""
    for pid in pids:
        try:
            if os.getpgid(pid) == pid:
                os.killpg(pid, number)
            else:
                os.kill(pid, number)
        except ProcessLookupError:
            pass


def _parents() -> list[tuple[int, int]]:
    """Every process with its parent; those that are dead and only wait to be noticed are left out."""
    if not os.path.exists("/proc/self/stat"):
        listed = subprocess.run(["ps", "-A", "-o", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
        return [(int(pid), int(parent)) for pid, parent in (line.split() for line in listed.splitlines())]
    found = []
    for stat in pathlib.Path("/proc").glob("[0-9]*/stat"):
        try:
            # The name stands in brackets and may hold anything.
            state, parent = stat.read_text().rpartition(")")[2].split()[:2]
        except OSError:
            continue
        if state != "Z":
            found.append((int(stat.parent.name), int(parent)))
    return found
