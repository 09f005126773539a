"""P6: the class grid of 35 pupils: the queries to open it and to save one cell of it."""

import itertools
from collections.abc import Callable, Iterator
from typing import Any

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from benchmarks.data import PUPILS, Class
from benchmarks.measuring import Line, Work, interleaved, milliseconds, queries_of
from livretpro.accounts.models import User
from livretpro.livrets.models import Degree
from livretpro.schools.models import Enrolment, HandTeacher, Membership, Staff
from livretpro.schools.rules import Role

OPEN, SAVE = 15, 8
WHO_ASKS = 2
"""The session and its person: every page of any site reads them."""


def teacher(of: Class) -> Client:
    """A browser of somebody who teaches the speciality to the class."""
    year = of.division.school_year
    user = User.objects.create(
        identifier="karine.exemple", last_name="EXEMPLE", first_name="Karine"
    )
    Membership.objects.create(
        user=user, school=year.school, role=Role.ENSEIGNANT, start=timezone.localdate()
    )
    line = Staff.objects.create(
        school=year.school, last_name="EXEMPLE", first_name="Karine", name_key="exemple", user=user
    )
    HandTeacher.objects.create(staff=line, division=of.division, cfd=of.diploma.cfd)
    client = Client(SERVER_NAME="localhost")
    client.force_login(user)
    return client


def measure(of: Class, client: Client) -> Iterator[Line]:
    """Count the queries of a teacher of the class; tell what the processor is asked for."""
    address = reverse(
        "suivi:division", args=[of.division.school_year.school.uai, of.diploma.cfd, of.division.pk]
    )
    save = saver(client, f"{address}cellules/", of)
    for visit in (lambda: client.get(address), save):
        visit()  # the first visit writes the session
    opened, saved = queries_of(lambda: client.get(address)), queries_of(save) - WHO_ASKS
    yield Line(
        "P6",
        f"ouvrir la grille : {PUPILS} élèves, un enseignant",
        f"{opened} requêtes",
        f"≤ {OPEN}",
        opened <= OPEN,
    )
    yield Line(
        "P6",
        "y enregistrer une case, session et personne à part",
        f"{saved} requêtes",
        f"≤ {SAVE}",
        saved <= SAVE,
    )
    found = interleaved(Work(lambda: client.get(address)), Work(save))
    yield Line(
        "P6",
        "temps d’une ouverture et d’une saisie",
        f"{milliseconds(found.work)} et {milliseconds(found.floor)}",
        "pour mémoire",
        reached=True,
    )


def saver(client: Client, address: str, of: Class) -> Callable[[], Any]:
    """What saves the other of two degrees, so that each save changes something."""
    pupil = Enrolment.objects.filter(division=of.division).order_by("pk")[0]
    held = Degree.objects.filter(livret__student=pupil.student).select_related("competence")[0]
    stands = itertools.cycle((held.value, held.value % 4 + 1))
    before = next(stands)

    def save() -> None:
        nonlocal before
        cell = {"eleve": pupil.pk, "champ": f"competence:{held.competence.code}"}
        cell |= {"valeur": str(after := next(stands)), "remplace": str(before)}
        answer = client.post(address, {"cellules": [cell]}, content_type="application/json")
        if answer.json()["cellules"][0]["etat"] != "garde":
            raise AssertionError(answer.content)
        before = after

    return save
