"""Reading the trail."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Q, QuerySet

from livretpro.journal.chain import Head
from livretpro.journal.models import ChainHead, Entry

Object = tuple[str, str]
"""Kind and key."""


def latest(
    *,
    school_uai: str,
    kind: str,
    key: str,
    field: str = "",
    limit: int = 20,
    before: int | None = None,
) -> Sequence[Entry]:
    """The last changes of one object, or of one of its fields, newest first, with their values:
    one query.

    `before` is the id of an entry: only older ones are read, to turn pages.
    """
    found = Entry.objects.filter(school_uai=school_uai, kind=kind, key=key)
    if field:
        found = found.filter(field=field)
    if before is not None:
        found = found.filter(pk__lt=before)
    return list(found.select_related("values_kept").order_by("-id")[:limit])


def entry_of(*, school_uai: str, kind: str, key: str, pk: int) -> Entry | None:
    """One change of one object, with its values: one query."""
    found = Entry.objects.filter(school_uai=school_uai, kind=kind, key=key, pk=pk)
    return found.select_related("values_kept").first()


@dataclass(frozen=True)
class Told:
    """That a field of an object changed: by whom, when."""

    key: str
    field: str
    author_id: str
    author: str
    at: datetime


_TOLD = ("key", "field", "author_id", "author_name", "at")


def position(school_uai: str) -> int:
    """How many entries the trail of a school has, from where `told_since` asks: one query."""
    found = ChainHead.objects.filter(school_uai=school_uai).values_list("count", flat=True)
    return found.first() or 0


def told_since(
    school_uai: str, kind: str, keys: QuerySet[Any, Any], *, after: int
) -> tuple[int, list[Told]]:
    """Where the trail stands, and what was told of these objects after the rank `after`, oldest
    first: two queries.

    Entries of a school are written one after the other, so that none comes late before a rank
    already read.
    """
    latest = position(school_uai)
    found = Entry.objects.filter(
        school_uai=school_uai, kind=kind, key__in=keys, rank__gt=after, rank__lte=latest
    )
    rows = found.order_by("rank").values_list(*_TOLD) if latest > after else ()
    return latest, [Told(*row) for row in rows]


def last_told(
    school_uai: str, kind: str, keys: Collection[str], fields: Collection[str]
) -> list[Told]:
    """The last change of each of these fields of these objects: one query."""
    found = Entry.objects.filter(
        school_uai=school_uai, kind=kind, key__in=keys, field__in=fields
    ).order_by("key", "field", "-rank")
    return [Told(*row) for row in found.distinct("key", "field").values_list(*_TOLD)]


@dataclass(frozen=True)
class Wanted:
    """What to look for in the trail of a school; empty words take everything."""

    kinds: frozenset[str] | None = None
    kind: str = ""
    author: str = ""
    since: datetime | None = None
    until: datetime | None = None


def trail(school_uai: str, wanted: Wanted, *, limit: int, before: int | None) -> list[Entry]:
    """The trail of a school, newest first, with its values: one query.

    `before` is the rank of an entry: only older ones are read, to turn pages.
    """
    found = Entry.objects.filter(school_uai=school_uai)
    if wanted.kinds is not None:
        found = found.filter(kind__in=wanted.kinds)
    if wanted.kind:
        found = found.filter(kind=wanted.kind)
    if wanted.author:
        found = found.filter(author_name__icontains=wanted.author)
    if wanted.since:
        found = found.filter(at__gte=wanted.since)
    if wanted.until:
        found = found.filter(at__lt=wanted.until)
    if before is not None:
        found = found.filter(rank__lt=before)
    return list(found.select_related("values_kept").order_by("-rank")[:limit])


def with_values(objects: Iterable[tuple[str, str]], *, school_uai: str) -> Mapping[Object, int]:
    """How many entries of these objects (kind and key) keep values not erased; one query."""
    keys: dict[str, list[str]] = {}
    for kind, key in objects:
        keys.setdefault(kind, []).append(key)
    any_of = Q(pk__in=[])
    for kind, of_kind in keys.items():
        any_of |= Q(kind=kind, key__in=of_kind)
    found = Entry.objects.filter(
        any_of, school_uai=school_uai, values_kept__isnull=False, values_kept__erased_by=None
    )
    rows = found.order_by("kind", "key").values_list("kind", "key").annotate(Count("pk"))
    return {(kind, key): count for kind, key, count in rows}


def heads() -> list[Head]:
    """Where the chain of every school stands, by UAI: one query."""
    found = ChainHead.objects.order_by("school_uai")
    return [Head(h.school_uai, h.count, h.mac, h.seal) for h in found]


def schools_told_of() -> list[str]:
    """The UAI of every school that has a head or entries: two queries."""
    told = set(Entry.objects.order_by().values_list("school_uai", flat=True).distinct())
    return sorted(told | {head.school_uai for head in heads()})
