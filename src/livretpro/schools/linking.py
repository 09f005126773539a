"""Which member of the staff an account is: somebody of STS, or a line by hand (ADR 40).

What a teacher may write stands on the member of the staff: an account without one follows nobody,
and cannot be named substitute nor référent.
"""

from dataclasses import dataclass
from datetime import date

from django.db.models import F

from livretpro.accounts.models import User
from livretpro.accounts.rules import folded
from livretpro.schools.models import School, Staff
from livretpro.schools.rules import TEACHER_FUNCTION


class StaffTaken(Exception):
    """The member of the staff who was chosen has an account already, or is gone."""

    field = "staff"
    phrase = "Cette personne de STS a déjà un compte : choisissez-en une autre."


@dataclass(frozen=True)
class Linked:
    """Whom an account is linked to, if anybody, and the sentence that tells it."""

    staff: Staff | None
    phrase: str

    @property
    def words(self) -> str:
        """The member of the staff, as the journal writes it."""
        if self.staff is None:
            return ""
        where = "à la main" if self.staff.is_by_hand else f"STS {self.staff.sts_id}"
        return f"{self.staff} ({where})"


def link(school: School, user: User, *, staff: Staff | None, by_hand: bool) -> Linked:
    """Link a teacher's account to a member of the staff.

    That is `staff`; else, unless the person is to be added `by_hand`, whoever it was linked to
    last, or the only one without account who bears the same folded name. Nobody of that name: a
    line by hand is made. Several: none, homonyms are never linked. Raises `StaffTaken`.
    """
    free = Staff.objects.select_for_update().filter(school=school, user=None)
    if staff is not None:
        found = free.filter(pk=staff.pk, gone_on=None).first()
        if found is None:
            raise StaffTaken
        return _linked(found, user)
    if by_hand:
        return _by_hand(school, user)
    if former := free.filter(former_user=user).order_by("-pk").first():
        return _linked(former, user)
    return _same_name(school, user)


def _same_name(school: School, user: User) -> Linked:
    free = Staff.objects.select_for_update().filter(school=school, user=None, gone_on=None)
    found = list(free.filter(name_key=folded(_name(user)))[:2])
    if len(found) > 1:
        return Linked(
            None,
            f"Plusieurs personnes de STS s’appellent {_name(user)} : le compte n’est relié à "
            "aucune. Retirez-le, puis recréez-le en choisissant la bonne personne.",
        )
    return _linked(found[0], user) if found else _by_hand(school, user)


def _linked(staff: Staff, user: User) -> Linked:
    """Somebody gone is there again, by hand: an import that finds them proposes them."""
    staff.user = user
    if staff.gone_on is not None:
        staff.sts_id = staff.sts_type = ""
        staff.gone_on = None
    staff.save(update_fields=["user", "gone_on", "sts_id", "sts_type"])
    if staff.is_by_hand:
        return Linked(staff, f"Le compte est relié à {staff}, hors de STS.")
    return Linked(staff, f"Le compte est relié à {staff}, dont les services viennent de STS.")


def _by_hand(school: School, user: User) -> Linked:
    staff = Staff.objects.create(
        school=school,
        last_name=user.last_name,
        first_name=user.first_name,
        name_key=folded(_name(user)),
        function=TEACHER_FUNCTION,
        user=user,
    )
    return Linked(
        staff,
        f"{staff} entre dans le personnel à la main, hors de STS : la direction peut lui confier "
        "un remplacement, une division ou des élèves. Quand STS donnera ce nom, l’import proposera "
        "de réunir les deux.",
    )


def rename_by_hand(school: School, user: User) -> None:
    """Give a line by hand the name of its account; STS names its own people. One query."""
    names = {"last_name": user.last_name, "first_name": user.first_name}
    own = Staff.objects.filter(school=school, user=user, sts_id="")
    own.update(**names, name_key=folded(_name(user)))


def unlink(school: School, user: User, *, on: date) -> None:
    """Free the member of the staff for another account: two queries.

    Who it was is kept, so that the same account is found again; a line by hand ends.
    """
    own = Staff.objects.filter(school=school, user=user)
    own.filter(sts_id="").update(gone_on=on)
    own.update(user=None, former_user=F("user"))


def _name(user: User) -> str:
    return f"{user.last_name} {user.first_name}"
