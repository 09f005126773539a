"""What LSL takes of a pupil: each part goes through the sieve, with or without knowing the school.

Without context, the faults that a document shows by itself; with one, those that take knowing the
pupil, the nomenclature and the year N as well (spec 07, scolarité and below).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

from lsl_rules.codes import Code
from lsl_rules.context import Context, KnownPupil
from lsl_rules.evaluation import sift_evaluation
from lsl_rules.findings import Finding, Sieve, Spot
from lsl_rules.mef import Year, year_of
from lsl_rules.merge import says_something
from lsl_rules.parts import check_mark, check_text, holding, sift_teachers
from lsl_xml import (
    Avis,
    AvisExamen,
    AvisPfmp,
    ChefOeuvre,
    Eleve,
    Engagements,
    Evaluation,
    ParcoursDifferencie,
    Scolarite,
)

ENGAGEMENTS = frozenset("CVAES")
"""Codes of `engagement@code`."""
MEF_LENGTH = 10

A = TypeVar("A", Avis, AvisPfmp, ParcoursDifferencie)


@dataclass(frozen=True, slots=True)
class Known:
    """A pupil and the school, as the receiving side knows them."""

    pupil: KnownPupil
    context: Context

    def level(self, annee: int) -> Year | None:
        """The level in the year N or N-1, None when nobody knows it."""
        return self.pupil.level if annee == self.context.year else self.pupil.former.level

    def mef(self, scolarite: Scolarite) -> str:
        """The MEF of a year, ten characters; that of the file for N-1 when it is not known."""
        if scolarite.annee_scolaire == self.context.year:
            return self.pupil.mef
        return self.pupil.former.mef or (scolarite.code_mef or "")[:MEF_LENGTH]


def sift_pupil(eleve: Eleve, known: Known | None, spot: Spot, sieve: Sieve) -> Eleve:
    """Keep what LSL takes of a pupil who is not rejected."""
    levels = {one.annee_scolaire: _level(one, known) for one in eleve.scolarites}
    newest = known.context.year if known else max(levels, default=0)
    level = known.pupil.level if known else levels.get(newest)
    kept = _sift_own(eleve, level, spot, sieve)
    scolarites = _sift_scolarites(eleve.scolarites, levels, known, spot, sieve)
    return holding(kept, scolarites=tuple(scolarites))


def check_parts(eleve: Eleve, levels: Mapping[int, Year | None]) -> tuple[Finding, ...]:
    """The faults of what is said of a pupil, each year by itself, whether or not a file may bring
    these years: for a record held, which grows over more years than a file.

    `levels` of the years that the school knows, the newest being that of the pupil now; for
    another year, its MEF tells it.
    """
    spot, sieve = Spot({}, eleve_id=eleve.id), Sieve()
    told = {one.annee_scolaire: year_of(one.code_mef) for one in eleve.scolarites}
    told |= {year: level for year, level in levels.items() if level}
    _sift_own(eleve, told.get(max({*told, *levels}, default=0)), spot, sieve)
    for scolarite in eleve.scolarites:
        annee = scolarite.annee_scolaire
        here = spot.at(f"scolarite[{annee}]", f"année {annee}")
        _sift_subjects(scolarite, set(), None, here, sieve)
        _sift_scolarite(scolarite, told[annee], here, sieve)
    return tuple(sieve.findings)


def _sift_own(eleve: Eleve, level: Year | None, spot: Spot, sieve: Sieve) -> Eleve:
    """What is said of the pupil outside the years; `level` is that of the pupil now."""
    engagements = eleve.engagements
    if engagements is not None:
        engagements = _sift_engagements(
            engagements, spot.at("engagements[1]", "engagements"), sieve
        )
    exam = eleve.avis_examen
    here = spot.at("avisExamen[1]", "avis pour l’examen")
    if exam is not None and not sieve.passes(_check_exam(exam, level, here)):
        exam = None
    return holding(eleve, engagements=engagements, avis_examen=exam)


def _level(scolarite: Scolarite, known: Known | None) -> Year | None:
    found = known.level(scolarite.annee_scolaire) if known else None
    return found or year_of(scolarite.code_mef)


def _check_exam(exam: AvisExamen, level: Year | None, spot: Spot) -> Iterator[Finding]:
    if level is Year.PREMIERE:
        fault = "un élève de première ne passe pas l’examen cette année"
        yield spot.finding(Code.PARLSL_A02, fault, value=exam.code)


def _sift_engagements(engagements: Engagements, spot: Spot, sieve: Sieve) -> Engagements | None:
    """None when what was there is left out whole: it then replaces nothing (`merge`)."""
    kept = tuple(
        code
        for rank, code in enumerate(engagements.engagement, start=1)
        if sieve.passes(_check_engagement(code, spot.at(f"engagement[{rank}]")))
    )
    other = engagements.engagement_autre
    if not sieve.passes(check_text(other, spot.at("engagement-autre[1]"))):
        other = None
    taken = Engagements(kept, other)
    return None if taken == Engagements() != engagements else taken


def _check_engagement(code: str, spot: Spot) -> Iterator[Finding]:
    if code not in ENGAGEMENTS:
        yield spot.finding(Code.PARLSL_A03, f"le code « {code} » est inconnu", value=code)


def _sift_scolarites(
    scolarites: tuple[Scolarite, ...],
    levels: Mapping[int, Year | None],
    known: Known | None,
    spot: Spot,
    sieve: Sieve,
) -> Iterator[Scolarite]:
    seen: set[int] = set()
    subjects: set[tuple[int, str, str]] = set()
    for rank, scolarite in enumerate(scolarites, start=1):
        annee = scolarite.annee_scolaire
        here = spot.at(f"scolarites[1]/scolarite[{rank}]", f"année {annee}")
        sound = sieve.passes(_check_twice(annee, seen, here))
        seen.add(annee)
        check = (
            _check_year_of(scolarite, known, here) if known else _check_year(annee, levels, here)
        )
        sound = sieve.passes(check) and sound
        if known and not sound:  # the whole year is left out: its parts are not judged
            continue
        evaluations = _sift_subjects(scolarite, subjects, known, here, sieve)
        kept = _sift_scolarite(scolarite, levels[annee], here, sieve)
        kept = holding(kept, evaluations=tuple(evaluations))
        if sound and says_something(kept):  # else nothing of the year is left to be taken
            yield kept


def _check_twice(annee: int, seen: set[int], spot: Spot) -> Iterator[Finding]:
    if annee in seen:
        fault = "cette année scolaire figure deux fois"
        yield spot.finding(Code.PARLSL_S01, fault, value=annee)


def _check_year(annee: int, levels: Mapping[int, Year | None], spot: Spot) -> Iterator[Finding]:
    """What the newest year of the file says of an older one, wherever N stands."""
    newest = max(levels)
    if annee == newest:
        return
    if annee < newest - 1:
        fault = f"le fichier porte aussi {newest}, cette année n’est donc ni N ni N-1"
        yield spot.finding(Code.PARLSL_S01, fault, value=annee)
    if levels[newest] not in {None, Year.TERMINALE}:
        yield _not_in_terminale(annee, spot)
    if levels[annee] not in {None, Year.PREMIERE}:
        fault = "d’après son code MEF, l’élève n’était pas en première cette année-là"
        yield spot.finding(Code.PARLSL_S04, fault, value=annee)


def _check_year_of(scolarite: Scolarite, known: Known, spot: Spot) -> Iterator[Finding]:
    annee, current = scolarite.annee_scolaire, known.context.year
    if annee not in {current, current - 1}:
        fault = f"l’année en cours est {current} : cette année n’est ni N ni N-1"
        yield spot.finding(Code.PARLSL_S01, fault, value=annee)
        return
    if annee != current:
        if known.pupil.level is not Year.TERMINALE:
            yield _not_in_terminale(annee, spot)
        if _level(scolarite, known) not in {None, Year.PREMIERE}:
            fault = "l’élève n’était pas en première cette année-là"
            yield spot.finding(Code.PARLSL_S04, fault, value=annee)
    held = known.context.periods.get((annee, known.mef(scolarite)))
    if held is not None and scolarite.code_periode != held:
        fault = (
            f"le code-periode « {scolarite.code_periode} » n’est pas celui déjà retenu pour ce "
            f"diplôme (« {held} »)"
        )
        yield spot.finding(Code.PARLSL_S03, fault, value=scolarite.code_periode)


def _not_in_terminale(annee: int, spot: Spot) -> Finding:
    fault = "l’année N-1 n’est admise que pour un élève de terminale"
    return spot.finding(Code.PARLSL_S02, fault, value=annee)


def _sift_subjects(
    scolarite: Scolarite,
    seen: set[tuple[int, str, str]],
    known: Known | None,
    spot: Spot,
    sieve: Sieve,
) -> list[Evaluation]:
    annee = scolarite.annee_scolaire
    subjects = known.context.subjects(annee, known.mef(scolarite)) if known else None
    kept = []
    for rank, evaluation in enumerate(scolarite.evaluations, start=1):
        matiere, modalite = evaluation.code_matiere, evaluation.modalite_election
        here = spot.at(f"evaluation[{rank}]", f"matière {matiere} ({modalite})")
        twice = (annee, matiere, modalite) in seen
        seen.add((annee, matiere, modalite))
        subject = subjects.get((matiere, modalite)) if subjects is not None else None
        unknown = subjects is not None and subject is None
        sound = sieve.passes(_check_subject(evaluation, here, twice=twice, unknown=unknown))
        taken = sift_evaluation(evaluation, scolarite.code_periode, subject, here, sieve)
        if sound and taken is not None:
            kept.append(taken)
    return kept


def _check_subject(
    evaluation: Evaluation, spot: Spot, *, twice: bool, unknown: bool
) -> Iterator[Finding]:
    key = f"{evaluation.code_matiere} {evaluation.modalite_election}"
    if twice:
        fault = "cette matière figure deux fois avec la même modalité"
        yield spot.finding(Code.PARLSL_V07, fault, value=key)
    if unknown:
        fault = "cette matière n’est pas dans la nomenclature du MEF pour cette année"
        yield spot.finding(Code.PARLSL_V01, fault, value=key)


def _sift_scolarite(
    scolarite: Scolarite, level: Year | None, spot: Spot, sieve: Sieve
) -> Scolarite:
    return holding(
        scolarite,
        avis_engagement=_sift_avis(
            scolarite.avis_engagement, spot.at("avisEngagement[1]", "avis sur l’engagement"), sieve
        ),
        avis_investissement=_sift_avis(
            scolarite.avis_investissement,
            spot.at("avisInvestissement[1]", "avis sur l’investissement"),
            sieve,
        ),
        avis_chef_etab=_sift_avis(
            scolarite.avis_chef_etab,
            spot.at("avisChefEtab[1]", "avis du chef d’établissement"),
            sieve,
        ),
        avis_pfmp=_sift_pfmp(
            scolarite.avis_pfmp, level, spot.at("avisPfmp[1]", "synthèse des PFMP"), sieve
        ),
        parcours_differencie=_sift_avis(
            scolarite.parcours_differencie,
            spot.at("parcoursDifferencie[1]", "parcours différencié"),
            sieve,
        ),
        chef_oeuvre=_sift_chef_oeuvre(
            scolarite.chef_oeuvre, spot.at("chefOeuvre[1]", "chef-d’œuvre ou projet"), sieve
        ),
    )


def _sift_avis(avis: A | None, spot: Spot, sieve: Sieve) -> A | None:
    return avis if avis and sieve.passes(check_text(avis.texte, spot)) else None


def _sift_pfmp(
    avis: AvisPfmp | None, level: Year | None, spot: Spot, sieve: Sieve
) -> AvisPfmp | None:
    kept = _sift_avis(avis, spot, sieve)
    if avis is None or sieve.passes(_check_weeks(avis, level, spot)):
        return kept
    return holding(kept, nb_semaines=None) if kept else None


def _check_weeks(avis: AvisPfmp, level: Year | None, spot: Spot) -> Iterator[Finding]:
    if avis.nb_semaines is not None and level is Year.PREMIERE:
        fault = f"le nombre de semaines ({avis.nb_semaines}) n’est admis qu’en terminale"
        yield spot.finding(Code.PARLSL_A01, fault, value=avis.nb_semaines)


def _sift_chef_oeuvre(
    chef_oeuvre: ChefOeuvre | None, spot: Spot, sieve: Sieve
) -> ChefOeuvre | None:
    if chef_oeuvre is None:
        return None
    note = chef_oeuvre.note if sieve.passes(check_mark(chef_oeuvre.note, spot)) else None
    here = spot.at("annuelle[1]", "appréciation")
    annuelle = (
        chef_oeuvre.annuelle if sieve.passes(check_text(chef_oeuvre.annuelle, here)) else None
    )
    enseignants = sift_teachers(chef_oeuvre.enseignants, spot, sieve)
    if not enseignants:
        return None
    return holding(chef_oeuvre, note=note, annuelle=annuelle, enseignants=enseignants)
