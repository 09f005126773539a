"""Subjects and their SIECLE codes."""

from django.db import transaction

from livretpro.bulletins.models import Subject
from livretpro.bulletins.reading import read_line
from livretpro.bulletins.refusals import BadChoice, allow
from livretpro.bulletins.settling import Texts, settled
from livretpro.bulletins.telling import change, tell
from livretpro.bulletins.words import VOCATIONAL_CODE
from livretpro.referentiels.queries import subject_labels
from livretpro.schools.actors import Actor
from livretpro.schools.models import School

CODE_DIGITS = 6
LABEL_MAX = 100
VOCATIONAL_LABEL = "Enseignement technologique-professionnel"


@transaction.atomic
def set_code(subject: Subject, code: str, *, by: Actor, seen: Texts | None = None) -> bool:
    """Give a subject its SIECLE code, or take it away; says whether something changed.

    Raises `NotAllowed`, `BadChoice` for a code that is not six digits, or `Changed`.
    """
    allow(by)
    wanted = _code(code)
    held = Subject.objects.select_for_update().get(pk=subject.pk, school=by.school)
    before = held.code
    after = settled(
        {"code": wanted}, seen=seen, stands={"code": before}, words={"code": "code SIECLE"}
    )
    held.code = after["code"]
    if held.code == before:
        return False
    held.save(update_fields=["code"])
    tell(
        by, change("modifie", "matiere", held.label, "code SIECLE", before=before, after=held.code)
    )
    return True


def _code(raw: str) -> str:
    """Six digits, or nothing. Raises `BadChoice`."""
    code = raw.strip()
    if code and not (len(code) == CODE_DIGITS and code.isascii() and code.isdigit()):
        raise BadChoice("Un code SIECLE a six chiffres, par exemple 071100.")
    return code


@transaction.atomic
def add_subject(label: str, code: str, *, by: Actor) -> Subject:
    """Make a subject that the school does not have. Raises `NotAllowed`, or `BadChoice`, nothing
    changed, when one of this name exists, whatever the case."""
    allow(by)
    wanted = _code(code)
    School.objects.select_for_update(no_key=True).get(pk=by.school.pk)  # one click at a time
    name = read_line("Le nom de la matière", label, LABEL_MAX)
    held = Subject.objects.filter(school=by.school, label__iexact=name).first()
    if held is not None:
        told = f"le code {held.code}" if held.code else "aucun code"
        raise BadChoice(f"« {held} » existe déjà, avec {told} : changez-le dans la liste.")
    return create_subject(label, wanted, by=by)


@transaction.atomic
def create_subject(label: str, code: str, *, by: Actor) -> Subject:
    """Make a subject, or hand out the one of this name.

    Raises `NotAllowed`, or `BadChoice` for a name that is empty or too long.
    """
    allow(by)
    name = read_line("Le nom de la matière", label, LABEL_MAX)
    if not name:
        raise BadChoice("Donnez un nom à la matière.")
    made, fresh = Subject.objects.get_or_create(
        school=by.school, label=name, defaults={"code": code}
    )
    if fresh:
        tell(by, change("cree", "matiere", name, "code SIECLE", after=code))
    return made


def vocational_subject(*, by: Actor) -> Subject:
    """The subject that bears the vocational code, made if there is none; inside a transaction."""
    found = Subject.objects.filter(school=by.school, code=VOCATIONAL_CODE).order_by("pk").first()
    if found:
        return found
    label = subject_labels([VOCATIONAL_CODE]).get(VOCATIONAL_CODE, VOCATIONAL_LABEL)
    made = create_subject(label, VOCATIONAL_CODE, by=by)
    if made.code != VOCATIONAL_CODE:
        set_code(made, VOCATIONAL_CODE, by=by)
        made.refresh_from_db()
    return made
