"""What an ELEVE of the file means: enrolled, left, or not taken."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import Enum

from livretpro.schools.importing.plan import notices
from livretpro.schools.importing.plan.facts import Identity, Schooling
from livretpro.schools.importing.plan.limits import too_long
from livretpro.schools.importing.plan.mefs import MefTable
from livretpro.schools.importing.report import Avertissement
from livretpro.schools.rules import SCHOOL_STATUS, is_not_enrolled
from siecle_xml import Eleve


class Fate(Enum):
    """Where the file says that a pupil stands."""

    ENROLLED = "enrolled"
    LEFT = "left"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Decision:
    """A pupil of the file; `division` is empty without division, `left_on` unless it is given."""

    eleve: Eleve
    fate: Fate
    division: str = ""
    left_on: date | None = None

    @property
    def eleve_id(self) -> int:
        """The key of the pupil."""
        return self.eleve.eleve_id

    def identity(self) -> Identity:
        """Who the pupil is, as the file says."""
        eleve = self.eleve
        return Identity(
            siecle_id=eleve.eleve_id,
            ine=eleve.ine or "",
            former_ine=eleve.ine_ancien or "",
            last_name=eleve.nom,
            first_name=eleve.prenom,
            birth_date=eleve.date_naissance,
        )

    def schooling(self, mefs: MefTable) -> Schooling:
        """What the enrolment should say."""
        eleve, last = self.eleve, self.eleve.an_dernier
        given = eleve.code_mef or ""
        reading = mefs.read(given)
        return Schooling(
            division=self.division,
            status=eleve.code_statut or SCHOOL_STATUS,
            mef_given=given,
            mef=reading.mef,
            cfd=reading.cfd,
            level=reading.level,
            no_livret=reading.no_livret,
            last_year_mef=(last and last.code_mef) or "",
            last_year_division=(last and last.code_structure) or "",
            last_year_uai=(last and last.code_rne) or "",
        )


def decide(eleve: Eleve) -> Decision:
    """What the file says of one pupil (spec 04, table of ELEVE).

    DATE_SORTIE, even in the future: left. Only in `Inactifs`: not enrolled, that is, left. Two
    divisions: refused. None: enrolled without division.
    """
    divisions = tuple(code for code in eleve.divisions if not is_not_enrolled(code))
    if too_long(eleve):
        return Decision(eleve, Fate.REFUSED)
    if eleve.date_sortie is not None:
        return Decision(eleve, Fate.LEFT, left_on=eleve.date_sortie)
    if len(divisions) > 1:
        return Decision(eleve, Fate.REFUSED)
    if eleve.divisions and not divisions:
        return Decision(eleve, Fate.LEFT)
    return Decision(eleve, Fate.ENROLLED, division=divisions[0] if divisions else "")


def remarks(decisions: Iterable[Decision], mefs: MefTable) -> Iterator[Avertissement]:
    """What there is to say of the pupils; a MEF that several share is told once."""
    told: set[str] = set()
    for decision in decisions:
        if decision.fate is Fate.REFUSED:
            yield _refusal(decision.eleve)
        elif decision.fate is Fate.ENROLLED:
            yield from _gaps(decision)
            yield from _mef_remarks(decision.eleve, mefs, told)


def _refusal(eleve: Eleve) -> Avertissement:
    if misfit := too_long(eleve):
        return notices.pupil_too_long(eleve, *misfit)
    return notices.two_divisions(eleve)


def _gaps(decision: Decision) -> Iterator[Avertissement]:
    eleve = decision.eleve
    if not eleve.ine:
        yield notices.no_ine(eleve)
    if not eleve.code_statut:
        yield notices.no_status(eleve)
    if not eleve.code_mef:
        yield notices.no_mef(eleve)
    if not decision.division:
        yield notices.no_division(eleve)


def _mef_remarks(eleve: Eleve, mefs: MefTable, told: set[str]) -> Iterator[Avertissement]:
    given = eleve.code_mef
    if not given or given in told:
        return
    told.add(given)
    if not mefs.resolves(given):
        yield notices.unresolved_variant(eleve, given)
    elif not mefs.knows(given):
        yield notices.unknown_mef(eleve, given)
