"""Files out of the page cache, without being root, and whether they truly are."""

import os


def drop(files):
    """Asks the system to forget their pages; what waits to be written is written before."""
    for path in files:
        number = os.open(path, os.O_RDONLY)
        try:
            os.fsync(number)
            os.posix_fadvise(number, 0, 0, os.POSIX_FADV_DONTNEED)
        finally:
            os.close(number)


def is_cached(path):
    """Whether its beginning, middle or end is in the page cache; None where this system cannot tell. To ask brings the pages
    asked for into the cache, soon after."""
    number = os.open(path, os.O_RDONLY)
    try:
        os.posix_fadvise(number, 0, 0, os.POSIX_FADV_RANDOM)  # those alone
        size = os.fstat(number).st_size
        for at in {0, size // 2, max(0, size - 1)} if size else ():
            try:
                os.preadv(number, [bytearray(1)], at, os.RWF_NOWAIT)
                return True
            except BlockingIOError:
                continue
            except OSError:
                return None
        return False
    finally:
        os.close(number)


def why_not_cold(files):
    """Drops them; "" where all are gone, else why a run now would not be a cold one."""
    drop(files)
    answers = [is_cached(path) for path in files]
    drop(files)
    if None in answers:
        return "this system does not tell what is in its page cache"
    still = sum(answers)
    return f"{still} of {len(answers)} files stay in the page cache" if still else ""
