"""The other livrets of a pupil: of another diploma or level this year, of the years before."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from livretpro.livrets.actions.values import is_open
from livretpro.referentiels.rules import Level
from livretpro.schools.models import Enrolment
from livretpro.schools.rules import SCHOOL_STATUS
from livretpro.web.base.addresses import diploma_path
from livretpro.web.suivi.place import DiplomaPlace

MEF_DIGITS = 10
REPEATS = "Cet élève redouble la terminale : son livret de première ne se joint pas au fichier."


@dataclass(frozen=True)
class OtherLivret:
    """A link to another livret; `current` when it is the one open this year.

    `offered`: its averages may be taken over in the livret on screen.
    """

    enrolment: Enrolment
    path: str
    words: str
    current: bool
    offered: bool = False

    @property
    def level(self) -> str:
        """Its level, in words."""
        return Level(self.enrolment.level).label


@dataclass(frozen=True)
class History:
    """What the page of `pupil` says of the pupil's other enrolments (oldest first in `all`)."""

    place: DiplomaPlace
    pupil: Enrolment
    all: Sequence[Enrolment]

    @cached_property
    def others(self) -> list[OtherLivret]:
        """The other livrets within reach: this year's, then those of former years for the head."""
        last = {_track(e): e for e in self.all if e.has_livret and self._reachable(e)}
        last.pop(_track(self.pupil), None)
        newest = sorted(last.values(), key=lambda e: (e.school_year.year, e.pk), reverse=True)
        return [self._link(e) for e in newest]

    @property
    def former(self) -> str:
        """Why no livret of première joins that of a terminale; empty when one may (spec 02)."""
        if self.pupil.level != Level.TERMINALE.value or not self.place.actor.is_head:
            return ""
        before = [e for e in self.all if e.school_year.year == self.place.year.year - 1]
        if before:
            return REPEATS if before[-1].level == Level.TERMINALE.value else ""
        return self._told_by_siecle()

    @property
    def why_closed(self) -> str:
        """Why a livret of the year is closed although the pupil is still here; empty otherwise."""
        now = [e for e in self.all if e.school_year_id == self.pupil.school_year_id][-1:]
        if not now or now[0].pk == self.pupil.pk or now[0].end is not None:
            return ""
        if now[0].status != SCHOOL_STATUS:
            return (
                f"Cet élève n’est plus sous statut scolaire depuis le {now[0].start:%d/%m/%Y} : "
                "son livret est gardé, hors des listes et des fichiers."
            )
        if _track(now[0]) == _track(self.pupil):
            return f"Cet élève est passé en {now[0].division} le {now[0].start:%d/%m/%Y}."
        return (
            f"Ce livret est clos : l’élève a changé de diplôme ou de niveau le "
            f"{now[0].start:%d/%m/%Y}. Il reste lisible et n’est plus exporté."
        )

    def _told_by_siecle(self) -> str:
        if self.pupil.last_year_mef[:MEF_DIGITS] == self.pupil.mef:
            return REPEATS
        uai = self.pupil.last_year_uai
        if uai and uai != self.place.school.uai:
            return (
                f"L’an dernier, cet élève était dans l’établissement {uai} : "
                "son livret de première n’est pas tenu ici."
            )
        return "Cet établissement ne tient pas de livret de l’an dernier pour cet élève."

    def _reachable(self, enrolment: Enrolment) -> bool:
        same = enrolment.school_year.year == self.place.school.current_year
        return same or self.place.actor.is_head

    def _link(self, enrolment: Enrolment) -> OtherLivret:
        year, at_work = enrolment.school_year, self.place.school.current_year
        path = diploma_path(self.place.school, enrolment.cfd, year)
        current = year.year == at_work and is_open(enrolment, self.place.school)
        words = f"Livret de {Level(enrolment.level).label} {year}"
        if enrolment.cfd != self.pupil.cfd:
            words += f", diplôme {enrolment.cfd}"
        same_year = enrolment.school_year_id == self.pupil.school_year_id
        offered = same_year and is_open(self.pupil, self.place.school)
        said = words if current else f"{words} (clos)"
        return OtherLivret(enrolment, path, said, current, offered)


def _track(enrolment: Enrolment) -> tuple[int, str, str]:
    return enrolment.school_year_id, enrolment.cfd, enrolment.level
