"""Two small schools and everybody who may knock at an address: who, what, with which body."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

import factories
from bilans import as_xlsx
from livretpro.accounts.actions import issue_code
from livretpro.accounts.models import User
from livretpro.bulletins.actions.assessments import Work, add_assessment
from livretpro.bulletins.actions.frames import create_frame
from livretpro.bulletins.actions.mockups import give_default
from livretpro.bulletins.actions.periods import create_periods
from livretpro.bulletins.actions.sectors import prefill_sectors
from livretpro.bulletins.actions.services import create_vocational
from livretpro.bulletins.batches import Asked, start_import
from livretpro.bulletins.models import ServiceTeacher
from livretpro.bulletins.queries.sectors import sectors
from livretpro.journal.models import Entry
from livretpro.livrets.models import Livret, VersionMove
from livretpro.lsl_export.profiles import Options
from livretpro.lsl_export.returned import keep_bilan
from livretpro.lsl_export.runs import start_run
from livretpro.lsl_registry.authority import assist
from livretpro.lsl_registry.deposits import make_token
from livretpro.lsl_registry.receiving import Deposit, receive
from livretpro.partners.actions import create_client
from livretpro.phrases.actions import add_phrase
from livretpro.phrases.rules import Text
from livretpro.referentiels.rules import Level
from livretpro.schools import actions as imports
from livretpro.schools.actors import command_author, command_line
from livretpro.schools.groups import make_group
from livretpro.schools.importing import jobs
from livretpro.schools.models import (
    HandTeacher,
    Membership,
    PfmpReferent,
    PrincipalTeacher,
    Staff,
    Substitution,
)
from livretpro.schools.rules import Role
from lycee import CIEL, UAI, Lycee, files, found, signed_in

OTHER_UAI = "0990002P"
PASSWORD = "une suite de mots assez longue"
PHRASED = Text("bulletin_appreciation", "Appréciation au bulletin", 300)
ROLES_ELSEWHERE = (Role.CHEF, Role.ADJOINT, Role.DDFPT, Role.ADMINISTRATEUR)
TEACHERS_ELSEWHERE = {
    "spécialité": "PETIT",
    "autre matière": "ROYER",
    "principal": "PRINCIPAL AILLEURS",
    "référent": "RÉFÉRENT AILLEURS",
}


@dataclass(frozen=True)
class Place:
    """A school with one of everything that has an address."""

    lycee: Lycee
    numbers: Mapping[str, Any]


@dataclass(frozen=True)
class World:
    """`own` is the school of the addresses; `subjects` are browsers, by column of the table."""

    own: Place
    other: Place
    subjects: Mapping[str, Client]
    elsewhere: Mapping[str, Client]


def world() -> World:
    """Make both schools and everybody, by the actions of the application."""
    own, other = _place(UAI, "VALMERAY"), _place(OTHER_UAI, "AILLEURS", reference=False)
    return World(own, other, _subjects(own.lycee), _elsewhere(other.lycee))


def _place(uai: str, name: str, *, reference: bool = True) -> Place:
    lycee = found({"TCIEL1": 2, "1CIEL1": 1}, uai=uai, reference=reference)
    lycee.open_entry(*Level)
    lycee.fill(1001, 1002)
    for last_name, first_name in (("PETIT", "Zoé"), ("ROYER", "Anne")):
        lycee.person(Role.ENSEIGNANT, last_name, first_name)
    _principal(lycee, name)
    _referent(lycee, name)
    return Place(lycee, _numbers(lycee, name))


def _principal(lycee: Lycee, name: str) -> None:
    """A professeur principal who teaches something else than the speciality."""
    staff = factories.staff(f"PRINCIPAL {name}", "Paul", of=lycee.school)
    division = lycee.division("TCIEL1")
    PrincipalTeacher.objects.create(staff=staff, division=division)
    lycee.person(Role.ENSEIGNANT, f"PRINCIPAL {name}", "Paul")


def _referent(lycee: Lycee, name: str) -> None:
    """The référent PFMP of the first pupil, who teaches nothing."""
    staff = factories.staff(f"RÉFÉRENT {name}", "Rose", of=lycee.school)
    PfmpReferent.objects.create(
        student=lycee.enrolment(1001).student,
        school_year=lycee.year,
        staff=staff,
        start=lycee.year.start,
    )
    lycee.person(Role.ENSEIGNANT, f"RÉFÉRENT {name}", "Rose")


def _numbers(lycee: Lycee, name: str) -> dict[str, Any]:
    """What the addresses name, by the word that stands for it there."""
    division = lycee.division("TCIEL1")
    by_hand = Staff.objects.create(
        school=lycee.school, last_name="AJOUTÉ", first_name="Max", name_key="ajoute max"
    )
    line = HandTeacher.objects.create(staff=by_hand, division=division, cfd=CIEL)
    announced = lycee.announce()
    leaving = lycee.person(Role.ENSEIGNANT, f"PARTANT {name}", "Luc")
    return {
        "uai": lycee.school.uai,
        "cfd": CIEL,
        "division": division.pk,
        "enrolment": lycee.enrolment(1001).pk,
        "version": lycee.export("TCIEL1").version.pk,
        "run": start_run([lycee.division("1CIEL1")], lycee.diploma, Options(), by=lycee.actor).pk,
        "returned": _returned(lycee),
        "line": line.pk,
        "principal": PrincipalTeacher.objects.create(
            staff=by_hand, division=division, start=lycee.year.start, by_hand=True
        ).pk,
        "declared": make_group(
            lycee.year,
            CIEL,
            Level.TERMINALE,
            "Atelier",
            {lycee.enrolment(1001).student_id},
            by=lycee.actor,
        ).pk,
        "batch": _import(lycee),
        "frame": _frame(lycee),
        "cpro_import": start_import(
            lycee.year, [lycee.division("1CIEL1")], Asked(1), by=lycee.actor
        ).pk,
        "lsl_import": receive(Deposit([("TMELEC1.xml", b"<lsl/>")]), by=lycee.actor)[0].pk,
        "eleve": 1001,
        "partner": create_client("PRONOTE", by=lycee.actor).client.pk,
        "token": make_token("PRONOTE", by=lycee.actor).token.pk,
        "numero": 1,
        "number": 1,
        "phrase": add_phrase(PHRASED, "Des progrès.", school_wide=True, by=lycee.actor).pk,
        "level": Level.TERMINALE.value,
        "slug": "glossaire",
        "announcement": announced.pk,
        "passage": _move(lycee),
        "substitution": _substitution(lycee, by_hand),
        "membership": Membership.objects.get(user=leaving).pk,
        "code": issue_code(leaving, now=timezone.now()),
        **_bulletins(lycee),
    }


def _bulletins(lycee: Lycee) -> dict[str, int]:
    """A first period, a service of PETIT Zoé with a piece of work, a mock-up given."""
    division = lycee.division("TCIEL1")
    (period, *_) = create_periods(division, by=lycee.actor)
    service = create_vocational(division, by=lycee.actor)
    teacher = Staff.objects.get(school=lycee.school, last_name="PETIT")
    ServiceTeacher.objects.get_or_create(service=service, staff=teacher)
    work = Work("Devoir", period.start.isoformat())
    return {
        "service": service.pk,
        "assessment": add_assessment(service, period, work, by=lycee.actor).pk,
        "mockup": give_default(division, period, by=lycee.actor).pk,
    }


def _frame(lycee: Lycee) -> int:
    """The frame of the vocational subject for CIEL."""
    prefill_sectors(by=lycee.actor)
    sector = next(one for one in sectors(lycee.school) if one.code == CIEL)
    return int(create_frame(sector, by=lycee.actor).pk)


def _substitution(lycee: Lycee, substitute: Staff) -> int:
    absent = Staff.objects.get(school=lycee.school, last_name="ROYER")
    made = Substitution.objects.create(absent=absent, substitute=substitute, start=lycee.year.start)
    return int(made.pk)


def _returned(lycee: Lycee) -> int:
    """A bilan of LSL that says of no file which one it is about."""
    lines = [["ELEVE_ID", "Statut"], ["1001", "PARTIEL"]]
    return int(keep_bilan(as_xlsx({"Élèves": lines}), "bilan.xlsx", by=lycee.actor).bilan.pk)


def _move(lycee: Lycee) -> int:
    """A move of livrets to a version, still to be undone."""
    made = VersionMove.objects.create(
        school_year=lycee.year, cfd=CIEL, to=lycee.diploma.referentiel, author_name="Chef"
    )
    return int(made.pk)


def _import(lycee: Lycee) -> int:
    """An import whose preview waits for an answer."""
    content = files({"TCIEL1": 2, "1CIEL1": 1}, uai=lycee.school.uai)
    named = [(f"{number}.xml", data) for number, data in enumerate(content)]
    batch = imports.start_import(lycee.school, named, by=command_line(lycee.school))
    jobs.read_batch(batch.pk, on=timezone.localdate())
    return int(batch.pk)


def _subjects(lycee: Lycee) -> dict[str, Client]:
    disabled = lycee.person(Role.CHEF, "ANCIEN", "Guy")
    browsers = {
        "anonyme": Client(),
        "désactivé": signed_in(disabled),
        "spécialité": signed_in(_person("PETIT")),
        "autre matière": signed_in(_person("ROYER")),
        "principal": signed_in(_person("PRINCIPAL VALMERAY")),
        "référent": signed_in(_person("RÉFÉRENT VALMERAY")),
        "ddfpt": signed_in(lycee.person(Role.DDFPT, "MORVAUDIN", "Guy")),
        "adjoint": signed_in(lycee.person(Role.ADJOINT, "SECOND", "Guy")),
        "chef": signed_in(lycee.person(Role.CHEF)),
        "administrateur": signed_in(lycee.person(Role.ADMINISTRATEUR, "BRASQUIER", "Ada")),
        "assistance": signed_in(_assistant()),
    }
    User.objects.filter(pk=disabled.pk).update(is_active=False)
    return browsers


def _assistant() -> User:
    """A member of the assistance académique, who has a role in no school."""
    user = factories.user("anne.assistance")
    assist(user, by=command_author(), now=timezone.now())
    return user


def _person(last_name: str) -> User:
    return User.objects.filter(last_name=last_name).order_by("pk")[0]


def _elsewhere(lycee: Lycee) -> dict[str, Client]:
    """Everybody of the other school: nothing of the first one may show."""
    own = User.objects.filter(memberships__school=lycee.school)
    teachers = {
        subject: signed_in(own.get(last_name=last_name))
        for subject, last_name in TEACHERS_ELSEWHERE.items()
    }
    heads = {role: signed_in(lycee.person(role, "LOIN", role)) for role in ROLES_ELSEWHERE}
    return teachers | heads


def _first_average(lycee: Lycee) -> int:
    """The entry of the journal that tells the average of the first pupil."""
    livret = Livret.objects.get(student__siecle_id=1001, student__school=lycee.school)
    uai, key = lycee.school.uai, str(livret.pk)
    return int(Entry.objects.get(school_uai=uai, key=key, field="moyenne_1").pk)


def _staff(lycee: Lycee, last_name: str) -> int:
    """A member of the staff."""
    return int(Staff.objects.get(school=lycee.school, last_name=last_name).pk)


Body = Mapping[str, Any]
BODIES: dict[str, Callable[[Place], Body]] = {
    "account_login": lambda _: {"login": "personne", "password": PASSWORD},
    "activation": lambda place: {"code": place.numbers["code"]},
    "activate": lambda _: {"password": PASSWORD, "again": PASSWORD},
    "phrase": lambda _: {"texte": "Du sérieux.", "vu": "Des progrès."},
    "phrases": lambda _: {"champ": PHRASED.key, "texte": "Un bon trimestre."},
    "forgotten": lambda _: {"identifiant": "personne"},
    "search": lambda _: {"q": "aubry"},
    "accounts": lambda _: {
        "role": "enseignant",
        "last_name": "NOUVEAU",
        "first_name": "Ana",
    },
    "account_member": lambda _: {"last_name": "PARTANT", "first_name": "Luc"},
    "accounts_known": lambda _: {"connu-role": "ddfpt", "connu-identifier": "anne.royer"},
    "bulletins:frames": lambda place: {
        "faire": "codes",
        "referentiel": place.numbers["frame"],
    },
    "bulletins:appraisals": lambda _: {"vus": "{}"},
    "bulletins:degrees": lambda _: {"vus": "{}"},
    "bulletins:general": lambda _: {"vus": "{}"},
    "bulletins:marks": lambda _: {"vus": "{}"},
    "bulletins:mockup": lambda _: {"faire": "apercu"},
    "bulletins:mockups": lambda _: {"nom": "Essai", "regroupement": "element"},
    "bulletins:mockups_assign": lambda place: {
        "maquette": place.numbers["mockup"],
        "division": place.numbers["division"],
        "periode": place.numbers["number"],
    },
    "bulletins:publication": lambda _: {"jour": "2026-01-10"},
    "bulletins:work": lambda _: {"faire": "supprimer", "notes": "0:0"},
    "bulletins:work_add": lambda place: {
        "intitule": "Contrôle",
        "jour": place.lycee.year.start.isoformat(),
        "coefficient": "1",
    },
    "bulletins:mend": lambda _: {"reparation": "filiere", "periode": "1"},
    "bulletins:periods": lambda _: {"faire": "creer", "periodicite": "T"},
    "bulletins:sectors": lambda _: {"faire": "remplir"},
    "bulletins:services_of_class": lambda _: {"faire": "regrouper", "nom": "Atelier"},
    "bulletins:subjects": lambda _: {"faire": "creer", "libelle": "Atelier"},
    "suivi:announce": lambda place: {
        "message": "Bonjour.",
        "derniere": place.numbers["announcement"],
    },
    "suivi:campaign": lambda _: {"niveau": "terminale", "fermeture": "12/06/2026"},
    "suivi:division": lambda _: {"champ": "competence:C01"},
    "suivi:export_archive": lambda place: {"version": place.numbers["version"]},
    "suivi:export_several": lambda place: {"division": place.numbers["division"], "profil": "1.1"},
    "suivi:division_choice": lambda _: {"choix": "semaines", "valeur": "22"},
    "suivi:export_division": lambda _: {"profil": "1.0"},
    "suivi:group": lambda place: {
        "nom": "Atelier B",
        "eleve": place.lycee.enrolment(1001).pk,
    },
    "suivi:groups": lambda place: {
        "niveau": "terminale",
        "nom": "Atelier C",
        "eleve": place.lycee.enrolment(1002).pk,
    },
    "imports": lambda _: {"fichiers": SimpleUploadedFile("eleves.xml", b"<x/>")},
    "suivi:livret": lambda _: {"moyenne_1": "13", "vu_moyenne_1": "12,50"},
    "suivi:livret_field": lambda _: {
        "champ": "moyenne_1",
        "valeur": "13",
        "remplace": "12,50",
    },
    "suivi:livret_restore": lambda place: {
        "entree": _first_average(place.lycee),
        "remplace": "12,50",
    },
    "suivi:partners": lambda _: {"nom": "AUTRE"},
    "registre:tokens": lambda _: {"nom": "AUTRE"},
    "suivi:period_dates": lambda _: {"niveau": "terminale"},
    "suivi:periodicity": lambda _: {"niveau": "terminale", "periodicite": "T"},
    "suivi:project": lambda _: {"niveau": "terminale", "ouvrir": "non"},
    "suivi:referents": lambda _: {"tous": "on", "retirer": "on"},
    "suivi:referentiel_edit": lambda _: {"code_1": "C1", "intitule_1": "Lire", "rang_1": "1"},
    "suivi:referentiel_move": lambda _: {"version": "0"},
    "suivi:referentiel_undo": lambda place: {"passage": place.numbers["passage"]},
    "suivi:returned_bilan_tie": lambda place: {"version": place.numbers["version"]},
    "suivi:returned_bilans": lambda _: {"fichier": SimpleUploadedFile("bilan.xls", b"<html>")},
    "suivi:subjects": lambda _: {"matiere": "071100"},
    "suivi:substitutions": lambda place: {
        "absent": _staff(place.lycee, "PETIT"),
        "suppleant": _staff(place.lycee, "AJOUTÉ"),
        "du": place.lycee.year.start.isoformat(),
    },
    "suivi:teachers": lambda _: {"pfmp": "non"},
    "suivi:verify": lambda _: {"fichier": SimpleUploadedFile("lsl.xml", b"<x/>")},
}
"""What a POST sends, so that it reaches its effect: everything else sends nothing."""
