"""The shell alone, a school, its head."""

import pytest
from django.test import Client
from pytest_django import Settings

from livretpro.accounts.models import User
from livretpro.referentiels.models import Diploma
from livretpro.schools.rules import Role
from web.base.valmeray import CIEL, MELEC, UAI, Valmeray, found_school, member, signed_in


@pytest.fixture(autouse=True)
def shell_urls(settings: Settings) -> None:
    """The shell alone, with empty pages behind its doors."""
    settings.ROOT_URLCONF = "web.base.shell_urls"


@pytest.fixture
def valmeray(db: None) -> Valmeray:
    return found_school(UAI, "Lycée professionnel de Valmeray")


@pytest.fixture
def diplomas(db: None) -> None:
    Diploma.objects.create(
        cfd=MELEC,
        sigle="MELEC",
        label="Métiers de l’électricité et de ses environnements connectés",
    )
    Diploma.objects.create(
        cfd=CIEL, sigle="CIEL", label="Cybersécurité, informatique et réseaux, électronique"
    )


@pytest.fixture
def head(valmeray: Valmeray) -> User:
    return member(valmeray.school, Role.CHEF)


@pytest.fixture
def as_head(head: User) -> Client:
    return signed_in(head)
