"""Real threads on real connections: for tests of what happens at the same instant."""

import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor

from django.db import connection, connections

PATIENCE = 30  # seconds: what waits longer has failed


def at_once(*calls: Callable[[], object]) -> list[object]:
    """Run the calls in threads that start together; give what each returned, or raised."""
    barrier = threading.Barrier(len(calls))

    def run(call: Callable[[], object]) -> object:
        barrier.wait(PATIENCE)
        return _outcome(call)

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def meanwhile(call: Callable[[], object]) -> "Future[object]":
    """Start a call in a thread and return once it waits for a lock that this thread holds."""
    pool = ThreadPoolExecutor(1)
    future = pool.submit(_outcome, call)
    pool.shutdown(wait=False)
    deadline = time.monotonic() + PATIENCE
    while not _blocked_by_us():
        assert time.monotonic() < deadline, "nobody waits for this transaction"
        assert not future.done(), f"it did not wait: {future.result()}"
    return future


def _outcome(call: Callable[[], object]) -> object:
    try:
        with connection.cursor() as cursor:
            cursor.execute(f"SET lock_timeout = '{PATIENCE}s'")
        return call()
    except Exception as refusal:  # noqa: BLE001 (the outcome is what the test looks at)
        return refusal
    finally:
        connections.close_all()


def _blocked_by_us() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks"
            " WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))"
        )
        return cursor.fetchone() != (0,)


def kinds(outcomes: Sequence[object]) -> list[str]:
    """The names of the types of outcomes, sorted: `["Conflict", "Saved"]`."""
    return sorted(type(outcome).__name__ for outcome in outcomes)
