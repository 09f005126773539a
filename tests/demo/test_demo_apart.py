"""The demo leaves alone a school that already bears its UAI."""

import pytest

from livretpro.accounts.models import User
from livretpro.demo.actions import make_demo
from livretpro.demo.people import sign_ins
from livretpro.demo.structure import UAI
from livretpro.schools.founding import create_school
from livretpro.schools.models import School, Student

pytestmark = pytest.mark.django_db


def test_a_school_that_has_the_uai_is_not_touched() -> None:
    create_school(UAI, "Un vrai lycée")

    made = make_demo()

    assert made is False
    assert [school.name for school in School.objects.all()] == ["Un vrai lycée"]
    assert (Student.objects.count(), User.objects.count()) == (0, 0)


def test_without_the_school_there_is_no_sign_in_to_tell() -> None:
    assert sign_ins() == []
