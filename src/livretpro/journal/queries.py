"""Reading the trail."""

from collections.abc import Sequence

from livretpro.journal.models import Entry


def latest(*, school_uai: str, kind: str, key: str, limit: int = 20) -> Sequence[Entry]:
    """The last changes of one object, newest first, with their values: one query."""
    return list(
        Entry.objects.filter(school_uai=school_uai, kind=kind, key=key)
        .select_related("values_kept")
        .order_by("-id")[:limit]
    )
