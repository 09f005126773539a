"""The entry page of a livret as it opens: who sees it, what it shows, what closes it."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

import factories
from livret_factories import FULL, MANDATORY, classroom, pupil, typed
from livretpro.journal.models import Entry
from livretpro.livrets.models import Periodicity
from livretpro.referentiels.models import Diploma, Referentiel
from livretpro.schools.models import Enrolment, HandTeacher
from livretpro.web.suivi.system import TEXTS
from read_page import ReadPage, words
from web.suivi.class_people import (
    address,
    administrator,
    chef,
    principal,
    signed_in,
    stranger,
    teacher,
    teacher_elsewhere,
)

pytestmark = pytest.mark.django_db
SESSION_AND_DOOR = 2 + 4


def page_of(client: Client, enrolment: Enrolment, query: str = "") -> ReadPage:
    return ReadPage(client.get(address(enrolment) + query))


def field(page: ReadPage, name: str) -> str | None:
    """The value of the only field of this name that a person can see."""
    found = [
        e
        for e in page.main.xpath(".//input[not(@type='hidden')] | .//textarea | .//select")
        if e.get("name") == name and (e.get("type") != "radio" or e.get("checked") is not None)
    ]
    assert len(found) == 1, f"{len(found)} fields {name}"
    return found[0].value if found[0].tag == "textarea" else found[0].get("value")


def test_it_opens_to_those_who_follow_the_pupil() -> None:
    room = classroom(1)
    elsewhere = teacher_elsewhere(room)
    expected = {
        chef(): 200,
        teacher(room): 200,
        principal(room): 200,
        elsewhere: 404,
        administrator(): 404,
        stranger(): 404,
    }

    got = {user: signed_in(user).get(address(room.first)).status_code for user in expected}

    assert got == expected
    assert Client().get(address(room.first)).headers["Location"] == (
        f"/connexion/?next={address(room.first)}"
    )


def test_a_pupil_of_another_diploma_is_not_there() -> None:
    room = classroom(2)
    Enrolment.objects.filter(pk=room.pupils[1].pk).update(cfd="40025519")

    assert signed_in(chef()).get(address(room.pupils[1])).status_code == 404


def test_the_bar_says_who_where_and_between_whom() -> None:
    room = classroom(3)

    page = page_of(signed_in(chef()), room.pupils[1])

    assert page.title == "NOM0002 Léa – Saisie du livret scolaire – Bac pro MELEC – LivretPro"
    bar = page.main.xpath(".//*[@class='lp-pupilbar']")[0]
    assert words(bar) == (
        "NOM0002 Léa TMELEC élève 2 sur 3 Rouge rien saisi Annuler la dernière saisie Imprimer "
        "NOM0001 Léa, élève précédent NOM0003 Léa, élève suivant"
    )
    links = {a.get("aria-keyshortcuts"): a.get("href") for a in bar.xpath(".//nav//a")}
    assert links == {
        "Control+Shift+Enter": address(room.pupils[0]),
        "Control+Enter": address(room.pupils[2]),
    }


def test_an_empty_livret_lists_everything_that_is_missing_with_a_link_to_each_field() -> None:
    room = classroom(1)

    page = page_of(signed_in(chef()), room.first)

    missing = page.main.xpath(".//*[@id='manque']")[0]
    assert [(words(a), a.get("href")) for a in missing.xpath(".//a")] == [
        ("Degré de C1", "#competence-C1"),
        ("Degré de C2", "#competence-C2"),
        ("Degré de C3", "#competence-C3"),
        ("Moyenne d’une période", "#moyenne_1"),
        ("Enseignant de la spécialité", "#enseignant_1_nom"),
        ("Appréciation générale", "#appreciation"),
        ("Synthèse des PFMP", "#pfmp_synthese"),
        ("Enseignant de la PFMP", "#pfmp_nom"),
    ]
    ids = set(page.main.xpath(".//@id"))
    assert {a.get("href")[1:] for a in missing.xpath(".//a")} <= ids
    assert [words(h) for h in missing.xpath(".//h3")] == ["Obligatoire 5", "Facultatif 3"]
    assert marks(page) == {
        "competence-C1": "rouge",
        "competence-C2": "rouge",
        "competence-C3": "rouge",
        "moyenne": "rouge",
        "enseignant": "rouge",
        "appreciation": "orange",
        "pfmp_synthese": "orange",
        "pfmp_enseignant": "orange",
    }


def marks(page: ReadPage) -> dict[str, str]:
    """The colour of each mark that stands at a field."""
    return {
        spot.get("id").removeprefix("marque-"): spot.xpath("./svg/@class")[0].rpartition("--")[2]
        for spot in page.main.xpath(".//span[starts-with(@id, 'marque-')]")
        if spot.xpath("./svg")
    }


def test_a_complete_livret_misses_nothing() -> None:
    room = classroom(1)
    typed(room.first, FULL)

    page = page_of(signed_in(chef()), room.first)

    assert words(page.main.xpath(".//*[@id='etat']")[0]) == "Vert complet"
    assert words(page.main.xpath(".//*[@id='manque']")[0]) == "Rien : ce livret est complet."
    assert marks(page) == {}


def test_every_value_stands_in_its_field_with_what_a_save_would_replace() -> None:
    room = classroom(1)
    typed(room.first, FULL | {"moyenne_2": "n", "pfmp_semaines": "10", "pfmp_etranger": "oui"})
    typed(room.first, {"pfmp_exporter": "oui", "projet_note": "14"})

    page = page_of(signed_in(chef()), room.first)

    values = {
        name.removeprefix("remplace:"): value
        for name, value in zip(
            page.main.xpath(".//input[starts-with(@name, 'remplace:')]/@name"),
            page.main.xpath(".//input[starts-with(@name, 'remplace:')]/@value"),
            strict=True,
        )
    }
    assert values == {
        "moyenne_1": "12,50",
        "moyenne_2": "NN",
        "moyenne_3": "",
        "competence:C1": "3",
        "competence:C2": "3",
        "competence:C3": "3",
        "appreciation": "De réels progrès.",
        "enseignant_1_nom": "DURAND",
        "enseignant_1_prenom": "Anne",
        "enseignant_2_nom": "",
        "enseignant_2_prenom": "",
        "pfmp_exporter": "oui",
        "pfmp_synthese": "Six semaines en entreprise.",
        "pfmp_nom": "PETIT",
        "pfmp_prenom": "Zoé",
        "pfmp_semaines": "10",
        "pfmp_etranger": "oui",
        "projet_note": "14,00",
        "projet_appreciation": "",
        "projet_enseignant_1_nom": "",
        "projet_enseignant_1_prenom": "",
        # The model of a further line is in the page, yet in no form that is sent.
        "enseignant_0_nom": "",
        "enseignant_0_prenom": "",
        "projet_enseignant_0_nom": "",
        "projet_enseignant_0_prenom": "",
    }
    shown = {name: field(page, name) for name in ("moyenne_1", "moyenne_2", "competence:C2")}
    assert shown == {"moyenne_1": "12,50", "moyenne_2": "NN", "competence:C2": "3"}


def test_weeks_are_for_terminale_and_the_project_for_levels_that_have_one() -> None:
    room = classroom(1)
    first = pupil(9, into=factories.division("1MELEC"), mef=factories.MEF_PREMIERE)
    Periodicity.objects.create(
        school_year=room.year, cfd=room.diploma.cfd, level="premiere", kind="S", project=False
    )

    names = page_of(signed_in(chef()), first).main.xpath(".//form//@name")

    kept = {"moyenne_1", "moyenne_2", "moyenne_3", "pfmp_semaines", "pfmp_etranger", "projet_note"}
    assert kept & set(names) == {"moyenne_1", "moyenne_2", "pfmp_etranger"}


def test_the_annual_average_is_rounded_on_screen_and_exact_in_the_tooltip() -> None:
    room = classroom(1)
    typed(room.first, {"moyenne_1": "12", "moyenne_2": "11,5", "moyenne_3": "11,5"})

    page = page_of(signed_in(chef()), room.first)

    year = page.main.xpath(".//output")[0]
    assert words(year) == "11,67 (non arrondie : 11,666666…)"
    assert year.get("title") == "Moyenne non arrondie : 11,666666…"


def test_the_figures_count_the_pupils_who_have_an_average_beside_the_headcount() -> None:
    room = classroom(3)
    typed(room.pupils[0], {"moyenne_1": "7"})
    typed(room.pupils[1], {"moyenne_1": "13"})

    page = page_of(signed_in(chef()), room.first)

    group = page.main.xpath(".//*[@id='groupe']")[0]
    assert words(group.xpath("./p")[0]) == "2 sur 3 élèves ont une moyenne"
    assert [(words(d[0]), words(d[1])) for d in group.xpath("./dl/div")] == [
        ("Moyenne annuelle", "10,00"),
        ("< 8", "50,00 %"),
        ("≥ 8 et < 12", "0,00 %"),
        ("≥ 12", "50,00 %"),
    ]


def test_the_last_changes_say_who_what_and_when() -> None:
    room = classroom(1)
    typed(room.first, {"competence:C1": "2"})
    typed(room.first, {"competence:C1": "3"})
    typed(room.first, {"appreciation": "Un texte qui ne tient pas sur une ligne."})

    page = page_of(signed_in(chef()), room.first)

    lines = page.main.xpath(".//*[@id='recents']//li/span[1]")
    assert [words(line) for line in lines] == [
        "Appréciation générale : saisi",
        "C1 : 2 → 3",
        "C1 : 2",
    ]
    told = words(page.main.xpath(".//*[@id='recents']//li/span[2]")[0])
    assert told.startswith("chef d’établissement, aujourd’hui à ")


def test_the_datalist_holds_the_teachers_of_the_speciality() -> None:
    room = classroom(1)
    user = teacher(room)
    principal(room)

    page = page_of(signed_in(user), room.first)

    assert [words(o) for o in page.main.xpath(".//datalist[@id='noms']/option")] == ["DUVAL Karine"]
    assert page.button("M’ajouter aux enseignants de la spécialité").get("value") == "enseignant"
    assert page.button("M’ajouter aux enseignants du projet").get("value") == "projet_enseignant"


def test_somebody_already_listed_is_not_offered_to_add_their_name() -> None:
    room = classroom(1)
    user = teacher(room)
    typed(room.first, {"enseignant_1_nom": "DUVAL", "enseignant_1_prenom": "Karine"})

    page = page_of(signed_in(user), room.first)

    assert [b.get("value") for b in page.main.xpath(".//button[@name='ajouter']")] == [
        "projet_enseignant"
    ]


def test_a_text_leads_to_its_ready_phrases_without_scripts() -> None:
    page = page_of(signed_in(chef()), classroom(1).first)

    links = page.main.xpath(".//a[@data-phrases]")
    assert [link.get("data-phrases") for link in links] == [text.key for text in TEXTS]
    assert links[0].get("href") == f"/ecole/{factories.UAI}/phrases/?champ=appreciation"
    assert all(page.main.xpath(f".//textarea[@id='{link.get('data-pour')}']") for link in links)


def test_without_periodicity_the_sentence_says_who_must_choose_it() -> None:
    room = classroom(1)
    Periodicity.objects.all().delete()
    users = {"head": chef(), "teacher": teacher(room)}

    pages = {role: page_of(signed_in(user), room.first) for role, user in users.items()}

    sentence = (
        "La saisie est fermée : le chef d’établissement ou le DDFPT doit d’abord choisir "
        "la périodicité de la terminale."
    )
    assert all(sentence in page.text for page in pages.values())
    assert all(page.main.xpath(".//form") == [] for page in pages.values())
    assert len(pages["head"].links("Choisir la périodicité")) == 1
    assert pages["teacher"].links("Choisir la périodicité") == []


def test_without_referentiel_entry_is_closed() -> None:
    room = classroom(1)
    Diploma.objects.update(referentiel=None)

    page = page_of(signed_in(chef()), room.first)

    assert "la liste des compétences attendues manque" in page.text
    assert page.main.xpath(".//form") == []


def test_a_doubtful_referentiel_warns_everybody_who_fills() -> None:
    room = classroom(1)
    user = teacher(room)
    Referentiel.objects.update(complete=False)

    page = page_of(signed_in(user), room.first)

    assert "Le référentiel de ce diplôme n’est pas complet." in page.text


def test_a_professeur_principal_types_in_the_pfmp_alone() -> None:
    room = classroom(1)

    page = page_of(signed_in(principal(room)), room.first)

    written = page.main.xpath(".//form//*[@hx-post]/@name | .//form//*[@hx-post]/@data-field")
    assert written == [
        "pfmp_exporter",
        "pfmp_synthese",
        "pfmp_nom",
        "pfmp_prenom",
        "pfmp_semaines",
        "pfmp_etranger",
    ]


def test_who_may_only_read_has_no_form() -> None:
    room = classroom(1)
    typed(room.first, MANDATORY)
    of_another_diploma = teacher(room)
    HandTeacher.objects.update(cfd="40025519")

    page = page_of(signed_in(of_another_diploma), room.first)

    assert "Vous consultez ce livret : votre rôle ne permet pas d’y écrire." in page.text
    assert page.main.xpath(".//form[@id='livret']") == []
    assert page.main.xpath(".//*[@hx-post]") == []
    assert field(page, "moyenne_1") == "12,50"


def test_a_pupil_gone_is_shown_closed_with_the_date() -> None:
    room = classroom(2)
    typed(room.first, MANDATORY)
    Enrolment.objects.filter(pk=room.first.pk).update(end=date(2026, 1, 5))

    page = page_of(signed_in(chef()), room.first)

    assert "Cet élève a quitté la division le 05/01/2026." in page.text
    assert page.main.xpath(".//form[@id='livret']") == []
    assert words(page.main.xpath(".//*[@id='groupe']")[0]).startswith("0 sur 1 :")


def test_an_apprentice_has_no_livret() -> None:
    room = classroom(2)
    Enrolment.objects.filter(pk=room.first.pk).update(status="AP")

    page = page_of(signed_in(chef()), room.first)

    assert page.status == 200
    assert words(page.main.xpath(".//h1")[0]) == "NOM0001 Léa n’a pas de livret"
    assert "sous statut scolaire" in page.text


@pytest.mark.parametrize("pupils", [1, 3])
def test_the_page_costs_the_same_whatever_the_number_of_pupils(
    pupils: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    room = classroom(pupils)
    for enrolment in room.pupils:
        typed(enrolment, MANDATORY)
    client = signed_in(chef())
    client.get(address(room.first))

    with django_assert_num_queries(SESSION_AND_DOOR + 1 + 10):
        client.get(address(room.first))


def test_the_history_tells_every_change_newest_first() -> None:
    room = classroom(1)
    typed(room.first, {"moyenne_1": "12,5"})
    typed(room.first, {"moyenne_1": "nn"})
    typed(room.first, {"competence:C2": "4"})

    page = ReadPage(signed_in(chef()).get(address(room.first, "historique/")))

    rows = page.rows("Changements, du plus récent au plus ancien")
    assert [[*row[1:3], row[3].partition(" Rétablir")[0], row[4]] for row in rows] == [
        ["chef d’établissement", "Degré C2", "rien", "4, bien maîtrisée"],
        ["chef d’établissement", "Moyenne, trimestre 1", "12,50", "non noté"],
        ["chef d’établissement", "Moyenne, trimestre 1", "rien", "12,50"],
    ]


def test_a_long_history_turns_pages() -> None:
    room = classroom(1)
    for value in range(32):
        typed(room.first, {"moyenne_1": str(value % 20)})
    client = signed_in(chef())

    newest = ReadPage(client.get(address(room.first, "historique/")))
    older = newest.links("Changements plus anciens")[0]
    oldest = ReadPage(client.get(address(room.first, "historique/") + older))

    caption = "Changements, du plus récent au plus ancien"
    assert (len(newest.rows(caption)), len(oldest.rows(caption))) == (30, 2)
    assert oldest.links("Changements plus anciens") == []


def test_an_empty_history_says_so() -> None:
    room = classroom(1)

    page = ReadPage(signed_in(chef()).get(address(room.first, "historique/?avant=x")))

    assert "Rien n’a encore été saisi dans ce livret" in page.text


@pytest.mark.parametrize("changes", [1, 3])
def test_the_history_costs_the_same_whatever_its_length(
    changes: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    room = classroom(1)
    for value in range(changes):
        typed(room.first, {"moyenne_1": str(value)})
    client = signed_in(chef())
    client.get(address(room.first))

    with django_assert_num_queries(SESSION_AND_DOOR + 1 + 8):
        client.get(address(room.first, "historique/"))


def test_moments_of_another_day_are_told_by_their_date() -> None:
    room = classroom(1)
    typed(room.first, {"moyenne_1": "12"})
    Entry.objects.update(at=timezone.now() - timedelta(days=400))

    page = page_of(signed_in(chef()), room.first)

    assert words(page.main.xpath(".//*[@id='enregistrement']")[0]).startswith("Enregistré le ")
