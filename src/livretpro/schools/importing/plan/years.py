"""Which year the files are of, and its bounds."""

from dataclasses import dataclass, replace
from datetime import date

from livretpro.schools.importing.plan import notices
from livretpro.schools.importing.plan.facts import HeldYear
from livretpro.schools.importing.refusal import Refused
from livretpro.schools.importing.report import Avertissement
from livretpro.schools.rules import FIRST_YEAR, bounded, default_year_bounds
from siecle_xml import StsEmp


def year_to_close(annee: int, current: int | None) -> int | None:
    """The year that files of `annee` would close: the current one when they open the next.

    The first file of a school sets its current year, from 2020 on; afterwards the current year or
    the next one, never compared with today's date (spec 04, Year). Raises `Refused`.
    """
    if current is None and annee < FIRST_YEAR:
        raise Refused(
            "annee",
            f"Les fichiers sont de l’année scolaire {_shown(annee)}, "
            f"or la première que LivretPro accepte est {_shown(FIRST_YEAR)}.",
        )
    if current is not None and annee not in (current, current + 1):
        raise Refused(
            "annee",
            f"Les fichiers sont de l’année scolaire {_shown(annee)}, alors que l’établissement "
            f"en est à {_shown(current)} : seuls sont acceptés les fichiers de cette année "
            "ou de la suivante.",
        )
    return current if annee != current else None


def _shown(year: int) -> str:
    return f"{year}-{year + 1}"


@dataclass(frozen=True)
class YearPlan:
    """The year as it will stand, `changed` when it has to be written; `former` is closed, the
    pupils of `previous` are to follow on."""

    year: HeldYear
    changed: bool
    former: HeldYear | None
    previous: HeldYear | None
    warnings: tuple[Avertissement, ...]

    @property
    def opens(self) -> bool:
        """Whether the files open a new year of a school that already has one."""
        return self.former is not None

    @property
    def title(self) -> str:
        """2025-2026."""
        return _shown(self.year.year)

    @property
    def former_title(self) -> str:
        """2024-2025, empty when no pupil is to follow on."""
        return _shown(self.previous.year) if self.previous else ""

    @property
    def former_end(self) -> date | None:
        """Last day of the year that is closed."""
        return self.former.end if self.former else None

    def day(self, *candidates: date | None) -> date:
        """The first date given, brought inside the year; its first day when there is none."""
        given = next((day for day in candidates if day is not None), self.year.start)
        return bounded(given, start=self.year.start, end=self.year.end)


def plan_year(
    held: HeldYear, former: HeldYear | None, previous: HeldYear | None, sts: StsEmp | None
) -> YearPlan:
    """The year with the bounds of STS, if it gives some that belong to it."""
    plan = YearPlan(held, held.pk is None, former, previous, ())
    if sts is None or sts.date_debut is None or sts.date_fin is None:
        return plan
    if not _belong(sts.date_debut, sts.date_fin, held.year):
        return replace(plan, warnings=(notices.foreign_bounds(_shown(held.year)),))
    year = replace(held, start=sts.date_debut, end=sts.date_fin)
    return replace(plan, year=year, changed=year != held or held.pk is None)


def _belong(start: date, end: date, year: int) -> bool:
    first, last = default_year_bounds(year)
    return start < end and start.year == first.year and end.year == last.year
