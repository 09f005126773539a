"""Reading the trail."""

from collections.abc import Sequence

from livretpro.journal.chain import Head
from livretpro.journal.models import ChainHead, Entry


def latest(
    *, school_uai: str, kind: str, key: str, limit: int = 20, before: int | None = None
) -> Sequence[Entry]:
    """The last changes of one object, newest first, with their values: one query.

    `before` is the id of an entry: only older ones are read, to turn pages.
    """
    found = Entry.objects.filter(school_uai=school_uai, kind=kind, key=key)
    if before is not None:
        found = found.filter(pk__lt=before)
    return list(found.select_related("values_kept").order_by("-id")[:limit])


def heads() -> list[Head]:
    """Where the chain of every school stands, by UAI: one query."""
    found = ChainHead.objects.order_by("school_uai")
    return [Head(h.school_uai, h.count, h.mac, h.seal) for h in found]


def schools_told_of() -> list[str]:
    """The UAI of every school that has a head or entries: two queries."""
    told = set(Entry.objects.order_by().values_list("school_uai", flat=True).distinct())
    return sorted(told | {head.school_uai for head in heads()})
