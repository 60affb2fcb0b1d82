"""What the disk (or the page cache) allows: the same bytes, written plainly."""

import ctypes
import os
import pathlib
import resource
import time

PIECE = bytes(range(256)) * 4096  # 1 MiB


def used():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def push_out(number, at):
    """Begins to put the piece at `at` on the disk, and lets what was begun four pieces ago leave the page cache."""
    size, begin = len(PIECE), 2  # SYNC_FILE_RANGE_WRITE
    ctypes.CDLL(None).sync_file_range(number, ctypes.c_int64(at), ctypes.c_int64(size), begin)
    os.posix_fadvise(number, max(0, at - 64 * size), min(at, 60 * size), os.POSIX_FADV_DONTNEED)


def plain_writing(folder, sizes):
    """Writes files of these sizes with pwrite, a MiB at a time, each file in turn as a render does: past the page cache where
    they are more than a tenth of the memory. Seconds (wall, CPU)."""
    folder = pathlib.Path(folder)
    past_cache = sum(sizes) > os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 10
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
                if past_cache:
                    push_out(number, at)
    for number in files:
        os.close(number)
    return time.monotonic() - begin_wall, used() - begin_cpu
