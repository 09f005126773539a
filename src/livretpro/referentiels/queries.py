"""Reads of the reference data."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import OuterRef, PositiveSmallIntegerField, QuerySet, Subquery, Value
from django.db.models.functions import JSONObject

from livretpro.referentiels.models import (
    Competence,
    Diploma,
    Mef,
    Nomenclature,
    NomenclatureCode,
    Referentiel,
    SchoolCode,
)
from livretpro.referentiels.rules import MefRow


def mef_rows(codes: Iterable[str], *, year: int) -> dict[str, MefRow]:
    """What the national table says of these 10-digit MEF: of `year`, else of the newest year.

    One query.
    """
    found = Mef.objects.filter(code__in=set(codes)).order_by("school_year")
    newest = {m.code: m for m in found}
    exact = {m.code: m for m in found if m.school_year == year}
    return {
        code: MefRow(mefstat=m.mefstat, cfd=m.cfd, label=m.label, ministry=m.ministry)
        for code, m in (newest | exact).items()
    }


def diplomas(cfds: Iterable[str], *, uai: str) -> dict[str, Diploma]:
    """Known diplomas by formation-diplôme code, with the version the school uses: one query.

    Their `referentiel` is the newest version the school made for itself, else the shipped one.
    """
    found = (
        Diploma.objects.filter(cfd__in=set(cfds))
        .select_related("referentiel")
        .annotate(own=Subquery(_newest_of_school(uai)))
    )
    return {diploma.cfd: _as_used(diploma, diploma.own) for diploma in found}


# In the order of the columns; the source file, heavy, stays in its table.
_SHOWN = (
    *("id", "slug", "version", "sigle", "label", "complete", "reliability"),
    *("school_uai", "cfd", "made_by"),
)


def _newest_of_school(uai: str) -> QuerySet[Referentiel, Any]:
    """The school's newest version of the outer diploma, as JSON: it joins the same query."""
    own = Referentiel.objects.filter(school_uai=uai, cfd=OuterRef("cfd")).exclude(school_uai="")
    return own.order_by("-version").values(found=JSONObject(**{name: name for name in _SHOWN}))[:1]


def _as_used(diploma: Diploma, own: dict[str, Any] | None) -> Diploma:
    if own:
        diploma.referentiel = Referentiel.from_db("default", _SHOWN, [own[n] for n in _SHOWN])
    return diploma


def versions(uai: str, cfd: str) -> list[Referentiel]:
    """The versions a school made of a diploma, newest first, competences loaded: two queries."""
    own = Referentiel.objects.filter(school_uai=uai, cfd=cfd).exclude(school_uai="")
    return list(own.order_by("-version").prefetch_related("competences"))


def expected_competences(referentiel_ids: Iterable[int]) -> dict[int, tuple[Competence, ...]]:
    """The competences expected at the livret, by référentiel version, in order: one query."""
    found: dict[int, list[Competence]] = {}
    rows = Competence.objects.filter(referentiel_id__in=set(referentiel_ids), expected=True)
    for competence in rows.order_by("referentiel_id", "position"):
        found.setdefault(competence.referentiel_id, []).append(competence)
    return {key: tuple(value) for key, value in found.items()}


def competence_codes(uai: str) -> frozenset[str]:
    """Every code of competence of the shipped référentiels and of the school's: one query."""
    found = Competence.objects.filter(referentiel__school_uai__in=["", uai])
    return frozenset(found.values_list("code", flat=True).distinct())


@dataclass(frozen=True)
class Codes:
    """LSL codes in use: `by_mef[mef][competence]` is a 4-digit code.

    `provisional` also when the school's own codes, which no nomenclature has, complete it.
    """

    name: str
    provisional: bool
    millesime: int
    by_mef: dict[str, dict[str, str]]


class NoNomenclature(Exception):
    """No nomenclature is loaded."""

    phrase = (
        "Aucune nomenclature LSL n’est chargée sur cette instance : "
        "lancez « livretpro referentiels load »."
    )


def nomenclature_in_use() -> Nomenclature:
    """The newest official nomenclature, else the newest provisional one: one query.

    Raises `NoNomenclature`.
    """
    found = _in_use().first()
    if found is None:
        raise NoNomenclature
    return found


def _in_use() -> QuerySet[Nomenclature]:
    return Nomenclature.objects.order_by("provisional", "-pk")


def lsl_codes(tracks: Mapping[str, str], *, uai: str, year: int, subject: str, mode: str) -> Codes:
    """The codes of some MEF (MEF → diploma) for the millésime of `year`, else the nearest one.

    A competence the nomenclature does not have for its MEF takes the school's own code. One query;
    two when nothing is known of the MEF. Raises `NoNomenclature`.
    """
    official = NomenclatureCode.objects.filter(
        nomenclature=_in_use().values("pk")[:1], mef__in=set(tracks), subject=subject, mode=mode
    ).values_list(*_NOMENCLATURE, "millesime", "mef", "competence", "code")
    rows = list(official.union(_own_codes(uai, tracks.values()), all=True))
    name, provisional, millesimes = rows[0][:3] if rows else _described(nomenclature_in_use())
    if name is None:
        raise NoNomenclature
    millesime = _millesime(millesimes, year)
    by_mef = _by_mef(rows, millesime)
    own = _by_mef(rows, _NO_MILLESIME)
    both = {mef: own.get(cfd, {}) | by_mef.get(mef, {}) for mef, cfd in tracks.items()}
    completed = {mef: codes for mef, codes in both.items() if codes}
    return Codes(name, provisional or completed != by_mef, millesime, completed)


_NOMENCLATURE = ("nomenclature__name", "nomenclature__provisional", "nomenclature__millesimes")
_NO_MILLESIME = 0  # a school's own code holds for every year


def _own_codes(uai: str, cfds: Iterable[str]) -> QuerySet[SchoolCode, Any]:
    """The school's own codes in the shape of the rows of a nomenclature, the diploma as MEF."""
    return SchoolCode.objects.filter(school_uai=uai, cfd__in=set(cfds)).values_list(
        *(Subquery(_in_use().values(name)[:1]) for name in ("name", "provisional", "millesimes")),
        Value(_NO_MILLESIME, output_field=PositiveSmallIntegerField()),
        "cfd",
        "competence",
        "code",
    )


def _by_mef(rows: Iterable[tuple[Any, ...]], millesime: int) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for *_, row_millesime, mef, competence, code in rows:
        if row_millesime == millesime:
            found.setdefault(mef, {})[competence] = code
    return found


def _described(nomenclature: Nomenclature) -> tuple[str, bool, list[int]]:
    return nomenclature.name, nomenclature.provisional, nomenclature.millesimes


def lsl_code_labels(codes: Iterable[str]) -> dict[str, str]:
    """What the nomenclature in use, or the school they are of, calls these codes: one query."""
    wanted = set(codes)
    rows = NomenclatureCode.objects.filter(
        nomenclature=_in_use().values("pk")[:1], code__in=wanted
    ).values_list("millesime", "code", "label")
    own = SchoolCode.objects.filter(code__in=wanted).values_list(
        Value(_NO_MILLESIME, output_field=PositiveSmallIntegerField()), "code", "label"
    )
    found = sorted(rows.order_by().union(own, all=True))
    return {code: label for _, code, label in found}


def _millesime(held: Sequence[int], year: int) -> int:
    """That of `year`, else the newest before it, else the oldest."""
    return max((m for m in held if m <= year), default=min(held, default=year))
