"""Processes that end with their parent."""

import ctypes
import os
import signal
from collections.abc import Callable

PR_SET_PDEATHSIG = 1  # linux/prctl.h


def tie_to_parent(ending: signal.Signals) -> Callable[[], None]:
    """Return a `preexec_fn`: the child gets `ending` when this process ends, even by `kill -9`."""
    parent = os.getpid()
    libc = ctypes.CDLL(None)

    def tie() -> None:
        libc.prctl(PR_SET_PDEATHSIG, ending)
        if os.getppid() != parent:  # it ended before prctl
            os._exit(1)

    return tie
