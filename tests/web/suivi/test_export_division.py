"""The export panel of a division: contents, options, versions, download, comparison."""

import hashlib

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

import lsl_xml
from livretpro.journal.models import Entry
from livretpro.livrets.actions import record
from livretpro.lsl_export.models import ExportVersion
from livretpro.lsl_export.profiles import Options, profile_named
from livretpro.referentiels.models import Nomenclature, NomenclatureCode
from livretpro.referentiels.rules import Level
from livretpro.schools.models import Division, School, Student
from livretpro.schools.rules import Role
from lycee import CIEL, UAI, Lycee, found, signed_in, stranger
from read_page import ReadPage

pytestmark = pytest.mark.django_db

EXPORT = f"/suivi/{UAI}/{CIEL}/export/"


@pytest.fixture
def lycee() -> Lycee:
    """Three pupils of terminale: AUBRY is green, BENHADDOU orange, CORDIER lacks one degree."""
    made = found({"TCIEL1": 3})
    made.open_entry(Level.TERMINALE)
    made.fill(1001, green=True)
    made.fill(1002, 1003)
    record(made.enrolment(1003), "competence:C08", "", by=made.actor)
    return made


@pytest.fixture
def as_head(lycee: Lycee) -> Client:
    return signed_in(lycee.person(Role.CHEF))


def panel(lycee: Lycee, code: str = "TCIEL1") -> str:
    """The address of the panel of a division."""
    return f"{EXPORT}divisions/{lycee.division(code).pk}/"


def test_the_panel_opens_to_the_head_and_the_ddfpt_alone(lycee: Lycee) -> None:
    expected = {
        lycee.person(Role.CHEF): (200, 302),
        lycee.person(Role.DDFPT, "ROUX"): (200, 302),
        lycee.person(Role.ENSEIGNANT, "PETIT", "Zoé"): (403, 403),
        lycee.person(Role.ENSEIGNANT, "ROYER", "Anne"): (404, 404),
        stranger(): (404, 404),
    }
    address = panel(lycee)

    got = {
        user: (
            signed_in(user).get(address).status_code,
            signed_in(user).post(address, {"profil": "1.1"}).status_code,
        )
        for user in expected
    }

    assert got == expected
    assert Client().get(address).headers["Location"] == f"/connexion/?next={address}"
    assert ExportVersion.objects.count() == 1


@pytest.mark.parametrize(("page", "method"), [("", "POST"), ("changements/", "GET")])
def test_versions_open_to_the_head_and_the_ddfpt_alone(
    lycee: Lycee, page: str, method: str
) -> None:
    version = lycee.export("TCIEL1").version
    address = f"{EXPORT}versions/{version.pk}/{page}"
    expected = {
        lycee.person(Role.CHEF): 200,
        lycee.person(Role.DDFPT, "ROUX"): 200,
        lycee.person(Role.ENSEIGNANT, "PETIT", "Zoé"): 403,
        lycee.person(Role.ENSEIGNANT, "ROYER", "Anne"): 404,
        stranger(): 404,
    }

    got = {user: signed_in(user).generic(method, address).status_code for user in expected}

    assert got == expected
    assert Client().generic(method, address).headers["Location"].startswith("/connexion/")


def test_a_division_or_a_version_that_does_not_exist_is_not_found(as_head: Client) -> None:
    assert as_head.get(f"{EXPORT}divisions/999999/").status_code == 404
    assert as_head.post(f"{EXPORT}versions/999999/").status_code == 404


def test_the_panel_says_what_goes_and_who_stays_with_what_they_lack(
    lycee: Lycee, as_head: Client
) -> None:
    page = ReadPage(as_head.get(panel(lycee)))

    assert page.title == "Export de TCIEL1 – Bac pro CIEL – LivretPro"
    assert "Dans le fichier 2 élèves : 1 complet, 1 incomplet" in page.text
    assert "Laissés de côté 1 élève CORDIER Élève3 1 degré" in page.text
    assert page.links("CORDIER Élève3") == [
        f"/suivi/{UAI}/{CIEL}/livrets/{lycee.enrolment(1003).pk}/"
    ]
    assert "Préparer la version 001" in page.text


def test_the_warnings_of_the_manual_and_the_provisional_codes_are_said(
    lycee: Lycee, as_head: Client
) -> None:
    page = ReadPage(as_head.get(panel(lycee)))

    for sentence in (
        "Ne surtout pas ouvrir ni modifier ce fichier",
        "Placez-le à un emplacement identifié",
        "Attention à ne pas confondre les différentes versions",
        "Un fichier correspond à une et une seule division.",
        "celles qui y sont déjà sont écrasées",
        "Ne quittez pas cet écran jusqu’à la fin du traitement",
        "consultez l’assistance académique avant tout nouvel import",
        "Codes de compétences provisoires",
    ):
        assert sentence in page.text


def test_an_official_nomenclature_is_not_called_provisional(lycee: Lycee, as_head: Client) -> None:
    Nomenclature.objects.update(provisional=False)

    assert "provisoires" not in ReadPage(as_head.get(panel(lycee))).text


def test_creating_the_file_leads_back_to_the_panel_with_its_download_first(
    lycee: Lycee, as_head: Client
) -> None:
    answer = as_head.post(panel(lycee), {"profil": "1.1"}, follow=True)
    page, version = ReadPage(answer), ExportVersion.objects.get()

    assert answer.redirect_chain == [(f"{panel(lycee)}?profil=1.1", 302)]
    assert page.messages() == ["La version 001 est faite : téléchargez-la."]
    form = page.button("Télécharger la version 001").getparent()
    assert (form.get("method"), form.get("action")) == (
        "post",
        f"{EXPORT}versions/{version.pk}/",
    )
    assert (version.number, version.author_name) == (1, "Claire FERRAND")


def test_the_same_content_is_handed_out_again(lycee: Lycee, as_head: Client) -> None:
    as_head.post(panel(lycee), {"profil": "1.1"})

    again = ReadPage(as_head.post(panel(lycee), {"profil": "1.1"}, follow=True))

    assert again.messages()[-1] == "Rien n’a changé depuis la version 1 : la voici de nouveau."
    assert ExportVersion.objects.count() == 1


def test_the_download_gives_the_exact_bytes_under_the_name_of_the_version(
    lycee: Lycee, as_head: Client
) -> None:
    version = lycee.export("TCIEL1").version

    answer = as_head.post(f"{EXPORT}versions/{version.pk}/")

    assert answer.content == bytes(version.content)
    assert hashlib.sha256(answer.content).hexdigest() == version.sha256
    assert answer.headers["Content-Type"] == "application/xml"
    assert answer.headers["Content-Disposition"] == (f'attachment; filename="{version.file_name}"')


def test_the_journal_tells_who_made_a_file_and_who_took_it_away(
    lycee: Lycee, as_head: Client
) -> None:
    version = lycee.export("TCIEL1").version
    as_head.post(f"{EXPORT}versions/{version.pk}/")
    assert as_head.get(f"{EXPORT}versions/{version.pk}/").status_code == 405

    told = Entry.objects.filter(kind="export", key=str(version.pk)).order_by("pk")
    assert [(entry.action, entry.author_name) for entry in told] == [
        ("exporte", lycee.actor.author.name),
        ("telecharge", "Claire FERRAND"),
    ]


def test_the_versions_tell_number_author_colours_and_which_are_replaced(
    lycee: Lycee, as_head: Client
) -> None:
    first = lycee.export("TCIEL1").version
    lycee.fill(1002, green=True)
    second = lycee.export("TCIEL1").version

    rows = ReadPage(as_head.get(panel(lycee))).rows("Versions")

    assert [row[2:6] for row in rows] == [
        ["1", "0", "2", f"{second.sha256[:12]}…"],
        ["1", "1", "1", f"{first.sha256[:12]}…"],
    ]
    assert rows[0][1].startswith("v002 ")
    assert rows[1][1].startswith("v001 remplacée par la version 2 ")


def test_the_strict_profile_says_what_it_cannot_carry(lycee: Lycee, as_head: Client) -> None:
    record(lycee.enrolment(1001), "pfmp_exporter", "oui", by=lycee.actor)

    page = ReadPage(as_head.get(panel(lycee), {"profil": "1.0"}))
    as_head.post(panel(lycee), {"profil": "1.0"})

    assert "Sans place dans le profil 1.0" in page.text
    assert "identifiant national (INE) (2), code MEF (2), synthèse des PFMP (1)" in page.text
    made = ExportVersion.objects.get()
    assert lsl_xml.profile_of(lsl_xml.parse(bytes(made.content))).value == made.profile == "1.0"


def test_an_unknown_profile_is_refused(lycee: Lycee, as_head: Client) -> None:
    answer = as_head.post(panel(lycee), {"profil": "2.0"})

    assert (answer.status_code, ExportVersion.objects.count()) == (422, 0)


def test_a_project_without_teacher_stays_out_and_is_listed(lycee: Lycee, as_head: Client) -> None:
    record(lycee.enrolment(1001), "projet_note", "15", by=lycee.actor)

    page = ReadPage(as_head.get(panel(lycee)))

    assert "Chef-d’œuvre ou projet laissé de côté" in page.text
    assert len(page.links("AUBRY Élève1")) == 1


def test_the_livret_of_premiere_joins_when_asked_and_is_listed_when_red(
    as_second_year_head: Client,
) -> None:
    address = panel(Lycee(School.objects.get(uai=UAI)))

    without = ReadPage(as_second_year_head.get(address))
    page = ReadPage(as_second_year_head.get(address, {"n1": "on"}))
    as_second_year_head.post(address, {"n1": "on"})

    assert "Livrets de première non joints" not in without.text
    assert "Livrets de première non joints BENHADDOU Élève2 rien de saisi" in page.text
    assert "Joindre le livret de première (2025-2026)" in page.text
    made = lsl_xml.read(bytes(ExportVersion.objects.get().content))
    assert [[s.annee_scolaire for s in eleve.scolarites] for eleve in made.donnees] == [
        [2026, 2025],
        [2026],
    ]


@pytest.fixture
def as_second_year_head() -> Client:
    """Two pupils of terminale; of last year only AUBRY has a livret of première."""
    made = found({"1CIEL1": 2})
    made.open_entry(Level.PREMIERE)
    made.fill(1001)
    made.next_year({"TCIEL1": 2})
    made.open_entry(Level.TERMINALE)
    made.fill(1001, 1002)
    return signed_in(made.person(Role.CHEF))


def test_what_was_sent_and_is_no_longer_in_the_file_is_listed(
    lycee: Lycee, as_head: Client
) -> None:
    lycee.export("TCIEL1")
    record(lycee.enrolment(1001), "appreciation", "", by=lycee.actor)
    record(lycee.enrolment(1002), "competence:C01", "", by=lycee.actor)

    page = ReadPage(as_head.get(panel(lycee)))

    assert "Déjà transmis, absent de ce fichier (2 élèves)" in page.text
    assert "Un nouvel import n’efface rien dans le LSL" in page.text
    assert "AUBRY Élève1 Appréciation générale, dans la version 1" in page.text
    assert "BENHADDOU Élève2 Livret, dans la version 1 : son livret est rouge" in page.text


def test_a_division_all_red_is_refused_by_the_page_and_by_the_server(
    lycee: Lycee, as_head: Client
) -> None:
    for pupil in (1001, 1002):
        record(lycee.enrolment(pupil), "enseignant_1_nom", "", by=lycee.actor)

    shown = ReadPage(as_head.get(panel(lycee)))
    refused = ReadPage(as_head.post(panel(lycee), {"profil": "1.1"}))

    button = shown.button("Créer le fichier")
    assert (button.get("disabled"), shown.reason(button)) == (
        "disabled",
        "Les 3 livrets de TCIEL1 sont rouges.",
    )
    assert (refused.status, refused.messages()) == (409, ["Les 3 livrets de TCIEL1 sont rouges."])
    assert ExportVersion.objects.count() == 0


def test_a_file_that_lsl_would_refuse_is_not_made_and_says_why(
    lycee: Lycee, as_head: Client
) -> None:
    Student.objects.filter(siecle_id=1001).update(ine="mauvais")

    shown = ReadPage(as_head.get(panel(lycee)))
    refused = ReadPage(as_head.post(panel(lycee), {"profil": "1.1"}))

    assert shown.button("Créer le fichier").get("disabled") == "disabled"
    assert "Le LSL refuserait ce fichier" in shown.text
    assert refused.status == 409
    assert "Le fichier serait refusé, il n’a pas été fait." in refused.messages()[0]
    assert ExportVersion.objects.count() == 0


def test_a_competence_without_code_closes_the_export(lycee: Lycee, as_head: Client) -> None:
    NomenclatureCode.objects.filter(competence="C08").delete()
    why = (
        "La nomenclature « LivretPro provisoire » n’a pas de code pour la compétence C08 "
        "du MEF 2472551933 : le fichier ne peut pas être fait."
    )

    shown = ReadPage(as_head.get(panel(lycee)))
    refused = ReadPage(as_head.post(panel(lycee), {"profil": "1.1"}))

    assert shown.reason(shown.button("Créer le fichier")) == why
    assert (refused.status, refused.messages()) == (409, [why])


def test_two_versions_are_compared_pupil_by_pupil(lycee: Lycee, as_head: Client) -> None:
    lycee.export("TCIEL1")
    record(lycee.enrolment(1001), "moyenne_1", "14", by=lycee.actor)
    record(lycee.enrolment(1001), "competence:C03", "4", by=lycee.actor)
    record(lycee.enrolment(1002), "appreciation", "En progrès.", by=lycee.actor)
    record(lycee.enrolment(1003), "competence:C08", "2", by=lycee.actor)
    second = lycee.export("TCIEL1").version

    page = ReadPage(as_head.get(f"{EXPORT}versions/{second.pk}/changements/"))

    assert page.rows("De v001 à v002 3 élèves, 4 champs") == [
        ["AUBRY Élève1"],
        ["Moyenne de la période 1", "12,50", "14,00"],
        [c03_label(), "3, maîtrisée", "4, bien maîtrisée"],
        ["BENHADDOU Élève2"],
        ["Appréciation générale", "absent", "En progrès."],
        ["CORDIER Élève3"],
        ["Livret", "absent", "présent"],
    ]
    assert "Moyenne du groupe : 12,50, puis 13,00" in page.text
    assert "Ajouté : CORDIER Élève3." in page.text


def test_any_two_versions_of_a_division_are_compared(lycee: Lycee, as_head: Client) -> None:
    first = lycee.export("TCIEL1").version
    record(lycee.enrolment(1001), "moyenne_1", "14", by=lycee.actor)
    lycee.export("TCIEL1")
    record(lycee.enrolment(1002), "enseignant_1_nom", "", by=lycee.actor)
    third = lycee.export("TCIEL1").version

    page = ReadPage(as_head.get(f"{panel(lycee)}versions/", {"version": [third.pk, first.pk]}))

    assert page.title.startswith("Versions 001 et 003 de TCIEL1")
    assert page.rows("De v001 à v003 2 élèves, 2 champs") == [
        ["AUBRY Élève1"],
        ["Moyenne de la période 1", "12,50", "14,00"],
        ["BENHADDOU Élève2"],
        ["Livret", "présent", "absent"],
    ]
    assert "Retiré : BENHADDOU Élève2. Ce qui a été transmis reste dans le LSL." in page.text


def test_two_versions_with_the_same_bytes_say_so(lycee: Lycee, as_head: Client) -> None:
    first = lycee.export("TCIEL1").version
    record(lycee.enrolment(1001), "moyenne_1", "14", by=lycee.actor)
    lycee.export("TCIEL1")
    record(lycee.enrolment(1001), "moyenne_1", "12,5", by=lycee.actor)
    third = lycee.export("TCIEL1").version

    page = ReadPage(as_head.get(f"{panel(lycee)}versions/", {"version": [first.pk, third.pk]}))

    assert "depuis la version 001 : les deux fichiers sont identiques." in page.text


def test_what_is_not_two_versions_of_the_division_is_not_compared(
    lycee: Lycee, as_head: Client
) -> None:
    one, address = lycee.export("TCIEL1").version.pk, f"{panel(lycee)}versions/"

    few = ReadPage(as_head.get(address, {"version": [one, one, "x"]}))

    assert (few.status, few.messages()) == (422, ["Cochez deux versions à comparer."])
    assert as_head.get(address, {"version": [one, 999_999]}).status_code == 404


def test_versions_of_another_division_are_not_compared(lycee: Lycee, as_head: Client) -> None:
    lycee.next_year({"TCIEL1": 3})
    lycee.open_entry(Level.TERMINALE)
    lycee.fill(1001)
    made = [lycee.export("TCIEL1").version.pk]
    lycee.fill(1002)
    made.append(lycee.export("TCIEL1").version.pk)
    former = lycee.school.years.get(year=2025)
    other = Division.objects.get(school_year=former, code="TCIEL1").pk

    address = f"/suivi/{UAI}/{CIEL}-2025/export/divisions/{other}/versions/"

    assert as_head.get(address, {"version": made}).status_code == 404
    assert as_head.get(f"{panel(lycee)}versions/", {"version": made}).status_code == 200


@pytest.mark.parametrize("pupils", [1, 3])
def test_comparing_costs_the_same_for_one_pupil_or_three(
    pupils: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    lycee = found({"TCIEL1": pupils})
    lycee.open_entry(Level.TERMINALE)
    numbers = range(1001, 1001 + pupils)
    lycee.fill(*numbers)
    made = [lycee.export("TCIEL1").version.pk]
    for number in numbers:
        record(lycee.enrolment(number), "competence:C01", "1", by=lycee.actor)
    made.append(lycee.export("TCIEL1").version.pk)
    head, address = signed_in(lycee.person(Role.CHEF)), f"{panel(lycee)}versions/"
    head.get(panel(lycee))

    with django_assert_num_queries(6 + 4):
        head.get(address, {"version": made})


def c03_label() -> str:
    """What the nomenclature calls the competence."""
    return NomenclatureCode.objects.filter(mef="2472551933", competence="C03")[0].label


def test_the_first_version_has_nothing_to_be_compared_with(lycee: Lycee, as_head: Client) -> None:
    first = lycee.export("TCIEL1").version

    page = ReadPage(as_head.get(f"{EXPORT}versions/{first.pk}/changements/"))

    assert "il n’y a rien à comparer" in page.text


def test_two_versions_that_differ_by_their_profile_alone_say_so(
    lycee: Lycee, as_head: Client
) -> None:
    lycee.export("TCIEL1")
    strict = lycee.export("TCIEL1", Options(profile_named("1.0"))).version

    page = ReadPage(as_head.get(f"{EXPORT}versions/{strict.pk}/changements/"))

    assert "Aucun champ d’élève n’a changé depuis la version 001" in page.text


@pytest.mark.parametrize("pupils", [1, 3])
def test_the_panel_costs_the_same_for_one_pupil_or_three(
    pupils: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    lycee = found({"TCIEL1": pupils})
    lycee.open_entry(Level.TERMINALE)
    numbers = range(1001, 1001 + pupils)
    lycee.fill(*numbers, green=True)
    lycee.export("TCIEL1")
    for number in numbers:
        record(lycee.enrolment(number), "appreciation", "", by=lycee.actor)
    head, address = signed_in(lycee.person(Role.CHEF)), panel(lycee)
    head.get(address)

    with django_assert_num_queries(19):
        head.get(address)
