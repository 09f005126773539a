"""Rights withdrawn between two requests: allowed before, refused right after, nothing written.

One row a way to hold a right: who holds it and how it is withdrawn, while the person keeps a page
open. Three requests each time: the page of a livret, the save of one field, the cells of the class.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from livretpro.accounts.models import User
from livretpro.livrets.actions import set_campaign
from livretpro.livrets.campaign import Campaign
from livretpro.livrets.models import Livret
from livretpro.referentiels.rules import Level
from livretpro.schools.charges import end_principal, name_principal, name_referents
from livretpro.schools.models import (
    Enrolment,
    Group,
    Membership,
    PrincipalTeacher,
    Service,
    ServiceTeacher,
    Staff,
)
from livretpro.schools.roles import end_membership
from livretpro.schools.rules import Role
from livretpro.schools.teaching import (
    add_by_hand,
    end_substitution,
    let_speciality_write_pfmp,
    name_substitute,
    remove_by_hand,
    set_speciality_subjects,
)
from lycee import CIEL, UAI, Lycee, found, signed_in

pytestmark = pytest.mark.django_db

DIPLOMA = f"/suivi/{UAI}/{CIEL}/"
SPECIALITY, PFMP = "appreciation", "pfmp_synthese"
TO_SIGN_IN, NOT_THERE, READ_ONLY = (302, 401, 302), (404, 404, 404), (200, 403, 200)
Holding = Iterator[User]


@dataclass(frozen=True)
class Way:
    """A way to hold a right. `holding` gives it to somebody, then withdraws it; `key` is a field it
    opens; `after` are the answers to the page, the save and the cells once it is withdrawn."""

    name: str
    holding: Callable[[Lycee], Holding]
    after: tuple[int, int, int] = NOT_THERE
    key: str = SPECIALITY


def today(lycee: Lycee) -> date:
    """The day of a teacher's rights: inside the year of the files."""
    return lycee.year.bounded(timezone.localdate())


def staff(last_name: str) -> Staff:
    return Staff.objects.get(last_name=last_name)


def zoe(lycee: Lycee) -> User:
    """She teaches the speciality in TCIEL1 and TCIEL2, by STS."""
    return lycee.person(Role.ENSEIGNANT, "PETIT", "Zoé")


def anne(lycee: Lycee) -> User:
    """She teaches nothing."""
    return lycee.person(Role.ENSEIGNANT, "ROYER", "Anne")


def service_of_the_division(lycee: Lycee) -> Holding:
    yield zoe(lycee)
    ServiceTeacher.objects.filter(service__division=lycee.division("TCIEL1")).delete()


def service_of_a_group(lycee: Lycee) -> Holding:
    group = Group.objects.create(school_year=lycee.year, code="GR1")
    group.divisions.add(lycee.division("TCIEL1"))
    service = Service.objects.create(school_year=lycee.year, group=group, subject_code="071100")
    user = anne(lycee)
    link = ServiceTeacher.objects.create(service=service, staff=staff("ROYER"))
    yield user
    link.delete()


def group_that_leaves_the_division(lycee: Lycee) -> Holding:
    group = Group.objects.create(school_year=lycee.year, code="GR1")
    group.divisions.add(lycee.division("TCIEL1"))
    service = Service.objects.create(school_year=lycee.year, group=group, subject_code="071100")
    user = anne(lycee)
    ServiceTeacher.objects.create(service=service, staff=staff("ROYER"))
    yield user
    group.divisions.clear()


def subject_of_the_speciality(lycee: Lycee) -> Holding:
    yield zoe(lycee)
    set_speciality_subjects(lycee.school, ["071000"], by=lycee.actor)


def substitution_ended_by_hand(lycee: Lycee) -> Holding:
    user = anne(lycee)
    line = name_substitute(
        lycee.year,
        staff("PETIT"),
        staff("ROYER"),
        start=lycee.year.start,
        end=None,
        by=lycee.actor,
    )
    yield user
    end_substitution(line, on=today(lycee), by=lycee.actor)


def substitution_whose_date_passes(lycee: Lycee) -> Holding:
    user, day = anne(lycee), today(lycee)
    line = name_substitute(
        lycee.year, staff("PETIT"), staff("ROYER"), start=day, end=day, by=lycee.actor
    )
    yield user
    line.start = line.end = day - timedelta(days=1)  # the day after, for the same today
    line.save()


def line_by_hand(lycee: Lycee) -> Holding:
    user = anne(lycee)
    line = add_by_hand(
        lycee.division("TCIEL1"), CIEL, staff("ROYER"), start=lycee.year.start, by=lycee.actor
    )
    yield user
    remove_by_hand(line, on=today(lycee), by=lycee.actor)


def referent(lycee: Lycee) -> Holding:
    user, pupils = anne(lycee), [lycee.enrolment(1001).student]
    name_referents(lycee.year, pupils, staff("ROYER"), on=today(lycee), by=lycee.actor)
    yield user
    name_referents(lycee.year, pupils, None, on=today(lycee), by=lycee.actor)


def referent_replaced(lycee: Lycee) -> Holding:
    user, pupils = anne(lycee), [lycee.enrolment(1001).student]
    zoe(lycee)
    name_referents(lycee.year, pupils, staff("ROYER"), on=today(lycee), by=lycee.actor)
    yield user
    name_referents(lycee.year, pupils, staff("PETIT"), on=today(lycee), by=lycee.actor)


def principal_by_hand(lycee: Lycee) -> Holding:
    user = anne(lycee)
    line = name_principal(
        lycee.division("TCIEL1"), staff("ROYER"), start=lycee.year.start, by=lycee.actor
    )
    yield user
    end_principal(line, on=today(lycee), by=lycee.actor)


def principal_of_sts(lycee: Lycee) -> Holding:
    user = anne(lycee)
    charges = PrincipalTeacher.objects
    line = charges.create(staff=staff("ROYER"), division=lycee.division("TCIEL1"))
    yield user
    charges.filter(pk=line.pk).update(end=today(lycee) - timedelta(days=1))


def synthesis_by_the_speciality(lycee: Lycee) -> Holding:
    yield zoe(lycee)
    let_speciality_write_pfmp(lycee.school, allowed=False, by=lycee.actor)


def role(of: Role) -> Callable[[Lycee], Holding]:
    def holding(lycee: Lycee) -> Holding:
        user = lycee.person(of, "MORVAUDIN", "Guy")
        yield user
        held = Membership.objects.get(user=user)
        end_membership(held, by=lycee.actor, now=timezone.now())

    return holding


def teacher_s_role(lycee: Lycee) -> Holding:
    user = zoe(lycee)
    yield user
    held = Membership.objects.get(user=user)
    end_membership(held, by=lycee.actor, now=timezone.now())


def account(lycee: Lycee) -> Holding:
    user = zoe(lycee)
    yield user
    User.objects.filter(pk=user.pk).update(is_active=False)


def pupil_in_the_division(lycee: Lycee) -> Holding:
    user = anne(lycee)
    add_by_hand(
        lycee.division("TCIEL1"), CIEL, staff("ROYER"), start=lycee.year.start, by=lycee.actor
    )
    yield user
    Enrolment.objects.filter(student__siecle_id=1001).update(division=lycee.division("TCIEL2"))


def open_campaign(lycee: Lycee) -> Holding:
    yield zoe(lycee)
    closed = Campaign(closes=today(lycee) - timedelta(days=1))
    set_campaign(lycee.year, CIEL, Level.TERMINALE, closed, by=lycee.actor)


WAYS = (
    Way("a service of the division", service_of_the_division),
    Way("a service of a group of the division", service_of_a_group),
    Way("a group that leaves the division", group_that_leaves_the_division),
    Way("a subject of the speciality", subject_of_the_speciality),
    Way("a substitution, ended", substitution_ended_by_hand),
    Way("a substitution, whose last day is gone", substitution_whose_date_passes),
    Way("a line added by hand", line_by_hand),
    Way("the charge of référent", referent, key=PFMP),
    Way("the charge of référent, given to another", referent_replaced, key=PFMP),
    Way("the charge of professeur principal, by hand", principal_by_hand, key=PFMP),
    Way("the charge of professeur principal, of STS", principal_of_sts, key=PFMP),
    Way("the synthesis open to the speciality", synthesis_by_the_speciality, READ_ONLY, PFMP),
    Way("the role of head", role(Role.CHEF), TO_SIGN_IN),
    Way("the role of adjoint", role(Role.ADJOINT), TO_SIGN_IN),
    Way("the role of DDFPT", role(Role.DDFPT), TO_SIGN_IN),
    Way("the role of teacher", teacher_s_role, TO_SIGN_IN),
    Way("the account", account, TO_SIGN_IN),
    Way("a pupil of the division", pupil_in_the_division, (404, 404, 200)),
    Way("an open campaign", open_campaign, (200, 409, 200)),
)


@pytest.fixture
def lycee() -> Lycee:
    made = found({"TCIEL1": 2, "TCIEL2": 1})
    made.open_entry(Level.TERMINALE)
    return made


@contextmanager
def held(way: Way, lycee: Lycee) -> Iterator[Client]:
    """A browser of somebody who holds the right; withdrawn on leaving."""
    steps = way.holding(lycee)
    yield signed_in(next(steps))
    assert next(steps, None) is None


def answers(client: Client, lycee: Lycee, pupil: int, key: str, said: str) -> Sequence[Any]:
    """The page, the save of a field, the cells of the class: `said` is typed by the last two."""
    livret = f"{DIPLOMA}livrets/{pupil}/"
    cells = f"{DIPLOMA}divisions/{lycee.division('TCIEL1').pk}/cellules/"
    field = {"champ": key, "valeur": said, "remplace": written(key)}
    page = client.get(livret)
    save = client.post(f"{livret}champ/", field, HTTP_HX_REQUEST="true")
    cell = {"eleve": pupil, "champ": key, "valeur": f"{said} !", "remplace": written(key)}
    whole = client.post(cells, {"cellules": [cell]}, content_type="application/json")
    return page, save, whole


def written(key: str) -> str:
    """What stands in the field of the first pupil."""
    column = {SPECIALITY: "appreciation", PFMP: "pfmp_synthesis"}[key]
    own = Livret.objects.filter(student__siecle_id=1001).values_list(column, flat=True)
    return own.first() or ""


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.name)
def test_a_right_withdrawn_closes_what_is_open(lycee: Lycee, way: Way) -> None:
    pupil = lycee.enrolment(1001).pk
    with held(way, lycee) as client:
        before = answers(client, lycee, pupil, way.key, "Sérieux")
        stood = written(way.key)

    after = answers(client, lycee, pupil, way.key, "Trop tard")

    assert [answer.status_code for answer in before] == [200, 200, 200]
    assert stood == "Sérieux !"
    assert tuple(answer.status_code for answer in after) == way.after
    assert written(way.key) == "Sérieux !"
    assert told(after[2]) in {None, "refus"}


def told(answer: Any) -> str | None:
    """What became of the one cell sent, when the class is still there."""
    return answer.json()["cellules"][0]["etat"] if answer.status_code == 200 else None


@pytest.mark.parametrize("way", [way for way in WAYS if way.key == PFMP], ids=lambda way: way.name)
def test_a_right_on_the_pfmp_never_opens_the_speciality(lycee: Lycee, way: Way) -> None:
    pupil = lycee.enrolment(1001).pk
    with held(way, lycee) as client:
        field = {"champ": "moyenne_1", "valeur": "12", "remplace": ""}
        got = client.post(f"{DIPLOMA}livrets/{pupil}/champ/", field, HTTP_HX_REQUEST="true")

    speciality = way.holding is synthesis_by_the_speciality
    assert got.status_code == (200 if speciality else 403)
