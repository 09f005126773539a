"""Writing to the trail: always inside the transaction of the change it tells."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from livretpro.journal.models import Entry, EntryValues
from livretpro.journal.requests import request_id


class NoTransaction(RuntimeError):
    """A change was about to be told outside the transaction that makes it: a bug."""


@dataclass(frozen=True)
class Author:
    """Who acts, as the trail keeps it: an identifier and a name, both plain text."""

    id: str
    name: str


@dataclass(frozen=True)
class Change:
    """One field of one object, before and after, in words a person can read."""

    action: str
    kind: str
    key: str
    field: str = ""
    before: str = ""
    after: str = ""


def record(changes: Sequence[Change], *, school_uai: str, by: Author) -> None:
    """Append `changes` to the trail of a school: two queries, whatever their number."""
    if not transaction.get_connection().in_atomic_block:
        raise NoTransaction
    entries = Entry.objects.bulk_create([_entry(c, school_uai, by) for c in changes])
    EntryValues.objects.bulk_create(
        EntryValues(entry=entry, before=change.before, after=change.after)
        for entry, change in zip(entries, changes, strict=True)
        if change.before or change.after
    )


def _entry(change: Change, school_uai: str, by: Author) -> Entry:
    return Entry(
        school_uai=school_uai,
        author_id=by.id,
        author_name=by.name,
        action=change.action,
        kind=change.kind,
        key=change.key,
        field=change.field,
        request_id=request_id.get(),
    )
