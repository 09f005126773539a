"""From which day the bulletins of a division may be given to its pupils. Pupils have no account:
nothing opens by itself, the team prints and gives."""

from datetime import date, datetime

from django.db import transaction

from livretpro.bulletins.models import Period, Publication
from livretpro.bulletins.permissions import can_close
from livretpro.bulletins.telling import change, division_key, tell
from livretpro.schools.actors import Actor
from livretpro.schools.models import Division


class NotYoursToPublish(Exception):
    """Somebody else's decision."""

    phrase = "Seuls le chef d’établissement et le DDFPT décident du jour de remise des bulletins."


class PublicationChanged(Exception):
    """Another day stands than the one the person saw."""

    def __init__(self, stands: date | None) -> None:
        super().__init__(stands)
        what = f"le {stands:%d/%m/%Y}" if stands else "aucun jour"
        self.phrase = (
            f"Le jour de remise a changé entre-temps ({what}) : relisez, puis recommencez."
        )


@transaction.atomic
def publish(
    division: Division,
    period: Period,
    day: date | None,
    *,
    seen: date | None,
    now: datetime,
    by: Actor,
) -> bool:
    """Say from which day the bulletins of a division may be given, or that they may not (None).

    Whether it changed. Raises `NotYoursToPublish`, or `PublicationChanged` when another day than
    `seen` stands.
    """
    if not can_close(by):
        raise NotYoursToPublish
    Division.objects.select_for_update(no_key=True).get(
        pk=division.pk, school_year__school=by.school
    )
    held = Publication.objects.filter(division=division, period=period).first()
    stands = held.published_on if held else None
    if stands == day:
        return False
    if stands != seen:
        raise PublicationChanged(stands)
    Publication.objects.filter(division=division, period=period).delete()
    if day is not None:
        Publication.objects.create(
            division=division,
            period=period,
            published_on=day,
            decided_at=now,
            author_id=by.author.id,
            author_name=by.author.name,
        )
    field, told = f"remise, {period}", {"before": _words(stands), "after": _words(day)}
    tell(by, change("modifie", "division", division_key(division), field, **told))
    return True


def _words(day: date | None) -> str:
    return f"{day:%d/%m/%Y}" if day else ""
