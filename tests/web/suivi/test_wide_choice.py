"""A choice for a whole division: shown pupil by pupil, made, undone where it still stands."""

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from livret_factories import Classroom, classroom, typed
from livretpro.journal.models import Entry
from livretpro.livrets.actions import Typed, record_whole
from livretpro.livrets.models import Livret, Periodicity, TeacherLine
from livretpro.livrets.queries import sheets
from read_page import ReadPage, words
from web.suivi.class_people import chef, of_diploma, signed_in, teacher, teacher_elsewhere

pytestmark = pytest.mark.django_db
WEEKS = {"choix": "semaines", "valeur": "22", "vides": "oui"}
NAMED = {"choix": "enseignant", "bloc": "specialite", "rang": "1", "nom": "DUVAL", "prenom": "Ana"}


@pytest.fixture
def room() -> Classroom:
    return classroom(3)


def page_of(room: Classroom) -> str:
    return of_diploma(f"divisions/{room.division.pk}/choix/")


def shown(client: Client, room: Classroom, sent: dict[str, str]) -> ReadPage:
    page = ReadPage(client.post(page_of(room), sent))
    assert page.status == 200
    return page


def rows(page: ReadPage, table: str) -> list[str]:
    return [words(tr) for tr in page.main.xpath(f".//table[@id='{table}']/tbody/tr")]


def made(client: Client, room: Classroom, sent: dict[str, str]) -> ReadPage:
    """Show the choice, then send the form that the page offers."""
    form = shown(client, room, sent).main.xpath(".//form[.//button[contains(., 'Appliquer')]]")[0]
    fields = {i.get("name"): i.get("value", "") for i in form.xpath(".//input")}
    return ReadPage(client.post(page_of(room), fields, follow=True))


def undone(client: Client, room: Classroom) -> ReadPage:
    return ReadPage(client.post(f"{page_of(room)}annuler/", follow=True))


def weeks(room: Classroom) -> list[int | None]:
    return [sheet.content.pfmp.weeks for sheet in sheets(room.pupils, room.year)]


def test_a_choice_tells_what_changes_and_what_does_not_before_anything_is_written(
    room: Classroom,
) -> None:
    typed(room.first, {"pfmp_semaines": "18"})
    before = Entry.objects.count()

    page = shown(signed_in(chef()), room, WEEKS)

    assert all(row.endswith("rien22") for row in rows(page, "change"))
    assert [row.endswith("Déjà saisi : 18") for row in rows(page, "reste")] == [True]
    assert "Appliquer à 2 livrets" in page.text
    assert (weeks(room), Entry.objects.count()) == ([18, None, None], before)
    assert Livret.objects.count() == 1


def test_a_choice_is_made_then_undone_where_nobody_changed_it(room: Classroom) -> None:
    typed(room.first, {"pfmp_semaines": "18"})
    client = signed_in(chef())

    page = made(client, room, WEEKS | {"vides": "non"})
    assert page.messages()[:1] == ["Semaines de PFMP : 22 : 3 livrets ont changé."]
    assert weeks(room) == [22, 22, 22]
    typed(room.pupils[2], {"pfmp_semaines": "20"})
    page = undone(client, room)

    assert weeks(room) == [18, None, 20]
    assert page.messages()[0] == "Choix annulé : 2 livrets ont changé."
    assert page.messages()[1].startswith("Laissés tels quels : NOM0003 Léa (changé entre-temps)")
    assert undone(client, room).messages() == ["Il n’y a plus rien à annuler ici."]


def test_what_changed_since_the_list_was_shown_is_left(room: Classroom) -> None:
    client = signed_in(chef())
    fields = WEEKS | {"etape": "appliquer"}
    fields |= {f"vu:{pupil.pk}:pfmp_semaines": "" for pupil in room.pupils}
    typed(room.first, {"pfmp_semaines": "18"})

    page = ReadPage(client.post(page_of(room), fields, follow=True))

    assert weeks(room) == [18, 22, 22]
    assert page.messages()[1].startswith("Laissés tels quels : NOM0001 Léa (changé entre-temps)")


def test_a_teacher_signs_a_block_of_the_whole_division(room: Classroom) -> None:
    typed(room.first, {"enseignant_1_nom": "PETIT"})

    page = shown(signed_in(teacher(room)), room, NAMED | {"vides": "oui"})
    made(signed_in(chef()), room, NAMED | {"vides": "oui"})

    assert len(rows(page, "change")) == 2
    lines = TeacherLine.objects.order_by("livret").values_list("last_name", "first_name")
    assert list(lines) == [("PETIT", ""), ("DUVAL", "Ana"), ("DUVAL", "Ana")]


def test_a_name_never_goes_without_its_first_name(room: Classroom) -> None:
    typed(room.first, {"enseignant_1_prenom": "Zoé"})
    sent = [
        Typed(pupil, key, text, "")
        for pupil in room.pupils
        for key, text in (("enseignant_1_nom", "DUVAL"), ("enseignant_1_prenom", "Ana"))
    ]

    outcomes = record_whole(sent, by=room.head)

    assert [o.typed for o in outcomes] == sent[1:]
    lines = TeacherLine.objects.order_by("livret").values_list("last_name", "first_name")
    assert list(lines) == [("", "Zoé"), ("DUVAL", "Ana"), ("DUVAL", "Ana")]


def test_pfmp_is_exported_for_all_by_the_head_alone(room: Classroom) -> None:
    typed(room.first, {"pfmp_exporter": "oui"})
    export = {"choix": "pfmp", "valeur": "oui"}
    karine = signed_in(teacher(room))

    refused = karine.post(page_of(room), export)
    page = made(signed_in(chef()), room, export)

    assert refused.status_code == 403
    assert "N’exporter pour personne" not in ReadPage(karine.get(page_of(room))).text
    assert page.messages()[0] == "Exporter la partie PFMP : oui : 2 livrets ont changé."
    assert list(Livret.objects.values_list("pfmp_export", flat=True)) == [True, True, True]


def test_a_closed_entry_says_why_nothing_would_change(room: Classroom) -> None:
    Periodicity.objects.all().delete()

    page = shown(signed_in(chef()), room, WEEKS)

    assert all("La saisie est fermée" in row for row in rows(page, "reste"))
    assert "Appliquer" not in page.text
    assert Livret.objects.count() == 0


@pytest.mark.parametrize(
    ("sent", "why"),
    [
        (WEEKS | {"valeur": "cent"}, "« cent » n’est pas un nombre de semaines : de 1 à 99."),
        (NAMED | {"prenom": " "}, "Saisissez le nom et le prénom de l’enseignant."),
    ],
)
def test_what_is_refused_stays_typed(room: Classroom, sent: dict[str, str], why: str) -> None:
    page = ReadPage(signed_in(chef()).post(page_of(room), sent))

    assert page.status == 422
    assert page.main.xpath("string(.//*[@role='alert'])") == why
    names = ("valeur",) if sent["choix"] == "semaines" else ("nom", "prenom")
    for name in names:
        value = f"string(.//input[@id='{name}']/@value)"
        assert page.main.xpath(value) == sent[name]


def test_what_is_not_offered_or_not_theirs_is_refused(room: Classroom) -> None:
    head = signed_in(chef())

    assert head.post(page_of(room), {"choix": "moyenne"}).status_code == 400
    assert head.post(page_of(room), NAMED | {"rang": "10"}).status_code == 400
    assert signed_in(teacher_elsewhere(room)).get(page_of(room)).status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_a_choice_costs_nothing_per_pupil(
    count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    room = classroom(count)
    for pupil in room.pupils:
        typed(pupil, {"pfmp_semaines": "18"})
    client = signed_in(chef())
    client.get(page_of(room))

    with django_assert_num_queries(22):
        shown(client, room, WEEKS | {"vides": "non"})
