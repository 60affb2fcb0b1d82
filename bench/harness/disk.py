"""What the disk (or the page cache) allows: the same bytes, written plainly."""

import os
import pathlib
import resource
import time

PIECE = bytes(range(256)) * 4096  # 1 MiB


def used():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def plain_writing(folder, sizes):
    """Writes files of these sizes with pwrite, a MiB at a time, each file in turn as a render does. Seconds (wall, CPU)."""
    folder = pathlib.Path(folder)
    begin_wall, begin_cpu = time.monotonic(), used()
    files = []
    for index, size in enumerate(sizes):
        number = os.open(folder / f"plain{index}.bin", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
        if size:
            os.posix_fallocate(number, 0, size)
        files.append(number)
    for at in range(0, max(sizes, default=0), len(PIECE)):
        for number, size in zip(files, sizes):
            if at < size:
                os.pwrite(number, PIECE[: size - at], at)
    for number in files:
        os.close(number)
    return time.monotonic() - begin_wall, used() - begin_cpu
