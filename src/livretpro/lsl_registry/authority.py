"""What the assistance académique decides: accreditations, changes of software, campaign."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q

from livretpro.accounts.actions import end_code, end_sessions, notify
from livretpro.accounts.models import User
from livretpro.journal.actions import Author, Change, record
from livretpro.lsl_registry.models import (
    OPEN,
    Accreditation,
    Assistant,
    Campaign,
    Clearance,
    HeldPeriodicity,
    Record,
    RecordState,
)
from livretpro.lsl_registry.models.authority import PUBLISHER_MAX, SOFTWARE_MAX
from livretpro.lsl_registry.records import set_state
from livretpro.referentiels.rules import MEF_LENGTH, Level
from livretpro.schools.models import Enrolment, School
from livretpro.schools.people import told_to
from livretpro.typed import BadValue, limited_text

TRAIL = "REGISTRE"
"""What stands for the UAI in the journal, for what concerns every school."""

_ASSISTANCE = "assistance académique"
_PUBLISHER = limited_text("L’éditeur", PUBLISHER_MAX)
_APPLICATION = limited_text("L’application", SOFTWARE_MAX)


class BadAccreditation(Exception):
    """What was asked cannot be; `phrase` says why."""

    def __init__(self, phrase: str) -> None:
        super().__init__(phrase)
        self.phrase = phrase


@transaction.atomic
def accredit(
    publisher: str,
    application: str,
    mefs: Iterable[str] = (),
    *,
    dates: tuple[date, date | None],
    by: Author,
) -> tuple[Accreditation, bool]:
    """Let a software send between two days, both in, without end when there is none, for these MEF
    (ten or eleven characters), for all of them when none is named; says whether something changed.

    Asked again while one stands, it begins no later than it did, and the MEF and the end asked last
    stand. Raises `BadAccreditation`.
    """
    named, wanted = _software(publisher, application), sorted({_mef(code) for code in mefs})
    start, end = dates
    if end and end < start:
        raise BadAccreditation("L’accréditation finirait avant de commencer : vérifiez les dates.")
    standing = _standing(named, start, end)
    if not standing:
        made = Accreditation.objects.create(
            publisher=named[0], application=named[1], mefs=wanted, start=start, end=end
        )
        tell(by, Change("cree", "accreditation", str(made.pk), str(made)[:64], "", _words(made)))
        return made, True
    held, *others = standing
    before = _words(held)
    held.mefs, held.start, held.end = wanted, min(start, *(one.start for one in standing)), end
    for one in others:
        gone = Change("supprime", "accreditation", str(one.pk), str(one)[:64], _words(one), "")
        one.delete()
        tell(by, gone)
    if before == _words(held):
        return held, False
    held.save(update_fields=["mefs", "start", "end"])
    words = (before, _words(held))
    tell(by, Change("modifie", "accreditation", str(held.pk), str(held)[:64], *words))
    return held, True


def _standing(software: tuple[str, str], start: date, end: date | None) -> list[Accreditation]:
    """The accreditations of a software that have a day in common with these, locked."""
    publisher, application = software
    found = Accreditation.objects.select_for_update().filter(
        Q(end=None) | Q(end__gte=start), publisher=publisher, application=application
    )
    if end:
        found = found.filter(start__lte=end)
    return list(found.order_by("pk"))


def _words(held: Accreditation) -> str:
    until = f" jusqu’au {held.end.isoformat()}" if held.end else ""
    return f"{', '.join(held.mefs) or 'tous les MEF'}, dès le {held.start.isoformat()}{until}"


def _software(publisher: str, application: str) -> tuple[str, str]:
    try:
        named = _PUBLISHER(publisher), _APPLICATION(application)
    except BadValue as bad:
        raise BadAccreditation(bad.phrase) from bad
    if not all(named):
        raise BadAccreditation("Nommez l’éditeur et l’application.")
    return named


def _mef(code: str) -> str:
    bare = code.strip()
    if len(bare) not in {MEF_LENGTH, MEF_LENGTH + 1} or not bare.isalnum():
        raise BadAccreditation(f"Le MEF « {code} » n’a pas dix ou onze caractères.")
    return bare[:MEF_LENGTH]


@transaction.atomic
def assist(user: User, *, by: Author, now: datetime) -> bool:
    """Make somebody a member of the assistance académique; False when they were one already.

    Their account then opens more than a school: no administrator of one gives it a code, and the
    one that waits ends. So do the sessions; the person is told at the next sign-in.
    """
    fresh = Assistant.objects.get_or_create(user=user)[1]
    user.beyond_schools = True
    user.save(update_fields=["beyond_schools"])
    if fresh:
        end_code(user)
        end_sessions(user)
        notify(user, told_to(f"Le rôle « {_ASSISTANCE} » vous a été donné", by, now), now=now)
        tell(by, Change("cree", "assistance", user.identifier, "", "", user.full_name))
    return fresh


@transaction.atomic
def dismiss(user: User, *, by: Author, now: datetime) -> bool:
    """Take the role of the assistance away: sessions end and the person is told; False when they
    had it not."""
    held, _ = Assistant.objects.filter(user=user).delete()
    if not held:
        return False
    user.beyond_schools = False
    user.save(update_fields=["beyond_schools"])
    end_sessions(user)
    notify(user, told_to(f"Le rôle « {_ASSISTANCE} » vous a été retiré", by, now), now=now)
    tell(by, Change("retire", "assistance", user.identifier, "", user.full_name, ""))
    return True


@transaction.atomic
def end_accreditation(pk: int, *, on: date, by: Author) -> bool:
    """The software sends no more after this day, not at all when it was to begin later; False when
    there is nothing to end."""
    lasting = Q(end=None) | Q(end__gt=on)
    held = Accreditation.objects.select_for_update().filter(lasting, pk=pk).first()
    if held is None:
        return False
    name, before = str(held)[:64], _words(held)
    if held.start > on:
        held.delete()
        tell(by, Change("supprime", "accreditation", str(pk), name, before, ""))
        return True
    held.end = on
    held.save(update_fields=["end"])
    tell(by, Change("termine", "accreditation", str(pk), name, before, _words(held)))
    return True


@transaction.atomic
def clear_change(school: School, publisher: str, application: str, *, by: Author) -> bool:
    """Let a school change to this software (REJLSL_F04), once; False when it was allowed already.

    Raises `BadAccreditation` when nothing is named.
    """
    publisher, application = _software(publisher, application)
    _, fresh = Clearance.objects.get_or_create(
        school=school,
        publisher=publisher,
        application=application,
        defaults={"author_name": by.name},
    )
    if fresh:
        words = f"{publisher} {application}"
        tell(by, Change("autorise", "changement_lsl", school.uai, "", "", words))
    return fresh


@transaction.atomic
def reset_periodicity(pk: int, *, by: Author) -> bool:
    """Forget the code-periode received first (PARLSL_S03): the next file decides; False when there
    is none any more."""
    held = HeldPeriodicity.objects.select_related("school").filter(pk=pk).first()
    if held is None:
        return False
    held.delete()
    field = f"{held.year} {held.cfd} {held.level}"
    tell(by, Change("efface", "periode_lsl", held.school.uai, field, held.code, ""))
    return True


@transaction.atomic
def set_campaign(
    year: int, level: Level, opens: date | None, closes: date | None, *, by: Author
) -> None:
    """When files of a level are received; both days in. Raises `BadAccreditation`."""
    if opens and closes and closes < opens:
        raise BadAccreditation("La campagne fermerait avant d’ouvrir : vérifiez les deux dates.")
    Campaign.objects.update_or_create(
        year=year, level=level.value, defaults={"opens": opens, "closes": closes}
    )
    words = " – ".join(day.isoformat() if day else "…" for day in (opens, closes))
    tell(by, Change("modifie", "campagne_lsl", f"{year} {level.value}", "", "", words))


@transaction.atomic
def unlock(school: School, siecle_id: int, *, by: Author) -> bool:
    """Put a record sent or locked back in the hands of the head; False when there is none."""
    held = (
        Record.objects.select_for_update()
        .filter(school=school, student__siecle_id=siecle_id, archived_at=None)
        .exclude(state__in=OPEN)
        .first()
    )
    if held is None:
        return False
    before = held.get_state_display()
    set_state([held], RecordState.TYPING, by=by, closed=None)
    change = Change("etat", "dossier_lsl", str(siecle_id), "", before, RecordState.TYPING.label)
    record([change], school_uai=school.uai, by=by)
    return True


@transaction.atomic
def lock(year: int, level: Level, *, by: Author) -> int:
    """Lock the records sent for a year and a level, in every school; says how many."""
    passed = Enrolment.objects.filter(school_year__year=year, level=level.value)
    held = list(
        Record.objects.select_for_update(of=("self",))
        .filter(state=RecordState.SENT, closed_year=year, archived_at=None)
        .filter(student__in=passed.values("student"))
        .select_related("school", "student")
        .order_by("pk")
    )
    set_state(held, RecordState.LOCKED, by=by, closed=year)
    label = RecordState.LOCKED.label
    for uai in sorted({one.school.uai for one in held}):
        told = [
            Change("etat", "dossier_lsl", str(one.student.siecle_id), "", "", label)
            for one in held
            if one.school.uai == uai
        ]
        record(told, school_uai=uai, by=by)
    return len(held)


def tell(by: Author, *changes: Change) -> None:
    """Write to the trail of the académie, last in the transaction."""
    record(changes, school_uai=TRAIL, by=by)
