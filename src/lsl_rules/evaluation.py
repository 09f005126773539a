"""Faults of meaning of one evaluation, and what of it is taken: group figures, periods,
competences, appreciation, teachers."""

from collections.abc import Iterator
from decimal import Decimal

from lsl_rules.codes import Code
from lsl_rules.context import Subject
from lsl_rules.findings import Finding, Sieve, Spot
from lsl_rules.parts import check_average, check_text, holding, sift_teachers
from lsl_xml import Competence, Evaluation, Periode, Structure

PERIODS = {"S": 2, "T": 3}
"""Number of periods of a year, by `code-periode`."""

_TOLERANCE = Decimal("0.02")  # three percentages, each rounded to two decimals


def sift_evaluation(
    evaluation: Evaluation, code_periode: str, subject: Subject | None, spot: Spot, sieve: Sieve
) -> Evaluation | None:
    """Keep what LSL takes of an evaluation of a year kept by `code_periode` (T or S).

    None when nothing of it is taken (PARLSL_V08). `subject` is what the nomenclature knows of it,
    None when one checks without it.
    """
    structure = _sift_structure(evaluation.structure, spot.at("structure[1]", "groupe"), sieve)
    here = spot.at("annuelle[1]", "appréciation")
    annuelle = evaluation.annuelle if sieve.passes(check_text(evaluation.annuelle, here)) else None
    periodes = _sift_periods(evaluation.periodiques, code_periode, spot, sieve)
    competences = _sift_competences(evaluation.competences, subject, spot, sieve)
    enseignants = sift_teachers(evaluation.enseignants, spot, sieve)
    if not enseignants:
        return None
    return holding(
        evaluation,
        structure=structure,
        annuelle=annuelle,
        periodiques=periodes,
        competences=competences,
        enseignants=enseignants,
    )


def _sift_structure(structure: Structure, spot: Spot, sieve: Sieve) -> Structure:
    moyenne = structure.moyenne if sieve.passes(check_average(structure.moyenne, spot)) else None
    shares = (
        structure.repar_moins_huit,
        structure.repar_huit_douze,
        structure.repar_plus_douze,
    )
    low, middle, high = shares if sieve.passes(_check_shares(shares, spot)) else (None, None, None)
    return holding(
        structure,
        moyenne=moyenne,
        repar_moins_huit=low,
        repar_huit_douze=middle,
        repar_plus_douze=high,
    )


def _check_shares(shares: tuple[Decimal | None, ...], spot: Spot) -> Iterator[Finding]:
    given = [share for share in shares if share is not None]
    outside = [share for share in given if not 0 <= share <= 100]
    yield from (_share_outside(share, spot) for share in outside)
    if len(given) == 3 and not outside:
        yield from _check_sum(sum(given, Decimal(0)), spot)


def _share_outside(share: Decimal, spot: Spot) -> Finding:
    fault = f"la part {share} % n’est pas de 0 à 100"
    return spot.finding(Code.PARLSL_V04, fault, value=share)


def _check_sum(total: Decimal, spot: Spot) -> Iterator[Finding]:
    if abs(total - 100) > _TOLERANCE:
        fault = f"la somme des trois parts est {total} % au lieu de 100 %"
        yield spot.finding(Code.PARLSL_V04, fault, value=total)


def _sift_periods(
    periodes: tuple[Periode, ...], code_periode: str, spot: Spot, sieve: Sieve
) -> tuple[Periode, ...]:
    seen: set[int] = set()
    kept = []
    for rank, periode in enumerate(periodes, start=1):
        here = spot.at(f"periodiques[1]/periode[{rank}]", f"période {periode.numero}")
        if sieve.passes(_check_period(periode, code_periode, seen, here)):
            kept.append(periode)
        seen.add(periode.numero)
    return tuple(kept)


def _check_period(
    periode: Periode, code_periode: str, seen: set[int], spot: Spot
) -> Iterator[Finding]:
    last = PERIODS.get(code_periode, max(PERIODS.values()))
    if not 1 <= periode.numero <= last:
        fault = f"avec la périodicité « {code_periode} », les périodes vont de 1 à {last}"
        yield spot.finding(Code.PARLSL_V02, fault, value=periode.numero)
    if periode.numero in seen:
        fault = "cette période figure deux fois"
        yield spot.finding(Code.PARLSL_V02, fault, value=periode.numero)
    yield from check_average(periode.moyenne, spot)


def _sift_competences(
    competences: tuple[Competence, ...], subject: Subject | None, spot: Spot, sieve: Sieve
) -> tuple[Competence, ...]:
    if subject is None:
        return competences
    return tuple(
        competence
        for rank, competence in enumerate(competences, start=1)
        if sieve.passes(
            _check_competence(
                competence,
                subject,
                spot.at(f"competences[1]/competence[{rank}]", f"compétence {competence.code}"),
            )
        )
    )


def _check_competence(competence: Competence, subject: Subject, spot: Spot) -> Iterator[Finding]:
    if competence.code not in subject.competences:
        fault = "ce code n’est pas dans la nomenclature de la matière pour ce MEF et cette année"
        yield spot.finding(Code.PARLSL_V05, fault, value=competence.code)
    if competence.niveau not in subject.scale:
        fault = f"le degré « {competence.niveau} » n’est pas de l’échelle de la matière"
        yield spot.finding(Code.PARLSL_V06, fault, value=competence.niveau)
