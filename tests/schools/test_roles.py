"""Roles of people who have an account: a second one, another school, one taken back."""

from datetime import UTC, date, datetime

import pytest

import factories
from livretpro.accounts.actions import (
    BadCode,
    activate,
    issue_code,
    set_password,
)
from livretpro.accounts.models import Notice, Session, User
from livretpro.journal.models import Entry
from livretpro.schools.actors import Actor, command_line
from livretpro.schools.inviting import invite, invited_words
from livretpro.schools.models import Membership, Staff
from livretpro.schools.people import (
    BadPerson,
    KnownAccount,
    LastAdministrator,
    Namesake,
    NotAllowed,
    UnknownPerson,
    WorksElsewhere,
    correct_person,
    create_account,
)
from livretpro.schools.roles import CODE_ENDED, OwnRole, end_membership, end_role, give_role
from livretpro.schools.rules import Role

pytestmark = pytest.mark.django_db

NOW = datetime(2025, 10, 1, 12, tzinfo=UTC)
TODAY = date(2025, 10, 1)
PASSWORD = "une suite de mots assez longue"


def administrator() -> Actor:
    """The administrator of the school, signed in."""
    return factories.actor(Role.ADMINISTRATEUR)


def active(role: Role = Role.ENSEIGNANT, *, uai: str = factories.UAI) -> User:
    """Léa Petit, who has a password, a session and a role."""
    held = factories.membership(role=role, of=factories.school(uai))
    set_password(held.user, PASSWORD)
    Session.objects.create(
        session_key="a", user=held.user, opened_at=NOW, seen_at=NOW, expire_date=NOW
    )
    return held.user


def give(
    role: Role, *, to: str = "lea.petit", by: Actor | None = None, staff: Staff | None = None
) -> tuple[User, str]:
    """Give a role at NOW."""
    actor = by or administrator()
    return give_role(factories.school(), to, role, staff=staff, by=actor, now=NOW)


def roles(user: User) -> list[tuple[str, str]]:
    """The roles that hold today: school, role."""
    held = Membership.objects.current(TODAY).filter(user=user).order_by("pk")
    return [(m.school.uai, m.role) for m in held]


def test_a_second_role_keeps_the_password_ends_the_sessions_and_is_told() -> None:
    user = active()

    given, note = give(Role.DDFPT, to=" LEA.petit ")
    user.refresh_from_db()

    assert (given, note) == (user, "")
    assert roles(user) == [(factories.UAI, "enseignant"), (factories.UAI, "ddfpt")]
    assert user.check_password(PASSWORD)
    assert Session.objects.count() == 0
    assert Notice.objects.get().text == (
        f"Le rôle « DDFPT » ({factories.school().name}) vous a été donné le 01/10/2025 à 14 h 00 "
        "par administrateur."
    )
    entry = Entry.objects.get()
    assert (entry.action, entry.key, entry.field, entry.values_kept.after) == (
        "cree",
        "lea.petit",
        "rôle",
        "DDFPT",
    )


def test_somebody_of_another_school_works_here_too_under_the_same_account() -> None:
    user = active(uai=factories.OTHER_UAI)
    line = factories.staff("PETIT", "Léa", sts_id="501", sts_type="epp")

    give(Role.ENSEIGNANT)
    line.refresh_from_db()

    assert roles(user) == [(factories.OTHER_UAI, "enseignant"), (factories.UAI, "enseignant")]
    assert line.user == user


def waiting_for_a_code(*, uai: str) -> tuple[User, str]:
    """Léa Petit, whose account a school has just opened: she has not chosen a password."""
    user = factories.membership(role=Role.ENSEIGNANT, of=factories.school(uai)).user
    user.set_unusable_password()
    user.save()
    return user, issue_code(user, now=NOW)


def test_the_code_of_one_school_does_not_open_another() -> None:
    _, code = waiting_for_a_code(uai=factories.OTHER_UAI)

    _, note = give(Role.CHEF)

    with pytest.raises(BadCode):
        activate(code, PASSWORD, now=NOW)
    assert note == CODE_ENDED
    told = Entry.objects.order_by("rank").values_list("action", "key", "field")
    assert list(told) == [
        ("cree", "lea.petit", "rôle"),
        ("retire", "lea.petit", "code d’activation"),
    ]


def test_a_former_role_elsewhere_may_have_left_a_code_too() -> None:
    _, code = waiting_for_a_code(uai=factories.OTHER_UAI)
    Membership.objects.update(start=date(2025, 9, 1), end=date(2025, 9, 2))

    give(Role.DDFPT)

    with pytest.raises(BadCode):
        activate(code, PASSWORD, now=NOW)


def test_a_second_role_in_the_school_that_gave_the_code_keeps_it() -> None:
    user, code = waiting_for_a_code(uai=factories.UAI)

    _, note = give(Role.DDFPT)

    assert (note, activate(code, PASSWORD, now=NOW)) == ("", user)


def test_a_code_asked_by_mail_ends_without_a_word_for_who_has_a_password() -> None:
    user = active(uai=factories.OTHER_UAI)
    code = issue_code(user, now=NOW, keep_access=True)

    _, note = give(Role.CHEF)

    assert note == ""
    with pytest.raises(BadCode):
        activate(code, "une autre suite de mots", now=NOW)


def test_whose_role_is_taken_back_is_told_at_the_next_sign_in() -> None:
    user = active()

    end_membership(Membership.objects.get(), by=administrator(), now=NOW)

    assert Notice.objects.get(user=user).text == (
        f"Le rôle « enseignant » ({factories.school().name}) vous a été retiré le 01/10/2025 à "
        "14 h 00 par administrateur."
    )


def test_a_long_password_is_asked_until_the_last_school_that_is_administered() -> None:
    user = active()
    for uai in (factories.UAI, factories.OTHER_UAI):
        school = factories.school(uai)
        factories.membership(user, Role.ADMINISTRATEUR, of=school)
        factories.membership(factories.user(f"adjoint.{uai}"), Role.ADMINISTRATEUR, of=school)
    User.objects.filter(pk=user.pk).update(needs_long_password=True)
    asked = []
    for uai in (factories.UAI, factories.OTHER_UAI):
        held = Membership.objects.get(user=user, role=Role.ADMINISTRATEUR, school__uai=uai)
        end_membership(held, by=command_line(held.school), now=NOW)
        user.refresh_from_db()
        asked.append(user.needs_long_password)

    assert asked == [True, False]


def test_an_administrator_from_now_on_chooses_a_long_password() -> None:
    user = active()

    give(Role.ADMINISTRATEUR)
    user.refresh_from_db()

    assert user.needs_long_password


def test_a_role_that_is_held_already_is_not_given_twice() -> None:
    user = active()

    with pytest.raises(Namesake):
        give(Role.ENSEIGNANT)

    assert roles(user) == [(factories.UAI, "enseignant")]


@pytest.mark.parametrize("disabled", [True, False])
def test_nobody_signs_in_so(*, disabled: bool) -> None:
    user = active()
    User.objects.filter(pk=user.pk).update(is_active=not disabled)

    with pytest.raises(BadPerson) as refusal:
        give(Role.DDFPT, to="lea.petit" if disabled else "lea.petite")

    assert refusal.value.field == "identifier"


def test_an_administrator_teaches_too_but_does_not_open_the_livrets_to_themself() -> None:
    user = active(Role.ADMINISTRATEUR)
    factories.staff("PETIT", "Léa", sts_id="501", sts_type="epp")
    own = Actor(
        school=factories.school(),
        author=administrator().author,
        roles=frozenset({Role.ADMINISTRATEUR}),
        user=user,
    )

    for role in (Role.CHEF, Role.ADJOINT, Role.DDFPT):
        with pytest.raises(OwnRole):
            give(role, by=own)
    give(Role.ENSEIGNANT, by=own)

    assert roles(user) == [(factories.UAI, "administrateur"), (factories.UAI, "enseignant")]


@pytest.mark.parametrize("role", [Role.CHEF, Role.ENSEIGNANT])
def test_only_an_administrator_gives_roles(role: Role) -> None:
    user = active()

    with pytest.raises(NotAllowed):
        give(Role.DDFPT, by=factories.actor(role))

    assert roles(user) == [(factories.UAI, "enseignant")]


def test_a_teacher_retired_by_mistake_finds_account_and_services_again() -> None:
    user = active()
    line = factories.staff("PETIT", "Léa", sts_id="501", sts_type="epp", person=user)
    end_membership(Membership.objects.get(), by=administrator(), now=NOW)

    invitation = invite(factories.school(), None, by=administrator(), now=NOW)
    nobody = (invitation.slips, invitation.written_to, invitation.active)
    Staff.objects.update(function="ENS")
    again = invite(factories.school(), None, by=administrator(), now=NOW)
    line.refresh_from_db()

    assert nobody == ((), (), 0)
    assert (again.slips, again.back) == ((), (user,))
    assert invited_words(again) == ["Compte retrouvé, accès inchangé : Léa PETIT (lea.petit)."]
    assert (line.user, roles(user)) == (user, [(factories.UAI, "enseignant")])
    assert User.objects.count() == 1


def test_a_line_by_hand_begins_again_with_the_role() -> None:
    made = create_account(
        factories.school(),
        Role.ENSEIGNANT,
        last_name="PETIT",
        first_name="Zoé",
        by=administrator(),
        now=NOW,
    )
    end_membership(Membership.objects.get(), by=administrator(), now=NOW)

    give(Role.ENSEIGNANT, to="zoe.petit")

    line = Staff.objects.get()
    assert (line.user, line.gone_on) == (made.user, None)
    assert roles(made.user) == [(factories.UAI, "enseignant")]


def test_an_account_left_on_a_former_line_of_sts_moves_to_the_new_one() -> None:
    user = active()
    former = factories.staff("PETIT", "Léa", sts_id="501", sts_type="epp", person=user)
    new = factories.staff("PETIT", "Léa", sts_id="999", sts_type="epp")
    end_membership(Membership.objects.get(), by=administrator(), now=NOW)

    give(Role.ENSEIGNANT, staff=new)

    former.refresh_from_db()
    new.refresh_from_db()
    assert (former.user, new.user) == (None, user)


def test_whoever_sts_lost_comes_back_by_hand() -> None:
    user = active()
    factories.staff("PETIT", "Léa", sts_id="501", sts_type="epp", person=user)
    end_membership(Membership.objects.get(), by=administrator(), now=NOW)
    Staff.objects.update(gone_on=TODAY)

    give(Role.ENSEIGNANT)

    line = Staff.objects.get()
    assert (line.user, line.sts_id, line.gone_on) == (user, "", None)


@pytest.mark.parametrize("ended", [True, False])
def test_a_new_account_is_not_made_for_whom_the_school_knows_unless_said(*, ended: bool) -> None:
    user = active(Role.CHEF)
    if ended:
        end_membership(Membership.objects.get(), by=command_line(factories.school()), now=NOW)
    typed = {"last_name": "Petit", "first_name": "LÉA", "by": administrator(), "now": NOW}

    with pytest.raises(KnownAccount) as refusal:
        create_account(factories.school(), Role.DDFPT, **typed, another_person=False)
    other = create_account(factories.school(), Role.DDFPT, **typed, another_person=True)

    assert refusal.value.users == (user,)
    assert other.user.identifier == "lea.petit2"


def test_a_role_ends_by_identifier_but_that_of_the_last_administrator() -> None:
    user = active(Role.ADMINISTRATEUR)
    give(Role.DDFPT)
    school, by = factories.school(), command_line(factories.school())

    end_role(school, "LEA.PETIT", Role.DDFPT, by=by, now=NOW)
    with pytest.raises(LastAdministrator):
        end_role(school, "lea.petit", Role.ADMINISTRATEUR, by=by, now=NOW)
    with pytest.raises(UnknownPerson):
        end_role(school, "lea.petit", Role.DDFPT, by=by, now=NOW)

    assert roles(user) == [(factories.UAI, "administrateur")]


def correct(email: str = "", last_name: str = "PETIT", by: Actor | None = None) -> bool:
    """Correct Léa at NOW."""
    return correct_person(
        factories.school(),
        "lea.petit",
        last_name=last_name,
        first_name="Léa",
        email=email,
        by=by or administrator(),
        now=NOW,
    )


def test_a_name_and_an_address_are_corrected_and_told() -> None:
    user = active()
    line = factories.staff("PETIT", "Léa", person=user)

    changed = correct("lea@example.org", "GRAND")
    again = correct("lea@example.org", "GRAND")
    user.refresh_from_db()
    line.refresh_from_db()

    assert (changed, again) == (True, False)
    assert (user.identifier, user.last_name, user.email) == (
        "lea.petit",
        "GRAND",
        "lea@example.org",
    )
    assert (str(line), line.name_key) == ("GRAND Léa", "grand lea")
    told = [(e.action, e.field, e.values_kept.before, e.values_kept.after) for e in entries()]
    assert told == [
        ("modifie", "nom", "PETIT", "GRAND"),
        ("modifie", "adresse électronique", "", "lea@example.org"),
    ]
    assert Notice.objects.count() == 1


def entries() -> list[Entry]:
    """The journal, oldest first."""
    return list(Entry.objects.order_by("pk").select_related("values_kept"))


def test_a_name_that_sts_gives_stays_that_of_sts() -> None:
    user = active()
    line = factories.staff("PETIT", "Léa", sts_id="501", sts_type="epp", person=user)

    correct(last_name="GRAND")
    line.refresh_from_db()

    assert str(line) == "PETIT Léa"


def test_a_code_sent_to_a_wrong_address_ends_with_the_address() -> None:
    made = create_account(
        factories.school(),
        Role.CHEF,
        last_name="PETIT",
        first_name="Léa",
        email="faux@example.org",
        by=administrator(),
        now=NOW,
    )

    correct("lea@example.org")

    made.user.refresh_from_db()
    assert not hasattr(User.objects.get(), "activation")


@pytest.mark.parametrize(
    ("email", "last_name", "field"), [("pas une adresse", "PETIT", "email"), ("", " ", "last_name")]
)
def test_what_cannot_be_kept_is_refused(email: str, last_name: str, field: str) -> None:
    user = active()

    with pytest.raises(BadPerson) as refusal:
        correct(email, last_name)
    user.refresh_from_db()

    assert refusal.value.field == field
    assert (user.last_name, user.email) == ("PETIT", "")


def test_whoever_works_elsewhere_too_is_corrected_by_the_operator_alone() -> None:
    user = active()
    factories.membership(user, of=factories.school(factories.OTHER_UAI))

    with pytest.raises(WorksElsewhere):
        correct("moi@example.org")
    correct("lea@example.org", by=command_line(factories.school()))
    user.refresh_from_db()

    assert user.email == "lea@example.org"
