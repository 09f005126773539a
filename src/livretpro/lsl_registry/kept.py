"""The bytes of a file received, read again."""

from collections.abc import Iterator
from contextlib import contextmanager
from tempfile import TemporaryFile
from typing import BinaryIO

from livretpro.lsl_registry.models import Import


@contextmanager
def content(received: Import) -> Iterator[BinaryIO]:
    """The file as it came, on disk: a large one is never held whole."""
    pieces = received.chunks.order_by("rank").values_list("data", flat=True)
    with TemporaryFile() as file:
        for piece in pieces.iterator(chunk_size=1):
            file.write(piece)
        file.seek(0)
        yield file
