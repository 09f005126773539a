"""The import of SIECLE and STS files into a school: compare, then write everything or nothing."""

from collections.abc import Collection, Sequence
from datetime import date

from django.db import transaction

from livretpro.journal import actions as journal
from livretpro.journal.actions import Author
from livretpro.schools.actors import Actor
from livretpro.schools.importing.comparison import Choices, plan_import
from livretpro.schools.importing.files import Files, read_files
from livretpro.schools.importing.held import question
from livretpro.schools.importing.plan.pupils import Progress
from livretpro.schools.importing.refusal import Forbidden, Refused
from livretpro.schools.importing.report import Report
from livretpro.schools.importing.telling import refused, told
from livretpro.schools.importing.write import write
from livretpro.schools.models import School
from livretpro.schools.permissions import can_import


def preview(
    school: School,
    files: Sequence[bytes],
    *,
    on: date,
    nouvelle_annee: bool = False,
    progress: Progress | None = None,
) -> Report:
    """Read the files and compare them with the school; nothing is written.

    What applying would refuse without a confirmation is among the warnings, with the codes
    `nouvelle_annee` (unless already confirmed) and `departs`. Files that are not taken give a
    report with a `refus`. `on` is today; `progress` is called with pupils done and in all.
    """
    choices = Choices(nouvelle_annee=nouvelle_annee)
    try:
        read = read_files(files, uai=school.uai)
        plan = plan_import(question(school, read, on=on), choices, progress=progress)
    except Refused as raised:
        return Report(refus=raised.refus)
    return plan.previewed(choices)


def apply_import(
    school: School,
    files: Sequence[bytes],
    *,
    by: Actor,
    on: date,
    nouvelle_annee: bool = False,
    confirmer_departs: bool = False,
    same_person: Collection[int] = frozenset(),
    same_staff: Collection[str] = frozenset(),
) -> Report:
    """Write what `preview` shows, in one transaction, with its journal entries.

    `same_person` holds the new ELEVE_ID of pupils taken as those proposed, `same_staff` the new
    `ID:TYPE` of people of STS. Refused files, and a confirmation that lacks (codes
    `nouvelle_annee`, `departs`), give a report with a `refus` and change nothing; the journal tells
    the former. Raises `Forbidden`.
    """
    if not can_import(by, school):
        raise Forbidden
    choices = Choices(nouvelle_annee, confirmer_departs, same_person, same_staff)
    try:
        read = read_files(files, uai=school.uai)
        report = write_files(school, read, choices, author=by.author, on=on)
    except Refused as raised:
        with transaction.atomic():
            told_refusal = refused("fichiers", raised.refus)
            journal.record([told_refusal], school_uai=school.uai, by=by.author)
        return Report(refus=raised.refus)
    school.refresh_from_db(fields=["current_year"])
    return report


@transaction.atomic
def write_files(
    school: School, files: Files, choices: Choices, *, author: Author, on: date
) -> Report:
    """Compare under the lock of the school, so that two imports follow each other, and write.

    Raises `Refused` for a year out of turn. A confirmation that lacks: nothing is written.
    """
    locked = School.objects.select_for_update(no_key=True).get(pk=school.pk)
    asked = question(locked, files, on=on)
    plan = plan_import(asked, choices, progress=None)
    if missing := plan.unconfirmed(choices):
        return plan.refused(missing[0])
    ended = write(plan, locked)
    journal.record([*told(plan.report, files), *ended], school_uai=locked.uai, by=author)
    return plan.report
