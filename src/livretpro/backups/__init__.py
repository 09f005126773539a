"""Backups of an instance: one archive, the keys apart, restored whole or not at all (spec 08)."""

from livretpro.backups.archive import BadArchive, Manifest
from livretpro.backups.exchanging import settle
from livretpro.backups.filling import RestoreRefused
from livretpro.backups.kept import Kept, kept_backups, newest_age
from livretpro.backups.making import back_up, back_up_keys, keys_backed_up
from livretpro.backups.restoring import Restored, restore

__all__ = [
    "BadArchive",
    "Kept",
    "Manifest",
    "RestoreRefused",
    "Restored",
    "back_up",
    "back_up_keys",
    "kept_backups",
    "keys_backed_up",
    "newest_age",
    "restore",
    "settle",
]
