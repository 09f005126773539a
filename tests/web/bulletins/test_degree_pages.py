"""The page where degrees are typed, and what becomes of them: bulletin, journal, next import."""

import json

import pytest
from django.test import Client

import bulletin_factories as make
import factories
from livretpro.bulletins.models import Degree, FrameItem, Service
from livretpro.bulletins.words import Source
from livretpro.journal.models import Entry
from livretpro.schools.models import Group, GroupMember, Student
from livretpro.schools.rules import Role
from query_counts import queries
from read_page import ReadPage, words

pytestmark = pytest.mark.django_db

PERIOD = f"/bulletins/{factories.UAI}/periodes/1"


@pytest.fixture
def head() -> Client:
    person = factories.user("chef")
    factories.membership(person, Role.CHEF)
    client = Client()
    client.force_login(person)
    return client


def desk(pupils: int = 1, codes: tuple[str, ...] = ("C1", "C2")) -> tuple[Service, list[Student]]:
    """The vocational service of a division that has its sector, with a frame of these codes."""
    service = make.service()
    make.period()
    make.sector_of(service.division)
    make.frame(*codes)
    own = [factories.student(1001 + n, last_name=f"NOM{n}") for n in range(pupils)]
    for one in own:
        factories.enrolment(one, into=service.division)
    return service, own


def line(code: str) -> FrameItem:
    return FrameItem.objects.get(cpro_code=code)


def name(pupil: Student, code: str) -> str:
    return f"v:{pupil.pk}:degre:{line(code).pk}"


def sent(**typed: tuple[str, str]) -> dict[str, str]:
    """Name of the field: what is typed, what it replaces."""
    fields = {key: pair[0] for key, pair in typed.items()}
    return fields | {"vus": json.dumps({key: pair[1] for key, pair in typed.items()})}


def address(service: Service) -> str:
    return f"{PERIOD}/saisie/{service.pk}/degres/"


def columns(page: ReadPage) -> list[str]:
    return [words(cell) for cell in page.main.xpath(".//thead/tr[last()]/th")]


def test_a_degree_is_typed_shown_on_the_bulletin_and_told(head: Client) -> None:
    service, (pupil,) = desk()

    kept = head.post(
        address(service), sent(**{name(pupil, "C1"): ("4", ""), name(pupil, "C2"): ("", "")})
    )
    page = ReadPage(head.get(address(service)))

    assert (kept.status_code, kept["Location"]) == (302, address(service))
    held = Degree.objects.get()
    assert (held.item.cpro_code, held.value, held.source) == ("C1", 4, Source.TYPED)
    assert columns(page) == ["Élève", "C1", "C2"]
    assert [one.get("value") for one in page.main.xpath(".//tbody//input")] == ["4", ""]
    told = Entry.objects.get(kind="bulletin")
    assert (told.action, told.field) == ("modifie", f"C1, {service.name}")
    division = service.division_id
    make.assigned(service.division, make.period())
    enrolment = pupil.enrolments.get()
    bulletin = ReadPage(head.get(f"{PERIOD}/divisions/{division}/eleves/{enrolment.pk}/"))
    assert "4, bien maîtrisée" in bulletin.text


@pytest.mark.parametrize("typed", ["5", "0", "A", "1,5", "²", "١"])
def test_what_is_no_degree_stays_on_the_page_with_its_reason(head: Client, typed: str) -> None:
    service, (pupil,) = desk()

    answer = ReadPage(
        head.post(
            address(service),
            sent(**{name(pupil, "C1"): (typed, ""), name(pupil, "C2"): ("2", "")}),
        )
    )

    assert answer.status == 422
    assert f"« {typed} » n’est pas un degré : tapez 1, 2, 3 ou 4, ou rien." in answer.text
    assert answer.main.xpath(f".//input[@name='{name(pupil, 'C1')}']/@value") == [typed]
    assert Degree.objects.get().item == line("C2")


def test_two_people_see_both_degrees_and_one_of_cpro_becomes_ours(head: Client) -> None:
    service, (pupil,) = desk()
    make.degree(service, pupil, line("C1"), 2, source=Source.CPRO)
    field = name(pupil, "C1")

    late = ReadPage(head.post(address(service), sent(**{field: ("4", "")})))

    assert late.status == 409
    assert "Degré changé entre-temps" in late.text
    assert "Valeur enregistrée : 2." in late.text
    assert late.main.xpath(".//td/abbr[@title='CPRO']")
    head.post(address(service), sent(**{field: ("4", "2")}))
    held = Degree.objects.get()
    assert (held.value, held.source, held.batch) == (4, Source.TYPED, None)
    head.post(address(service), sent(**{field: ("", "4")}))
    assert not Degree.objects.exists()


def test_a_line_of_another_frame_is_refused_and_told_by_its_name(head: Client) -> None:
    service, (pupil,) = desk()
    other = make.item(make.frame(kept=make.sector("40025599")), "C9")

    answer = ReadPage(
        head.post(address(service), sent(**{f"v:{pupil.pk}:degre:{other.pk}": ("3", "")}))
    )

    assert answer.status == 422
    (row,) = answer.main.xpath(".//table[@aria-label='Sans case']/tbody/tr")
    assert [words(cell) for cell in row] == [
        "NOM0 Léa",
        "Degré C9",
        "3",
        "Cette compétence n’est plus de celles de cet élève ici.",
    ]
    assert not Degree.objects.exists()


def test_by_element_one_types_under_each_competence_and_what_stands_above_stays(
    head: Client,
) -> None:
    service, (pupil,) = desk(codes=())
    sector = make.sector()
    sector.grouping = "element"
    sector.save()
    frame = make.frame()
    first, alone = make.item(frame, "C1"), make.item(frame, "C2")
    make.item(frame, "C1.1", parent=first)
    frame.items.filter(pk=alone.pk).update(rank=9)
    make.item(frame, "C1.2", parent=first)

    page = ReadPage(head.get(address(service)))
    make.degree(service, pupil, first, 1)
    held = ReadPage(head.get(address(service)))

    assert columns(page) == ["Élève", "C1.1", "C1.2", "C2"]
    (heads,) = page.main.xpath(".//thead/tr[1]")
    assert [(words(one), one.get("colspan")) for one in heads.xpath("th")] == [
        ("C1", "2"),
        ("", "1"),
    ]
    assert columns(held) == ["Élève", "C1", "C1.1", "C1.2", "C2"]


def test_a_line_off_the_grain_of_the_sector_is_refused_and_an_old_frame_keeps_its_lines(
    head: Client,
) -> None:
    service, (pupil,) = desk(codes=("C1",))
    make.item(make.frame(), "C1.1", parent=line("C1"))
    old = make.frame(kept=make.sector("40025599"))
    held = make.item(old, "C8")
    make.item(old, "C9")
    make.degree(service, pupil, held, 2)

    page = ReadPage(head.get(address(service)))
    typed = {name(pupil, code): ("3", "") for code in ("C1", "C1.1", "C9")}
    answer = ReadPage(head.post(address(service), sent(**typed, **{name(pupil, "C8"): ("4", "2")})))

    tables = page.main.xpath(".//form//table")
    shown = [[words(one) for one in table.xpath(".//thead//th")] for table in tables]
    assert shown == [["Élève", "C1"], ["Élève", "C8"]]
    strays = answer.main.xpath(".//table[@aria-label='Sans case']/tbody/tr")
    assert [words(row.xpath("td")[0]) for row in strays] == ["Degré C1.1", "Degré C9"]
    kept = Degree.objects.order_by("item__cpro_code")
    assert [(one.item.cpro_code, one.value) for one in kept] == [("C1", 3), ("C8", 4)]


def test_a_group_of_two_sectors_has_a_grid_for_each_and_tells_who_has_none(head: Client) -> None:
    make.period()
    divisions = [factories.division(code) for code in ("1A", "1B", "1C")]
    group = Group.objects.create(school_year=factories.school_year(), code="G", label="Groupe")
    for rank, division in enumerate(divisions):
        pupil = factories.student(1001 + rank, last_name=f"NOM{rank}")
        factories.enrolment(pupil, into=division)
        GroupMember.objects.create(group=group, student=pupil)
    other = make.sector("40025599")
    make.sector_of(divisions[0])
    make.sector_of(divisions[1], other)
    make.frame("C1")
    make.frame("C9", kept=other)
    service = make.service(group=group)

    page = ReadPage(head.get(address(service)))

    tables = page.main.xpath(".//table")
    assert [[words(one) for one in table.xpath(".//th")] for table in tables] == [
        ["Élève", "C1", "NOM0 Léa"],
        ["Élève", "C9", "NOM1 Léa"],
    ]
    assert "Sans référentiel pour la filière de leur division : NOM2 Léa." in page.text


def test_without_frame_the_page_says_who_makes_it_and_nothing_leads_there(head: Client) -> None:
    service, _ = desk()
    FrameItem.objects.all().delete()
    line_less = ReadPage(head.get(address(service)))
    service.subject.frames.all().delete()
    marks = ReadPage(head.get(f"{PERIOD}/saisie/{service.pk}/"))
    services = ReadPage(head.get(f"{PERIOD}/saisie/"))

    assert "Aucun référentiel de cette matière" in line_less.text
    assert not line_less.main.xpath(".//form")
    assert not marks.main.xpath(f".//a[@href='{address(service)}']")
    assert "sans degrés" in services.text


def test_a_closed_period_is_read_only(head: Client) -> None:
    service, (pupil,) = desk()
    period = make.period()
    period.closed_at = make.NOW
    period.save()

    page = ReadPage(head.get(address(service)))
    answer = ReadPage(head.post(address(service), sent(**{name(pupil, "C1"): ("3", "")})))

    assert all(one.get("readonly") is not None for one in page.main.xpath(".//tbody//input"))
    assert answer.status == 422
    assert "est clôturé" in answer.text
    assert not Degree.objects.exists()


@pytest.mark.parametrize("pupils", [1, 3])
def test_the_grid_costs_the_same_whatever_the_number_of_pupils(head: Client, pupils: int) -> None:
    service, own = desk(pupils)
    for pupil in own:
        make.degree(service, pupil, line("C1"))
    head.get(address(service))

    form = sent(**{name(pupil, "C2"): ("3", "") for pupil in own})

    with queries(13):
        head.get(address(service))
    with queries(21):
        head.post(address(service), form)
