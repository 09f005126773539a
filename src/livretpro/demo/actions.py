"""Making the demo school, by the actions that real schools use."""

from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction

from livretpro.demo import siecle
from livretpro.demo.bulletins import make_bulletins
from livretpro.demo.livrets import FILLINGS, PUBLISHED, TRACKS, Filling, sheet
from livretpro.demo.people import ADMINISTRATOR, BRASQUIER, STAFF_ACCOUNTS, actor, open_account
from livretpro.demo.registre import make_registre
from livretpro.demo.structure import (
    AGORA_1,
    CIEL_T,
    CURRENT,
    CURRENT_YEAR,
    FERRAND,
    FORMER,
    FORMER_YEAR,
    KARADINE,
    MORVAUDIN,
    NAME,
    UAI,
    Formation,
)
from livretpro.livrets.actions import fill, publish_period, set_periodicity
from livretpro.lsl_export.actions import Options, create_export
from livretpro.referentiels.actions import load_all
from livretpro.referentiels.models import Diploma, Referentiel
from livretpro.referentiels.queries import assessed_competences
from livretpro.schools.actors import Actor, command_line
from livretpro.schools.founding import AlreadyThere, create_school
from livretpro.schools.importing import apply_import
from livretpro.schools.models import Division, School, SchoolYear, Staff
from livretpro.schools.teaching import add_by_hand

OPENING = datetime(2024, 8, 29, 9, tzinfo=ZoneInfo(settings.TIME_ZONE))
FORMER_IMPORT = date(2024, 9, 12)
FORMER_LIVRETS = date(2025, 6, 5)
CURRENT_IMPORT = date(2025, 9, 11)
CURRENT_LIVRETS = date(2026, 5, 20)
LAST_IMPORT = date(2026, 6, 4)
EXPORT = date(2026, 6, 8)


class NotMade(RuntimeError):
    """An action refused what this package gave it: a bug."""


def make_demo() -> bool:
    """Make the demo school, whole or not at all; False, and nothing touched, when it is there.

    Loads the reference data first on an instance that lacks some of what the school needs.
    """
    try:
        with transaction.atomic():
            school = create_school(UAI, NAME)
            _load_reference_data()
            _people_and_former_year(school)
            _current_year()
            make_bulletins(by=actor(MORVAUDIN, on=CURRENT_LIVRETS))
            make_registre(by=actor(MORVAUDIN, on=CURRENT_LIVRETS))
    except AlreadyThere:
        return False
    return True


def _load_reference_data() -> None:
    wanted = {track.formation.cfd for track in TRACKS}
    found = Diploma.objects.filter(cfd__in=wanted, referentiel__isnull=False).count()
    if found < len(wanted):
        load_all(settings.REFERENCE_DIR)


def _people_and_former_year(school: School) -> None:
    open_account(ADMINISTRATOR, school, by=command_line(school), now=OPENING)
    _import(siecle.files(FORMER_YEAR, on=FORMER_IMPORT), on=FORMER_IMPORT)
    administrator = actor(BRASQUIER, on=FORMER_IMPORT)
    for account in STAFF_ACCOUNTS:
        open_account(account, school, by=administrator, now=OPENING)
    _fill_livrets(FORMER, on=FORMER_LIVRETS)


def _current_year() -> None:
    _import(siecle.files(CURRENT_YEAR, on=CURRENT_IMPORT), on=CURRENT_IMPORT)
    _name_teacher_by_hand("1AGO1", AGORA_1, on=CURRENT_IMPORT)
    _fill_livrets(CURRENT, on=CURRENT_LIVRETS)
    _publish_first_period(by=actor(MORVAUDIN, on=CURRENT_LIVRETS))
    _import([siecle.eleves(CURRENT_YEAR, on=LAST_IMPORT)], on=LAST_IMPORT)
    _export("TCIEL1", CIEL_T, by=actor(FERRAND, on=EXPORT))


def _import(files: Sequence[bytes], *, on: date) -> None:
    by = actor(BRASQUIER, on=on)
    report = apply_import(by.school, files, by=by, on=on, nouvelle_annee=True)
    if report.refus:
        raise NotMade(report.refus.phrase)


def _name_teacher_by_hand(division: str, formation: Formation, *, on: date) -> None:
    """STS gives that division no service: the DDFPT says who teaches the speciality."""
    by = actor(MORVAUDIN, on=on)
    staff = Staff.objects.get(school=by.school, sts_id=KARADINE.sts_id, sts_type=KARADINE.sts_type)
    add_by_hand(_division(division, by), formation.cfd, staff, start=on, by=by)


def _fill_livrets(year: int, *, on: date) -> None:
    head = actor(MORVAUDIN, on=on)
    school_year = SchoolYear.objects.get(school=head.school, year=year)
    for track in TRACKS:
        if track.year == year:
            set_periodicity(school_year, track.formation.cfd, track.level, track.kind, by=head)
    for filling in FILLINGS:
        if filling.track.year == year:
            _fill(filling, school_year, by=actor(filling.by, on=on))


def _fill(filling: Filling, school_year: SchoolYear, *, by: Actor) -> None:
    version = Referentiel.objects.get(diplomas__cfd=filling.track.formation.cfd)
    held = assessed_competences([version.pk])[version.pk]
    whole = {one.parent_id for one in held if not one.expected}
    codes = [one.code for one in held if one.expected]
    assessed = [one.code for one in held if one.pk not in whole]
    current = filling.track.year == CURRENT
    text = sheet(filling, codes, assessed if current else ())
    filled = fill(school_year, text, by=by, apply=True)
    if filled.errors:
        raise NotMade(filled.errors[0].phrase)


def _publish_first_period(*, by: Actor) -> None:
    for code in PUBLISHED:
        publish_period(_division(code, by), 1, by=by)


def _export(division: str, formation: Formation, *, by: Actor) -> None:
    diploma = Diploma.objects.get(cfd=formation.cfd)
    create_export(_division(division, by), diploma, Options(with_previous_year=True), by=by)


def _division(code: str, by: Actor) -> Division:
    return Division.objects.select_related("school_year").get(
        school_year__school=by.school, school_year__year=CURRENT, code=code
    )
