"""The page of the groups of the speciality, and the figures that follow."""

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from livretpro.referentiels.rules import Level
from livretpro.schools.models import DeclaredGroup, Group, GroupMember
from livretpro.schools.rules import Role
from lycee import CIEL, UAI, Lycee, found, signed_in
from read_page import ReadPage, words

pytestmark = pytest.mark.django_db
DIPLOMA = f"/suivi/{UAI}/{CIEL}/"
PAGE = f"{DIPLOMA}enseignants/groupes/"


@pytest.fixture
def lycee() -> Lycee:
    """Pupils 1001 and 1002 in TCIEL1, 1003 and 1004 in TCIEL2, 1005 in 1CIEL1."""
    made = found({"TCIEL1": 2, "TCIEL2": 2, "1CIEL1": 1})
    made.open_entry(*Level)
    for pupil, mark in ((1001, "10"), (1002, "12"), (1003, "6")):
        made.fill(pupil, average=mark)
    return made


@pytest.fixture
def as_head(lycee: Lycee) -> Client:
    return signed_in(lycee.person(Role.CHEF))


def siecle(lycee: Lycee, code: str, *numbers: int) -> Group:
    made = Group.objects.create(school_year=lycee.year, code=code, label="Atelier")
    for number in numbers:
        GroupMember.objects.create(group=made, student=lycee.enrolment(number).student)
    return made


def free(lycee: Lycee, name: str, *numbers: int) -> dict[str, object]:
    ticked = [lycee.enrolment(number).pk for number in numbers]
    return {"niveau": "terminale", "nom": name, "eleve": ticked}


def figures(client: Client, lycee: Lycee, number: int) -> str:
    """What the entry page says of the group."""
    page = ReadPage(client.get(f"{DIPLOMA}livrets/{lycee.enrolment(number).pk}/"))
    return words(page.main.xpath(".//*[@id='groupe']")[0])


def declared(page: ReadPage) -> list[str]:
    """The declared groups of terminale, as listed."""
    return [
        words(li) for li in page.main.xpath(".//ul[@aria-label='Groupes déclarés, terminale']/li")
    ]


def test_a_group_of_siecle_is_declared_then_no_longer(lycee: Lycee, as_head: Client) -> None:
    group = siecle(lycee, "GR1", 1001, 1003)
    before = figures(as_head, lycee, 1001)

    answer = as_head.post(PAGE, {"niveau": "terminale", "groupe": group.pk}, follow=True)
    then = [figures(as_head, lycee, number) for number in (1001, 1002, 1003)]
    address = f"{PAGE}{DeclaredGroup.objects.get().pk}/retirer/"
    removed = ReadPage(as_head.post(address, follow=True))

    assert before.startswith("2 sur 2 élèves ont une moyenne Moyenne annuelle11,00")
    assert ReadPage(answer).messages() == [
        "Le groupe GR1 est déclaré : ses chiffres valent dès maintenant."
    ]
    assert [text[:60] for text in then] == [
        "GR1 : 2 sur 2 élèves ont une moyenne Moyenne annuelle8,00 < ",
        before[:60],
        "GR1 : 2 sur 2 élèves ont une moyenne Moyenne annuelle8,00 < ",
    ]
    assert removed.messages() == ["Le groupe GR1 n’est plus déclaré."]
    assert figures(as_head, lycee, 1001) == before


def test_the_division_page_shows_each_group_then_the_division(
    lycee: Lycee, as_head: Client
) -> None:
    as_head.post(PAGE, free(lycee, "Atelier A", 1001, 1003))

    page = ReadPage(as_head.get(f"{DIPLOMA}divisions/{lycee.division('TCIEL1').pk}/"))

    assert "Atelier A : 2 sur 2 élèves ont une moyenne" in page.text
    assert "Hors des groupes déclarés, toute la division : 2 sur 2 élèves" in page.text


def test_a_free_group_is_made_across_divisions_then_changed(lycee: Lycee, as_head: Client) -> None:
    made = ReadPage(as_head.post(PAGE, free(lycee, "Atelier A", 1001, 1003), follow=True))
    address = f"{PAGE}{DeclaredGroup.objects.get().pk}/"
    ticked = ReadPage(as_head.get(address)).main.xpath(".//input[@checked]/@value")
    changed = as_head.post(address, free(lycee, "Atelier B", 1001), follow=True)

    assert declared(made)[0].startswith("Atelier A 2 élèves, TCIEL1, TCIEL2 formé ici")
    assert sorted(int(pk) for pk in ticked) == [lycee.enrolment(n).pk for n in (1001, 1003)]
    assert ReadPage(changed).messages()[-1:] == ["Le groupe Atelier B est enregistré."]
    assert declared(ReadPage(changed))[0].startswith("Atelier B 1 élève, TCIEL1 formé ici")


def test_two_heads_who_change_a_group_keep_what_the_other_did(
    lycee: Lycee, as_head: Client
) -> None:
    as_head.post(PAGE, free(lycee, "Atelier A", 1001, 1002))
    group = DeclaredGroup.objects.get()
    page = ReadPage(as_head.get(f"{PAGE}{group.pk}/"))
    seen = {"vu": page.main.xpath(".//input[@name='vu']/@value")}
    as_head.post(f"{PAGE}{group.pk}/", free(lycee, "Atelier A", 1001, 1002, 1003) | seen)

    as_head.post(f"{PAGE}{group.pk}/", free(lycee, "Atelier A", 1001) | seen)

    assert sorted(group.members.values_list("student__siecle_id", flat=True)) == [1001, 1003]


@pytest.mark.parametrize(
    ("name", "numbers", "phrase"),
    [
        ("", (1001,), "Donnez un nom au groupe."),
        ("Atelier B", (), "cochez au moins un élève"),
        ("Atelier B", (1002, 1003), "Un élève compte dans un seul groupe."),
    ],
)
def test_what_is_refused_stays_typed(
    lycee: Lycee, as_head: Client, name: str, numbers: tuple[int, ...], phrase: str
) -> None:
    as_head.post(PAGE, free(lycee, "Atelier A", 1003))

    page = ReadPage(as_head.post(PAGE, free(lycee, name, *numbers)))

    assert page.status == 422
    assert phrase in page.main.xpath("string(.//*[@role='alert'])")
    assert page.main.xpath("string(.//*[@id='nom-terminale']/@value)") == name
    assert DeclaredGroup.objects.count() == 1


def test_a_group_changed_into_what_cannot_be_keeps_what_was_typed(
    lycee: Lycee, as_head: Client
) -> None:
    as_head.post(PAGE, free(lycee, "Atelier A", 1001))
    address = f"{PAGE}{DeclaredGroup.objects.get().pk}/"

    page = ReadPage(as_head.post(address, free(lycee, "Atelier Z")))

    assert (page.status, DeclaredGroup.objects.get().name) == (422, "Atelier A")
    assert page.main.xpath("string(.//*[@id='nom']/@value)") == "Atelier Z"


def test_what_is_not_offered_is_refused(lycee: Lycee, as_head: Client) -> None:
    nowhere = siecle(lycee, "GR9", 1005)

    assert as_head.post(PAGE, {"niveau": "terminale", "groupe": nowhere.pk}).status_code == 422
    assert as_head.post(PAGE, {"niveau": "seconde", "nom": "X"}).status_code == 400
    assert not DeclaredGroup.objects.exists()


def test_a_group_of_siecle_has_no_page_of_its_own(lycee: Lycee, as_head: Client) -> None:
    group = siecle(lycee, "GR1", 1001)
    as_head.post(PAGE, {"niveau": "terminale", "groupe": group.pk})

    assert as_head.get(f"{PAGE}{DeclaredGroup.objects.get().pk}/").status_code == 404


def test_the_groups_of_a_former_year_stand(lycee: Lycee, as_head: Client) -> None:
    as_head.post(PAGE, free(lycee, "Atelier A", 1001, 1003))
    pk = lycee.enrolment(1001).pk
    lycee.next_year({"TCIEL1": 1})

    assert as_head.get(f"{DIPLOMA[:-1]}-2025/enseignants/groupes/").status_code == 404
    page = ReadPage(as_head.get(f"{DIPLOMA[:-1]}-2025/livrets/{pk}/"))
    assert words(page.main.xpath(".//*[@id='groupe']")[0]).startswith(
        "Atelier A : 2 sur 2 élèves ont une moyenne"
    )


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_costs_the_same_for_one_group_or_three(
    lycee: Lycee, as_head: Client, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for rank in range(count):
        as_head.post(PAGE, free(lycee, f"Atelier {rank}", 1001 + rank))
    as_head.get(PAGE)

    with django_assert_num_queries(10):
        as_head.get(PAGE)
