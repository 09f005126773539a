"""Counts the queries of a block, without the words of transactions (`BEGIN`, savepoints)."""

import contextlib
from collections.abc import Iterator

from django.db import connection
from django.test.utils import CaptureQueriesContext

WORDS_OF_TRANSACTIONS = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE")


@contextlib.contextmanager
def queries(expected: int) -> Iterator[None]:
    """Fail unless the block runs `expected` queries; the message lists them."""
    with CaptureQueriesContext(connection) as captured:
        yield
    run = [q["sql"] for q in captured.captured_queries]
    told = [sql for sql in run if not sql.startswith(WORDS_OF_TRANSACTIONS)]
    assert len(told) == expected, "\n".join(told)
