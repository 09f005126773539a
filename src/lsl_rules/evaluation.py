"""Faults of meaning of one evaluation: group figures, periods, appreciation, teachers."""

from collections.abc import Iterable, Iterator
from decimal import Decimal

from lsl_rules.codes import Code
from lsl_rules.findings import Finding, Spot
from lsl_rules.parts import check_average, check_teachers, check_text
from lsl_xml import Evaluation, Periode, Structure

PERIODS = {"S": 2, "T": 3}
"""Number of periods of a year, by `code-periode`."""

_TOLERANCE = Decimal("0.02")  # three percentages, each rounded to two decimals


def check_evaluation(evaluation: Evaluation, code_periode: str, spot: Spot) -> Iterator[Finding]:
    """Yield the faults of one evaluation of a year kept by `code_periode` (T or S)."""
    yield from _check_structure(evaluation.structure, spot.at("structure[1]", "groupe"))
    yield from check_text(evaluation.annuelle, spot.at("annuelle[1]", "appréciation"))
    yield from _check_periods(evaluation.periodiques, code_periode, spot)
    yield from check_teachers(evaluation.enseignants, spot)


def _check_structure(structure: Structure, spot: Spot) -> Iterator[Finding]:
    yield from check_average(structure.moyenne, spot)
    shares = [
        share
        for share in (
            structure.repar_moins_huit,
            structure.repar_huit_douze,
            structure.repar_plus_douze,
        )
        if share is not None
    ]
    outside = [share for share in shares if not 0 <= share <= 100]
    yield from (_share_outside(share, spot) for share in outside)
    if len(shares) == 3 and not outside:
        yield from _check_sum(sum(shares, Decimal(0)), spot)


def _share_outside(share: Decimal, spot: Spot) -> Finding:
    fault = f"la part {share} % n’est pas de 0 à 100"
    return spot.finding(Code.PARLSL_V04, fault, value=share)


def _check_sum(total: Decimal, spot: Spot) -> Iterator[Finding]:
    if abs(total - 100) > _TOLERANCE:
        fault = f"la somme des trois parts est {total} % au lieu de 100 %"
        yield spot.finding(Code.PARLSL_V04, fault, value=total)


def _check_periods(periodes: Iterable[Periode], code_periode: str, spot: Spot) -> Iterator[Finding]:
    seen: set[int] = set()
    for rank, periode in enumerate(periodes, start=1):
        here = spot.at(f"periodiques[1]/periode[{rank}]", f"période {periode.numero}")
        yield from _check_number(periode.numero, code_periode, here)
        if periode.numero in seen:
            fault = "cette période figure deux fois"
            yield here.finding(Code.PARLSL_V02, fault, value=periode.numero)
        seen.add(periode.numero)
        yield from check_average(periode.moyenne, here)


def _check_number(numero: int, code_periode: str, spot: Spot) -> Iterator[Finding]:
    last = PERIODS.get(code_periode, max(PERIODS.values()))
    if not 1 <= numero <= last:
        fault = f"avec la périodicité « {code_periode} », les périodes vont de 1 à {last}"
        yield spot.finding(Code.PARLSL_V02, fault, value=numero)
