"""CPRO, asked over HTTP: what it says of divisions and pupils, in the words of rules."""

from collections.abc import Iterable
from dataclasses import dataclass

from cpro_client import Client, CproError, Division, PupilBilan
from livretpro.bulletins.keyring import SecretLost, revealed
from livretpro.bulletins.models import CproConnection
from livretpro.bulletins.plan import RemotePupil
from livretpro.bulletins.prerequisites import RemoteFacts, RemotePeriod
from livretpro.bulletins.words import PeriodKind
from livretpro.schools.models import School, SchoolYear
from livretpro.typed import clean_text


@dataclass(frozen=True)
class Patience:
    """Seconds of each attempt, attempts after the first."""

    timeout: float
    retries: int


PATIENT = Patience(15.0, 3)
"""For the background, where nobody waits."""
QUICK = Patience(5.0, 0)
"""For a page."""
NO_CONNECTION = RemoteFacts(connected=False)


class NoConnection(Exception):
    """The school has not said where its CPRO is."""

    phrase = "La connexion à CPRO n’est pas réglée pour cet établissement."


class AnotherSchool(Exception):
    """The credentials open another school, or another year."""

    def __init__(self, phrase: str) -> None:
        super().__init__(phrase)
        self.phrase = phrase


FAILURES = (CproError, SecretLost, NoConnection, AnotherSchool)
"""Why CPRO gave nothing; each bears a `phrase`."""


def client_of(school: School, how: Patience = PATIENT) -> Client:
    """The client of a school's connection: one query. Raises `NoConnection` or `SecretLost`."""
    held = CproConnection.objects.filter(school=school).first()
    if held is None:
        raise NoConnection
    secret = revealed(held.secret)
    return Client(held.base_url, held.client_id, secret, timeout=how.timeout, retries=how.retries)


def check_school(client: Client, year: SchoolYear) -> None:
    """Raise `AnotherSchool` unless the credentials open this very school and year."""
    told = client.school()
    if told.uai != year.school.uai:
        raise AnotherSchool(f"Cet accès à CPRO est celui d’un autre établissement : {told.name}.")
    if told.year != str(year):
        raise AnotherSchool(f"CPRO travaille sur l’année {told.year}, non sur {year}.")


@dataclass(frozen=True)
class Remote:
    """What CPRO says of every division, by code; or why it said nothing."""

    by_code: dict[str, RemoteFacts]
    otherwise: RemoteFacts

    def of(self, code: str) -> RemoteFacts:
        """Of one division."""
        return self.by_code.get(code, self.otherwise)

    @property
    def last_published(self) -> int | None:
        """The number of the last period that CPRO published for some division."""
        told = [one for facts in self.by_code.values() for one in facts.periods]
        return max((one.number for one in told if one.published), default=None)


def ask(year: SchoolYear, how: Patience = QUICK) -> Remote:
    """Ask CPRO for the divisions of the year; a failure is told, not raised."""
    try:
        client = client_of(year.school, how)
        return divisions_told(client, year)
    except NoConnection:
        return Remote({}, NO_CONNECTION)
    except FAILURES as failure:
        return Remote({}, RemoteFacts(failure=failure.phrase))


def divisions_told(client: Client, year: SchoolYear) -> Remote:
    """The divisions, by code. Raises what `FAILURES` lists."""
    check_school(client, year)
    return Remote(
        {division.code: _facts(division) for division in client.divisions()},
        RemoteFacts(known=False),
    )


def _facts(division: Division) -> RemoteFacts:
    kinds = {diploma.periodicity for diploma in division.diplomas}
    kind = kinds.pop() if len(kinds) == 1 else None
    return RemoteFacts(
        diplomas=tuple(dict.fromkeys(diploma.cfd for diploma in division.diplomas)),
        codes={one.cfd: one.codes for one in division.diplomas if one.codes is not None},
        kind=PeriodKind(kind) if kind and division.periods else None,
        periods=tuple(
            RemotePeriod(one.number, one.start, one.end, one.published_at is not None)
            for one in division.periods
        ),
    )


def pupils(bilans: Iterable[PupilBilan]) -> list[RemotePupil]:
    """The bilans in the words of the plan; an appraisal is kept as one typed here."""
    return [
        RemotePupil(
            siecle_id=one.student_id,
            ine=one.ine or "",
            name=f"{one.last_name} {one.first_name}".strip(),
            cfd=one.cfd,
            average=one.average,
            not_graded=one.not_graded,
            appraisal=clean_text(one.appraisal),
            degrees=one.degrees,
        )
        for one in bilans
    ]
