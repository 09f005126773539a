"""Reads of the reference data."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from livretpro.referentiels.models import (
    Competence,
    Diploma,
    Mef,
    Nomenclature,
    NomenclatureCode,
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


def diplomas(cfds: Iterable[str]) -> dict[str, Diploma]:
    """Known diplomas by formation-diplôme code, référentiel included: one query."""
    found = Diploma.objects.filter(cfd__in=set(cfds)).select_related("referentiel")
    return {diploma.cfd: diploma for diploma in found}


def expected_competences(referentiel_ids: Iterable[int]) -> dict[int, tuple[Competence, ...]]:
    """The competences expected at the livret, by référentiel version, in order: one query."""
    found: dict[int, list[Competence]] = {}
    rows = Competence.objects.filter(referentiel_id__in=set(referentiel_ids), expected=True)
    for competence in rows.order_by("referentiel_id", "position"):
        found.setdefault(competence.referentiel_id, []).append(competence)
    return {key: tuple(value) for key, value in found.items()}


def competence_codes() -> frozenset[str]:
    """Every code of competence any référentiel has: one query."""
    return frozenset(Competence.objects.values_list("code", flat=True).distinct())


@dataclass(frozen=True)
class Codes:
    """LSL codes in use: `by_mef[mef][competence]` is a 4-digit code."""

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


def lsl_codes(mefs: Iterable[str], *, year: int, subject: str, mode: str) -> Codes:
    """The codes of these MEF for the millésime of `year`, else the nearest one.

    One query; two when the nomenclature in use knows none of the MEF. Raises `NoNomenclature`.
    """
    found = NomenclatureCode.objects.filter(
        nomenclature=_in_use().values("pk")[:1], mef__in=set(mefs), subject=subject, mode=mode
    )
    rows = list(found.values_list(*_NOMENCLATURE, "millesime", "mef", "competence", "code"))
    name, provisional, millesimes = rows[0][:3] if rows else _described(nomenclature_in_use())
    millesime = _millesime(millesimes, year)
    by_mef: dict[str, dict[str, str]] = {}
    for *_, row_millesime, mef, competence, code in rows:
        if row_millesime == millesime:
            by_mef.setdefault(mef, {})[competence] = code
    return Codes(name, provisional, millesime, by_mef)


_NOMENCLATURE = ("nomenclature__name", "nomenclature__provisional", "nomenclature__millesimes")


def _described(nomenclature: Nomenclature) -> tuple[str, bool, list[int]]:
    return nomenclature.name, nomenclature.provisional, nomenclature.millesimes


def lsl_code_labels(codes: Iterable[str]) -> dict[str, str]:
    """What the nomenclature in use calls these 4-digit codes: one query."""
    rows = NomenclatureCode.objects.filter(
        nomenclature=_in_use().values("pk")[:1], code__in=set(codes)
    )
    return dict(rows.order_by("millesime").values_list("code", "label"))


def _millesime(held: Sequence[int], year: int) -> int:
    """That of `year`, else the newest before it, else the oldest."""
    return max((m for m in held if m <= year), default=min(held, default=year))
