"""Pages where marks, appraisals and general appraisals are typed, without JavaScript."""

import json
from typing import Any

import pytest
from django.test import Client

import bulletin_factories as make
import factories
from livretpro.bulletins.models import (
    Appraisal,
    Assessment,
    BulletinSettings,
    GeneralAppraisal,
    Mark,
    Service,
    TeacherGrade,
)
from livretpro.bulletins.words import Source
from livretpro.schools.models import Enrolment, Student
from livretpro.schools.rules import Role
from query_counts import queries
from read_page import ReadPage, words

pytestmark = pytest.mark.django_db

PHRASES = f"/ecole/{factories.UAI}/phrases/"
PERIOD = f"/bulletins/{factories.UAI}/periodes/1"


@pytest.fixture
def client_of_head() -> Client:
    return signed_in(Role.CHEF, "chef")


def signed_in(role: Role, identifier: str) -> Client:
    person = factories.user(identifier)
    factories.membership(person, role)
    client = Client()
    client.force_login(person)
    return client


def desk(pupils: int = 1) -> tuple[Service, list[Student]]:
    """A service, its pupils, its first piece of work, in an open period."""
    service, period = make.service(), make.period()
    own = [factories.student(1001 + n, last_name=f"NOM{n}") for n in range(pupils)]
    for one in own:
        factories.enrolment(one, into=service.division)
    Assessment.objects.create(service=service, period=period, label="Devoir 1", day=period.start)
    return service, own


def sent(**fields: str) -> dict[str, str]:
    """A form: `v1_prof="12"` types over nothing, `v1_prof=("12", "8,00")` over a value."""
    typed: dict[str, str] = {}
    seen: dict[str, str] = {}
    for name, value in fields.items():
        key = name.replace("__", ":")
        typed[key], seen[key] = value if isinstance(value, tuple) else (value, "")
    return typed | {"vus": json.dumps(seen)}


def field(pupil: Student, key: str) -> str:
    return f"v__{pupil.pk}__{key.replace(':', '__')}"


def page(answer: Any) -> ReadPage:
    return ReadPage(answer)


def test_the_grid_is_read_typed_and_kept(client_of_head: Client) -> None:
    service, (pupil,) = desk()
    address = f"{PERIOD}/saisie/{service.pk}/"
    note = f"note:{Assessment.objects.get().pk}"

    kept = client_of_head.post(
        address, sent(**{field(pupil, note): "12,5", field(pupil, "prof"): "14"})
    )
    shown = client_of_head.get(address).content.decode()

    assert (kept.status_code, kept["Location"]) == (302, address)
    assert Mark.objects.get().value == 12.5
    assert TeacherGrade.objects.get().value == 14
    assert f'name="v:{pupil.pk}:{note}" value="12,50"' in shown
    assert "2 valeurs enregistrées." in shown


def test_two_values_face_to_face_are_both_on_the_page(client_of_head: Client) -> None:
    service, (pupil,) = desk()
    make.grade(service, pupil, "8.00", source=Source.CPRO)

    answer = client_of_head.post(
        f"{PERIOD}/saisie/{service.pk}/", sent(**{field(pupil, "prof"): "15"})
    )

    text = answer.content.decode()
    assert answer.status_code == 409
    assert f'name="v:{pupil.pk}:prof" value="15"' in text
    assert "Valeur enregistrée : 8,00." in text
    assert TeacherGrade.objects.get().value == 8
    again = client_of_head.post(
        f"{PERIOD}/saisie/{service.pk}/", sent(**{field(pupil, "prof"): ("15", "8,00")})
    )
    assert (again.status_code, TeacherGrade.objects.get().value) == (302, 15)


def test_what_is_refused_stays_on_the_page_and_the_rest_is_kept(client_of_head: Client) -> None:
    service, (first, second) = desk(2)
    key = "appreciation"

    answer = client_of_head.post(
        f"{PERIOD}/saisie/{service.pk}/appreciations/",
        sent(**{field(first, key): "x" * 301, field(second, key): "De réels progrès."}),
    )

    text = answer.content.decode()
    assert answer.status_code == 422
    assert "x" * 301 in text
    assert "1 de trop" in text
    assert Appraisal.objects.get().student == second


def test_what_was_typed_for_a_column_or_a_pupil_gone_meanwhile_is_told_with_its_text(
    client_of_head: Client,
) -> None:
    service, (stays, leaves) = desk(2)
    work = Assessment.objects.get()
    address = f"{PERIOD}/saisie/{service.pk}/"
    general = f"{PERIOD}/divisions/{service.division_id}/appreciations/"
    typed = {
        field(stays, f"note:{work.pk}"): "12",
        field(leaves, "prof"): "13",
        field(stays, "prof"): "14",
    }
    work.delete()
    Enrolment.objects.filter(student=leaves).update(end=make.period().start)

    answer = page(client_of_head.post(address, sent(**typed)))
    foot = page(client_of_head.post(general, sent(**{field(leaves, "generale"): "Bien."})))

    assert (answer.status, foot.status) == (422, 422)
    assert TeacherGrade.objects.get().student == stays
    rows = answer.main.xpath(".//table[@aria-label='Sans case']/tbody/tr")
    assert [[words(cell) for cell in row] for row in rows] == [
        ["NOM0 Léa", "Note", "12", "Ce devoir n’existe plus."],
        ["NOM1 Léa", "Note du professeur", "13", "Cet élève n’est plus dans cette liste."],
    ]
    assert "1 valeur n’est pas enregistrée et n’a plus de case sur cette page." in foot.text


def test_a_closed_period_is_only_read_and_says_why(client_of_head: Client) -> None:
    service, (pupil,) = desk()
    period = make.period()
    period.closed_at, period.closed_by = make.NOW, "le chef"
    period.save()

    shown = client_of_head.get(f"{PERIOD}/saisie/{service.pk}/").content.decode()
    answer = client_of_head.post(
        f"{PERIOD}/saisie/{service.pk}/", sent(**{field(pupil, "prof"): "15"})
    )

    assert "est clôturé depuis le 20/11/2025 par le chef" in shown
    assert "Enregistrer</button>" not in shown
    assert answer.status_code == 422
    assert not TeacherGrade.objects.exists()


def test_a_piece_of_work_is_added_refused_changed_and_removed(client_of_head: Client) -> None:
    service, _ = desk()
    add = f"{PERIOD}/saisie/{service.pk}/devoirs/"
    typed = {"intitule": "Contrôle", "jour": "2025-10-01", "coefficient": "2"}

    refused = client_of_head.post(add, typed | {"jour": "2026-05-01"})
    client_of_head.post(add, typed)
    made = Assessment.objects.get(label="Contrôle")
    one = f"{add}{made.pk}/"
    seen = {f"vu_{name}": value for name, value in typed.items()}
    client_of_head.post(one, typed | seen | {"intitule": "Examen"})
    stale = client_of_head.post(one, typed | seen | {"intitule": "Autre"})
    unread = client_of_head.post(one, {"faire": "supprimer", "notes": "1" * 5000})
    client_of_head.post(one, {"faire": "supprimer", "notes": "0:0"})

    assert refused.status_code == 422
    assert 'value="Contrôle"' in refused.content.decode()
    assert (stale.status_code, unread.status_code) == (409, 409)
    assert "Examen, 2025-10-01, coefficient 2" in stale.content.decode()
    assert [work.label for work in Assessment.objects.all()] == ["Devoir 1"]


def test_general_appraisals_are_typed_for_a_whole_division(client_of_head: Client) -> None:
    service, (first, second) = desk(2)
    address = f"{PERIOD}/divisions/{service.division_id}/appreciations/"

    client_of_head.post(
        address, sent(**{field(first, "generale"): "Bien.", field(second, "generale"): ""})
    )

    assert GeneralAppraisal.objects.get().text == "Bien."
    assert "Bien.</textarea>" in client_of_head.get(address).content.decode()


def test_a_form_that_is_not_ours_is_refused(client_of_head: Client) -> None:
    service, (pupil,) = desk()

    answer = client_of_head.post(
        f"{PERIOD}/saisie/{service.pk}/", {f"v:{pupil.pk}:prof": "12", "vus": "[1]"}
    )

    assert answer.status_code == 400


def test_a_teacher_finds_their_services_alone(client_of_head: Client) -> None:
    service, _ = desk()
    make.service(make.subject("Français", "020700"))
    teacher = signed_in(Role.ENSEIGNANT, "lea.petit")
    make.taught_by(service, factories.staff(person=factories.user("lea.petit")))

    own = page(teacher.get(f"{PERIOD}/saisie/")).main.xpath(".//tbody//th/text()")
    every = page(client_of_head.get(f"{PERIOD}/saisie/")).main.xpath(".//tbody//th/text()")

    assert (len(own), len(every)) == (1, 2)


def test_a_teacher_who_is_administrator_too_reads_no_more_marks_than_a_teacher() -> None:
    service, _ = desk()
    other = make.service(make.subject("Français", "020700"))
    both = signed_in(Role.ENSEIGNANT, "lea.petit")
    factories.membership(factories.user("lea.petit"), Role.ADMINISTRATEUR)
    make.taught_by(service, factories.staff(person=factories.user("lea.petit")))

    pages = ("", "appreciations/")
    own, others = (
        [both.get(f"{PERIOD}/saisie/{one.pk}/{page}").status_code for page in pages]
        for one in (service, other)
    )

    assert (own, others) == ([200, 200], [404, 404])


def test_a_group_is_marked_in_the_periods_of_the_school_alone(client_of_head: Client) -> None:
    make.period(of=factories.division("1A"))
    workshop = make.service(group=make.group(factories.division("1B")))
    address = f"{PERIOD}/saisie/{workshop.pk}/"

    refused = client_of_head.get(address)
    written = client_of_head.post(
        f"{address}devoirs/", {"intitule": "Contrôle", "jour": "2025-10-01", "coefficient": "2"}
    )
    listed = page(client_of_head.get(f"{PERIOD}/saisie/"))
    make.period()

    assert (refused.status_code, written.status_code) == (404, 404)
    assert "Un groupe se note dans les périodes de l’établissement" in page(refused).text
    assert "L’établissement n’a pas cette période" in listed.text
    assert not listed.main.xpath(f".//a[@href='{address}']")
    assert not Assessment.objects.exists()
    assert client_of_head.get(address).status_code == 200


def phrases_of(answer: ReadPage) -> list[tuple[str, str]]:
    """The way from each text to its ready phrases: its address, the text it stands beside."""
    links = answer.main.xpath(".//a[@data-phrases]")
    return [(link.get("href"), link.get("data-pour")) for link in links]


def test_each_appraisal_leads_to_its_ready_phrases_without_scripts(client_of_head: Client) -> None:
    service, _ = desk()
    division = service.division
    assert division

    texts = {
        "bulletin_appreciation": page(
            client_of_head.get(f"{PERIOD}/saisie/{service.pk}/appreciations/")
        ),
        "bulletin_generale": page(
            client_of_head.get(f"{PERIOD}/divisions/{division.pk}/appreciations/")
        ),
    }

    for key, shown in texts.items():
        (area,) = shown.main.xpath(".//textarea/@id")
        assert phrases_of(shown) == [(f"{PHRASES}?champ={key}", area)]
        offered = page(client_of_head.get(f"{PHRASES}?champ={key}"))
        assert offered.main.xpath("string(.//option[@selected]/@value)") == key


def test_a_pupil_who_left_on_the_way_is_told_so(client_of_head: Client) -> None:
    service, (_, left) = desk(2)
    Enrolment.objects.filter(student=left).update(end=make.NOW.date())
    division = f"{PERIOD}/divisions/{service.division_id}/"
    pages = (f"{PERIOD}/saisie/{service.pk}/", f"{division}appreciations/", division)

    told = [
        page(client_of_head.get(one)).text.count("n’est plus là depuis le 20/11/2025")
        for one in pages
    ]

    assert told == [1, 1, 1]


def test_a_closed_period_offers_no_phrase(client_of_head: Client) -> None:
    service, _ = desk()
    period = make.period()
    period.closed_at, period.closed_by = make.NOW, "le chef"
    period.save()

    shown = page(client_of_head.get(f"{PERIOD}/saisie/{service.pk}/appreciations/"))

    assert phrases_of(shown) == []


def test_a_teacher_who_follows_no_pupil_keeps_phrases_for_bulletins_alone() -> None:
    teacher = signed_in(Role.ENSEIGNANT, "enseignant")
    BulletinSettings.objects.create(school=factories.school(), appraisal_max=120)
    typed = {"champ": "bulletin_appreciation", "texte": "x" * 121}

    refused = page(teacher.post(PHRASES, typed))
    teacher.post(PHRASES, typed | {"texte": "Des progrès réels."})
    elsewhere = teacher.post(PHRASES, {"champ": "appreciation", "texte": "Du sérieux."})

    assert "La phrase compte 121 caractères : la limite est de 120, 1 de trop." in refused.text
    assert [words(one) for one in refused.main.xpath(".//select[@id='champ']/option")] == [
        "Appréciation au bulletin (120)",
        "Appréciation générale du bulletin (500)",
    ]
    assert elsewhere.status_code == 400
    assert teacher.get(f"{PHRASES}liste/").json() == {
        "phrases": [
            {"champ": "bulletin_appreciation", "texte": "Des progrès réels.", "ecole": False}
        ]
    }


@pytest.mark.parametrize("services", [1, 3])
def test_the_list_of_services_costs_the_same_whatever_their_number(
    client_of_head: Client, services: int
) -> None:
    make.period()
    for number in range(services):
        make.service(into=factories.division(f"1D{number}"))
    client_of_head.get(f"{PERIOD}/saisie/")

    with queries(11):
        client_of_head.get(f"{PERIOD}/saisie/")


@pytest.mark.parametrize("pupils", [1, 3])
def test_the_grid_costs_the_same_whatever_the_number_of_pupils(
    client_of_head: Client, pupils: int
) -> None:
    service, own = desk(pupils)
    for pupil in own:
        make.mark(service, pupil)
        make.appraisal(service, pupil)
    client_of_head.get(f"{PERIOD}/saisie/")

    with queries(17):
        client_of_head.get(f"{PERIOD}/saisie/{service.pk}/")
