"""The class grid: what it shows, its saves, what others changed, its forms without scripts."""

from typing import Any

import pytest
from django.test import Client

import factories
import livret_factories
from livret_factories import (
    FULL,
    MANDATORY,
    Classroom,
    classroom,
    periodicity,
    typed,
)
from livretpro.livrets.models import Degree, Periodicity
from livretpro.livrets.queries import sheets
from livretpro.schools.models import Enrolment
from query_counts import queries
from read_page import ReadPage, words
from web.suivi.class_people import chef, of_diploma, principal, signed_in, teacher

pytestmark = pytest.mark.django_db
SESSION_AND_DOOR = 2 + 4
NEWS, CELLS = "nouveautes/", "cellules/"


@pytest.fixture
def room() -> Classroom:
    return classroom(3)


def at(room: Classroom, end: str = "") -> str:
    return of_diploma(f"divisions/{room.division.pk}/{end}")


def cell(pupil: Enrolment, key: str, text: str, seen: str = "") -> dict[str, Any]:
    return {"eleve": pupil.pk, "champ": key, "valeur": text, "remplace": seen}


def send(client: Client, room: Classroom, *cells: dict[str, Any]) -> Any:
    return client.post(at(room, CELLS), {"cellules": cells}, content_type="application/json")


def cursor(client: Client, room: Classroom) -> str:
    return str(ReadPage(client.get(at(room))).main.xpath("//*[@id='grille']/@data-curseur")[0])


def news(client: Client, room: Classroom, since: str) -> Any:
    return client.get(at(room, NEWS), {"depuis": since}).json()


@pytest.mark.parametrize("level", ["premiere", "terminale"])
def test_a_level_without_periodicity_does_not_close_the_other(room: Classroom, level: str) -> None:
    periodicity(level="premiere")
    livret_factories.pupil(40, into=room.division, mef=factories.MEF_PREMIERE)
    Periodicity.objects.filter(level=level).delete()

    page = ReadPage(signed_in(teacher(room)).get(at(room)))

    (table,) = page.main.xpath(".//table[contains(@class, 'lp-grid')]")
    assert len(table.xpath("./tbody/tr")) == (3 if level == "premiere" else 1)
    told = words(page.main.xpath(".//section[starts-with(@aria-labelledby, 'clos-')]")[0])
    assert "périodicité" in told
    assert told.count("NOM") == (1 if level == "premiere" else 3)


def test_the_grid_shows_every_value_and_what_is_missing(room: Classroom) -> None:
    typed(room.pupils[0], FULL)
    typed(room.pupils[1], {"competence:C2": "4", "moyenne_2": "NN"})

    page = ReadPage(signed_in(teacher(room)).get(at(room)))

    heads = [words(h) for h in page.main.xpath(".//table/thead/tr[2]/th")]
    assert heads == ["Élève", "T1", "T2", "T3", "Année", "C1", "C2", "C3", "Ens.", "App.", "PFMP"]
    rows = [[words(c) for c in r.xpath("./th|./td")] for r in page.main.xpath(".//table/tbody/tr")]
    assert rows == [
        ["vert : NOM0001 Léa", "12,50", "", "", "12,50", "3", "3", "3", "oui", "oui", "oui"],
        ["rouge : NOM0002 Léa", "", "NN", "", "manque", "manque", "4", "manque", *["manque"] * 3],
        ["rouge : NOM0003 Léa", "", "", "", "manque", *["manque"] * 6],
    ]
    feet = [[words(c) for c in r.xpath("./th|./td")] for r in page.main.xpath(".//table/tfoot/tr")]
    assert feet == [
        ["Moyenne", "12,50", "", "", "12,50", "3,0", "3,5", "3,0", "", "", ""],
        ["Saisis sur 3", "1", "1", "0", "1", "1", "2", "1", "1", "1", "1"],
    ]


def test_cells_are_saved_each_on_its_own(room: Classroom) -> None:
    typed(room.pupils[1], {"competence:C1": "4"})

    answer = send(
        signed_in(teacher(room)),
        room,
        cell(room.first, "competence:C1", "3"),
        cell(room.first, "moyenne_1", "21"),
        cell(room.pupils[1], "competence:C1", "2", "1"),
    )

    told = answer.json()["cellules"]
    assert [one["etat"] for one in told] == ["garde", "refus", "conflit"]
    assert told[0]["valeur"] == "3"
    assert told[1]["phrase"] == "« 21 » n’est pas entre 0 et 20."
    assert told[2]["valeur"] == "4"
    assert told[2]["auteur"].startswith("chef d’établissement, aujourd’hui à")
    assert sorted(Degree.objects.values_list("value", flat=True)) == [3, 4]


def test_a_value_of_ones_own_is_told_as_such(room: Classroom) -> None:
    client = signed_in(teacher(room))
    send(client, room, cell(room.first, "competence:C1", "3"))

    (told,) = send(client, room, cell(room.first, "competence:C1", "2")).json()["cellules"]

    assert told["etat"] == "conflit"
    assert told["auteur"].startswith("Déjà enregistré par vous, aujourd’hui à")


def test_a_pupil_of_elsewhere_is_told_gone(room: Classroom) -> None:
    Enrolment.objects.filter(pk=room.first.pk).update(end="2026-01-05")

    answer = send(
        signed_in(chef()),
        room,
        cell(room.first, "competence:C1", "3"),
        cell(room.pupils[1], "competence:C1", "2"),
    )

    told = answer.json()["cellules"]
    assert [one["etat"] for one in told] == ["refus", "garde"]
    assert told[0]["phrase"].startswith("Cet élève n’est plus dans la division")


@pytest.mark.parametrize(
    "body",
    [
        "",
        "[]",
        "null",
        "{}",
        '{"cellules": 3}',
        '{"cellules": [3]}',
        '{"cellules": [{"eleve": "1", "champ": "moyenne_1", "valeur": "", "remplace": ""}]}',
        '{"cellules": [{"eleve": 1, "champ": "taille", "valeur": "", "remplace": ""}]}',
        '{"cellules": [{"eleve": 1, "champ": "moyenne_1", "valeur": 12, "remplace": ""}]}',
        '{"cellules": ' + "[" * 100_000,
        '{"cellules": [' + ",".join(["{}"] * 2001) + "]}",
        "\udcff",
    ],
)
def test_what_is_no_list_of_cells_is_refused(room: Classroom, body: str) -> None:
    sent = body.encode("utf-8", "surrogateescape")

    answer = signed_in(chef()).post(at(room, CELLS), sent, content_type="application/json")

    assert answer.status_code == 400


def test_the_open_page_is_told_what_others_changed_and_by_whom(room: Classroom) -> None:
    client = signed_in(teacher(room))
    since = cursor(client, room)
    assert news(client, room, since) == {"curseur": int(since)}

    typed(room.pupils[1], MANDATORY)
    told = news(client, room, since)

    (line,) = told["lignes"]
    assert (line["eleve"], line["statut"]) == (room.pupils[1].pk, "orange")
    assert (line["textes"]["competence:C1"], line["textes"]["moyenne"]) == ("3", "12,50")
    assert line["manques"] == {"appreciation": "orange", "pfmp": "orange"}
    assert line["auteurs"]["competence:C1"] == "chef d’établissement"
    assert told["pieds"][0]["competence:C1"] == ["3,0", 1]
    assert told["filtres"] == {"tous": 3, "rouge": 2, "orange": 1, "vert": 0}
    assert "lignes" not in news(client, room, str(told["curseur"]))


def test_ones_own_changes_are_not_signed(room: Classroom) -> None:
    client = signed_in(teacher(room))
    since = cursor(client, room)
    send(client, room, cell(room.first, "competence:C1", "3"))

    assert news(client, room, since)["lignes"][0]["auteurs"] == {}


@pytest.mark.parametrize("since", ["", "-1", "1.5", "²", "9" * 20])
def test_a_place_that_is_no_number_is_refused(room: Classroom, since: str) -> None:
    assert signed_in(chef()).get(at(room, NEWS), {"depuis": since}).status_code == 400


def test_a_reader_without_right_sees_a_closed_grid(room: Classroom) -> None:
    client = signed_in(principal(room))

    page = ReadPage(client.get(at(room)))
    answer = send(client, room, cell(room.first, "competence:C1", "3"))

    assert page.main.xpath("//*[@id='grille']/@data-ouvert") == ["non"]
    assert "Vous consultez ces livrets" in page.text
    assert answer.json()["cellules"][0]["etat"] == "refus"
    assert Degree.objects.count() == 0


def test_a_closed_entry_says_who_opens_it(room: Classroom) -> None:
    Periodicity.objects.all().delete()

    page = ReadPage(signed_in(chef()).get(at(room)))

    assert "La saisie est fermée" in page.text
    assert page.links("Choisir la périodicité") == [of_diploma("export/")]
    assert page.main.xpath(".//table") == []
    assert page.links("NOM0001 Léa") != []


def test_without_scripts_a_column_is_one_form(room: Classroom) -> None:
    client = signed_in(teacher(room))
    page = ReadPage(client.get(at(room), {"colonne": "moyenne_2"}))
    assert page.main.xpath("//form[@id='colonne']//input[@name='champ']/@value") == ["moyenne_2"]
    sent = {"champ": "moyenne_2"}
    for pupil, text in zip(room.pupils, ("12", "", "8,5"), strict=True):
        sent |= {f"valeur:{pupil.pk}": text, f"remplace:{pupil.pk}": ""}

    answer = client.post(at(room), sent, follow=True)

    assert answer.redirect_chain == [(f"{at(room)}?colonne=moyenne_2", 302)]
    assert ReadPage(answer).messages()[0] == "2 valeurs enregistrées."
    kept = [sheet.content.averages.get(2) for sheet in sheets(room.pupils, room.year)]
    assert kept == [12, None, 8.5]


@pytest.mark.parametrize(("key", "bad"), [("moyenne_1", "vingt"), ("appreciation", "é" * 301)])
def test_without_scripts_what_is_refused_stays_in_its_field(
    room: Classroom, key: str, bad: str
) -> None:
    typed(room.pupils[1], {key: "12"})
    sent = {"champ": key, f"valeur:{room.first.pk}": bad, f"remplace:{room.first.pk}": ""}
    sent |= {f"valeur:{room.pupils[1].pk}": "11", f"remplace:{room.pupils[1].pk}": "9"}

    answer = signed_in(teacher(room)).post(at(room), sent)

    page = ReadPage(answer)
    assert page.status == 409
    assert bad in answer.content.decode()
    assert len(page.main.xpath(".//*[@aria-invalid='true']")) == 2
    assert len([m for m in page.messages() if m]) == 2


def test_a_form_of_a_field_that_is_none_is_refused(room: Classroom) -> None:
    assert signed_in(chef()).post(at(room), {"champ": "taille"}).status_code == 400


def test_the_appreciations_stand_with_their_counters(room: Classroom) -> None:
    typed(room.first, {"appreciation": "De réels progrès."})

    page = ReadPage(signed_in(teacher(room)).get(at(room), {"vue": "appreciations"}))

    texts = page.main.xpath(".//textarea")
    assert [text.value for text in texts] == ["De réels progrès.", "", ""]
    assert words(page.main.xpath(f".//*[@id='compte-t-{room.first.pk}']")[0]) == "17 / 300"


@pytest.mark.parametrize("pupils", [1, 3])
@pytest.mark.parametrize("teaches", [False, True])
def test_the_grid_its_saves_and_its_news_cost_the_same_whatever_the_class(
    pupils: int, teaches: bool
) -> None:
    """A teacher's announcements cost one query, on the whole page alone (spec 09, P6)."""
    room = classroom(pupils)
    for enrolment in room.pupils:
        typed(enrolment, MANDATORY)
    client = signed_in(teacher(room) if teaches else chef())
    since = cursor(client, room)

    with queries(SESSION_AND_DOOR + teaches + 8):
        client.get(at(room))
    with queries(2 + 1 + 7):
        send(client, room, *(cell(e, "competence:C1", "4", "3") for e in room.pupils))
    with queries(SESSION_AND_DOOR + 1 + 8):
        latest = news(client, room, since)["curseur"]
    with queries(2 + 3):
        news(client, room, latest)


def test_the_columns_beside_keep_the_choice_of_livrets(room: Classroom) -> None:
    answer = signed_in(teacher(room)).get(at(room), {"statut": "rouge", "colonne": "competence:C2"})

    page = ReadPage(answer).main
    beside = page.xpath(
        ".//a[contains(@title, 'précédente') or contains(@title, 'suivante')]/@href"
    )
    assert beside == [
        "?colonne=competence%3AC1&statut=rouge",
        "?colonne=competence%3AC3&statut=rouge",
    ]
    assert page.xpath(".//form//input[@name='statut']/@value") == ["rouge"]
