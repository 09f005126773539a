"""Saving from the entry page: one field at a time, or the whole form without JavaScript."""

import json

import pytest
from django.http import HttpResponse
from django.test import Client
from lxml import html
from pytest_django import DjangoAssertNumQueries

from livret_factories import FULL, MANDATORY, Classroom, classroom, typed
from livretpro.journal.models import Entry
from livretpro.livrets.models import Livret, Periodicity
from livretpro.livrets.queries import sheets
from livretpro.livrets.rules import Content, Teacher
from livretpro.schools.models import Enrolment, HandTeacher
from read_page import ReadPage, words
from web.suivi.class_people import (
    address,
    chef,
    principal,
    referent,
    signed_in,
    stranger,
    teacher,
    teacher_elsewhere,
)

pytestmark = pytest.mark.django_db
SESSION_AND_DOOR = 2 + 4
HTMX = {"HTTP_HX_REQUEST": "true"}


def save(
    client: Client, enrolment: Enrolment, champ: str, valeur: str, *, remplace: str = ""
) -> HttpResponse:
    sent = {"champ": champ, "valeur": valeur, "remplace": remplace}
    return client.post(address(enrolment, "champ/"), sent, **HTMX)


def told(answer: HttpResponse) -> dict[str, object]:
    """What the page is told about the field."""
    event: dict[str, object] = json.loads(answer.headers["HX-Trigger"])["livret:reponse"]
    return event


def part(answer: HttpResponse, identifier: str) -> str:
    """The words swapped into an element of the page."""
    root = html.fragment_fromstring(answer.content.decode(), create_parent="div")
    return words(root.xpath(f".//*[@id='{identifier}'][@hx-swap-oob]")[0])


def content(room: Classroom) -> Content:
    return sheets([room.first], room.year)[0].content


def form(page: ReadPage) -> dict[str, str]:
    """What a browser without JavaScript would send."""
    chosen = page.main.xpath(".//form[@id='livret']")[0]
    not_entered = {
        radio.get("name"): "" for radio in chosen.xpath(".//input[@checked and @value='']")
    }
    return dict(chosen.form_values()) | not_entered


def test_a_field_is_saved_and_the_page_is_told_what_changes() -> None:
    room = classroom(1)
    typed(room.first, {key: text for key, text in FULL.items() if key != "moyenne_1"})
    client = signed_in(teacher(room))

    answer = save(client, room.first, "moyenne_1", " 12,5 ")

    assert answer.status_code == 200
    assert told(answer) == {"champ": "moyenne_1", "valeur": "12,50", "refus": False}
    assert part(answer, "etat") == "Vert complet"
    assert part(answer, "manque") == "Rien : ce livret est complet."
    assert part(answer, "annee") == "12,50 (non arrondie : 12,5)"
    assert part(answer, "groupe").startswith("1 sur 1 élève a une moyenne")
    assert part(answer, "marque-moyenne") == ""
    assert part(answer, "avis-moyenne_1") == ""
    assert part(answer, "recents").startswith("1er trimestre : 12,50 vous, aujourd’hui à ")
    assert part(answer, "enregistrement").startswith("Enregistré à ")
    assert content(room).averages == {1: 12.5}
    assert Entry.objects.latest("pk").author_name == "Karine DUVAL"


def test_an_emptied_field_is_missing_again() -> None:
    room = classroom(1)
    typed(room.first, MANDATORY)

    answer = save(signed_in(chef()), room.first, "competence:C2", "", remplace="3")

    assert part(answer, "etat") == "Rouge 1 donnée obligatoire manque"
    assert part(answer, "marque-competence-C2") == "Manque :"


def test_exporting_the_pfmp_turns_its_marks_red() -> None:
    room = classroom(1)
    typed(room.first, MANDATORY)

    answer = save(signed_in(chef()), room.first, "pfmp_exporter", "oui", remplace="non")

    root = html.fragment_fromstring(answer.content.decode(), create_parent="div")
    mark = root.xpath(".//*[@id='marque-pfmp_synthese']//svg/@class")
    assert mark == ["lp-mark lp-mark--rouge"]


def test_a_value_that_cannot_be_kept_is_refused_with_the_reason() -> None:
    room = classroom(1)
    client = signed_in(teacher(room))

    answer = save(client, room.first, "appreciation", "x" * 301)

    assert answer.status_code == 422
    assert told(answer) == {"champ": "appreciation", "valeur": "", "refus": True}
    assert part(answer, "avis-appreciation") == (
        "L’appréciation générale compte 301 caractères : la limite est de 300, 1 de trop."
    )
    assert part(answer, "enregistrement") == "Appréciation générale : non enregistré"
    assert Livret.objects.count() == 0


def test_two_people_on_one_field_see_both_values() -> None:
    room = classroom(1)
    typed(room.first, {"appreciation": "La mienne,\nla première."})
    client = signed_in(teacher(room))

    answer = save(client, room.first, "appreciation", "La vôtre.", remplace="")

    assert answer.status_code == 409
    root = html.fragment_fromstring(answer.content.decode(), create_parent="div")
    sides = root.xpath(".//*[@class='lp-two__side']")
    assert words(sides[0]) == "Vous La vôtre. Garder la mienne"
    assert words(sides[1]).startswith("chef d’établissement, aujourd’hui à ")
    assert words(sides[1]).endswith("La mienne, la première. Prendre l’autre")
    sent = [json.loads(values) for values in root.xpath(".//button/@hx-vals")]
    assert sent == [
        {
            "champ": "appreciation",
            "valeur": "La vôtre.",
            "remplace": "La mienne,\nla première.",
        },
        {
            "champ": "appreciation",
            "valeur": "La mienne,\nla première.",
            "remplace": "La mienne,\nla première.",
        },
    ]
    assert content(room).appreciation == "La mienne,\nla première."


@pytest.mark.parametrize(
    ("key", "stands", "typed_text", "mine"),
    [
        ("competence:C1", "2", "0", "rien"),
        ("competence:C1", "2", " 4 ", "4, bien maîtrisée"),
        ("moyenne_1", "7", "12.5", "12,50"),
        ("moyenne_1", "7", "nn", "non noté"),
    ],
)
def test_a_conflict_shows_what_would_be_kept(
    key: str, stands: str, typed_text: str, mine: str
) -> None:
    room = classroom(1)
    typed(room.first, {key: stands})

    answer = save(signed_in(teacher(room)), room.first, key, typed_text)

    assert answer.status_code == 409
    root = html.fragment_fromstring(answer.content.decode(), create_parent="div")
    assert words(root.xpath(".//*[@class='lp-two__side']")[0]) == f"Vous {mine} Garder la mienne"


@pytest.mark.parametrize(("choice", "stands"), [(0, 4), (1, 2)])
def test_either_value_can_be_chosen(choice: int, stands: int) -> None:
    room = classroom(1)
    typed(room.first, {"competence:C1": "2"})
    client = signed_in(teacher(room))
    conflict = save(client, room.first, "competence:C1", "4")
    root = html.fragment_fromstring(conflict.content.decode(), create_parent="div")

    chosen = json.loads(root.xpath(".//button/@hx-vals")[choice])
    answer = client.post(address(room.first, "champ/"), chosen, **HTMX)

    assert told(answer) == {"champ": "competence:C1", "valeur": str(stands), "refus": False}
    assert content(room).degrees == {"C1": stands}


def test_saving_twice_has_one_effect() -> None:
    room = classroom(1)
    client = signed_in(chef())

    answers = [save(client, room.first, "moyenne_1", "12") for _ in range(2)]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert Entry.objects.filter(field="moyenne_1").count() == 1


def test_each_person_writes_their_own_part() -> None:
    room = classroom(1)
    expected = {
        (chef(), "moyenne_1"): 200,
        (teacher(room), "moyenne_2"): 200,
        (principal(room), "moyenne_3"): 403,
        (referent(room), "moyenne_3"): 403,
        (teacher_elsewhere(room), "moyenne_3"): 404,
        (stranger(), "moyenne_3"): 404,
    }

    got = {
        (user, key): save(signed_in(user), room.first, key, "12").status_code
        for user, key in expected
    }

    assert got == expected
    assert content(room).averages == {1: 12, 2: 12}


def test_the_referent_writes_the_pfmp_of_their_pupils_alone() -> None:
    room = classroom(2)
    client = signed_in(referent(room))
    answers = {
        (room.first, "pfmp_synthese", "Six semaines."): 200,
        (room.first, "pfmp_nom", "BLANC"): 200,
        (room.first, "pfmp_semaines", "6"): 200,
        (room.first, "pfmp_etranger", "oui"): 200,
        (room.first, "appreciation", "Bien."): 403,
        (room.first, "projet_note", "12"): 403,
        (room.pupils[1], "pfmp_synthese", "Six semaines."): 404,
    }

    got = {sent: save(client, *sent).status_code for sent in answers}

    assert got == answers
    assert content(room).pfmp.synthesis == "Six semaines."
    assert Livret.objects.get().student == room.first.student


def test_who_may_not_write_is_told_so_under_the_field() -> None:
    room = classroom(1)

    answer = save(signed_in(principal(room)), room.first, "moyenne_1", "12")

    assert part(answer, "avis-moyenne_1") == (
        "Votre rôle ne permet pas d’écrire cette partie du livret."
    )


def test_a_closed_entry_refuses_and_says_who_opens_it() -> None:
    room = classroom(1)
    Periodicity.objects.all().delete()

    answer = save(signed_in(chef()), room.first, "moyenne_1", "12")

    assert answer.status_code == 409
    assert part(answer, "avis-moyenne_1").startswith("La saisie est fermée :")
    assert Livret.objects.count() == 0


@pytest.mark.parametrize(
    ("key", "status"),
    [("inconnu", 400), ("", 400), ("competence:C9", 422), ("competence:C9\x00", 400)],
)
def test_a_field_that_does_not_exist_is_not_saved(key: str, status: int) -> None:
    room = classroom(1)

    answer = save(signed_in(chef()), room.first, key, "3")

    assert answer.status_code == status
    assert Entry.objects.filter(kind="livret").count() == 0


def test_an_apprentice_has_nothing_to_save() -> None:
    room = classroom(2)
    Enrolment.objects.filter(pk=room.first.pk).update(status="AP")
    client = signed_in(chef())

    answers = [
        save(client, room.first, "moyenne_1", "12"),
        client.post(address(room.first), {"moyenne_1": "12", "remplace:moyenne_1": ""}),
    ]

    assert [answer.status_code for answer in answers] == [409, 409]
    assert Livret.objects.count() == 0


def test_a_field_is_only_posted(client: Client) -> None:
    room = classroom(1)

    assert signed_in(chef()).get(address(room.first, "champ/")).status_code == 405
    assert client.post(address(room.first, "champ/")).headers["Location"].startswith("/connexion/")


def test_a_field_posted_without_htmx_leads_back_to_the_livret() -> None:
    room = classroom(1)
    client = signed_in(chef())
    sent = {"champ": "moyenne_1", "valeur": "12", "remplace": ""}

    saved = client.post(address(room.first, "champ/"), sent)
    refused = client.post(address(room.first, "champ/"), {**sent, "valeur": "21"})

    assert (saved.status_code, saved.headers["Location"]) == (302, address(room.first))
    assert refused.status_code == 422
    assert "« 21 » n’est pas entre 0 et 20." in ReadPage(refused).text


@pytest.mark.parametrize("pupils", [1, 3])
def test_a_save_costs_the_same_whatever_the_number_of_pupils(
    pupils: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    room = classroom(pupils)
    for enrolment in room.pupils:
        typed(enrolment, MANDATORY)
    client = signed_in(chef())
    client.get(address(room.first))

    # Two words of a savepoint, periodicity, livret, value, write, two of the journal; the page.
    with django_assert_num_queries(SESSION_AND_DOOR + 1 + 9 + 7):
        save(client, room.first, "moyenne_1", "13", remplace="12,50")


def test_the_whole_form_saves_what_was_changed_and_nothing_else() -> None:
    room = classroom(1)
    typed(room.first, MANDATORY)
    client = signed_in(teacher(room))
    sent = form(ReadPage(client.get(address(room.first))))
    before = Entry.objects.count()

    answer = client.post(
        address(room.first),
        sent | {"moyenne_2": "14", "competence:C1": "4", "appreciation": "Deux\r\nlignes."},
        follow=True,
    )

    assert answer.redirect_chain == [(address(room.first), 302)]
    assert ReadPage(answer).messages()[0] == "3 valeurs enregistrées."
    held = content(room)
    assert (held.averages, held.degrees["C1"]) == ({1: 12.5, 2: 14}, 4)
    assert held.appreciation == "Deux\nlignes."
    assert Entry.objects.count() - before == 3


def test_the_form_sent_as_it_stands_changes_nothing() -> None:
    room = classroom(1)
    typed(room.first, FULL | {"pfmp_exporter": "oui", "pfmp_etranger": "non"})
    client = signed_in(teacher(room))
    sent = form(ReadPage(client.get(address(room.first))))
    before = Entry.objects.count()

    answer = client.post(address(room.first), sent, follow=True)

    assert ReadPage(answer).messages()[0] == "Rien n’avait changé : rien n’a été enregistré."
    assert Entry.objects.count() == before


def test_an_unticked_box_is_saved() -> None:
    room = classroom(1)
    typed(room.first, {"pfmp_exporter": "oui"})
    client = signed_in(chef())
    sent = form(ReadPage(client.get(address(room.first))))

    client.post(address(room.first), sent | {"pfmp_exporter": "non"})

    assert content(room).pfmp.exported is False


def test_the_form_keeps_what_it_refuses_and_saves_the_rest() -> None:
    room = classroom(1)
    client = signed_in(teacher(room))
    sent = form(ReadPage(client.get(address(room.first))))
    long = "é" * 301

    answer = client.post(
        address(room.first), sent | {"moyenne_1": "vingt", "moyenne_2": "12", "appreciation": long}
    )

    page = ReadPage(answer)
    assert page.status == 422
    average = page.main.xpath(".//input[@name='moyenne_1']")[0]
    assert (average.get("value"), average.get("aria-invalid")) == ("vingt", "true")
    assert average.get("autofocus") is not None
    text = page.main.xpath(".//textarea[@name='appreciation']")[0]
    assert (text.value, text.get("aria-invalid"), text.get("autofocus")) == (long, "true", None)
    assert words(page.main.xpath(".//*[@id='compte-appreciation']")[0]) == "301 / 300, 1 de trop"
    assert [words(alert) for alert in page.main.xpath(".//*[@role='alert']")] == [
        "« vingt » n’est pas une note : écrivez par exemple 12,5.",
        "L’appréciation générale compte 301 caractères : la limite est de 300, 1 de trop.",
    ]
    assert content(room).averages == {2: 12}


def test_a_conflict_of_the_form_waits_for_a_choice() -> None:
    room = classroom(1)
    client = signed_in(teacher(room))
    sent = form(ReadPage(client.get(address(room.first)))) | {"moyenne_1": "9"}
    typed(room.first, {"moyenne_1": "15"})

    conflict = ReadPage(client.post(address(room.first), sent))
    again = ReadPage(client.post(address(room.first), form(conflict)))

    assert (conflict.status, again.status) == (409, 409)
    assert form(conflict)["moyenne_1"] == "9,00"
    assert content(room).averages == {1: 15}


@pytest.mark.parametrize(("button", "stands"), [("garder", 9), ("prendre", 15)])
def test_the_choice_is_made_by_a_button_of_the_form(button: str, stands: int) -> None:
    room = classroom(1)
    client = signed_in(teacher(room))
    sent = form(ReadPage(client.get(address(room.first)))) | {"moyenne_1": "9"}
    typed(room.first, {"moyenne_1": "15"})
    conflict = ReadPage(client.post(address(room.first), sent))

    answer = client.post(address(room.first), form(conflict) | {button: "moyenne_1"})

    assert answer.status_code == 302
    assert content(room).averages == {1: stands}


def test_a_teacher_adds_their_own_name_at_a_press() -> None:
    room = classroom(1)
    typed(room.first, {"enseignant_1_nom": "ROUX", "enseignant_1_prenom": "Stéphane"})
    client = signed_in(teacher(room))
    sent = form(ReadPage(client.get(address(room.first))))

    client.post(address(room.first), sent | {"ajouter": "enseignant"})

    assert content(room).teachers == {1: Teacher("ROUX", "Stéphane"), 2: Teacher("DUVAL", "Karine")}


def test_a_head_who_teaches_nothing_cannot_be_added_by_a_forged_form() -> None:
    room = classroom(1)
    client = signed_in(chef())
    sent = form(ReadPage(client.get(address(room.first))))

    client.post(address(room.first), sent | {"ajouter": "enseignant"})

    assert content(room).teachers == {}


def test_a_form_of_a_part_one_may_not_write_changes_nothing() -> None:
    room = classroom(1)
    client = signed_in(principal(room))
    forged = {"moyenne_1": "20", "remplace:moyenne_1": ""}

    answer = client.post(address(room.first), forged)

    assert answer.status_code == 302
    assert content(room).averages == {}


def test_the_form_of_a_closed_entry_is_refused() -> None:
    room = classroom(1)
    Periodicity.objects.all().delete()
    forged = {"appreciation": "Bien.", "remplace:appreciation": ""}

    answer = signed_in(chef()).post(address(room.first), forged)

    assert answer.status_code == 409
    assert Livret.objects.count() == 0


def test_the_form_of_somebody_who_may_only_read_is_refused() -> None:
    room = classroom(1)
    of_another_diploma = teacher(room)
    HandTeacher.objects.update(cfd="40025519")

    answer = signed_in(of_another_diploma).post(address(room.first), {"moyenne_1": "12"})

    assert answer.status_code == 403
