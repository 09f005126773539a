"""What an import changes, line by line: shown as a preview, kept as JSON, told to the journal."""

from dataclasses import asdict, dataclass, replace
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field before and after, all three in French words."""

    field: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Line:
    """A pupil, a division, a group, a person or a service.

    `key` is what the files call it (ELEVE_ID, code, ID and TYPE); `place` the division of a pupil.
    """

    key: str
    label: str
    place: str = ""
    changes: tuple[FieldChange, ...] = ()


@dataclass(frozen=True)
class Section:
    """Lines of one sort of object, each in one list only; `inchanges` is a count."""

    added: tuple[Line, ...] = ()
    changed: tuple[Line, ...] = ()
    moved: tuple[Line, ...] = ()
    back: tuple[Line, ...] = ()
    gone: tuple[Line, ...] = ()
    inchanges: int = 0

    @property
    def ajoutes(self) -> int:
        """How many are new."""
        return len(self.added)

    @property
    def modifies(self) -> int:
        """How many were known and differ, those moved or back included."""
        return len(self.changed) + len(self.moved) + len(self.back)

    @property
    def partis(self) -> int:
        """How many are no longer there."""
        return len(self.gone)

    def counts(self) -> dict[str, int]:
        """The four counts of the command line's report."""
        return {
            "ajoutes": self.ajoutes,
            "modifies": self.modifies,
            "partis": self.partis,
            "inchanges": self.inchanges,
        }

    def reduced(self) -> Self:
        """The same counts, of lines that name nobody."""
        blank: dict[str, Any] = {name: (_BLANK,) * len(getattr(self, name)) for name in LISTS}
        return replace(self, **blank)

    @classmethod
    def from_record(cls, record: dict[str, Any]) -> Self:
        """The reverse of `asdict`."""
        lists = {name: _lines(record[name]) for name in LISTS}
        return cls(**lists, inchanges=record["inchanges"])


_BLANK = Line("", "")
LISTS = ("added", "changed", "moved", "back", "gone")


def _lines(records: list[dict[str, Any]]) -> tuple[Line, ...]:
    return tuple(
        Line(**record | {"changes": tuple(FieldChange(**c) for c in record["changes"])})
        for record in records
    )


@dataclass(frozen=True, slots=True)
class Avertissement:
    """Something to look at, which prevents nothing; `ligne` counts from 1 in the XML file."""

    code: str
    phrase: str
    eleve_id: int | None = None
    ligne: int | None = None


@dataclass(frozen=True, slots=True)
class Refus:
    """Why nothing was, or would be, written."""

    code: str
    phrase: str
    ligne: int | None = None


@dataclass(frozen=True, slots=True)
class Proposition:
    """A new ELEVE_ID that looks like a pupil already known, who is no longer in the file.

    `reason` is the French clause that says why; `confirmed` once somebody said it is the same.
    """

    eleve_id: int
    name: str
    known_id: int
    known_name: str
    reason: str
    confirmed: bool


@dataclass(frozen=True, slots=True)
class StaffProposition:
    """A new (ID, TYPE) of STS that looks like somebody known, by hand or no longer in the file.

    `key` and `known_key` are `ID:TYPE`, the latter empty for a person added by hand; `reason` says
    what is the same; `confirmed` once somebody said that it is the same person.
    """

    key: str
    name: str
    known_key: str
    known_name: str
    reason: str
    confirmed: bool


@dataclass(frozen=True)
class Report:
    """The comparison of the files with the school, before or after it was applied.

    `presents` counts the pupils present before, `divisions_videes` names the divisions left
    without anybody. The two `demande_` say that applying asks for a confirmation (spec 04, Import).
    In files that open a year, `departs_inattendus` of the `attendus` are absent: those that the
    former year had, the last year of a diploma apart.
    `reduit`: only the counts are left, of an import long ended.
    """

    annee: int | None = None
    eleves: Section = Section()
    divisions: Section = Section()
    groupes: Section = Section()
    personnels: Section = Section()
    services: Section = Section()
    propositions: tuple[Proposition, ...] = ()
    propositions_personnels: tuple[StaffProposition, ...] = ()
    avertissements: tuple[Avertissement, ...] = ()
    refus: Refus | None = None
    demande_nouvelle_annee: bool = False
    demande_confirmation_departs: bool = False
    presents: int = 0
    divisions_videes: tuple[str, ...] = ()
    departs_inattendus: int = 0
    attendus: int = 0
    reduit: bool = False

    @property
    def departs(self) -> int:
        """How many pupils leave."""
        return self.eleves.partis

    @property
    def changes_nothing(self) -> bool:
        """Whether the same files were already applied."""
        sections = (self.eleves, self.divisions, self.groupes, self.personnels, self.services)
        return not any(s.ajoutes + s.modifies + s.partis for s in sections)

    def as_json(self, *, applied: bool) -> dict[str, Any]:
        """The report of the command line; `applied` says whether applying was asked for."""
        return {
            "appliquer": applied,
            "eleves": self.eleves.counts(),
            "divisions": self.divisions.counts(),
            "personnels": self.personnels.counts(),
            "avertissements": [asdict(a) for a in self.avertissements],
            "refus": asdict(self.refus) if self.refus else None,
        }

    def reduced(self) -> Self:
        """The counts and the refusal alone: names, INE and dates of birth are forgotten."""
        return replace(
            self,
            **{name: getattr(self, name).reduced() for name in SECTIONS},
            propositions=(),
            propositions_personnels=(),
            avertissements=(),
            reduit=True,
        )

    def as_record(self) -> dict[str, Any]:
        """Everything, as plain JSON values, for `ImportBatch.report`."""
        return asdict(self)

    @classmethod
    def from_record(cls, record: dict[str, Any]) -> Self:
        """The reverse of `as_record`, once through JSON."""
        sections = {name: Section.from_record(record[name]) for name in SECTIONS}
        lists = {
            "propositions": tuple(Proposition(**p) for p in record["propositions"]),
            "propositions_personnels": tuple(
                StaffProposition(**p) for p in record.get("propositions_personnels", ())
            ),
            "avertissements": tuple(Avertissement(**a) for a in record["avertissements"]),
            "divisions_videes": tuple(record["divisions_videes"]),
        }
        refus = Refus(**record["refus"]) if record["refus"] else None
        return cls(**record | sections | lists | {"refus": refus})


SECTIONS = ("eleves", "divisions", "groupes", "personnels", "services")
