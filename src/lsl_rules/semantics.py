"""What the schema cannot say: the faults of meaning that a document shows by itself.

The same functions when writing, when rehearsing and when receiving. What takes knowing the school
(its pupils, its MEF, the nomenclature, the campaign) is in `against`.
"""

from collections.abc import Iterable, Iterator

from lsl_rules.codes import Code
from lsl_rules.findings import Finding, Sieve, Spot
from lsl_rules.pupil import sift_pupil
from lsl_rules.uai import is_uai
from lsl_xml import Document, Eleve, Entete, Lines


def check_semantics(document: Document, lines: Lines | None = None) -> tuple[Finding, ...]:
    """Return the faults of meaning, header first, then pupil by pupil in the order of the file.

    `lines` (from `lsl_xml.lines_of`) gives each finding its line; without it they have none.
    """
    return tuple(iter_semantics(document, lines))


def iter_semantics(document: Document, lines: Lines | None = None) -> Iterator[Finding]:
    """Yield the findings of `check_semantics` pupil by pupil, for who needs only the first."""
    root = Spot(lines or {})
    yield from check_entete(document.entete, root)
    yield from _check_donnees(document.donnees, root)


def check_pupil(eleve: Eleve, *, rank: int, lines: Lines) -> Iterator[Finding]:
    """Yield the faults of one pupil, the `rank`-th of the file from 1, all but being there twice.

    For files read pupil by pupil: `lsl_xml.Pupil` holds the three arguments.
    """
    yield from _check_eleve(eleve, spot_of(eleve, rank, Spot(lines)))


def check_entete(entete: Entete, root: Spot) -> Iterator[Finding]:
    """REJLSL_F05: a UAI whose check letter is wrong."""
    if not is_uai(entete.etablissement):
        spot = root.at("entete[1]/etablissement[1]", "en-tête")
        fault = f"l’UAI « {entete.etablissement} » n’a pas la bonne lettre de contrôle"
        yield spot.finding(Code.REJLSL_F05, fault, value=entete.etablissement)


def _check_donnees(eleves: Iterable[Eleve], root: Spot) -> Iterator[Finding]:
    seen: set[int] = set()
    for rank, eleve in enumerate(eleves, start=1):
        spot = spot_of(eleve, rank, root)
        yield from check_twice(eleve, seen, spot)
        seen.add(eleve.id)
        yield from _check_eleve(eleve, spot)


def check_twice(eleve: Eleve, seen: set[int], spot: Spot) -> Iterator[Finding]:
    """REJLSL_E02: a pupil among those already treated."""
    if eleve.id in seen:
        fault = "cet élève figure déjà plus haut dans le fichier"
        yield spot.finding(Code.REJLSL_E02, fault, value=eleve.id)


def spot_of(eleve: Eleve, rank: int, root: Spot) -> Spot:
    """Where the `rank`-th pupil of the file stands."""
    return Spot(root.lines, path=f"donnees[1]/eleve[{rank}]", eleve_id=eleve.id)


def _check_eleve(eleve: Eleve, spot: Spot) -> Iterator[Finding]:
    sieve = Sieve()
    sift_pupil(eleve, None, spot, sieve)
    yield from sieve.findings
