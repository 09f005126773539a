"""What is compared: the pupils, structures and staff that the school holds, as plain values."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

StaffKey = tuple[str, str]
"""ID and TYPE of STS."""
ServiceKey = tuple[str, str, str, str]
"""`D` or `G`, code of the division or group, subject, mode."""
Validity = tuple[date | None, date | None]
"""From, to; None where there is no bound."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Who a pupil is."""

    siecle_id: int
    ine: str
    former_ine: str
    last_name: str
    first_name: str
    birth_date: date | None

    @property
    def name(self) -> str:
        """Name, then first name."""
        return f"{self.last_name} {self.first_name}"


@dataclass(frozen=True, slots=True)
class Schooling:
    """What an enrolment says; the fields are those of `schools.models.Enrolment`.

    `division` is a code, empty without division.
    """

    division: str
    status: str
    mef_given: str
    mef: str
    cfd: str
    level: str
    no_livret: str
    last_year_mef: str
    last_year_division: str
    last_year_uai: str

    def continues(self, former: "Schooling") -> bool:
        """Whether the former enrolment goes on: same division, same status, same MEF.

        A MEF that is only read otherwise (a Nomenclature.xml came since) is the same MEF.
        """
        same_mef = self.mef_given == former.mef_given or self.mef == former.mef
        return same_mef and (self.division, self.status) == (former.division, former.status)


@dataclass(frozen=True, slots=True)
class HeldEnrolment:
    """An enrolment in the table; `this_year` is that of the files."""

    pk: int
    schooling: Schooling
    start: date
    end: date | None
    this_year: bool


@dataclass(frozen=True, slots=True)
class HeldPupil:
    """A known pupil, with the newest enrolment of the year (or, in a year without pupils, of the
    one before).

    `groups` gives the primary key of the membership by code of group.
    """

    pk: int
    identity: Identity
    name_keys: tuple[str, str]
    last: HeldEnrolment | None
    groups: Mapping[str, int]

    @property
    def present(self) -> HeldEnrolment | None:
        """The enrolment of the year of the files, unless the pupil has left."""
        last = self.last
        return last if last and last.this_year and last.end is None else None

    @property
    def to_follow(self) -> bool:
        """Whether the year before had the pupil to its end, and this one has nobody yet."""
        return self.last is not None and not self.last.this_year

    @property
    def division(self) -> str:
        """Code of the division of the newest enrolment."""
        return self.last.schooling.division if self.last else ""


@dataclass(frozen=True, slots=True)
class HeldDivision:
    """A division of the year."""

    pk: int
    label: str
    mefs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HeldGroup:
    """A group of the year and the codes of its divisions."""

    pk: int
    label: str
    divisions: frozenset[str]


@dataclass(frozen=True, slots=True)
class Person:
    """Who a member of the staff is."""

    last_name: str
    first_name: str
    birth_date: date | None
    function: str

    @property
    def name(self) -> str:
        """Name, then first name."""
        return f"{self.last_name} {self.first_name}"


@dataclass(frozen=True, slots=True)
class HeldStaff:
    """A known person; `key` is ("", "") for one added by hand.

    `principal` gives, by code of a division of the year, the primary key and the validity.
    """

    pk: int
    key: StaffKey
    person: Person
    name_key: str
    gone_on: date | None
    principal: Mapping[str, tuple[int, Validity]]


@dataclass(frozen=True, slots=True)
class HeldService:
    """A service of the year; `teachers` gives the primary key of the link by person."""

    pk: int
    teachers: Mapping[StaffKey, int]


@dataclass(frozen=True, slots=True)
class SchoolMefFacts:
    """What the school's Nomenclature.xml says of a MEF; the fields are those of `SchoolMef`."""

    attached_to: str
    mefstat: str
    label: str


@dataclass(frozen=True, slots=True)
class HeldYear:
    """A school year; `pk` is None for one still to be made."""

    pk: int | None
    year: int
    start: date
    end: date


@dataclass(frozen=True)
class Held:
    """Everything the school holds that the files of a year may change.

    `former` is the year that the files would close, when they open the next one; `previous` the one
    whose pupils are to follow on: the same, or, once other files opened the year, the one before
    as long as no pupil is enrolled.
    """

    year: HeldYear
    former: HeldYear | None
    previous: HeldYear | None
    pupils: tuple[HeldPupil, ...]
    divisions: Mapping[str, HeldDivision]
    groups: Mapping[str, HeldGroup]
    staff: tuple[HeldStaff, ...]
    services: Mapping[ServiceKey, HeldService]
    mefs: Mapping[str, SchoolMefFacts]
