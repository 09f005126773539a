"""What the assistance académique decides: accreditations, changes of software, campaign."""

from collections.abc import Iterable
from datetime import date

from django.db import transaction
from django.db.models import Q

from livretpro.accounts.models import User
from livretpro.journal.actions import Author, Change, record
from livretpro.lsl_registry.models import Accreditation, Assistant
from livretpro.referentiels.rules import MEF_LENGTH

TRAIL = "REGISTRE"
"""What stands for the UAI in the journal, for what concerns every school."""


class BadAccreditation(Exception):
    """What was asked cannot be; `phrase` says why."""

    def __init__(self, phrase: str) -> None:
        super().__init__(phrase)
        self.phrase = phrase


@transaction.atomic
def accredit(
    publisher: str, application: str, mefs: Iterable[str] = (), *, start: date, by: Author
) -> tuple[Accreditation, bool]:
    """Let a software send from a day on, for these MEF (ten or eleven characters), for all of them
    when none is named; says whether something changed. Asked again, the MEF asked last stand.

    Raises `BadAccreditation`.
    """
    publisher, application = publisher.strip(), application.strip()
    if not publisher or not application:
        raise BadAccreditation("Nommez l’éditeur et l’application.")
    wanted = sorted({_mef(code) for code in mefs})
    standing = Accreditation.objects.select_for_update().filter(
        Q(end=None) | Q(end__gte=start), publisher=publisher, application=application
    )
    held = standing.order_by("pk").first()
    if held is None:
        made = Accreditation.objects.create(
            publisher=publisher, application=application, mefs=wanted, start=start
        )
        tell(by, Change("cree", "accreditation", str(made.pk), str(made)[:64], "", _words(wanted)))
        return made, True
    if held.mefs == wanted:
        return held, False
    before, held.mefs = held.mefs, wanted
    held.save(update_fields=["mefs"])
    words = (_words(before), _words(wanted))
    tell(by, Change("modifie", "accreditation", str(held.pk), str(held)[:64], *words))
    return held, True


def _words(mefs: Iterable[str]) -> str:
    return ", ".join(mefs) or "tous les MEF"


def _mef(code: str) -> str:
    bare = code.strip()[:MEF_LENGTH]
    if len(bare) != MEF_LENGTH or not bare.isalnum():
        raise BadAccreditation(f"Le MEF « {code} » n’a pas dix ou onze caractères.")
    return bare


@transaction.atomic
def assist(user: User, *, by: Author) -> bool:
    """Make somebody a member of the assistance académique; False when they were one already."""
    fresh = Assistant.objects.get_or_create(user=user)[1]
    if fresh:
        tell(by, Change("cree", "assistance", user.identifier, "", "", user.full_name))
    return fresh


def tell(by: Author, *changes: Change) -> None:
    """Write to the trail of the académie, last in the transaction."""
    record(changes, school_uai=TRAIL, by=by)
