"""Accounts of the people of a school."""

from datetime import UTC, date, datetime
from functools import partial

import pytest

import factories
from at_once import at_once, kinds
from livretpro.accounts.actions import user_of_code
from livretpro.accounts.models import User
from livretpro.journal.models import Entry
from livretpro.schools.actors import Actor, command_line
from livretpro.schools.linking import StaffTaken
from livretpro.schools.models import Membership, Staff
from livretpro.schools.people import (
    LastAdministrator,
    Made,
    Namesake,
    NotAllowed,
    UnknownPerson,
    WorksElsewhere,
    create_account,
    reset_account,
)
from livretpro.schools.roles import end_membership
from livretpro.schools.rules import Role

pytestmark = pytest.mark.django_db

NOW = datetime(2025, 10, 1, 12, tzinfo=UTC)
TODAY = date(2025, 10, 1)


def administrator() -> Actor:
    """The administrator of the school, signed in."""
    return factories.actor(Role.ADMINISTRATEUR)


def create(
    role: Role = Role.ENSEIGNANT,
    last_name: str = "PETIT",
    first_name: str = "Zoé",
    *,
    staff: Staff | None = None,
    by: Actor | None = None,
) -> Made:
    """Make an account at NOW."""
    return create_account(
        factories.school(),
        role,
        last_name=last_name,
        first_name=first_name,
        staff=staff,
        by=by or administrator(),
        now=NOW,
    )


def test_an_account_has_one_role_from_today_and_a_code() -> None:
    made = create(Role.CHEF, "FERRAND", "Claire")

    role = Membership.objects.get()
    assert (role.user, role.role, role.start, role.end) == (made.user, "chef", TODAY, None)
    assert (made.user.identifier, made.user.has_usable_password()) == ("claire.ferrand", False)
    assert user_of_code(made.code, now=NOW) == made.user
    assert made.note == ""


def test_an_administrator_alone_needs_a_long_password() -> None:
    needs = {role: create(role, role.value).user.needs_long_password for role in Role}

    assert needs == {role: role is Role.ADMINISTRATEUR for role in Role}


def test_the_journal_tells_who_made_the_account_and_no_secret() -> None:
    made = create(Role.CHEF, "FERRAND", "Claire")

    entry = Entry.objects.get()
    assert (entry.action, entry.kind, entry.key, entry.author_id) == (
        "cree",
        "compte",
        "claire.ferrand",
        "a.martin",
    )
    assert entry.values_kept.after == "chef d’établissement"
    assert made.code not in str(entry.values_kept)


@pytest.mark.parametrize("role", [Role.CHEF, Role.DDFPT, Role.ENSEIGNANT])
def test_only_an_administrator_makes_accounts(role: Role) -> None:
    with pytest.raises(NotAllowed):
        create(by=factories.actor(role))

    assert User.objects.count() == 0


def test_the_administrator_of_another_school_makes_none_here() -> None:
    other = factories.school(factories.OTHER_UAI)

    with pytest.raises(NotAllowed):
        create(by=factories.actor(Role.ADMINISTRATEUR, of=other))


def test_the_command_line_makes_the_first_account() -> None:
    made = create(Role.ADMINISTRATEUR, by=command_line(factories.school()))

    assert Membership.objects.get().user == made.user


@pytest.mark.parametrize("typed", ["PETIT", "Petit", "  petit "])
def test_a_teacher_is_linked_to_the_only_person_of_sts_of_that_name(typed: str) -> None:
    person = factories.staff("PETIT", "Zoé", sts_id="501", sts_type="epp")

    made = create(last_name=typed.strip())
    person.refresh_from_db()

    assert person.user == made.user
    assert made.note == "Le compte est relié à PETIT Zoé, dont les services viennent de STS."


def test_homonyms_are_never_linked_by_name() -> None:
    factories.staff("PETIT", "Zoé")
    factories.staff("PETIT", "Zoé")

    made = create()

    assert Staff.objects.filter(user=None).count() == 2
    assert made.note.startswith("Plusieurs personnes de STS s’appellent PETIT Zoé")


def test_a_homonym_is_linked_when_chosen() -> None:
    factories.staff("PETIT", "Zoé")
    chosen = factories.staff("PETIT", "Zoé")

    made = create(staff=chosen)
    chosen.refresh_from_db()

    assert chosen.user == made.user


def lines() -> list[tuple[str, str, User | None, date | None]]:
    """The staff: name, STS's identifier, account, since when gone."""
    return [(str(s), s.sts_id, s.user, s.gone_on) for s in Staff.objects.order_by("pk")]


def test_a_teacher_whom_sts_does_not_know_is_staff_by_hand() -> None:
    factories.staff("DURAND", "Paul", sts_id="502", sts_type="epp")

    made = create()

    assert lines() == [("DURAND Paul", "502", None, None), ("PETIT Zoé", "", made.user, None)]
    assert made.note.startswith("PETIT Zoé entre dans le personnel à la main, hors de STS")
    assert Entry.objects.get(action="relie").values_kept.after == "PETIT Zoé (à la main)"


def test_somebody_said_absent_from_sts_is_not_the_homonym_of_sts() -> None:
    homonym = factories.staff("PETIT", "Zoé", sts_id="501", sts_type="epp")

    made = create_account(
        factories.school(),
        Role.ENSEIGNANT,
        last_name="PETIT",
        first_name="Zoé",
        by_hand=True,
        by=administrator(),
        now=NOW,
    )
    homonym.refresh_from_db()

    assert homonym.user is None
    assert Staff.objects.get(sts_id="").user == made.user


def test_staff_by_hand_ends_with_the_role() -> None:
    made = create()

    end_membership(Membership.objects.get(), by=administrator(), now=NOW)

    assert lines() == [("PETIT Zoé", "", None, TODAY)]
    assert Staff.objects.get().former_user == made.user


def test_somebody_who_has_an_account_is_not_taken_over() -> None:
    taken = factories.staff("PETIT", "Zoé", person=factories.user())

    with pytest.raises(StaffTaken):
        create(staff=taken)

    assert User.objects.count() == 1


def test_the_staff_of_another_school_is_not_taken() -> None:
    elsewhere = factories.staff(of=factories.school(factories.OTHER_UAI))

    with pytest.raises(StaffTaken):
        create(staff=elsewhere)


def test_a_head_is_linked_to_nobody() -> None:
    factories.staff("PETIT", "Zoé")

    create(Role.CHEF)

    assert Staff.objects.get().user is None


def test_a_new_code_ends_the_former_one_and_the_password() -> None:
    made = create(Role.CHEF)
    made.user.set_password("quatre mots simples ensemble")
    made.user.save()

    code = reset_account(factories.school(), "ZOE.petit", by=administrator(), now=NOW)
    made.user.refresh_from_db()

    assert user_of_code(code, now=NOW) == made.user
    assert code != made.code
    assert not made.user.has_usable_password()


def test_nobody_resets_a_person_without_role_here() -> None:
    with pytest.raises(UnknownPerson) as refusal:
        reset_account(factories.school(), "personne", by=administrator(), now=NOW)

    assert refusal.value.phrase == "« personne » n’a pas de compte dans cet établissement."


def test_a_code_that_opens_another_school_is_for_the_operator() -> None:
    made = create(Role.CHEF)
    factories.membership(made.user, Role.CHEF, of=factories.school(factories.OTHER_UAI))
    school = factories.school()

    with pytest.raises(WorksElsewhere):
        reset_account(school, made.user.identifier, by=administrator(), now=NOW)
    code = reset_account(school, made.user.identifier, by=command_line(school), now=NOW)

    assert user_of_code(code, now=NOW) == made.user


def test_a_head_resets_nobody() -> None:
    made = create(Role.CHEF)

    with pytest.raises(NotAllowed):
        reset_account(factories.school(), made.user.identifier, by=factories.actor(), now=NOW)

    assert user_of_code(made.code, now=NOW) == made.user


def test_a_role_taken_back_ends_yesterday_and_frees_the_person_of_sts() -> None:
    role = factories.membership()
    person = factories.staff(person=role.user)

    end_membership(role, by=administrator(), now=NOW)
    role.refresh_from_db()
    person.refresh_from_db()

    assert (role.end, person.user) == (date(2025, 9, 30), None)
    assert Membership.objects.current(TODAY).count() == 0


def test_a_role_given_today_by_mistake_holds_no_more() -> None:
    made = create(Role.CHEF)

    end_membership(Membership.objects.get(), by=administrator(), now=NOW)

    assert Membership.objects.current(TODAY).count() == 0
    assert Membership.objects.get().user == made.user


def test_the_last_administrator_stays_the_last_but_one_goes() -> None:
    first = factories.membership(role=Role.ADMINISTRATEUR)
    second = factories.membership(factories.user("b.petit"), Role.ADMINISTRATEUR)

    end_membership(first, by=administrator(), now=NOW)
    with pytest.raises(LastAdministrator):
        end_membership(second, by=administrator(), now=NOW)

    assert Membership.objects.current(TODAY).get() == second


def test_a_head_takes_no_role_back() -> None:
    role = factories.membership()

    with pytest.raises(NotAllowed):
        end_membership(role, by=factories.actor(), now=NOW)

    assert Membership.objects.current(TODAY).get() == role


@pytest.mark.django_db(transaction=True)
def test_accounts_of_one_name_made_at_the_same_instant_take_turns() -> None:
    school = factories.school()
    by = command_line(school)

    def make() -> str:
        made = create_account(
            school, Role.CHEF, last_name="Exemple", first_name="Anna", by=by, now=NOW
        )
        return made.user.identifier

    assert sorted(map(str, at_once(make, make, make, make))) == [
        "anna.exemple",
        "anna.exemple2",
        "anna.exemple3",
        "anna.exemple4",
    ]


@pytest.mark.django_db(transaction=True)
def test_an_account_asked_for_twice_at_the_same_instant_is_made_once() -> None:
    school = factories.school()
    by = command_line(school)
    typed = {"last_name": "Exemple", "first_name": "Anna", "another_person": False}

    outcomes = at_once(
        *[lambda: create_account(school, Role.CHEF, **typed, by=by, now=NOW)] * 2,
    )

    assert kinds(outcomes) == ["Made", "Namesake"]
    refusal = next(outcome for outcome in outcomes if isinstance(outcome, Namesake))
    assert refusal.user == Membership.objects.get().user
    assert refusal.phrase == (
        "Anna Exemple a déjà un compte pour ce rôle, sous l’identifiant anna.exemple."
    )


@pytest.mark.django_db(transaction=True)
def test_a_role_taken_back_twice_at_the_same_instant_is_told_once() -> None:
    by, pk = administrator(), factories.membership().pk
    seen = [Membership.objects.select_related("user", "school").get(pk=pk) for _ in range(2)]

    at_once(*(partial(end_membership, role, by=by, now=NOW) for role in seen))

    assert list(Entry.objects.values_list("action", "field")) == [("retire", "rôle")]
    assert Membership.objects.current(TODAY).count() == 0
