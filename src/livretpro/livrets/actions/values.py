"""What every write of livrets asks: who may, when entry is open, which rows are held."""

from collections.abc import Sequence
from dataclasses import dataclass

from livretpro.journal import actions as journal
from livretpro.livrets.campaign import Campaign
from livretpro.livrets.fields import Field, Part, Value
from livretpro.livrets.models import Livret, Periodicity
from livretpro.livrets.queries import LivretKey, Track
from livretpro.livrets.rules import PeriodKind
from livretpro.referentiels.models import Diploma, Referentiel
from livretpro.referentiels.queries import diplomas
from livretpro.referentiels.rules import Level
from livretpro.rows import rows_where
from livretpro.schools.actors import Actor
from livretpro.schools.models import Enrolment, School, SchoolYear
from livretpro.schools.rules import SCHOOL_STATUS
from livretpro.schools.stays import stands
from livretpro.typed import BadValue

NO_REFERENTIEL = (
    "La saisie est fermée : le référentiel de ce diplôme n’est pas encore chargé, "
    "la liste des compétences attendues manque."
)


class Forbidden(Exception):
    """This person may see, yet not write here."""

    phrase = "Votre rôle ne permet pas d’écrire cette partie du livret."


class Closed(Exception):
    """Entry is closed; `phrase` says why and who can open it."""

    def __init__(self, phrase: str) -> None:
        super().__init__(phrase)
        self.phrase = phrase


class Conflict(Exception):
    """Someone else changed the value meanwhile: both are shown, nothing is written."""

    def __init__(self, field: Field, *, stands: str, wanted: str) -> None:
        super().__init__(field.key)
        self.field, self.stands, self.wanted = field, stands, wanted
        self.phrase = f"{field.label} a changé entre-temps : choisissez la valeur à garder."


@dataclass(frozen=True)
class Saved:
    """A value that stands: canonical texts before and after, and whether something changed."""

    field: Field
    before: str
    after: str

    @property
    def changed(self) -> bool:
        """False when the value already stood (a double click, a retry)."""
        return self.before != self.after


def told(livret: Livret, saved: Saved) -> journal.Change:
    """A saved value as the journal tells it."""
    return journal.Change(
        "modifie", "livret", str(livret.pk), saved.field.key, saved.before, saved.after
    )


def is_open(enrolment: Enrolment, school: School) -> bool:
    """Whether the livret of this enrolment can be written: that of a pupil who is there, or who
    stayed until the end of a year gone by (the head may still correct it: spec 02, Scope)."""
    return enrolment.has_livret and bilan_is_open(enrolment, school)


def bilan_is_open(enrolment: Enrolment, school: School) -> bool:
    """The same of the bilans of a period, which apprentices have too (ADR 32)."""
    there = enrolment.end is None  # the year is not read for them
    return enrolment.has_bilan and (there or stands(enrolment, school, enrolment.school_year))


def takes(enrolment: Enrolment, target: Field, school: School) -> bool:
    """Whether a field of this enrolment can be written: of a period, where its bilan is open."""
    is_its_own = bilan_is_open if target.of_period else is_open
    return is_its_own(enrolment, school)


def closed_enrolment(enrolment: Enrolment) -> str:
    """Why nothing can be typed for this enrolment, in one sentence."""
    if enrolment.end is not None:
        return f"Cet élève a quitté la division le {enrolment.end:%d/%m/%Y}."
    if enrolment.status != SCHOOL_STATUS:
        return "Cet élève n’est pas sous statut scolaire."
    return enrolment.no_livret or "Cet élève n’est dans aucune division."


def closed_periodicity(level: Level) -> str:
    """The sentence shown while no periodicity is set."""
    return (
        f"La saisie est fermée : le chef d’établissement ou le DDFPT doit d’abord choisir "
        f"la périodicité de la {level.label}."
    )


def check_field(target: Field, value: Value, *, level: Level, row: Periodicity | None) -> None:
    """Refuse what the level, its periodicity or its settings do not hold."""
    if row is None:
        raise Closed(closed_periodicity(level))
    kind = PeriodKind(row.kind)
    if target.of_period and target.number > kind.count:
        raise BadValue(
            f"La période {target.number} n’existe pas : la {level.label} compte "
            f"{kind.count} {kind.plural}."
        )
    if target.key == "pfmp_semaines" and level is Level.PREMIERE and value is not None:
        raise BadValue("Les semaines de PFMP se saisissent en terminale, pas en première.")
    if target.part is Part.PROJECT and not row.project:
        raise Closed(f"Le chef-d’œuvre ou projet n’est pas ouvert pour la {level.label}.")


def check_campaign(row: Periodicity | None, *, by: Actor) -> None:
    """Refuse a teacher outside the campaign; the head writes always. Raises `Closed`.

    The row is held by the caller: a save at the instant of a closing comes before it or loses.
    """
    if row and (phrase := outside_campaign(row.campaign, by)):
        raise Closed(phrase)


def outside_campaign(campaign: Campaign, reader: Actor) -> str:
    """Why this person only reads outside the campaign; empty for the head and when open."""
    return "" if reader.is_head else campaign.closed_on(reader.on)


def lock_periodicities(school_year_id: int) -> dict[Track, Periodicity]:
    """The periodicities of a year, held until the end of the transaction: one query.

    A shared lock: saves go on side by side, a change of periodicity waits for them, and they for
    it (spec 02, Periodicity).
    """
    rows = rows_where(Periodicity, "school_year_id = %s FOR SHARE", [school_year_id])
    return {(row.cfd, row.level): row for row in rows}


def lock_livrets(enrolments: Sequence[Enrolment]) -> dict[LivretKey, Livret]:
    """The livrets of these pupils, made when they do not exist yet, locked: one writer at a time.

    One query, four when some are made. Raises `Closed` when a diploma has no référentiel.
    """
    wanted = {(e.student_id, e.cfd, e.level): e for e in enrolments}
    held = _locked(enrolments)
    absent = [wanted[key] for key in sorted(wanted.keys() - held.keys())]  # one order for all
    if absent:
        Livret.objects.bulk_create(_blank_livrets(absent), ignore_conflicts=True)
        held = _locked(enrolments)
    return {key: held[key] for key in wanted}


def _locked(enrolments: Sequence[Enrolment]) -> dict[LivretKey, Livret]:
    years, students = {e.school_year_id for e in enrolments}, {e.student_id for e in enrolments}
    rows = rows_where(Livret, _OF_PUPILS, [list(years), list(students)])
    return {(row.student_id, row.cfd, row.level): row for row in rows}


_OF_PUPILS = "school_year_id = ANY (%s) AND student_id = ANY (%s) ORDER BY id FOR UPDATE"


def _blank_livrets(enrolments: Sequence[Enrolment]) -> list[Livret]:
    year = SchoolYear.objects.filter(pk=enrolments[0].school_year_id)
    known = diplomas((e.cfd for e in enrolments), school=year.values("school__uai"))
    return [
        Livret(
            student_id=e.student_id,
            school_year_id=e.school_year_id,
            cfd=e.cfd,
            level=e.level,
            mef=e.mef,
            referentiel=_referentiel(known.get(e.cfd)),
        )
        for e in enrolments
    ]


def _referentiel(diploma: Diploma | None) -> Referentiel:
    if diploma is None or diploma.referentiel is None:
        raise Closed(NO_REFERENTIEL)
    return diploma.referentiel
