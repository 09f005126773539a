"""Sectors (filières), and which one a division is of."""

from collections.abc import Collection, Iterable

from django.db import transaction

from livretpro.bulletins.models import DivisionSector, Sector
from livretpro.bulletins.queries.sectors import proposed_sectors, referentiels_shipped
from livretpro.bulletins.refusals import BadChoice, allow
from livretpro.bulletins.sectors import grouping_of
from livretpro.bulletins.settling import TICKED, Texts, settled
from livretpro.bulletins.telling import change, division_key, tell
from livretpro.bulletins.words import Grouping
from livretpro.journal.actions import Change
from livretpro.schools.actors import Actor
from livretpro.schools.models import Division, School, SchoolYear


@transaction.atomic
def prefill_sectors(*, by: Actor) -> list[Sector]:
    """Make the sectors that the school lacks, one for each diploma whose référentiel is shipped.

    Those that exist are left as somebody set them. Raises `NotAllowed`.
    """
    allow(by)
    School.objects.select_for_update(no_key=True).get(pk=by.school.pk)  # one click at a time
    held = set(Sector.objects.filter(school=by.school).values_list("code", flat=True))
    shipped = [one for one in referentiels_shipped() if one.cfd not in held]
    made = Sector.objects.bulk_create(
        Sector(
            school=by.school,
            code=one.cfd,
            label=one.label,
            grouping=grouping_of(one.subs).value,
            available=one.complete,
        )
        for one in shipped
    )
    tell(by, *(change("cree", "filiere", one.code, after=one.label) for one in made))
    return made


@transaction.atomic
def set_sector(divisions: Collection[Division], sector: Sector | None, *, by: Actor) -> int:
    """Give several divisions one sector, or none; says how many changed (the seed, step 1).

    Raises `NotAllowed`, or `BadChoice` when no division is chosen.
    """
    allow(by)
    if not divisions:
        raise BadChoice("Choisissez au moins une division.")
    own = Division.objects.filter(
        pk__in=[division.pk for division in divisions], school_year__school=by.school
    )
    rows = own.select_for_update(of=["self"], no_key=True).select_related("school_year")
    locked = list(rows.order_by("pk"))
    lines = DivisionSector.objects.filter(division__in=locked).select_related("sector")
    before = {line.division_id: line.sector for line in lines}
    changing = [d for d in locked if before.get(d.pk) != sector]
    _replace(changing, sector)
    tell(by, *_told(changing, before, sector))
    return len(changing)


def _replace(divisions: Collection[Division], sector: Sector | None) -> None:
    DivisionSector.objects.filter(division__in=divisions).delete()
    if sector is not None:
        DivisionSector.objects.bulk_create(
            DivisionSector(division=division, sector=sector) for division in divisions
        )


def _told(
    divisions: Iterable[Division], before: dict[int, Sector], sector: Sector | None
) -> list[Change]:
    return [
        change(
            "modifie",
            "division",
            division_key(division),
            "filière",
            before=str(before.get(division.pk, "")),
            after=str(sector or ""),
        )
        for division in divisions
    ]


@transaction.atomic
def set_sectors_by_mef(year: SchoolYear, divisions: Collection[Division], *, by: Actor) -> int:
    """Give each division that has none the sector of its MEF, where there is one; how many."""
    allow(by)
    prefill_sectors(by=by)
    proposed = proposed_sectors(year, by=by)
    held = set(
        DivisionSector.objects.filter(division__in=divisions).values_list("division", flat=True)
    )
    return sum(
        set_sector([division], proposed[division.pk], by=by)
        for division in divisions
        if division.pk in proposed and division.pk not in held
    )


SECTOR_FIELDS = {"evaluation": "évaluation", "import": "import possible"}


def sector_texts(sector: Sector) -> Texts:
    """What stands of a sector in the fields of `SECTOR_FIELDS`."""
    return {"evaluation": sector.grouping, "import": TICKED[sector.available]}


@transaction.atomic
def edit_sector(
    sector: Sector,
    *,
    available: bool,
    grouping: Grouping,
    by: Actor,
    seen: Texts | None = None,
) -> bool:
    """Open a sector to the import or close it, and say how it is evaluated; whether it changed.

    Raises `NotAllowed` or `Changed`.
    """
    allow(by)
    held = Sector.objects.select_for_update().get(pk=sector.pk, school=by.school)
    before = _words(held)
    after = settled(
        {"evaluation": grouping.value, "import": TICKED[available]},
        seen=seen,
        stands=sector_texts(held),
        words=SECTOR_FIELDS,
        say=_said,
    )
    if after == sector_texts(held):
        return False
    held.available, held.grouping = after["import"] == TICKED[True], after["evaluation"]
    held.save(update_fields=["available", "grouping"])
    tell(by, change("modifie", "filiere", held.code, "import", before=before, after=_words(held)))
    return True


def _said(text: str) -> str:
    return Grouping(text).label if text in set(Grouping) else text


def _words(sector: Sector) -> str:
    opened = "import ouvert" if sector.available else "import fermé"
    return f"{opened}, {Grouping(sector.grouping).label}"
