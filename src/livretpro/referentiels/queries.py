"""Reads of the reference data."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery, Value

from livretpro.referentiels import nomenclature
from livretpro.referentiels.models import (
    Competence,
    Diploma,
    Mef,
    Nomenclature,
    NomenclatureCode,
    OwnCode,
    Referentiel,
    Subject,
)
from livretpro.referentiels.rules import LEVEL_BY_MEFSTAT, Level, MefRow, classify

SchoolUai = Sequence[str] | QuerySet[Any, Any]
"""The UAI of a school, alone in a list, or a query that gives it; empty for no school."""


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


def diplomas(cfds: Iterable[str], *, school: SchoolUai = ()) -> dict[str, Diploma]:
    """Known diplomas by formation-diplôme code, référentiel included: one query.

    For a school (its UAI, alone in a list or given by a query), `referentiel` is the newest version
    that it made for itself, if it made one: one query more.
    """
    own = Referentiel.objects.filter(school_uai__in=school, cfd=OuterRef("cfd"))
    newest = Subquery(own.order_by("-version").values("pk")[:1])
    known = Diploma.objects.filter(cfd__in=set(cfds)).select_related("referentiel")
    rows = list(known.annotate(own_version=newest))
    made = {d.cfd: d.own_version for d in rows if d.own_version}
    versions = Referentiel.objects.in_bulk(made.values()) if made else {}
    found: dict[str, Diploma] = {diploma.cfd: diploma for diploma in rows}
    for cfd, pk in made.items():
        found[cfd].referentiel = versions[pk]
    return found


def own_versions(school_uai: str, cfd: str) -> list[Referentiel]:
    """The versions a school made for a diploma, newest first: one query."""
    return list(Referentiel.objects.filter(school_uai=school_uai, cfd=cfd).order_by("-version"))


def version_of(school_uai: str, cfd: str, pk: int) -> Referentiel | None:
    """A version of a diploma, shipped or made by the school, that may be taken up again: one
    query."""
    theirs = Q(school_uai=school_uai, cfd=cfd) | Q(diplomas__cfd=cfd)
    return Referentiel.objects.filter(theirs, pk=pk).first()


def shipped_version(cfd: str) -> Referentiel | None:
    """The newest list of a diploma that comes with LivretPro: one query."""
    return Referentiel.objects.filter(diplomas__cfd=cfd).first()


def competences_of(referentiels: Iterable[Referentiel]) -> dict[int, list[Competence]]:
    """All the competences of these versions, in order, by version: one query."""
    found: dict[int, list[Competence]] = {referentiel.pk: [] for referentiel in referentiels}
    rows = Competence.objects.filter(referentiel_id__in=found).select_related("parent")
    for competence in rows.order_by("referentiel_id", "position"):
        found[competence.referentiel_id].append(competence)
    return found


def expected_competences(referentiel_ids: Iterable[int]) -> dict[int, tuple[Competence, ...]]:
    """The competences expected at the livret, by référentiel version, in order: one query."""
    found: dict[int, list[Competence]] = {}
    rows = Competence.objects.filter(referentiel_id__in=set(referentiel_ids), expected=True)
    for competence in rows.order_by("referentiel_id", "position"):
        found.setdefault(competence.referentiel_id, []).append(competence)
    return {key: tuple(value) for key, value in found.items()}


ASSESSED = Q(expected=True) | Q(parent__expected=True)
"""What a bilan de période assesses: competences of the livret, and their sub-competences."""


def assessed_competences(referentiel_ids: Iterable[int]) -> dict[int, list[Competence]]:
    """Those competences and their sub-competences, which a bilan de période assesses, by
    référentiel version, in order: one query."""
    found: dict[int, list[Competence]] = {}
    rows = Competence.objects.filter(ASSESSED, referentiel_id__in=set(referentiel_ids))
    for competence in rows.order_by("referentiel_id", "position"):
        found.setdefault(competence.referentiel_id, []).append(competence)
    return found


def competences_in_use(
    referentiel_ids: Iterable[int], competence_ids: Iterable[int]
) -> list[Competence]:
    """The competences that these versions expect at the livret, and these others, in order: one
    query."""
    expected = Q(referentiel_id__in=set(referentiel_ids), expected=True)
    rows = Competence.objects.filter(expected | Q(pk__in=set(competence_ids)))
    return list(rows.order_by("referentiel_id", "position"))


def competence_codes(school_uai: str) -> frozenset[str]:
    """Every code of competence of the référentiels shipped and of the school's own: one query."""
    known = Competence.objects.filter(referentiel__school_uai__in=("", school_uai))
    return frozenset(known.values_list("code", flat=True).distinct())


@dataclass(frozen=True)
class Codes:
    """LSL codes in use: `by_mef[mef][competence]` is a 4-digit code, `labels` says its words.

    `own[cfd][wording]` is the one a school's own competence has, in these words alone.
    """

    name: str
    provisional: bool
    millesime: int
    by_mef: dict[str, dict[str, str]]
    labels: dict[str, dict[str, str]] = field(default_factory=dict)
    own: dict[str, dict[str, str]] = field(default_factory=dict)


def wording(code: str, label: str) -> str:
    """A competence as a nomenclature writes it, within the length of its label."""
    return f"{code} {label}"[:LABEL_MAX]


LABEL_MAX = 320


class NoNomenclature(Exception):
    """No nomenclature is loaded."""

    phrase = (
        "Aucune nomenclature LSL n’est chargée sur cette instance : "
        "lancez « livretpro referentiels load »."
    )


def nomenclature_in_use(school_uai: str = "") -> Nomenclature:
    """The newest official nomenclature, else the newest provisional one; before them, with its UAI,
    the file that the Registre has of a school: one query.

    Raises `NoNomenclature`.
    """
    found = nomenclature_in_use_or_none(school_uai)
    if found is None:
        raise NoNomenclature
    return found


def subject_labels(codes: Iterable[str]) -> dict[str, str]:
    """What the national table calls these subjects: one query."""
    return dict(Subject.objects.filter(code__in=set(codes)).values_list("code", "label"))


def reference_is_loaded() -> bool:
    """Whether MEF and référentiels are there: two queries."""
    return Mef.objects.exists() and Referentiel.objects.filter(school_uai="").exists()


def nomenclature_in_use_or_none(school_uai: str = "") -> Nomenclature | None:
    """The same, none when no nomenclature is loaded: one query."""
    return _in_use(school_uai).first()


def _in_use(school_uai: str = "") -> QuerySet[Nomenclature]:
    """The one in use first; before it, with its UAI, the file that the Registre has of a school."""
    held = Nomenclature.objects.filter(school_uai__in={"", school_uai})
    return held.order_by("-school_uai", "provisional", "-pk")


def lsl_codes(mefs: Iterable[str], *, year: int, subject: str, mode: str) -> Codes:
    """The codes of these MEF for the millésime of `year`, else the nearest one.

    One query; two when the nomenclature in use knows none of the MEF. Raises `NoNomenclature`.
    """
    found = NomenclatureCode.objects.filter(
        nomenclature=_in_use().values("pk")[:1], mef__in=set(mefs), subject=subject, mode=mode
    )
    told = ("millesime", "mef", "competence", "code", "label")
    rows = list(found.values_list(*_NOMENCLATURE, *told))
    name, provisional, millesimes = rows[0][:3] if rows else _described(nomenclature_in_use())
    millesime = _millesime(millesimes, year)
    by_mef: dict[str, dict[str, str]] = {}
    labels: dict[str, dict[str, str]] = {}
    for *_, row_millesime, mef, competence, code, label in rows:
        if row_millesime == millesime:
            by_mef.setdefault(mef, {})[competence] = code
            labels.setdefault(mef, {})[competence] = label
    return Codes(name, provisional, millesime, by_mef, labels)


def own_codes(school_uai: str, cfds: Iterable[str]) -> dict[str, dict[str, str]]:
    """The codes of a school's own competences, by diploma then wording: one query."""
    found: dict[str, dict[str, str]] = {}
    rows = OwnCode.objects.filter(school_uai=school_uai, cfd__in=set(cfds))
    for cfd, label, code in rows.values_list("cfd", "label", "code"):
        found.setdefault(cfd, {})[label] = code
    return found


def own_competences(school_uai: str, cfd: str) -> dict[str, str]:
    """The code of the competence that each LSL code of a school is about: one query."""
    rows = OwnCode.objects.filter(school_uai=school_uai, cfd=cfd)
    return dict(rows.values_list("code", "competence"))


LslSubjects = dict[tuple[str, str], frozenset[str]]
"""The 4-digit codes of a MEF in a year, by subject and mode of election."""


def lsl_subjects(
    mefs: Iterable[str],
    years: Iterable[int],
    *,
    school_uai: str,
    own_subject: tuple[str, str],
) -> dict[tuple[int, str], LslSubjects]:
    """What the nomenclature in use holds, by (year, MEF of ten digits), for what a file may bear.

    Each year takes its millésime, else the nearest one as `lsl_codes` does; the codes of the
    school's own competences stand under `own_subject` for every MEF of their diploma. A couple of
    which nothing is known is not there. Three queries, none without MEF; one more when the
    nomenclature knows none of the MEF. Raises `NoNomenclature`.
    """
    wanted, asked = set(mefs), set(years)
    if not wanted:
        return {}
    given = [*_nomenclature_codes(wanted, asked, school_uai)]
    given += [
        (year, mef, own_subject, code)
        for mef, own in _own_codes_of(wanted, school_uai).items()
        for code in own
        for year in asked
    ]
    found: dict[tuple[int, str], dict[tuple[str, str], frozenset[str]]] = {}
    for year, mef, subject, code in given:
        of_mef = found.setdefault((year, mef), {})
        of_mef[subject] = of_mef.get(subject, frozenset()) | {code}
    return found


def _nomenclature_codes(
    mefs: set[str], years: set[int], school_uai: str
) -> Iterator[tuple[int, str, tuple[str, str], str]]:
    """Year, MEF, subject and code, of the nomenclature in use, or of the file of the school."""
    newest = _in_use(school_uai).values("pk")[:1]
    found = NomenclatureCode.objects.filter(nomenclature=newest, mef__in=mefs)
    rows = list(found.values_list(*_NOMENCLATURE, "millesime", "mef", "subject", "mode", "code"))
    millesimes = rows[0][2] if rows else nomenclature_in_use(school_uai).millesimes
    years_of: dict[int, list[int]] = {}
    for year in years:
        years_of.setdefault(_millesime(millesimes, year), []).append(year)
    for *_, millesime, mef, subject, mode, code in rows:
        for year in years_of.get(millesime, ()):
            yield year, mef, (subject, mode), code


def _own_codes_of(mefs: Collection[str], school_uai: str) -> dict[str, set[str]]:
    """The codes of a school's own competences, by MEF of their diploma: two queries."""
    rows = mef_rows(mefs, year=0)
    cfd_of = {mef: classify(mef, row=rows.get(mef)).cfd for mef in mefs}
    own = own_codes(school_uai, cfd_of.values())
    return {mef: set(own[cfd].values()) for mef, cfd in cfd_of.items() if cfd in own}


_NOMENCLATURE = ("nomenclature__name", "nomenclature__provisional", "nomenclature__millesimes")


def _described(nomenclature: Nomenclature) -> tuple[str, bool, list[int]]:
    return nomenclature.name, nomenclature.provisional, nomenclature.millesimes


def lsl_code_labels(codes: Iterable[str], *, own_of: str, loaded_for: str = "") -> dict[str, str]:
    """What the nomenclature in use, or the school that has them, calls these codes: one query.

    `own_of` is the UAI of the school whose own competences they may be, `loaded_for` that of the
    school whose file the Registre judges by (`lsl_subjects`).
    """
    wanted = set(codes)
    rows = NomenclatureCode.objects.filter(
        nomenclature=_in_use(loaded_for).values("pk")[:1], code__in=wanted
    ).values_list("code", "label", "millesime")
    own = OwnCode.objects.filter(code__in=wanted, school_uai=own_of).annotate(millesime=Value(0))
    told = rows.union(own.values_list("code", "label", "millesime"))
    return {code: label for code, label, _ in sorted(told, key=itemgetter(2))}


def _millesime(held: Sequence[int], year: int) -> int:
    """That of `year`, else the newest before it, else the oldest."""
    return max((m for m in held if m <= year), default=min(held, default=year))


def nomenclature_file(school_uai: str, *, subject: str, mode: str) -> bytes:
    """The nomenclature in use with the codes of a school's own competences, as a file: five
    queries. Raises `NoNomenclature`."""
    in_use = nomenclature_in_use()
    own = list(OwnCode.objects.filter(school_uai=school_uai))
    mefs = _mefs_of({code.cfd for code in own})
    rows = [
        *(
            nomenclature.Row(c.millesime, c.mef, c.subject, c.mode, c.code, c.label)
            for c in in_use.codes.all()
        ),
        *(
            nomenclature.Row(mef.school_year, mef.code, subject, mode, code.code, code.label)
            for code in own
            for mef in mefs.get(code.cfd, ())
        ),
    ]
    described = _described_mefs({row.mef for row in rows})
    name = f"{in_use.name} et codes de {school_uai}" if own else in_use.name
    return nomenclature.write_rows(name, rows, described)


def _mefs_of(cfds: Iterable[str]) -> dict[str, list[Mef]]:
    """The MEF of première and terminale of these diplomas, every year known."""
    found: dict[str, list[Mef]] = {}
    for mef in Mef.objects.filter(cfd__in=set(cfds)):
        if mef.mefstat[:4] in LEVEL_BY_MEFSTAT:
            found.setdefault(mef.cfd, []).append(mef)
    return found


_LEVEL_WORDS = {Level.PREMIERE: "1RE", Level.TERMINALE: "TERM"}


def _described_mefs(codes: Iterable[str]) -> dict[str, nomenclature.Described]:
    mefs = Mef.objects.filter(code__in=set(codes)).order_by("school_year")
    labels = dict(Diploma.objects.values_list("cfd", "label"))
    return {
        mef.code: nomenclature.Described(
            _LEVEL_WORDS.get(LEVEL_BY_MEFSTAT.get(mef.mefstat[:4], Level.PREMIERE), ""),
            mef.cfd,
            labels.get(mef.cfd, mef.label),
        )
        for mef in mefs
    }
