"""Writing to the trail: always inside the transaction of the change it tells."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from livretpro.journal import chain
from livretpro.journal.chain import Head, Link
from livretpro.journal.keyring import journal_key
from livretpro.journal.models import ChainHead, EntryValues
from livretpro.journal.queries import with_values
from livretpro.journal.requests import request_id
from livretpro.rows import prepared

ERASED = "efface"
"""The action of an entry that tells an erasure of values."""


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


@dataclass(frozen=True)
class _Sealed:
    """An entry ready to be written, with its values and their salt."""

    link: Link
    mac: str
    salt: str
    change: Change


@dataclass(frozen=True)
class Held:
    """The head of a chain, ours until the end of the transaction, and the instant it became so."""

    head: Head
    now: datetime


def record(
    changes: Sequence[Change], *, school_uai: str, by: Author, held: Held | None = None
) -> None:
    """Append `changes` to the trail of a school: two queries, whatever their number; one when the
    last write of the transaction `held` the head already (`HOLD_AFTER`).

    Holds the head of the school's chain until the end of the transaction, so call it last.
    """
    if not transaction.get_connection().in_atomic_block:
        raise NoTransaction
    if changes:
        held = held or _hold(school_uai)
        _write(held.head, list(_sealed(changes, held.head, by, held.now)))


def erase_values(*, school_uai: str, kind: str, key: str, by: Author) -> int:
    """Empty the values kept of one object, as the law asks; says how many entries lost theirs.

    The entries stay and the chain still verifies; history shows « effacé ». Three queries.
    """
    with transaction.atomic():
        record([Change(ERASED, kind, key)], school_uai=school_uai, by=by)
        rank = ChainHead.objects.values_list("count", flat=True).get(school_uai=school_uai)
        return EntryValues.objects.filter(
            entry__school_uai=school_uai,
            entry__kind=kind,
            entry__key=key,
            erased_by__isnull=True,
        ).update(salt="", before="", after="", erased_by=rank)


def erase_objects(objects: Iterable[tuple[str, str]], *, school_uai: str, by: Author) -> int:
    """Empty the values kept of several objects (kind and key), all or none of them.

    Says how many entries lost theirs; an object that kept none leaves no entry. Three queries an
    object, and one.
    """
    with transaction.atomic():
        return sum(
            erase_values(school_uai=school_uai, kind=kind, key=key, by=by)
            for kind, key in with_values(objects, school_uai=school_uai)
        )


def _hold(school_uai: str) -> Held:
    """The head of the chain, made if needed.

    A head that was removed is made again without a seal: the chain stays visibly broken.
    """
    with prepared() as cursor:
        cursor.execute(_HOLD, {"uai": school_uai})
        return held_by(school_uai, *cursor.fetchone())


def held_by(school_uai: str, count: int, mac: str, seal: str, now: datetime) -> Held:
    """The head of a chain, as the query that held it answered."""
    return Held(Head(school_uai, count, mac, seal), now)


def _sealed(changes: Sequence[Change], head: Head, by: Author, now: datetime) -> Iterator[_Sealed]:
    key, mac = journal_key(), head.mac
    for rank, change in enumerate(changes, start=head.count + 1):
        salt = chain.new_salt() if change.before or change.after else ""
        link = _link(change, head.school_uai, rank, by, now, salt)
        mac = chain.link_mac(key, mac, link)
        yield _Sealed(link, mac, salt, change)


def _link(change: Change, school_uai: str, rank: int, by: Author, now: datetime, salt: str) -> Link:
    return Link(
        school_uai=school_uai,
        rank=rank,
        at=now,
        author_id=by.id,
        author_name=by.name,
        action=change.action,
        kind=change.kind,
        key=change.key,
        field=change.field,
        request_id=request_id.get(),
        before_digest=chain.value_digest(salt, change.before),
        after_digest=chain.value_digest(salt, change.after),
    )


def _write(head: Head, sealed: Sequence[_Sealed]) -> None:
    """Entries, values and the moved head in one statement."""
    key, last = journal_key(), sealed[-1]
    seal = (
        chain.head_seal(key, head.school_uai, last.link.rank, last.mac)
        if chain.head_is_true(key, head)
        else chain.BROKEN
    )
    with prepared() as cursor:
        cursor.execute(
            _APPEND,
            [
                *(last.link.rank, last.mac, seal, head.school_uai),
                json.dumps([vars(one.link) | {"mac": one.mac} for one in sealed], default=str),
                json.dumps([_values(one) for one in sealed if one.salt]),
            ],
        )


def _values(sealed: _Sealed) -> dict[str, object]:
    before, after = sealed.change.before, sealed.change.after
    return {"rank": sealed.link.rank, "salt": sealed.salt, "before": before, "after": after}


_HOLD_ONCE = """
INSERT INTO journal_chainhead AS head (school_uai, count, mac, seal)
SELECT %(uai)s::text,
       (SELECT coalesce(max(rank), 0) FROM journal_entry WHERE school_uai = %(uai)s::text), '', ''{}
ON CONFLICT (school_uai) DO UPDATE SET seal = head.seal
RETURNING count, mac, seal, clock_timestamp() AS now
"""
_HOLD = _HOLD_ONCE.format("")
HOLD_AFTER = _HOLD_ONCE.format(" FROM {}")
"""A part of a query that holds the head of the chain of `%(uai)s` once another part, to be named,
gave its row: two transactions that hold the same rows then wait for them in one order."""

_APPEND = """
WITH moved AS (
  UPDATE journal_chainhead SET count = %s, mac = %s, seal = %s WHERE school_uai = %s
), made AS (
  INSERT INTO journal_entry (school_uai, rank, at, author_id, author_name, action, kind, key,
                             field, request_id, before_digest, after_digest, mac)
  SELECT * FROM json_to_recordset(%s::json) AS entry (
    school_uai text, rank bigint, at timestamptz, author_id text, author_name text, action text,
    kind text, key text, field text, request_id text, before_digest text, after_digest text,
    mac text
  )
  RETURNING id, rank
)
INSERT INTO journal_entryvalues (entry_id, salt, before, after)
SELECT made.id, kept.salt, kept.before, kept.after
  FROM json_to_recordset(%s::json) AS kept (rank bigint, salt text, before text, after text)
  JOIN made ON made.rank = kept.rank
"""
