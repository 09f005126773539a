"""Two people with the same form open: nobody's change is lost, both values are shown."""

from typing import Any

import pytest
from django.test import Client

import bulletin_factories as made
import factories
from livretpro.bulletins.keyring import revealed
from livretpro.bulletins.models import CproConnection, FrameItem, Period, Sector, Service, Subject
from livretpro.schools.rules import Role
from lycee import signed_in
from read_page import ReadPage, words

pytestmark = pytest.mark.django_db
SITE = f"/bulletins/{factories.UAI}"


@pytest.fixture
def head() -> Client:
    factories.school_year()
    factories.membership(role=Role.CHEF)
    return signed_in(factories.user())


def opened(client: Client, address: str, rank: int = 0) -> dict[str, Any]:
    """The fields of the form of a page that carries `vus`, as a browser sends them."""
    return fields(ReadPage(client.get(address)), rank)


def fields(page: ReadPage, rank: int = 0) -> dict[str, Any]:
    form = page.main.xpath(".//form[.//input[@name='vus']]")[rank]
    return {name: value for name, value in form.form_values() if name != "csrfmiddlewaretoken"}


def told(page: ReadPage) -> list[list[str]]:
    """The rows of the table of both values."""
    table = page.main.xpath(".//table[@aria-label='Changé deux fois']")[0]
    return [[words(cell) for cell in row.xpath("./th|./td")] for row in table.xpath(".//tbody/tr")]


def frame() -> tuple[str, str, str]:
    kept = made.frame("C1", "C2")
    one = kept.items.order_by("rank")[0]
    return f"{SITE}/competences/referentiels/{kept.pk}/", f"libelle_{one.pk}", f"code_{one.pk}"


def service() -> tuple[str, str, str]:
    kept = made.service()
    return f"{SITE}/ressources/services/{kept.division_id}/", "libelle", "coefficient"


def test_the_lines_of_a_frame(head: Client) -> None:
    address, label, code = frame()
    mine, theirs = opened(head, address), opened(head, address)

    head.post(address, theirs | {label: "Leur intitulé"})
    untouched = head.post(address, mine | {code: "C9"})
    refused = head.post(address, mine | {label: "Le mien", code: "C8"})

    line = FrameItem.objects.order_by("rank").first()
    assert line is not None
    assert (line.bulletin_label, line.cpro_code) == ("Leur intitulé", "C9")
    assert (untouched.status_code, refused.status_code) == (302, 409)
    page = ReadPage(refused)
    assert told(page) == [
        ["Code CPRO de Compétence 1", "C9", "C8"],
        ["Intitulé au bulletin de Compétence 1", "Leur intitulé", "Le mien"],
    ]
    assert {label: "Le mien", code: "C8"}.items() <= fields(page).items()
    again = head.post(address, fields(page))
    line.refresh_from_db()
    assert (again.status_code, line.bulletin_label, line.cpro_code) == (302, "Le mien", "C8")


def test_a_field_refused_still_carries_what_it_showed(head: Client) -> None:
    address, label, code = frame()
    mine, theirs = opened(head, address), opened(head, address)

    head.post(address, theirs | {label: "Leur intitulé"})
    unreadable = head.post(address, mine | {label: "Le mien", code: "C\0"})
    told = head.post(address, fields(ReadPage(unreadable)) | {code: "C1"})

    assert (unreadable.status_code, told.status_code) == (422, 409)
    assert FrameItem.objects.get(bulletin_label="Leur intitulé")


def test_a_service(head: Client) -> None:
    address, label, coefficient = service()
    mine, theirs = opened(head, address), opened(head, address)

    head.post(address, theirs | {label: "Atelier", "notes": ""})
    head.post(address, mine | {coefficient: "3"})
    refused = head.post(address, mine | {label: "Chantier"})

    held = Service.objects.get()
    assert (held.label, held.coefficient) == ("Atelier", 3)
    assert refused.status_code == 409
    page = ReadPage(refused)
    assert told(page) == [["Nom au bulletin", "Atelier", "Chantier"]]
    assert fields(page)[label] == "Chantier"


def test_a_sector(head: Client) -> None:
    made.sector()
    address = f"{SITE}/ressources/filieres/"
    mine, theirs = opened(head, address), opened(head, address)

    theirs.pop("import")
    head.post(address, theirs)
    head.post(address, mine | {"evaluation": "element"})

    held = Sector.objects.get()
    assert (held.available, held.grouping) == (False, "element")
    Sector.objects.update(available=True, grouping="competence")
    mine = opened(head, address)
    Sector.objects.update(available=False)
    mine.pop("import")
    same = head.post(address, mine)
    unseen = head.post(address, {**mine, "evaluation": "element", "vus": "{}"})
    assert (same.status_code, unseen.status_code) == (302, 409)
    assert told(ReadPage(unseen)) == [["Évaluation", "par compétence", "par élément signifiant"]]


def test_the_code_of_a_subject(head: Client) -> None:
    made.subject(code="071000")
    address = f"{SITE}/ressources/matieres/"
    mine = opened(head, address)
    Subject.objects.update(code="071100")

    left = head.post(address, mine)
    refused = head.post(address, mine | {"code": "071200"})

    assert (left.status_code, refused.status_code) == (302, 409)
    assert Subject.objects.get().code == "071100"
    assert told(ReadPage(refused)) == [["Code SIECLE", "071100", "071200"]]
    assert fields(ReadPage(refused))["code"] == "071200"


def test_the_dates_of_periods(head: Client) -> None:
    for number in (1, 2, 3):
        made.period(number)
    address = f"{SITE}/ressources/periodes/"
    mine = opened(head, address)
    Period.objects.filter(number=2).update(end="2026-02-20")

    moved = head.post(address, mine | {"fin_1": "2025-11-28"})
    refused = head.post(address, mine | {"fin_2": "2026-02-25"})

    assert (moved.status_code, refused.status_code) == (302, 409)
    ends = Period.objects.order_by("number").values_list("end", flat=True)
    assert [f"{day:%d/%m}" for day in ends][:2] == ["28/11", "20/02"]
    assert told(ReadPage(refused)) == [["Dernier jour de la période 2", "20/02/2026", "25/02/2026"]]
    assert fields(ReadPage(refused))["fin_2"] == "2026-02-25"


def test_another_kind_of_periods_does_not_undo_the_dates_of_somebody_else(head: Client) -> None:
    for number in (1, 2, 3):
        made.period(number)
    address = f"{SITE}/ressources/periodes/"
    mine = opened(head, address, 1)
    Period.objects.filter(number=2).update(end="2026-02-20")

    refused = head.post(address, mine | {"periodicite": "S"})
    done = head.post(address, fields(ReadPage(refused), 1) | {"periodicite": "S"})

    assert (refused.status_code, done.status_code) == (409, 302)
    assert Period.objects.count() == 2


def test_a_secret_is_never_kept_for_an_address_that_was_not_seen(head: Client) -> None:
    address = f"{SITE}/cpro/connexion/"
    first = {"adresse": "https://un.example", "identifiant": "a", "secret": "s1"}
    head.post(address, opened(head, address) | first)
    mine = opened(head, address)
    head.post(address, mine | first | {"adresse": "https://deux.example", "secret": "s2"})

    refused = head.post(address, mine | {"secret": "s3"})

    held = CproConnection.objects.get()
    assert (held.base_url, revealed(held.secret)) == ("https://deux.example", "s2")
    assert refused.status_code == 409
    assert "s3" not in refused.content.decode().replace("css3", "")
    rows = told(ReadPage(refused))
    assert rows[0] == ["Adresse", "https://deux.example", "https://un.example"]


@pytest.mark.parametrize("sent", ["", "[]", "{", '{"code": 1}'])
def test_what_is_no_form_of_ours_is_a_bad_request(head: Client, sent: str) -> None:
    subject = made.subject()

    answer = head.post(
        f"{SITE}/ressources/matieres/", {"matiere": subject.pk, "code": "1", "vus": sent}
    )

    assert answer.status_code == 400
