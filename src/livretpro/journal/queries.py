"""Reading the trail."""

from collections.abc import Sequence

from livretpro.journal.models import Entry


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
