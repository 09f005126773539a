"""Former years and changes in the year: what each page shows, who opens it, what may be written."""

from decimal import Decimal

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from livretpro.journal.models import Entry
from livretpro.livrets.actions import record, set_periodicity
from livretpro.livrets.models import PeriodBilan, Periodicity
from livretpro.livrets.queries import former_premieres, livret_id
from livretpro.livrets.rules import PeriodKind
from livretpro.lsl_export.models import ExportVersion
from livretpro.referentiels.rules import Level
from livretpro.schools.models import Enrolment, HandTeacher, PrincipalTeacher, Staff
from livretpro.schools.rules import Role
from lycee import CIEL, UAI, Lycee, found, mef_of, signed_in
from moves import first_pupil, import_again, import_pupil
from read_page import ReadPage, words

pytestmark = pytest.mark.django_db
MELEC, MEF_MELEC = "40025520", "24725520330"
ELSEWHERE = (
    "L’an dernier, cet élève était dans l’établissement 0990002P : "
    "son livret de première n’est pas tenu ici."
)
OTHERS = ".//*[@aria-label='Autres livrets de cet élève']"


def into_terminale(before: str = "1CIEL1") -> Lycee:
    """A pupil of 2024-2025 whose livret is orange, in terminale in 2025-2026."""
    lycee = found({before: 2})
    lycee.open_entry(*Level)
    lycee.fill(1001)
    lycee.next_year({"TCIEL1": 2})
    lycee.open_entry(Level.TERMINALE)
    return lycee


def enrolment(lycee: Lycee, year: int) -> Enrolment:
    return Enrolment.objects.get(
        student__school=lycee.school, student__siecle_id=1001, school_year__year=year
    )


def livret_of(client: Client, of: Enrolment, path: str) -> ReadPage:
    return ReadPage(client.get(f"/suivi/{UAI}/{path}/livrets/{of.pk}/"))


def others(page: ReadPage) -> list[str]:
    return [words(line) for line in page.main.xpath(f"{OTHERS}//p")]


@pytest.mark.parametrize("page", ["", "saisie/", "export/"])
def test_the_head_opens_the_pages_of_a_former_year_and_their_links_stay_there(page: str) -> None:
    lycee = into_terminale()
    head = signed_in(lycee.person(Role.CHEF))

    read = ReadPage(head.get(f"/suivi/{UAI}/{CIEL}-2025/{page}"))

    assert read.status == 200
    links = [a.get("href") for a in read.main.xpath(".//a") if CIEL in a.get("href", "")]
    assert [link for link in links if not link.startswith(f"/suivi/{UAI}/{CIEL}-2025/")] == []


@pytest.mark.parametrize(
    "path", [f"{CIEL}-2024", f"{CIEL}-2027", f"{CIEL}-", "40099999-2025", f"{CIEL}-20255"]
)
def test_a_year_that_the_school_does_not_have_is_not_there(path: str) -> None:
    head = signed_in(into_terminale().person(Role.CHEF))

    assert head.get(f"/suivi/{UAI}/{path}/").status_code == 404


def test_the_selector_is_the_head_s_and_needs_two_years() -> None:
    lycee = found({"1CIEL1": 1})
    head = signed_in(lycee.person(Role.CHEF))
    alone = ReadPage(head.get(f"/suivi/{UAI}/{CIEL}/"))
    lycee.next_year({"TCIEL1": 1})
    two = ReadPage(head.get(f"/suivi/{UAI}/{CIEL}/"))
    teacher = signed_in(lycee.person(Role.ENSEIGNANT, "PETIT", "Zoé"))

    years = "//nav[@aria-label='Année scolaire']//a"
    assert alone.root.xpath(years) == []
    assert [(words(a), a.get("href")) for a in two.root.xpath(years)] == [
        ("2026-2027", f"/suivi/{UAI}/{CIEL}/"),
        ("2025-2026 (lecture)", f"/suivi/{UAI}/{CIEL}-2025/"),
    ]
    assert ReadPage(teacher.get(f"/suivi/{UAI}/{CIEL}/saisie/")).root.xpath(years) == []


def test_the_teachers_of_last_year_neither_read_nor_write_it() -> None:
    lycee = into_terminale()
    teacher = signed_in(lycee.person(Role.ENSEIGNANT, "PETIT", "Zoé"))
    address = f"/suivi/{UAI}/{CIEL}-2025/livrets/{enrolment(lycee, 2025).pk}/"

    read = teacher.get(address).status_code
    write = teacher.post(f"{address}champ/", {"champ": "moyenne_1", "valeur": "3"}).status_code

    assert (read, write) == (404, 404)
    assert PeriodBilan.objects.get(livret__student__siecle_id=1001).average == 12.5


def test_the_head_corrects_the_livret_of_premiere_from_that_of_terminale() -> None:
    lycee = into_terminale()
    head = signed_in(lycee.person(Role.CHEF))
    page = livret_of(head, enrolment(lycee, 2026), CIEL)
    link = page.main.xpath(f"{OTHERS}//a")[0].get("href")

    saved = head.post(f"{link}champ/", {"champ": "moyenne_1", "valeur": "14", "remplace": "12,50"})

    assert others(page) == ["Livret de première 2025-2026 (clos)"]
    assert link == f"/suivi/{UAI}/{CIEL}-2025/livrets/{enrolment(lycee, 2025).pk}/"
    assert (saved.status_code, saved.headers["Location"]) == (302, link)
    assert PeriodBilan.objects.get(livret__school_year__year=2025).average == 14
    back = ReadPage(head.get(link))
    assert others(back) == ["Livret de terminale 2026-2027"]


def test_a_former_year_still_makes_its_own_file() -> None:
    lycee = into_terminale()
    head = signed_in(lycee.person(Role.CHEF))
    division = enrolment(lycee, 2025).division_id

    made = head.post(f"/suivi/{UAI}/{CIEL}-2025/export/divisions/{division}/", {"profil": "1.1"})
    mixed = head.post(f"/suivi/{UAI}/{CIEL}/export/divisions/{division}/", {"profil": "1.1"})

    assert (made.status_code, mixed.status_code) == (302, 404)
    assert [v.school_year.year for v in ExportVersion.objects.all()] == [2025]


def test_repeating_terminale_is_said_and_has_no_livret_of_premiere() -> None:
    lycee = into_terminale(before="TCIEL1")
    head = signed_in(lycee.person(Role.CHEF))

    assert others(livret_of(head, enrolment(lycee, 2026), CIEL)) == [
        "Livret de terminale 2025-2026 (clos)",
        "Cet élève redouble la terminale : son livret de première ne se joint pas au fichier.",
    ]


@pytest.mark.parametrize(
    ("told", "sentence"),
    [
        (
            {"last_year_uai": "0990002P", "last_year_mef": "24725519320"},
            ELSEWHERE,
        ),
        (
            {"last_year_uai": "0990002P", "last_year_mef": mef_of("TCIEL1")},
            "Cet élève redouble la terminale : son livret de première ne se joint pas au fichier.",
        ),
        ({}, "Cet établissement ne tient pas de livret de l’an dernier pour cet élève."),
    ],
)
def test_siecle_tells_why_no_livret_of_premiere_is_held(
    told: dict[str, str], sentence: str
) -> None:
    lycee = found({"TCIEL1": 1})
    Enrolment.objects.update(**told)
    head = signed_in(lycee.person(Role.CHEF))

    assert others(livret_of(head, lycee.enrolment(1001), CIEL)) == [sentence]


@pytest.mark.parametrize("status", ["AP", "FQ"])
def test_who_loses_school_status_leaves_the_lists_and_comes_back_with_everything(
    status: str,
) -> None:
    lycee = found({"TCIEL1": 2})
    lycee.open_entry(*Level)
    lycee.fill(1001)
    head = signed_in(lycee.person(Role.CHEF))
    old = lycee.enrolment(1001)

    import_pupil(lycee, "TCIEL1", CODE_MEF=mef_of("TCIEL1"), CODE_STATUT=status)
    away = ReadPage(head.get(f"/suivi/{UAI}/{CIEL}/saisie/"))
    closed = livret_of(head, old, CIEL)
    import_pupil(lycee, "TCIEL1", CODE_MEF=mef_of("TCIEL1"), CODE_STATUT="ST")
    back = livret_of(head, lycee.enrolment(1001), CIEL)

    summaries = [words(s) for s in away.main.xpath(".//summary")]
    assert summaries == ["1 élève qui n’est plus sous statut scolaire"]
    assert "n’est plus sous statut scolaire depuis le" in words(closed.main)
    assert back.main.xpath("string(.//input[@name='moyenne_1']/@value)") == "12,50"
    again = ReadPage(head.get(f"/suivi/{UAI}/{CIEL}/saisie/"))
    assert again.main.xpath(".//summary") == []


def test_another_level_closes_the_livret_and_each_leads_to_the_other() -> None:
    lycee = found({"TCIEL1": 2})
    lycee.open_entry(*Level)
    lycee.fill(1001)
    head = signed_in(lycee.person(Role.CHEF))
    old = lycee.enrolment(1001)

    import_pupil(lycee, "1CIEL1", CODE_MEF=mef_of("1CIEL1"))

    new = livret_of(head, lycee.enrolment(1001), CIEL)
    closed = livret_of(head, old, CIEL)
    assert others(new) == ["Livret de terminale 2025-2026 (clos)"]
    assert others(closed)[0] == "Livret de première 2025-2026"
    assert "Ce livret est clos : l’élève a changé de diplôme ou de niveau" in words(closed.main)


def test_another_division_keeps_the_one_livret() -> None:
    lycee = found({"TCIEL1": 2})
    lycee.open_entry(*Level)
    lycee.fill(1001)
    head = signed_in(lycee.person(Role.CHEF))

    import_pupil(lycee, "TCIEL2", CODE_MEF=mef_of("TCIEL2"))

    page = livret_of(head, lycee.enrolment(1001), CIEL)
    assert page.main.xpath("string(.//input[@name='moyenne_1']/@value)") == "12,50"
    assert page.main.xpath(f"{OTHERS}//a") == []


def test_the_teachers_of_the_division_left_read_the_livret_and_write_no_more() -> None:
    lycee = found({"TCIEL1": 2})
    lycee.open_entry(*Level)
    lycee.fill(1001)
    old = lycee.enrolment(1001)
    user = lycee.person(Role.ENSEIGNANT, "MAIN", "Max")
    line = Staff.objects.get(user=user)
    HandTeacher.objects.create(staff=line, division=old.division, cfd=CIEL)
    teacher = signed_in(user)
    field = {"champ": "moyenne_1", "valeur": "3", "remplace": "12,50"}
    address = f"/suivi/{UAI}/{CIEL}/livrets/{old.pk}/"

    import_pupil(lycee, "TCIEL2", CODE_MEF=mef_of("TCIEL2"))

    new = f"/suivi/{UAI}/{CIEL}/livrets/{lycee.enrolment(1001).pk}/"
    read = livret_of(teacher, old, CIEL)
    assert "a quitté la division le" in read.text
    assert read.main.xpath("string(.//input[@name='moyenne_1']/@value)") == "12,50"
    assert read.main.xpath("boolean(.//input[@name='moyenne_1']/@readonly)")
    assert teacher.post(f"{address}champ/", field).status_code == 409
    assert (teacher.get(new).status_code, teacher.post(f"{new}champ/", field).status_code) == (
        404,
        404,
    )
    assert PeriodBilan.objects.get().average == Decimal("12.5")


@pytest.mark.parametrize("pupils", [1, 3])
def test_the_board_of_a_former_year_costs_no_more(
    pupils: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    lycee = found({"1CIEL1": pupils})
    lycee.next_year({"TCIEL1": pupils})
    head = signed_in(lycee.person(Role.CHEF))
    head.get(f"/suivi/{UAI}/{CIEL}-2025/")

    with django_assert_num_queries(2 + 4 + 4 + 1):
        head.get(f"/suivi/{UAI}/{CIEL}-2025/")


def changed_level() -> tuple[Lycee, Enrolment]:
    """A pupil who left terminale, with an average of the first period, for première."""
    lycee = found({"TCIEL1": 2})
    lycee.open_entry(*Level)
    lycee.fill(1001)
    old = lycee.enrolment(1001)
    import_pupil(lycee, "1CIEL1", CODE_MEF=mef_of("1CIEL1"))
    return lycee, old


def test_a_button_takes_over_the_averages_into_empty_fields_alone() -> None:
    lycee, old = changed_level()
    record(lycee.enrolment(1001), "moyenne_2", "9", by=lycee.actor)
    PeriodBilan.objects.create(livret_id=livret_id(old), number=2, average=16)
    head = signed_in(lycee.person(Role.CHEF))
    address = f"/suivi/{UAI}/{CIEL}/livrets/{lycee.enrolment(1001).pk}/"
    button = ReadPage(head.get(address)).main.xpath(".//button[@name='de']")[0]

    page = ReadPage(head.post(f"{address}reprendre/", {"de": button.get("value")}, follow=True))
    again = ReadPage(head.post(f"{address}reprendre/", {"de": button.get("value")}, follow=True))

    assert words(button) == "Reprendre les moyennes du livret de terminale"
    assert page.messages()[0] == "1 moyenne reprise."
    assert again.messages()[0] == "Aucune moyenne à reprendre : les champs remplis ne changent pas."
    new = PeriodBilan.objects.filter(livret=livret_id(lycee.enrolment(1001)))
    assert list(new.values_list("number", "average")) == [(1, Decimal("12.5")), (2, 9)]
    told = Entry.objects.filter(kind="livret", key=str(livret_id(lycee.enrolment(1001))))
    assert [e.field for e in told.order_by("pk")] == ["moyenne_2", "moyenne_1"]


def test_averages_of_other_periods_are_not_taken_over() -> None:
    lycee, old = changed_level()
    Periodicity.objects.filter(level="terminale").update(kind="S")
    head = signed_in(lycee.person(Role.CHEF))
    address = f"/suivi/{UAI}/{CIEL}/livrets/{lycee.enrolment(1001).pk}/"

    page = ReadPage(head.post(f"{address}reprendre/", {"de": old.pk}, follow=True))

    assert page.messages()[0] == (
        "Les deux livrets n’ont pas la même périodicité : leurs moyennes ne se correspondent pas."
    )
    assert PeriodBilan.objects.filter(livret__level="premiere").count() == 0


def test_only_a_closed_livret_of_the_same_pupil_and_year_is_taken_over() -> None:
    lycee, _ = changed_level()
    head = signed_in(lycee.person(Role.CHEF))
    address = f"/suivi/{UAI}/{CIEL}/livrets/{lycee.enrolment(1001).pk}/"

    other = head.post(f"{address}reprendre/", {"de": lycee.enrolment(1002).pk})

    assert other.status_code == 404


def test_who_writes_the_pfmp_alone_is_offered_no_average() -> None:
    lycee, _ = changed_level()
    user = lycee.person(Role.ENSEIGNANT, "ROYER", "Anne")
    line = Staff.objects.get(user=user)
    for code in ("1CIEL1", "TCIEL1"):
        PrincipalTeacher.objects.create(staff=line, division=lycee.division(code))
    client = signed_in(user)
    address = f"/suivi/{UAI}/{CIEL}/livrets/{lycee.enrolment(1001).pk}/"
    closed = lycee.school.students.get(siecle_id=1001).enrolments.get(level="terminale")

    page = ReadPage(client.get(address))
    refused = client.post(f"{address}reprendre/", {"de": closed.pk})

    assert others(page) == ["Livret de terminale 2025-2026 (clos)"]
    assert page.main.xpath(".//button[@name='de']") == []
    assert refused.status_code == 403


def test_another_diploma_closes_the_livret_and_each_names_the_diploma_of_the_other() -> None:
    lycee = found({"TCIEL1": 2})
    lycee.open_entry(*Level)
    set_periodicity(lycee.year, MELEC, Level.TERMINALE, PeriodKind.TRIMESTRE, by=lycee.actor)
    lycee.fill(1001)
    head = signed_in(lycee.person(Role.CHEF))
    old = lycee.enrolment(1001)

    import_pupil(lycee, "TCIEL2", CODE_MEF=MEF_MELEC)

    new = lycee.enrolment(1001)
    opened, closed = livret_of(head, new, MELEC), livret_of(head, old, CIEL)
    assert (new.cfd, new.level) == (MELEC, "terminale")
    assert others(opened)[0] == f"Livret de terminale 2025-2026, diplôme {CIEL} (clos)"
    assert others(closed)[0] == f"Livret de terminale 2025-2026, diplôme {MELEC}"
    assert closed.main.xpath(f"{OTHERS}//a/@href") == [f"/suivi/{UAI}/{MELEC}/livrets/{new.pk}/"]
    button = opened.main.xpath(".//button[@name='de']")[0]
    assert words(button) == f"Reprendre les moyennes du livret de terminale, diplôme {CIEL}"


def test_the_page_of_the_diploma_left_tells_the_change_and_not_a_departure() -> None:
    lycee = found({"TCIEL1": 2})
    lycee.open_entry(*Level)
    old = lycee.enrolment(1001)
    head = signed_in(lycee.person(Role.CHEF))

    import_pupil(lycee, "TCIEL2", CODE_MEF=MEF_MELEC)

    page = ReadPage(head.get(f"/suivi/{UAI}/{CIEL}/saisie/"))
    assert [words(s) for s in page.main.xpath(".//summary")] == ["1 élève qui a changé de diplôme"]
    assert page.main.xpath(".//details//a/@href") == [f"/suivi/{UAI}/{CIEL}/livrets/{old.pk}/"]


def test_a_diploma_that_its_last_pupil_left_stays_within_reach_once_a_livret_was_opened() -> None:
    lycee = found({"TCIEL1": 2})
    set_periodicity(lycee.year, MELEC, Level.TERMINALE, PeriodKind.TRIMESTRE, by=lycee.actor)
    head = signed_in(lycee.person(Role.CHEF))
    page = f"/suivi/{UAI}/{MELEC}/saisie/"
    import_pupil(lycee, "TCIEL2", CODE_MEF=MEF_MELEC)
    import_pupil(lycee, "TCIEL2", CODE_MEF=mef_of("TCIEL2"))
    never_opened = head.get(page).status_code

    import_pupil(lycee, "TCIEL2", CODE_MEF=MEF_MELEC)
    record(lycee.enrolment(1001), "moyenne_1", "15", by=lycee.actor)
    opened = lycee.enrolment(1001)
    import_pupil(lycee, "TCIEL2", CODE_MEF=mef_of("TCIEL2"))

    assert never_opened == 404
    assert "1 élève qui a changé de diplôme" in ReadPage(head.get(page)).text
    kept = livret_of(head, opened, MELEC)
    assert kept.main.xpath("string(.//input[@name='moyenne_1']/@value)") == "15,00"


def test_who_leaves_and_comes_back_finds_the_livret_as_it_was() -> None:
    lycee = found({"TCIEL1": 2})
    lycee.open_entry(*Level)
    lycee.fill(1001)
    head = signed_in(lycee.person(Role.CHEF))

    import_again(lycee)
    away = ReadPage(head.get(f"/suivi/{UAI}/{CIEL}/saisie/"))
    import_pupil(lycee, "TCIEL1", CODE_MEF=mef_of("TCIEL1"))

    assert [words(s) for s in away.main.xpath(".//summary")] == ["1 élève parti"]
    back = livret_of(head, lycee.enrolment(1001), CIEL)
    assert back.main.xpath("string(.//input[@name='moyenne_1']/@value)") == "12,50"
    again = ReadPage(head.get(f"/suivi/{UAI}/{CIEL}/saisie/"))
    assert again.main.xpath(".//summary") == []


def test_a_new_eleve_id_confirmed_as_the_same_person_keeps_the_livret() -> None:
    lycee = found({"TCIEL1": 2})
    lycee.open_entry(*Level)
    lycee.fill(1001)
    head = signed_in(lycee.person(Role.CHEF))

    renumbered = first_pupil(2001, "TCIEL1", CODE_MEF=mef_of("TCIEL1"))
    import_again(lycee, renumbered, same_person={2001})

    page = livret_of(head, lycee.enrolment(2001), CIEL)
    assert page.main.xpath("string(.//input[@name='moyenne_1']/@value)") == "12,50"
    assert lycee.school.students.count() == 2


def test_the_teachers_page_of_a_former_year_is_not_there() -> None:
    head = signed_in(into_terminale().person(Role.CHEF))

    assert head.get(f"/suivi/{UAI}/{CIEL}-2025/enseignants/").status_code == 404
    assert head.post(f"/suivi/{UAI}/{CIEL}-2025/enseignants/", {"pfmp": "non"}).status_code == 404


def joined_years(lycee: Lycee) -> list[int]:
    """The years whose première may join the file of the first pupil."""
    found = former_premieres([lycee.enrolment(1001).student_id], lycee.year)
    return [sheet.enrolment.school_year.year for sheet in found]


def test_who_repeated_premiere_brings_the_last_one() -> None:
    lycee = found({"1CIEL1": 1})
    lycee.open_entry(*Level)
    lycee.fill(1001)
    lycee.next_year({"1CIEL1": 1})
    lycee.open_entry(*Level)
    lycee.fill(1001, average="15")

    lycee.next_year({"TCIEL1": 1})

    assert joined_years(lycee) == [2026]
    head = signed_in(lycee.person(Role.CHEF))
    assert others(livret_of(head, lycee.enrolment(1001), CIEL))[0] == (
        "Livret de première 2026-2027 (clos)"
    )


def test_who_repeats_terminale_brings_none() -> None:
    lycee = into_terminale(before="TCIEL1")

    assert joined_years(lycee) == []


def test_who_went_on_to_terminale_within_the_former_year_brings_none_of_that_year() -> None:
    lycee = found({"1CIEL1": 1, "TCIEL1": 1})
    lycee.open_entry(*Level)
    lycee.fill(1001)
    import_pupil(lycee, "TCIEL2", CODE_MEF=mef_of("TCIEL2"))

    lycee.next_year({"TCIEL1": 2})

    assert joined_years(lycee) == []
