"""Looks every now and then whether an attempt uses up more than it may."""
# pathlib would take longer than all else that is imported here.
# ruff: noqa: PTH112

import os
import time

from backend_factory.workspace.sandbox.descent import Process, below, private_memory
from backend_factory.workspace.sandbox.orders import Orders

EVERY = 0.1  # seconds
_LEAST = 4096  # bytes that a file counts for at least: names and inodes run out too


class Watch:
    """One attempt's."""

    def __init__(self, orders: Orders, exempt: tuple[int, ...]) -> None:
        self._orders = orders
        self._exempt = exempt
        self._began = time.time()
        self._ends = time.monotonic() + orders.wall
        self._places = orders.targets("write")
        self._alarm = {place: _used(place) + orders.disk for place in self._places}

    def breach(self) -> str:
        """What was overstepped; empty if nothing was."""
        if time.monotonic() > self._ends:
            return f"it took longer than {self._orders.wall:g} s"
        return self._processes(below(self._exempt)) or self._disk()

    def _processes(self, found: list[Process]) -> str:
        orders = self._orders
        tasks = sum(process.threads for process in found)
        if tasks > orders.tasks:
            return f"{tasks} processes and threads, {orders.tasks} allowed"
        cpu = sum(process.cpu for process in found)
        if cpu > orders.cpu:
            return f"it used {cpu:.1f} s of processor time, {orders.cpu:g} allowed"
        if sum(process.resident for process in found) > orders.memory:
            memory = sum(private_memory(process) for process in found)
            if memory > orders.memory:
                return f"it used {memory} bytes of memory, {orders.memory} allowed"
        return ""

    def _disk(self) -> str:
        """Others write to the same disk, and free some of it: where it fills from its emptiest, it looks for who did that."""
        limit = self._orders.disk
        used = {place: _used(place) for place in self._places}
        alarmed = [place for place in self._places if used[place] > self._alarm[place]]
        if not alarmed:
            self._alarm = {place: min(alarm, used[place] + limit) for place, alarm in self._alarm.items()}
            return ""
        written = sum(_written(place, self._began) for place in self._places)
        if written > limit:
            return f"it wrote {written} bytes of files, {limit} allowed"
        # What is open but has no name any more cannot be found.
        if min(_free(place) for place in alarmed) < limit:
            return f"the disk has fewer than {limit} bytes left"
        self._alarm |= {place: _used(place) + limit // 4 for place in alarmed}
        return ""


def _used(place: str) -> int:
    disk = os.statvfs(place)
    return (disk.f_blocks - disk.f_bfree) * disk.f_frsize + (disk.f_files - disk.f_ffree) * _LEAST


def _free(place: str) -> int:
    disk = os.statvfs(place)
    return disk.f_bavail * disk.f_frsize


def _written(place: str, since: float) -> int:
    """Bytes of what was made or changed there since then; the time of change is one that no program can set."""
    if not os.path.isdir(place):
        return 0
    total = 0
    folders = [place]
    while folders:
        try:
            with os.scandir(folders.pop()) as entries:
                for entry in entries:
                    about = entry.stat(follow_symlinks=False)
                    if about.st_ctime >= since - 1:
                        total += max(_LEAST, about.st_blocks * 512)
                    if entry.is_dir(follow_symlinks=False):
                        folders.append(entry.path)
        except OSError:
            continue
    return total
