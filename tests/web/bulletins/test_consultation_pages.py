"""Compétences > Bulletins: consultation, prints, publication, configuration of the mock-ups."""

import json
from datetime import date

import pytest
from django.test import Client

import bulletin_factories as make
import factories
from livretpro.bulletins.models import Mockup, MockupAssignment, Publication
from livretpro.bulletins.queries.settings import appraisal_max_of
from livretpro.journal.models import Entry
from livretpro.schools.models import Division, Student
from livretpro.schools.rules import Role
from pdf_reading import pages
from query_counts import queries
from read_page import ReadPage

pytestmark = pytest.mark.django_db

SCHOOL = f"/bulletins/{factories.UAI}"
PERIOD = f"{SCHOOL}/periodes/1"


@pytest.fixture
def head() -> Client:
    person = factories.user("chef")
    factories.membership(person, Role.CHEF)
    client = Client()
    client.force_login(person)
    return client


def room(pupils: int = 1, *, given: bool = True) -> tuple[Division, list[Student]]:
    """A division whose pupils have a vocational line in the first trimester."""
    division, period = factories.division(), make.period()
    own = [factories.student(1001 + n, last_name=f"NOM{n}") for n in range(pupils)]
    service, frame = make.service(into=division), make.frame("C1")
    for pupil in own:
        factories.enrolment(pupil, into=division)
        make.mark(service, pupil, "8.50")
        make.grade(service, pupil, "11.00")
        make.degree(service, pupil, frame.items.get(), 3)
        make.appraisal(service, pupil)
    if given:
        make.assigned(division, period)
    return division, own


def bulletin(division: Division, pupil: Student) -> str:
    return f"{PERIOD}/divisions/{division.pk}/eleves/{pupil.enrolments.get().pk}/"


def text(client: Client, address: str) -> str:
    return ReadPage(client.get(address)).text


def test_a_bulletin_gives_the_grade_the_average_the_degrees_and_the_neighbours(
    head: Client,
) -> None:
    division, (first, second, third) = room(3)

    shown = text(head, bulletin(division, second))

    for said in (
        "élève 2 sur 3",
        "11,00 moyenne calculée : 8,50",
        "Compétence 1 3, maîtrisée",
        "De réels progrès.",
        "Léa, élève précédent",
        "Léa, élève suivant",
    ):
        assert said in shown
    links = ReadPage(head.get(bulletin(division, second))).main.xpath(".//nav//a/@href")
    assert links == [bulletin(division, first), bulletin(division, third)]


@pytest.mark.parametrize(
    ("shows_average", "shown"), [(True, "11,00 moyenne calculée : 8,50"), (False, "11,00")]
)
def test_the_tooltip_of_the_grade_gives_both_even_where_averages_are_hidden(
    head: Client, shows_average: bool, shown: str
) -> None:
    division, (pupil,) = room()
    Mockup.objects.update(shows_average=shows_average)

    page = ReadPage(head.get(bulletin(division, pupil)))

    (cell,) = page.main.xpath(".//td[@title]")
    assert cell.get("title") == "Note du professeur : 11,00 ; moyenne calculée : 8,50"
    assert " ".join(cell.text_content().split()) == shown


def test_the_period_of_today_opens_and_another_is_one_click_away(head: Client) -> None:
    room()
    make.period(2)

    opened = head.get(f"{SCHOOL}/bulletins/")
    choice = ReadPage(head.get(f"{SCHOOL}/periodes/")).main.xpath(".//tbody//th/a/@href")

    assert opened["Location"] == f"{SCHOOL}/periodes/2/"
    assert choice == [f"{SCHOOL}/periodes/1/", f"{SCHOOL}/periodes/2/"]
    band = ReadPage(head.get(f"{PERIOD}/")).root.xpath("//div[@class='lp-band']")[0]
    assert "Changer de période" in band.text_content()


def test_a_school_without_periods_is_told_what_to_do(head: Client) -> None:
    factories.division()

    assert "Aucune période cette année" in text(head, f"{SCHOOL}/bulletins/")


def test_a_division_without_mockup_has_nothing_to_show(head: Client) -> None:
    division, (pupil,) = room(given=False)

    assert "n’a pas de maquette pour cette période" in text(head, bulletin(division, pupil))
    printed = head.post(f"{PERIOD}/divisions/{division.pk}/imprimer/")
    assert printed["Location"] == f"{PERIOD}/divisions/{division.pk}/"


def test_a_division_and_a_pupil_are_printed(head: Client) -> None:
    division, (pupil, _) = room(2)
    every = f"{PERIOD}/divisions/{division.pk}/imprimer/"

    whole = head.post(every, {"fichiers": "un"})
    each = head.post(every, {"fichiers": "zip"})
    one = head.post(f"{bulletin(division, pupil)}imprimer/")

    assert [answer["Content-Type"] for answer in (whole, each, one)] == [
        "application/pdf",
        "application/zip",
        "application/pdf",
    ]
    assert (len(pages(whole.content)), len(pages(one.content))) == (2, 1)
    assert Entry.objects.filter(action="imprime").count() == 3


def test_bulletins_may_be_given_out_from_a_day_then_no_more(head: Client) -> None:
    division, _ = room()
    address = f"{PERIOD}/divisions/{division.pk}/publication/"

    bad = head.post(address, {"jour": "2025-13-45", "vu": ""})
    head.post(address, {"jour": "2025-12-05", "vu": ""})
    stale = head.post(address, {"jour": "2025-12-09", "vu": ""})

    assert (bad.status_code, stale.status_code) == (422, 409)
    assert "le 05/12/2025" in stale.content.decode()
    told = head.get(f"{PERIOD}/divisions/{division.pk}/").content.decode()
    assert "remettre les bulletins imprimés à partir du 05/12/2025" in told
    assert "les élèves ne les lisent pas ici" in told
    assert Publication.objects.get().published_on == date(2025, 12, 5)
    head.post(address, {"jour": "", "vu": "2025-12-05"})
    assert not Publication.objects.exists()


def choice(mockup: Mockup) -> str:
    """What the page of a mock-up saw."""
    shown = sorted(
        name for name in vars(mockup) if name.startswith("shows_") and vars(mockup)[name]
    )
    return json.dumps([mockup.name, mockup.title, mockup.grouping, mockup.footer, shown])


def test_a_mockup_is_made_previewed_with_a_real_pupil_and_kept(head: Client) -> None:
    room()
    made = head.post(f"{SCHOOL}/maquettes/", {"nom": "Essai", "regroupement": "element"})
    mockup = Mockup.objects.get(name="Essai")
    typed = {
        "nom": "Essai",
        "titre": "Bilan",
        "regroupement": "competence",
        "montre": ["shows_appraisals"],
        "vus": choice(mockup),
    }

    tried = head.post(made["Location"], typed | {"faire": "apercu"}).content.decode()
    untouched = Mockup.objects.get(name="Essai")
    kept = head.post(made["Location"], typed)
    stale = head.post(made["Location"], typed | {"titre": "Autre"})

    preview = tried[tried.index('id="apercu"') :]
    assert "NOM0 Léa" in preview
    assert "De réels progrès." in preview
    assert "11,00" not in preview
    assert untouched.shows_teacher_grade
    assert (kept.status_code, stale.status_code) == (302, 409)
    assert 'value="Autre"' in stale.content.decode()
    mockup.refresh_from_db()
    assert (mockup.title, mockup.grouping, mockup.shows_teacher_grade) == (
        "Bilan",
        "competence",
        False,
    )
    told = Entry.objects.filter(kind="maquette", action="modifie")
    assert {"titre", "regroupement", "note du professeur"} <= {entry.field for entry in told}


def test_the_three_options_of_the_seed_are_named_as_it_names_them(head: Client) -> None:
    room()

    page = ReadPage(head.get(f"{SCHOOL}/maquettes/{make.mockup().pk}/"))

    body = [" ".join(one.text_content().split()) for one in page.main.xpath(".//fieldset[2]/label")]
    assert body[:3] == [
        "Compétences définies dans le référentiel de la matière CPRO",
        "Note du professeur CPRO",
        "Appréciations CPRO",
    ]
    radios = page.main.xpath(".//label[input[@name='regroupement']]")
    assert [" ".join(one.text_content().split()) for one in radios] == [
        "Par élément signifiant",
        "Par compétence",
    ]


def test_a_mockup_in_use_stays_and_a_name_is_used_once(head: Client) -> None:
    room()
    mockup = make.mockup()

    refused = head.post(f"{SCHOOL}/maquettes/{mockup.pk}/", {"faire": "supprimer"})
    twin = head.post(f"{SCHOOL}/maquettes/", {"nom": mockup.name, "regroupement": "element"})
    MockupAssignment.objects.all().delete()
    head.post(f"{SCHOOL}/maquettes/{mockup.pk}/", {"faire": "supprimer"})

    assert (refused.status_code, twin.status_code) == (422, 422)
    assert not Mockup.objects.exists()


def test_a_mockup_is_given_to_divisions_for_periods(head: Client) -> None:
    division, _ = room(given=False)
    make.period(2)
    address, mockup = f"{SCHOOL}/maquettes/divisions/", make.mockup()

    nothing = head.post(address, {"maquette": mockup.pk})
    head.post(address, {"maquette": mockup.pk, "division": division.pk, "periode": ["1", "2"]})

    assert nothing.status_code == 422
    assert MockupAssignment.objects.filter(mockup=mockup).count() == 2


@pytest.mark.parametrize("pupils", [1, 3])
def test_pages_cost_the_same_whatever_the_number_of_pupils(head: Client, pupils: int) -> None:
    division, own = room(pupils)
    head.get(f"{PERIOD}/")

    with queries(20):
        head.get(bulletin(division, own[0]))
    with queries(9):
        head.get(f"{PERIOD}/")


def test_the_length_of_appraisals_is_set_within_bounds_and_longer_ones_stay(head: Client) -> None:
    made = make.appraisal(make.service(), factories.student(), "x" * 250)
    address = f"{SCHOOL}/maquettes/"
    mine = {"faire": "longueur", "vus": '{"longueur": "300"}'}

    done = head.post(address, mine | {"longueur": "200"}, follow=True).content.decode()
    stale = head.post(address, mine | {"longueur": "400"})
    bad = head.post(address, {"faire": "longueur", "longueur": "99", "vus": "{}"})

    assert "Une appréciation a 200 caractères au plus." in done
    assert "1 appréciation de l’année dépasse déjà 200 caractères" in done
    assert (stale.status_code, bad.status_code) == (409, 422)
    assert appraisal_max_of(factories.school()) == 200
    made.refresh_from_db()
    assert len(made.text) == 250
    told = Entry.objects.get(kind="reglages_bulletins")
    assert (told.key, told.field) == (factories.UAI, "longueur d’une appréciation")
