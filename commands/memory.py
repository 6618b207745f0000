"""Settings of the C library's allocator (glibc), so that the memory of large requests is given back."""

from __future__ import annotations

import ctypes

_TRIM_THRESHOLD, _MMAP_THRESHOLD, _ARENA_MAX = -1, -3, -8
"""The numbers of the options in glibc's `malloc.h`."""
LARGE_BYTES = 1 << 20
ARENAS = 2


def give_large_blocks_back() -> None:
    """Return each freed block of 1 MiB or more to the operating system. Does nothing without glibc.

    By default glibc raises this limit to the largest block that was ever freed: then the body of the last
    upload stays in the heap of every thread.
    """
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (AttributeError, OSError):
        return
    mallopt(_MMAP_THRESHOLD, LARGE_BYTES)
    mallopt(_TRIM_THRESHOLD, LARGE_BYTES)
    mallopt(_ARENA_MAX, ARENAS)
