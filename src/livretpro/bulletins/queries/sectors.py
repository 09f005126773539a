"""Reads of sectors, of frames, of the référentiels they are made from."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.db.models import Count, Q

from livretpro.bulletins.models import DivisionSector, Frame, FrameItem, Sector
from livretpro.bulletins.words import VOCATIONAL_CODE
from livretpro.referentiels.models import Competence, Diploma, Referentiel
from livretpro.referentiels.queries import assessed_competences, diplomas
from livretpro.schools.actors import Actor
from livretpro.schools.models import Division, Enrolment, School, SchoolYear


@dataclass(frozen=True)
class Shipped:
    """A diploma whose référentiel is shipped; `subs`: sub-competences of each competence."""

    cfd: str
    label: str
    complete: bool
    subs: tuple[int, ...]


def referentiels_shipped() -> list[Shipped]:
    """One line for each diploma that has a référentiel: two queries."""
    known = Diploma.objects.exclude(referentiel=None).select_related("referentiel")
    held = list(known.order_by("label"))
    firsts = Competence.objects.filter(
        parent=None, referentiel__in=[d.referentiel_id for d in held if d.referentiel_id]
    )
    subs: dict[int, list[int]] = {}
    for referentiel, count in firsts.annotate(n=Count("children")).values_list("referentiel", "n"):
        subs.setdefault(referentiel, []).append(count)
    return [
        Shipped(
            one.cfd,
            one.label,
            one.referentiel.complete,
            tuple(subs.get(one.referentiel.pk, ())),
        )
        for one in held
        if one.referentiel
    ]


def diploma_names(cfds: Collection[str]) -> dict[str, str]:
    """The labels of the diplomas that are known, by CFD: one query, none without diploma."""
    if not cfds:
        return {}
    return {one.cfd: str(one) for one in Diploma.objects.filter(cfd__in=cfds)}


def sectors(school: School, words: str = "") -> list[Sector]:
    """The sectors of the school, those whose code or label holds `words`: one query."""
    found = Sector.objects.filter(school=school)
    if words.strip():
        found = found.filter(Q(label__icontains=words.strip()) | Q(code__startswith=words.strip()))
    return list(found.order_by("label", "code"))


def sector_of(pk: int, school: School) -> Sector | None:
    """A sector of the school: one query."""
    return Sector.objects.filter(school=school, pk=pk).first()


def sectors_of(year: SchoolYear) -> dict[int, Sector]:
    """The sector of each division of a year that has one: one query."""
    lines = DivisionSector.objects.filter(division__school_year=year).select_related("sector")
    return {line.division_id: line.sector for line in lines}


def single_diplomas(year: SchoolYear) -> dict[int, str]:
    """The diploma (CFD) of each division whose pupils prepare one alone: one query."""
    cfds: dict[int, set[str]] = {}
    rows = Enrolment.objects.filter(school_year=year, division__isnull=False).present()
    for division, cfd in rows.exclude(cfd="").values_list("division", "cfd").distinct():
        cfds.setdefault(division, set()).add(cfd)
    return {division: held.pop() for division, held in cfds.items() if len(held) == 1}


def proposed_sectors(year: SchoolYear, *, by: Actor) -> dict[int, Sector]:
    """The sector of the MEF of each division whose pupils prepare one diploma: two queries."""
    known = {sector.code: sector for sector in sectors(by.school)}
    alone = single_diplomas(year)
    return {division: known[cfd] for division, cfd in alone.items() if cfd in known}


@dataclass(frozen=True)
class FrameLine:
    """A frame of the list: how many lines it has, how many bear a CPRO code."""

    frame: Frame
    lines: int
    coded: int


def frames(school: School) -> list[FrameLine]:
    """The frames of the school, by subject then sector: one query."""
    found = (
        Frame.objects.filter(subject__school=school)
        .select_related("subject", "sector", "referentiel")
        .annotate(n=Count("items"), coded=Count("items", filter=~Q(items__cpro_code="")))
        .order_by("subject__label", "sector__label", "pk")
    )
    return [FrameLine(frame, vars(frame)["n"], vars(frame)["coded"]) for frame in found]


def vocational_frames(school: School) -> dict[int, FrameLine]:
    """The frame of the vocational subject, by sector; the oldest one where there are several: one
    query."""
    own = [line for line in frames(school) if line.frame.subject.code == VOCATIONAL_CODE]
    newest_first = sorted(own, key=lambda line: -line.frame.pk)
    return {line.frame.sector_id: line for line in newest_first}


def frame_of(pk: int, school: School) -> Frame | None:
    """A frame of the school: one query."""
    found = Frame.objects.filter(subject__school=school, pk=pk)
    return found.select_related("subject", "sector", "referentiel").first()


def items_of(frame: Frame) -> list[FrameItem]:
    """The lines of a frame, in order: one query."""
    return list(frame.items.select_related("parent").order_by("rank"))


def referentiel_for(sector: Sector) -> Referentiel | None:
    """The newest référentiel of the sector's diploma, the school's own first: at most two
    queries."""
    found = diplomas([sector.code], school=[sector.school.uai]).get(sector.code)
    return found.referentiel if found else None


@dataclass(frozen=True)
class FrameCodes:
    """The CPRO codes that the lines of a frame bear, and those of the référentiel known here that
    none of them bears."""

    borne: frozenset[str]
    unplaced: tuple[str, ...]


def codes_of_frames(lines: Collection[FrameLine], school: School) -> dict[int, FrameCodes]:
    """Those of each frame: three queries, one more when the school has référentiels of its own."""
    frames = [line.frame for line in lines]
    known = diplomas([frame.sector.code for frame in frames], school=[school.uai])
    versions = {cfd: one.referentiel_id for cfd, one in known.items() if one.referentiel_id}
    served = assessed_competences(versions.values())
    borne: dict[int, set[str]] = {frame.pk: set() for frame in frames}
    rows = FrameItem.objects.filter(frame__in=frames).exclude(cpro_code="")
    for frame, code in rows.values_list("frame", "cpro_code"):
        borne[frame].add(code)
    found = {}
    for one in frames:
        known_here = served.get(versions.get(one.sector.code, 0), ())
        missing = tuple(kept.code for kept in known_here if kept.code not in borne[one.pk])
        found[one.pk] = FrameCodes(frozenset(borne[one.pk]), missing)
    return found


def divisions_of_school(year: SchoolYear, *, by: Actor) -> Sequence[Division]:
    """The divisions of the year that the actor may see, by code: one query."""
    own = Division.objects.visible_to(by).filter(school_year=year)
    return list(own.select_related("school_year").order_by("code"))
