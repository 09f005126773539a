"""The référentiel of a diploma on screen: list, editor, versions, moving livrets, files."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import DjangoAssertNumQueries

import lsl_rules
from livretpro.livrets.actions import record
from livretpro.livrets.models import Degree, Livret
from livretpro.referentiels import nomenclature
from livretpro.referentiels.actions import load_nomenclature
from livretpro.referentiels.models import Diploma, NomenclatureCode, OwnCode, Referentiel
from livretpro.referentiels.rules import Level
from livretpro.schools.rules import Role
from lycee import CIEL, UAI, Lycee, found, signed_in, stranger
from read_page import ReadPage

pytestmark = pytest.mark.django_db

PAGE = f"/suivi/{UAI}/{CIEL}/referentiel/"
EDIT = f"{PAGE}modifier/"
LIST = "C1\tPréparer\nC1.1\tLire un plan\nC2\tRéaliser\nC3 - Contrôler la\nconformité"


@pytest.fixture
def lycee() -> Lycee:
    """Two pupils of terminale; nobody ships the référentiel of their diploma."""
    made = found({"TCIEL1": 2})
    Diploma.objects.filter(cfd=CIEL).update(referentiel=None)
    made.open_entry(Level.TERMINALE)
    return made


@pytest.fixture
def as_head(lycee: Lycee) -> Client:
    return signed_in(lycee.person(Role.DDFPT))


def rows(*lines: tuple[str, str, bool], seen: object = "") -> dict[str, str]:
    """What the editor sends."""
    typed = {"vu": str(seen), "enregistrer": "oui"}
    for number, (code, label, expected) in enumerate(lines, start=1):
        typed |= {f"rang_{number}": str(number), f"code_{number}": code}
        typed |= {f"intitule_{number}": label}
        if expected:
            typed[f"attendue_{number}"] = "on"
    return typed


def saved(client: Client, *lines: tuple[str, str, bool], **more: str) -> None:
    """Save these lines over the newest version."""
    own = Referentiel.objects.filter(school_uai=UAI).order_by("-version").first()
    answer = client.post(EDIT, rows(*lines, seen=own.pk if own else "") | more)
    assert answer.status_code == 302


def own_codes() -> list[tuple[str, str]]:
    return list(OwnCode.objects.order_by("code").values_list("code", "label"))


FIRST = (("C1", "Préparer", True), ("C2", "Réaliser", True))
SECOND = (("C1", "Préparer", True), ("C3", "Contrôler", True))


def newest() -> Referentiel:
    return Referentiel.objects.filter(school_uai=UAI).order_by("-version")[0]


def test_a_pasted_list_is_read_into_rows(as_head: Client) -> None:
    page = ReadPage(as_head.post(EDIT, {"lire": "oui", "liste": LIST}))

    inputs = {i.get("name"): i.get("value") for i in page.main.xpath(".//input[@name]")}
    ticked = page.main.xpath(".//input[@type='checkbox'][@checked]/@name")
    assert [inputs[f"code_{n}"] for n in range(1, 5)] == ["C1", "C1.1", "C2", "C3"]
    assert inputs["intitule_4"] == "Contrôler la conformité"
    assert ticked == ["attendue_1", "attendue_3", "attendue_4"]
    assert not Referentiel.objects.filter(school_uai=UAI).exists()


def test_saving_opens_entry_and_the_file_leaves_with_own_codes(
    lycee: Lycee, as_head: Client
) -> None:
    answer = as_head.post(EDIT, rows(*FIRST))

    for pupil in (1001, 1002):
        for key, text in {
            "competence:C1": "3",
            "competence:C2": "4",
            "moyenne_1": "12",
            "enseignant_1_nom": "PETIT",
            "enseignant_1_prenom": "Zoé",
        }.items():
            record(lycee.enrolment(pupil), key, text, by=lycee.actor)
    made = as_head.post(f"/suivi/{UAI}/{CIEL}/export/divisions/{lycee.division('TCIEL1').pk}/")
    content = bytes(lycee.export("TCIEL1", fresh=False).version.content)
    assert (answer.status_code, answer["Location"], made.status_code) == (302, PAGE, 302)
    assert list(OwnCode.objects.order_by("code").values_list("competence", "code")) == [
        ("C1", "8001"),
        ("C2", "8002"),
    ]
    assert (content.count(b'code="8001">3<'), content.count(b'code="8002">4<')) == (2, 2)
    assert list(lsl_rules.check_document(content)) == []


def test_a_reworded_competence_gets_another_code_and_the_first_keeps_its_words(
    lycee: Lycee, as_head: Client
) -> None:
    saved(as_head, ("C1", "Analyser", True))
    filled(lycee, 1001, "C1")
    former = bytes(lycee.export("TCIEL1").version.content)

    saved(as_head, ("C1", "Préparer le chantier", True))
    as_head.post(f"{PAGE}passer/", {"version": newest().pk})
    present = bytes(lycee.export("TCIEL1").version.content)

    assert own_codes() == [("8001", "C1 Analyser"), ("8002", "C1 Préparer le chantier")]
    assert (b'code="8001">3<' in former, b'code="8001"' in present) == (True, False)
    assert b'code="8002">3<' in present


def test_the_official_code_comes_back_with_the_official_wording(
    lycee: Lycee, as_head: Client
) -> None:
    line = NomenclatureCode.objects.filter(mef="2472551933", competence="C01").latest("millesime")
    words = line.label.removeprefix("C01 ")
    saved(as_head, ("C01", "Autrement dit", True))
    saved(as_head, ("C01", words, True))
    filled(lycee, 1001, "C01")

    content = bytes(lycee.export("TCIEL1").version.content)

    assert own_codes() == [("8001", "C01 Autrement dit")]
    assert f'code="{line.code}">3<'.encode() in content


def test_a_nomenclature_that_lacks_competences_of_an_own_list_gives_them_codes(
    lycee: Lycee, as_head: Client
) -> None:
    line = NomenclatureCode.objects.filter(mef="2472551933", competence="C01").latest("millesime")
    saved(as_head, ("C01", line.label.removeprefix("C01 "), True))
    other = nomenclature.Row(2025, "2472551933", "071100", "S", "6001", "C99 Tout autre")
    official = nomenclature.write_rows("LSL 2026", [other], {})

    load_nomenclature(official, provisional=False)

    filled(lycee, 1001, "C01")
    assert own_codes() == [("8001", line.label)]
    assert b'code="8001">3<' in bytes(lycee.export("TCIEL1").version.content)


def test_saving_the_same_list_gives_the_codes_it_lacks(as_head: Client) -> None:
    saved(as_head, ("C1", "Analyser", True))
    OwnCode.objects.all().delete()

    saved(as_head, ("C1", "Analyser", True))

    assert (newest().version, own_codes()) == (1, [("8001", "C1 Analyser")])


def filled(lycee: Lycee, pupil: int, code: str) -> None:
    """A livret that leaves in the file, with this one degree."""
    for key, text in {
        f"competence:{code}": "3",
        "moyenne_1": "12",
        "enseignant_1_nom": "PETIT",
        "enseignant_1_prenom": "Zoé",
    }.items():
        record(lycee.enrolment(pupil), key, text, by=lycee.actor)


@pytest.mark.parametrize(("ticked", "warned"), [({"complet": "on"}, False), ({}, True)])
def test_a_list_is_complete_when_its_author_says_so(
    lycee: Lycee, as_head: Client, ticked: dict[str, str], warned: bool
) -> None:
    saved(as_head, *FIRST, **ticked)

    livret = ReadPage(as_head.get(f"/suivi/{UAI}/{CIEL}/livrets/{lycee.enrolment(1001).pk}/"))
    again = ReadPage(as_head.get(EDIT)).main.xpath("boolean(.//input[@name='complet'][@checked])")
    content = as_head.get(f"{PAGE}fichier/").content
    read = ReadPage(as_head.post(EDIT, {"fichier": named(content)}))

    assert newest().complete is not warned
    assert ("Le référentiel de ce diplôme n’est pas complet." in livret.text) is warned
    assert again is not warned
    assert json.loads(content)["complet"] is not warned
    assert read.main.xpath("boolean(.//input[@name='complet'][@checked])") is not warned


def test_sub_competences_of_a_file_stay_under_theirs_whatever_their_codes(
    as_head: Client,
) -> None:
    under = {"code": "CC11", "intitule": "Lire", "livret": True}
    told = {"code": "CC1", "intitule": "Préparer", "sous_competences": [under]}
    page = ReadPage(
        as_head.post(EDIT, {"fichier": named(json.dumps({"competences": [told]}).encode())})
    )

    form = page.main.forms[-1]
    as_head.post(EDIT, {i.name: i.value for i in form.inputs if i.name and i.value is not None})

    assert json.loads(as_head.get(f"{PAGE}fichier/").content)["competences"] == [told]


def test_a_degree_that_the_version_no_longer_has_is_not_offered_back(
    lycee: Lycee, as_head: Client
) -> None:
    saved(as_head, *FIRST)
    for value in ("3", "4"):
        record(lycee.enrolment(1001), "competence:C2", value, by=lycee.actor)
        record(lycee.enrolment(1001), "competence:C1", value, by=lycee.actor)
    saved(as_head, *SECOND)
    as_head.post(f"{PAGE}passer/", {"version": newest().pk})

    page = as_head.get(f"/suivi/{UAI}/{CIEL}/livrets/{lycee.enrolment(1001).pk}/historique/")

    offered = ReadPage(page).main.xpath(".//form//button/span")
    assert {button.text_content().split()[-1] for button in offered} == {"C1"}


def test_a_refused_list_keeps_what_was_typed_and_says_each_line(as_head: Client) -> None:
    answer = as_head.post(EDIT, rows(("C1", "", True), ("C1", "x" * 301, False)))

    page = ReadPage(answer)
    assert (answer.status_code, Referentiel.objects.filter(school_uai=UAI).count()) == (422, 0)
    assert "L’intitulé manque." in page.text
    assert "L’intitulé compte 301 caractères : la limite est de 300." in page.text
    assert "Le code C1 figure déjà ligne 1." in page.text
    assert page.main.xpath(".//input[@name='intitule_2']/@value") == ["x" * 301]


def test_two_people_who_edit_the_same_list_see_both(as_head: Client) -> None:
    as_head.post(EDIT, rows(*FIRST))
    seen = newest().pk
    as_head.post(EDIT, rows(*SECOND, seen=seen))

    answer = as_head.post(EDIT, rows(("C9", "Autre", True), seen=seen))

    page = ReadPage(answer)
    assert (answer.status_code, newest().version) == (409, 2)
    assert "a enregistré la version 2 entre-temps" in page.text
    assert "C3 Contrôler (au livret)" in page.text
    again = as_head.post(EDIT, rows(("C9", "Autre", True), seen=newest().pk))
    assert (again.status_code, newest().version) == (302, 3)


def test_the_same_list_saved_again_makes_no_version(as_head: Client) -> None:
    """Also by a double click: the second one comes from the page that knew no version."""
    as_head.post(EDIT, rows(*FIRST))

    answers = [as_head.post(EDIT, rows(*FIRST, seen=seen)) for seen in (newest().pk, "")]

    assert [answer.status_code for answer in answers] == [302, 302]
    assert newest().version == 1


def test_a_former_list_is_taken_up_again(as_head: Client) -> None:
    for held, seen in ((FIRST, False), (SECOND, True)):
        as_head.post(EDIT, rows(*held, seen=newest().pk if seen else ""))
    (again,) = ReadPage(as_head.get(PAGE)).links("Reprendre cette liste, version 1")

    offered = as_head.get(again)
    sent = {i.name: i.value for i in ReadPage(offered).main.forms[-1].inputs if i.value is not None}
    as_head.post(again, sent | {"enregistrer": "oui"})

    assert newest().version == 3
    assert [c.code for c in newest().competences.order_by("position")] == ["C1", "C2"]


def test_the_list_that_was_shipped_is_taken_up_again(as_head: Client) -> None:
    shipped = Referentiel.objects.filter(slug__contains="ciel").latest("version")
    Diploma.objects.filter(cfd=CIEL).update(referentiel=shipped)
    as_head.post(EDIT, rows(*FIRST))

    (again,) = ReadPage(as_head.get(PAGE)).links("Reprendre cette liste livrée avec LivretPro")

    assert again == f"{EDIT}?depuis={shipped.pk}"
    assert "C01" in ReadPage(as_head.get(again)).main.xpath("string(.//textarea)")


@pytest.mark.parametrize("version", ["0", "x", "9" * 30])
def test_a_version_from_elsewhere_is_not_found(as_head: Client, version: str) -> None:
    assert as_head.get(f"{EDIT}?depuis={version}").status_code == 404


def test_livrets_move_to_a_version_and_come_back(lycee: Lycee, as_head: Client) -> None:
    as_head.post(EDIT, rows(*FIRST))
    record(lycee.enrolment(1001), "competence:C1", "3", by=lycee.actor)
    record(lycee.enrolment(1001), "competence:C2", "4", by=lycee.actor)
    as_head.post(EDIT, rows(*SECOND, seen=newest().pk))
    page = ReadPage(as_head.get(PAGE))

    moved = as_head.post(f"{PAGE}passer/", {"version": newest().pk})

    assert "1 livret de cette année tient à une autre version. 1 degré garde" in page.text
    assert "AUBRY Élève1 : C2, degré 4" in page.text
    assert (moved.status_code, degrees()) == (302, {"C1": 3})
    assert Livret.objects.get().referentiel == newest()
    back = as_head.post(f"{PAGE}annuler/", {"passage": passage(as_head)})
    assert (back.status_code, degrees()) == (302, {"C1": 3, "C2": 4})
    assert Livret.objects.get().referentiel.version == 1


def test_a_livret_typed_since_stays_when_the_move_is_undone(lycee: Lycee, as_head: Client) -> None:
    as_head.post(EDIT, rows(*FIRST))
    record(lycee.enrolment(1001), "competence:C2", "4", by=lycee.actor)
    record(lycee.enrolment(1002), "competence:C1", "2", by=lycee.actor)
    as_head.post(EDIT, rows(*SECOND, seen=newest().pk))
    as_head.post(f"{PAGE}passer/", {"version": newest().pk})
    record(lycee.enrolment(1001), "competence:C3", "1", by=lycee.actor)

    page = ReadPage(as_head.post(f"{PAGE}annuler/", {"passage": passage(as_head)}, follow=True))

    assert "Passage annulé : 1 livret comme avant." in page.text
    assert "Le livret de AUBRY Élève1 reste à la nouvelle version : C3 y a été saisi" in page.text
    versions = Livret.objects.order_by("student__siecle_id").values_list(
        "referentiel__version", flat=True
    )
    assert list(versions) == [2, 1]


def degrees() -> dict[str, int]:
    return dict(Degree.objects.values_list("competence__code", "value"))


def passage(client: Client) -> str:
    return str(ReadPage(client.get(PAGE)).main.xpath(".//input[@name='passage']/@value")[0])


def test_a_file_goes_out_and_comes_in_the_same(as_head: Client) -> None:
    as_head.post(EDIT, rows(("C1", "Préparer", False), ("C1.1", "Lire", True), seen=""))
    content = as_head.get(f"{PAGE}fichier/").content

    page = ReadPage(as_head.post(EDIT, {"fichier": named(content)}))

    assert page.main.xpath(".//input[@type='checkbox'][@checked]/@name") == ["attendue_2"]
    assert page.main.xpath(".//input[@name='code_2']/@value") == ["C1.1"]
    assert json.loads(content)["competences"][0]["sous_competences"] == [
        {"code": "C1.1", "intitule": "Lire", "livret": True}
    ]


@pytest.mark.parametrize(
    ("content", "phrase"),
    [
        (b"", "Le fichier est vide"),
        (b"{", "La ligne 1 n’est pas du JSON valable"),
        (b"[" * 5000, "passe 32 niveaux"),
        (b'{"a": 1, "a": 2}', "figure deux fois"),
        (b'{"competences": NaN}', "n’est pas un nombre"),
        (b'{"competences": [1]}', "n’est pas un objet (compétence 1)"),
        (b'{"competences": [{"code": 1, "intitule": "x"}]}', "n’est pas un texte (compétence 1)"),
        ('{"competences": "é"}'.encode("utf-16"), "n’est pas en UTF-8"),
    ],
)
def test_a_bad_file_is_refused_with_its_reason(
    as_head: Client, content: bytes, phrase: str
) -> None:
    answer = as_head.post(EDIT, {"fichier": named(content)})

    assert (answer.status_code, phrase in ReadPage(answer).text) == (422, True)


def named(content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile("referentiel.json", content)


def test_the_nomenclature_holds_the_own_codes_and_reads_back(as_head: Client) -> None:
    as_head.post(EDIT, rows(*FIRST))

    name, read = nomenclature.read(as_head.get(f"{PAGE}nomenclature/").content)

    assert name == f"LivretPro provisoire et codes de {UAI}"
    own = {(row.mef, row.code, row.label) for row in read if row.code >= "8000"}
    assert own == {
        ("2472551932", "8001", "C1 Préparer"),
        ("2472551932", "8002", "C2 Réaliser"),
        ("2472551933", "8001", "C1 Préparer"),
        ("2472551933", "8002", "C2 Réaliser"),
    }


def test_another_school_keeps_its_own_list(lycee: Lycee, as_head: Client) -> None:
    as_head.post(EDIT, rows(*FIRST))

    elsewhere = signed_in(stranger())

    assert elsewhere.get(PAGE).status_code == 404
    assert Diploma.objects.get(cfd=CIEL).referentiel is None


@pytest.mark.parametrize("pupils", [1, 2])
def test_the_page_costs_the_same_whatever_the_number_of_livrets(
    lycee: Lycee,
    as_head: Client,
    pupils: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    as_head.post(EDIT, rows(*FIRST))
    for pupil in range(1001, 1001 + pupils):
        record(lycee.enrolment(pupil), "competence:C2", "4", by=lycee.actor)
    as_head.post(EDIT, rows(*SECOND, seen=newest().pk))
    as_head.get(PAGE)

    with django_assert_num_queries(15):
        as_head.get(PAGE)
