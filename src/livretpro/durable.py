"""Files that outlive a power cut: on the disk, name and content, before anybody relies on them."""

import os
from pathlib import Path


def write_whole(path: Path, text: str) -> None:
    """Write a small file in one step: its content is on the disk before its name is."""
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    with draft.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Wait until the names that a folder holds are on the disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
