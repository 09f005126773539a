"""Ressources and Compétences: classes, subjects, sectors, periods, services, reference frames."""

import json

import pytest
from django.test import Client

import bulletin_factories as made
import factories
from livretpro.bulletins.actions.periods import period_texts
from livretpro.bulletins.actions.sectors import sector_texts
from livretpro.bulletins.models import (
    DivisionSector,
    Frame,
    FrameItem,
    Period,
    Sector,
    Service,
    Subject,
)
from livretpro.referentiels.models import Competence, Diploma, Referentiel
from livretpro.schools.models import Service as StsService
from livretpro.schools.rules import Role
from lycee import signed_in
from query_counts import queries
from read_page import ReadPage

pytestmark = pytest.mark.django_db
SITE = f"/bulletins/{factories.UAI}"
CLASSES, SUBJECTS = f"{SITE}/ressources/classes/", f"{SITE}/ressources/matieres/"
SECTORS, PERIODS = f"{SITE}/ressources/filieres/", f"{SITE}/ressources/periodes/"
SERVICES, FRAMES = f"{SITE}/ressources/services/", f"{SITE}/competences/referentiels/"
SESSION_AND_DOOR = 2 + 2


@pytest.fixture
def as_head() -> Client:
    factories.school_year()
    factories.membership(role=Role.CHEF)
    return signed_in(factories.user())


def shipped(*labels: str) -> None:
    """A référentiel for the diploma of the factories: C1, C2…"""
    held = Referentiel.objects.create(
        slug="melec", version=1, sigle="MELEC", complete=True, source={}
    )
    Diploma.objects.create(cfd=factories.CFD, label="MELEC", referentiel=held)
    for rank, label in enumerate(labels, start=1):
        Competence.objects.create(
            referentiel=held, code=f"C{rank}", label=label, position=rank, expected=True
        )


def test_the_sector_of_several_classes_is_changed_at_once(as_head: Client) -> None:
    places = [factories.division(code) for code in ("1A", "1B", "1C")]
    sector = made.sector()

    answer = as_head.post(
        CLASSES,
        {"division": [places[0].pk, places[1].pk], "filiere": sector.pk, "faire": "choisir"},
        follow=True,
    )

    assert set(DivisionSector.objects.values_list("division__code", flat=True)) == {"1A", "1B"}
    assert "Filière changée pour 2 divisions." in ReadPage(answer).text
    assert "1 division sans filière" in ReadPage(answer).text


def test_classes_take_the_sector_of_their_mef(as_head: Client) -> None:
    factories.enrolment()
    factories.division("1VIDE")
    shipped("Préparer")

    as_head.post(CLASSES, {"faire": "mef"})

    held = DivisionSector.objects.values_list("division__code", "sector__code")
    assert list(held) == [("1MELEC", factories.CFD)]


def test_no_class_ticked_is_told(as_head: Client) -> None:
    factories.division()

    answer = as_head.post(CLASSES, {"faire": "choisir"})

    assert answer.status_code == 422
    assert "Choisissez au moins une division." in ReadPage(answer).text


def test_the_code_of_a_subject_is_changed_and_a_bad_one_stays_on_screen(as_head: Client) -> None:
    subject = made.subject(code="071000")

    seen = {"matiere": subject.pk, "vus": '{"code": "071000"}'}
    refused = as_head.post(SUBJECTS, seen | {"code": "7110"})
    as_head.post(SUBJECTS, seen | {"code": "071100"})

    assert refused.status_code == 422
    page = ReadPage(refused)
    assert page.main.xpath(f".//input[@id='code{subject.pk}']/@value") == ["7110"]
    assert Subject.objects.get().code == "071100"


def test_a_subject_that_exists_is_told_and_keeps_its_code(as_head: Client) -> None:
    made.subject("Électricité", "071100")

    known = as_head.post(SUBJECTS, {"faire": "creer", "libelle": " électricité", "code": ""})
    bad = as_head.post(SUBJECTS, {"faire": "creer", "libelle": "Anglais", "code": "7"})
    as_head.post(SUBJECTS, {"faire": "creer", "libelle": "Anglais", "code": "030201"})

    assert (known.status_code, bad.status_code) == (422, 422)
    page = ReadPage(known)
    assert "« Électricité » existe déjà, avec le code 071100" in page.text
    assert page.main.xpath(".//input[@id='libelle']/@value") == [" électricité"]
    assert dict(Subject.objects.values_list("label", "code")) == {
        "Anglais": "030201",
        "Électricité": "071100",
    }


def test_sectors_are_sought_and_read_by_teachers_and_edited_by_none_of_them() -> None:
    factories.school_year()
    factories.membership(role=Role.ENSEIGNANT)
    made.sector()
    made.sector("40031116")
    client = signed_in(factories.user())

    page = ReadPage(client.get(SECTORS, {"q": "40031116"}))
    written = client.post(SECTORS, {"filiere": Sector.objects.first().pk})  # type: ignore[union-attr]

    assert ("Filière 40031116" in page.text, f"Filière {factories.CFD}" in page.text) == (
        True,
        False,
    )
    assert (page.main.xpath(".//button[contains(., 'Enregistrer')]"), written.status_code) == (
        [],
        403,
    )


def test_a_sector_is_closed_to_the_import(as_head: Client) -> None:
    sector = made.sector()

    seen = json.dumps(sector_texts(sector))
    as_head.post(SECTORS, {"filiere": sector.pk, "evaluation": "element", "vus": seen})

    sector.refresh_from_db()
    assert (sector.available, sector.grouping) == (False, "element")


def test_periods_are_made_dated_closed_and_opened_again(as_head: Client) -> None:
    as_head.post(PERIODS, {"faire": "creer", "periodicite": "S"})
    first, second = Period.objects.order_by("number")
    dates = {
        "debut_1": "2025-09-01",
        "fin_1": "2026-01-20",
        "debut_2": "2026-01-21",
        "fin_2": "2026-07-03",
    }
    seen = json.dumps(period_texts([first, second]))
    as_head.post(PERIODS, {"faire": "dates", "vus": seen} | dates)
    as_head.post(PERIODS, {"faire": "cloturer", "periode": first.pk})
    closed = Period.objects.get(pk=first.pk)
    as_head.post(PERIODS, {"faire": "rouvrir", "periode": first.pk})

    assert (closed.is_closed, Period.objects.get(pk=first.pk).is_closed) == (True, False)
    assert closed.end.isoformat() == "2026-01-20"
    assert second.number == 2


def test_dates_out_of_order_are_refused_and_stay_on_screen(as_head: Client) -> None:
    as_head.post(PERIODS, {"faire": "creer", "periodicite": "S"})
    dates = {
        "debut_1": "2025-09-01",
        "fin_1": "2026-02-20",
        "debut_2": "2026-01-21",
        "fin_2": "2026-07-03",
    }

    refused = as_head.post(PERIODS, {"faire": "dates", "periodicite": "S"} | dates)

    page = ReadPage(refused)
    assert refused.status_code == 422
    assert "Les périodes se suivent, sans jour commun." in page.text
    assert page.main.xpath(".//input[@name='fin_1']/@value") == ["2026-02-20"]


def test_the_periods_of_a_division_are_seen_dated_and_closed(as_head: Client) -> None:
    place = factories.division("1A")
    shared, own = made.period(), made.period(of=place)
    for number in (2, 3):
        made.period(number, of=place)
    dates = {"debut_1": "2025-09-01", "fin_1": "2025-11-20", "debut_2": "2025-12-01"}
    late = {"fin_2": "2026-02-28", "debut_3": "2026-03-01", "fin_3": "2026-07-03"}

    seen = json.dumps(period_texts(Period.objects.filter(division=place).order_by("number")))
    page = ReadPage(as_head.get(PERIODS))
    done = as_head.post(
        PERIODS, {"faire": "dates", "division": place.pk, "vus": seen} | dates | late, follow=True
    )
    as_head.post(PERIODS, {"faire": "cloturer", "periode": own.pk})
    stranger = as_head.post(PERIODS, {"faire": "dates", "division": factories.division("1B").pk})

    assert "Cette division a ses propres périodes" in page.text
    assert len(page.main.xpath(".//input[@aria-label='Premier jour du 1er trimestre de 1A']")) == 1
    assert "Les trimestres de 1A sont enregistrés." in ReadPage(done).text
    shared.refresh_from_db()
    own.refresh_from_db()
    assert (own.end.isoformat(), own.is_closed) == ("2025-11-20", True)
    assert (shared.end.isoformat(), shared.is_closed) == ("2025-11-30", False)
    assert stranger.status_code == 404


def test_services_of_sts_are_shown_then_made(as_head: Client) -> None:
    place = factories.division()
    StsService.objects.create(school_year=place.school_year, division=place, subject_code="071000")

    before = ReadPage(as_head.get(SERVICES))
    after = ReadPage(as_head.post(SERVICES, follow=True))

    assert "Créer 1 service" in before.text
    assert "Les 1 services de STS existent tous ici." in after.text
    assert Service.objects.get().subject.code == "071000"


def test_services_become_sub_services_of_a_generic_one(as_head: Client) -> None:
    place = factories.division()
    below = [made.service(into=place, label=name) for name in ("Entreposage", "Transport")]
    address = f"{SERVICES}{place.pk}/"

    before = ReadPage(as_head.get(address))
    answer = as_head.post(
        address,
        {
            "faire": "regrouper",
            "nom": "ENS. TECHNOL. PROFESS.",
            "service": [one.pk for one in below],
        },
        follow=True,
    )

    assert "Plusieurs services professionnels" in before.text
    assert "Plusieurs services professionnels" not in ReadPage(answer).text
    assert {
        s.parent and s.parent.name for s in Service.objects.filter(pk__in=[b.pk for b in below])
    } == {"ENS. TECHNOL. PROFESS."}


def test_a_bad_coefficient_is_refused(as_head: Client) -> None:
    service = made.service()

    answer = as_head.post(
        f"{SERVICES}{service.division_id}/",
        {"faire": "modifier", "service": service.pk, "coefficient": "beaucoup"},
    )

    assert answer.status_code == 422
    assert "Un coefficient est un nombre de 0 à 100" in ReadPage(answer).text


def test_a_frame_is_made_its_codes_lost_then_found_again(as_head: Client) -> None:
    shipped("Préparer", "Réaliser")
    sector = made.sector()

    as_head.post(FRAMES, {"faire": "creer", "filiere": sector.pk})
    FrameItem.objects.update(cpro_code="")
    frame = Frame.objects.get()
    lost = ReadPage(as_head.get(FRAMES))
    found = ReadPage(as_head.post(FRAMES, {"faire": "codes", "referentiel": frame.pk}, follow=True))

    assert "0 codes sur 2" in lost.text
    assert "2 codes sur 2" in found.text
    assert "2 codes CPRO mis à jour." in found.text


def test_codes_of_cpro_without_line_are_counted_then_get_theirs(as_head: Client) -> None:
    shipped("Préparer", "Réaliser")
    frame = made.frame("C1")

    short = ReadPage(as_head.get(FRAMES))
    whole = ReadPage(as_head.post(FRAMES, {"faire": "codes", "referentiel": frame.pk}, follow=True))

    assert "1 code sur 1, 1 sans ligne" in short.text
    assert "1 ligne ajoutée d’après le référentiel." in whole.text
    assert "2 codes sur 2" in whole.text
    assert "sans ligne" not in whole.text


def test_a_frame_by_competence_shows_its_competences_in_light_blue(as_head: Client) -> None:
    by_competence = made.frame("C1")
    by_element = made.frame(kept=made.sector("40031116", grouping="element"))
    made.item(by_element, "E1")

    light = ReadPage(as_head.get(f"{FRAMES}{by_competence.pk}/"))
    plain = ReadPage(as_head.get(f"{FRAMES}{by_element.pk}/"))

    rows = ".//tr[@class='lp-frame__competence']"
    assert (len(light.main.xpath(rows)), len(plain.main.xpath(rows))) == (1, 0)
    assert "Les compétences sont en bleu clair." in light.text


def test_a_code_that_another_line_bears_is_refused_and_stays_on_screen(as_head: Client) -> None:
    frame = made.frame("C1")
    late = made.item(frame)
    body = {f"code_{late.pk}": "C1", f"libelle_{late.pk}": "", "faire": "lignes"}

    answer = as_head.post(f"{FRAMES}{frame.pk}/", body)

    page = ReadPage(answer)
    assert answer.status_code == 422
    assert "Le code C1 serait celui de deux lignes." in page.text
    assert page.main.xpath(f".//input[@name='code_{late.pk}']/@value") == ["C1"]


def test_a_character_that_the_database_cannot_keep_is_refused_in_words(as_head: Client) -> None:
    service, frame = made.service(), made.frame("C1")
    line = frame.items.get()
    own = f"{SERVICES}{service.division_id}/"

    answers = [
        as_head.get(SECTORS, {"q": "\0"}),
        as_head.post(SUBJECTS, {"faire": "creer", "libelle": "a\0b"}),
        as_head.post(SUBJECTS, {"matiere": service.subject_id, "code": "07110\0"}),
        as_head.post(own, {"faire": "regrouper", "nom": "a\0b", "service": service.pk}),
        as_head.post(own, {"service": service.pk, "libelle": "a\0b", "coefficient": "1"}),
        as_head.post(
            f"{FRAMES}{frame.pk}/", {f"code_{line.pk}": "\0C", f"libelle_{line.pk}": "a\0b"}
        ),
        as_head.post(f"{SITE}/cpro/connexion/", {"adresse": "https://a.example", "secret": "\0s"}),
        as_head.post(f"{SITE}/cpro/connexion/", {"adresse": "http://["}),
    ]

    assert [answer.status_code for answer in answers] == [422] * len(answers)


@pytest.mark.parametrize(
    ("address", "cost"),
    [(CLASSES, 5), (SUBJECTS, 1), (SECTORS, 1), (PERIODS, 1), (SERVICES, 9), (FRAMES, 4)],
)
@pytest.mark.parametrize("count", [1, 3])
def test_the_queries_of_a_page_do_not_grow_with_its_lines(
    as_head: Client, address: str, cost: int, count: int
) -> None:
    for number in range(1, count + 1):
        place = factories.division(f"1D{number}")
        sector = made.sector(f"4002552{number}")
        made.sector_of(place, sector)
        made.frame("C1", kept=sector)
        made.service(made.subject(f"Matière {number}", f"06130{number}"), into=place)
        made.period(number)
        made.period(number, of=place)
        sts = StsService.objects.create(
            school_year=place.school_year, division=place, subject_code=f"02070{number}"
        )
        sts.service_teachers.create(staff=factories.staff(f"NOM{number}"))
        known = StsService.objects.create(
            school_year=place.school_year, division=place, subject_code=f"06130{number}"
        )
        known.service_teachers.create(staff=factories.staff(f"AUTRE{number}"))

    with queries(SESSION_AND_DOOR + cost):
        as_head.get(address)


def test_teachers_are_added_and_removed_on_the_page_of_a_service(as_head: Client) -> None:
    held = made.service(teachers=(factories.staff("ANCIEN", "Ève"),))
    new = factories.staff("NOUVEAU", "Max")
    address = f"{SERVICES}{held.division_id}/{held.pk}/"

    before = ReadPage(as_head.get(address))
    as_head.post(address, {"faire": "ajouter", "enseignant": new.pk})
    as_head.post(
        address, {"faire": "retirer", "enseignant": held.teachers.get(last_name="ANCIEN").pk}
    )
    after = ReadPage(as_head.get(f"{SERVICES}{held.division_id}/"))
    nobody = as_head.post(address, {"faire": "ajouter", "enseignant": "x"})

    assert before.main.xpath(".//select/option/text()") == ["NOUVEAU Max"]
    assert after.main.xpath("string(.//tbody/tr[1]/td[2])").startswith("NOUVEAU Max")
    assert nobody.status_code == 422
    assert as_head.get(f"{SERVICES}{factories.division('1B').pk}/{held.pk}/").status_code == 404


def test_teachers_of_sts_are_ticked_then_applied(as_head: Client) -> None:
    held = made.service(teachers=(factories.staff("ANCIEN", "Ève"),))
    sts = StsService.objects.create(
        school_year=held.school_year, division=held.division, subject_code="071100"
    )
    new = factories.staff("NOUVEAU", "Max")
    sts.service_teachers.create(staff=new)

    page = ReadPage(as_head.get(SERVICES))
    ticked = page.main.xpath(".//input[@type='checkbox' and @checked]/@value")
    names = ("ajouter", "retirer")
    done = as_head.post(SERVICES, dict(zip(names, ticked, strict=True)), follow=True)

    assert ticked[0] == f"{held.pk}:{new.pk}"
    assert "D’après STS : 2 changements d’enseignant." in ReadPage(done).text
    assert [one.last_name for one in held.teachers.all()] == ["NOUVEAU"]
    assert as_head.post(SERVICES, {"ajouter": ["x", "1:", "9:9:9"]}).status_code == 302


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_of_teachers_costs_the_same_whatever_their_number(
    as_head: Client, count: int
) -> None:
    held = made.service(teachers=tuple(factories.staff(f"NOM{n}") for n in range(count)))

    with queries(SESSION_AND_DOOR + 4):
        as_head.get(f"{SERVICES}{held.division_id}/{held.pk}/")


def test_a_school_without_a_year_is_told_what_to_do_first() -> None:
    factories.school(current_year=None)
    factories.membership(role=Role.CHEF)

    page = ReadPage(signed_in(factories.user()).get(CLASSES))

    assert "Importez d’abord les fichiers de SIECLE et de STS" in page.text
