"""Mock-ups of a division: given, completed, grouped as its sector is (the seed, step 2)."""

from itertools import count

from django.db import transaction

from livretpro.bulletins.models import Mockup, MockupAssignment, Period, Sector
from livretpro.bulletins.queries.sectors import sectors_of
from livretpro.bulletins.refusals import BadChoice, allow
from livretpro.bulletins.telling import change, division_key, tell
from livretpro.bulletins.words import Grouping
from livretpro.schools.actors import Actor
from livretpro.schools.models import Division

DEFAULT_NAMES = {
    Grouping.ELEMENT: "Bulletin par élément signifiant",
    Grouping.COMPETENCE: "Bulletin par compétence",
}
FIELDS = Mockup._meta.concrete_fields  # noqa: SLF001 (its public name)
OF_CPRO = ("shows_competences", "shows_teacher_grade", "shows_appraisals")
"""The three options of the body that CPRO data need (the seed, step 2)."""
NAME_MAX = 80


@transaction.atomic
def assign(division: Division, period: Period, mockup: Mockup, *, by: Actor) -> bool:
    """Give a division its mock-up for a period; whether it changed. Raises `NotAllowed`."""
    allow(by)
    Division.objects.select_for_update(no_key=True).get(pk=division.pk)
    own = MockupAssignment.objects.filter(division=division, period=period)
    held = own.select_related("mockup").first()
    if held and held.mockup_id == mockup.pk:
        return False
    before = str(held.mockup) if held else ""
    own.delete()
    MockupAssignment.objects.create(division=division, period=period, mockup=mockup)
    field = f"maquette, {period}"
    tell(
        by,
        change(
            "modifie", "division", division_key(division), field, before=before, after=str(mockup)
        ),
    )
    return True


@transaction.atomic
def give_default(division: Division, period: Period, *, by: Actor) -> Mockup:
    """Give a division the school's mock-up for the grouping of its sector, made if needed."""
    allow(by)
    sector = sectors_of(division.school_year).get(division.pk)
    grouping = Grouping(sector.grouping) if sector else Grouping.COMPETENCE
    mockup = _grouped(DEFAULT_NAMES[grouping], grouping, Mockup(), by=by)
    assign(division, period, mockup, by=by)
    return mockup


def _grouped(name: str, grouping: Grouping, like: Mockup, *, by: Actor) -> Mockup:
    """The mock-up of this name, made as `like` is if needed; under a numbered name where somebody
    had the one of this name group otherwise since."""
    own = Mockup.objects.filter(school=by.school)
    others = set(own.exclude(grouping=grouping.value).values_list("name", flat=True))
    free = (_numbered(name, rank) for rank in count(1))
    mockup, fresh = own.get_or_create(
        school=by.school,
        name=next(one for one in free if one not in others),
        defaults=_content(like) | {"grouping": grouping.value},
    )
    if fresh:
        tell(by, change("cree", "maquette", mockup.name, after=grouping.label))
    return mockup


def _content(mockup: Mockup) -> dict[str, object]:
    """What it shows."""
    names = {one.name for one in FIELDS} - {"id", "school", "name", "grouping"}
    return {name: getattr(mockup, name) for name in names}


def _numbered(name: str, rank: int) -> str:
    suffix = f" ({rank})" if rank > 1 else ""
    return f"{name[: NAME_MAX - len(suffix)]}{suffix}"


@transaction.atomic
def add_options(division: Division, period: Period, *, by: Actor) -> bool:
    """Tick the three options that CPRO data need; whether one was missing."""
    allow(by)
    mockup = _mockup_of(division, period)
    lacking = {
        one.name: str(one.verbose_name)
        for one in FIELDS
        if one.name in OF_CPRO and not getattr(mockup, one.name)
    }
    if not lacking:
        return False
    for name in lacking:
        setattr(mockup, name, True)
    mockup.save(update_fields=list(lacking))
    told = {"before": "non", "after": "oui"}
    tell(by, *(change("modifie", "maquette", mockup.name, one, **told) for one in lacking.values()))
    return True


@transaction.atomic
def match_grouping(division: Division, period: Period, *, by: Actor) -> Mockup:
    """Have the mock-up of a division group as its sector is evaluated.

    A mock-up that a division of another sort uses too is left to it: this one gets a copy.
    """
    allow(by)
    sectors = sectors_of(division.school_year)
    sector = sectors.get(division.pk)
    if sector is None:
        raise BadChoice("Donnez d’abord sa filière à la division.")
    mockup, grouping = _mockup_of(division, period), Grouping(sector.grouping)
    if mockup.grouping == grouping.value:
        return mockup
    if _shared_with_others(mockup, grouping, sectors):
        suffix = f" ({grouping.label})"
        name = f"{mockup.name[: NAME_MAX - len(suffix)]}{suffix}"
        copy = _grouped(name, grouping, mockup, by=by)
        assign(division, period, copy, by=by)
        return copy
    before, mockup.grouping = Grouping(mockup.grouping), grouping.value
    mockup.save(update_fields=["grouping"])
    told = {"before": before.label, "after": grouping.label}
    tell(by, change("modifie", "maquette", mockup.name, "regroupement", **told))
    return mockup


def _mockup_of(division: Division, period: Period) -> Mockup:
    """Locked. Raises `BadChoice` when the division has none."""
    own = MockupAssignment.objects.filter(division=division, period=period).first()
    if own is None:
        raise BadChoice("La division n’a pas de maquette pour cette période.")
    return Mockup.objects.select_for_update().get(pk=own.mockup_id)


def _shared_with_others(mockup: Mockup, grouping: Grouping, sectors: dict[int, Sector]) -> bool:
    users = MockupAssignment.objects.filter(mockup=mockup).values_list("division", flat=True)
    return any(pk in sectors and sectors[pk].grouping != grouping.value for pk in users)
