"""The bytes of a file received, read again."""

from collections.abc import Iterator
from contextlib import contextmanager
from tempfile import TemporaryFile
from typing import BinaryIO

from livretpro.lsl_registry.models import Import


@contextmanager
def content(received: Import) -> Iterator[BinaryIO]:
    """The file as it came, on disk: a large one is never held whole. One query a piece."""
    pieces = received.chunks.values_list("data", flat=True)
    with TemporaryFile() as file:
        rank = 0
        while file.tell() < received.size:
            file.write(pieces.get(rank=rank))
            rank += 1
        file.seek(0)
        yield file
