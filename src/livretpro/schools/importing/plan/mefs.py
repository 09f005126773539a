"""What each MEF leads to, for this school and this year."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from livretpro.referentiels.rules import MEF_LENGTH, MefRow, classify
from livretpro.schools.importing.plan.facts import SchoolMefFacts
from siecle_xml import Nomenclature


def school_mefs(
    held: Mapping[str, SchoolMefFacts], nomenclature: Nomenclature | None
) -> dict[str, SchoolMefFacts]:
    """The MEF of the school: those of this Nomenclature.xml over those of former ones."""
    given = {
        mef.code_mef: SchoolMefFacts(mef.rattachement or "", mef.code_mefstat or "", mef.libelle)
        for mef in (nomenclature.mefs if nomenclature else ())
    }
    return {**held, **given}


def attachment(given: str, mefs: Mapping[str, SchoolMefFacts]) -> str:
    """The MEF of 11 characters that counts: a variant (last character not 0) gives its own."""
    known = mefs.get(given)
    if known and known.attached_to and is_variant(given):
        return known.attached_to
    return given


def ten_digits(given: Iterable[str], mefs: Mapping[str, SchoolMefFacts]) -> set[str]:
    """The 10-digit MEF to look for in the national table."""
    return {attachment(code, mefs)[:MEF_LENGTH] for code in given if code}


def is_variant(given: str) -> bool:
    """Whether the last of the 11 characters says a variant."""
    return given[MEF_LENGTH:] not in ("", "0")


@dataclass(frozen=True, slots=True)
class MefReading:
    """Diploma and level of a MEF, with the names of the fields of `Enrolment`."""

    mef: str
    cfd: str
    level: str
    no_livret: str


@dataclass(frozen=True)
class MefTable:
    """Reads the MEF of the files: the school's own table, the national rows, the MEF opened."""

    school: Mapping[str, SchoolMefFacts]
    national: Mapping[str, MefRow]
    extra: frozenset[str]
    _read: dict[str, MefReading] = field(default_factory=dict)

    def read(self, given: str) -> MefReading:
        """What the MEF of 11 characters `given` leads to (spec 02, Scope)."""
        if given not in self._read:
            self._read[given] = self._classify(given)
        return self._read[given]

    def knows(self, given: str) -> bool:
        """Whether one of the two tables has the MEF; always true before any Nomenclature.xml."""
        return not self.school or given in self.school or self.read(given).mef in self.national

    def resolves(self, given: str) -> bool:
        """Whether the MEF is no variant, or one whose MEF_RATTACHEMENT is known."""
        return not is_variant(given) or attachment(given, self.school) != given

    def _classify(self, given: str) -> MefReading:
        attached = attachment(given, self.school)
        mef = attached[:MEF_LENGTH]
        own = self.school.get(attached) or self.school.get(given)
        track = classify(
            mef,
            school_mefstat=own.mefstat if own else "",
            row=self.national.get(mef),
            extra=mef in self.extra,
        )
        return MefReading(mef, track.cfd, track.level or "", track.reason)
