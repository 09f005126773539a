"""Bilans of LSL on screen: deposit, choice of the version, what each page says of them."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from bilans import a_finding, a_pupil, as_xlsx, bilan_of
from livretpro.livrets.actions import record
from livretpro.lsl_export.models import ExportVersion, ReturnedBilan
from livretpro.lsl_export.returned import keep_bilan
from livretpro.referentiels.models import NomenclatureCode
from livretpro.referentiels.rules import Level
from livretpro.schools.rules import Role
from lsl_rules import Code, Status
from lycee import CIEL, UAI, Lycee, found, signed_in
from read_page import ReadPage, words

pytestmark = pytest.mark.django_db

SUIVI = f"/suivi/{UAI}/{CIEL}/"
BILANS = f"{SUIVI}export/bilans/"
AVERAGE = "année 2025, matière 071000 (O), période 1"
LABEL = "Moyenne ou note hors de 0 à 20"
PARTIAL = a_pupil(1, a_finding(Code.PARLSL_V03, place=AVERAGE, value="21"))
REJECTED = a_pupil(2, a_finding(Code.REJLSL_E04, place="", value=""), status=Status.REJETE)


@pytest.fixture
def lycee() -> Lycee:
    made = found({"TCIEL1": 3})
    made.open_entry(Level.TERMINALE)
    made.fill(1001, 1002, 1003)
    return made


@pytest.fixture
def version(lycee: Lycee) -> ExportVersion:
    return lycee.export("TCIEL1").version


@pytest.fixture
def as_head(lycee: Lycee) -> Client:
    return signed_in(lycee.person(Role.CHEF))


def deposit(client: Client, data: bytes, name: str = "LSL_Bilan_import_2026-06-03.xls") -> ReadPage:
    sent = {"fichier": SimpleUploadedFile(name, data)}
    return ReadPage(client.post(BILANS, sent, follow=True))


def livret(lycee: Lycee, pupil: int) -> str:
    return f"{SUIVI}livrets/{lycee.enrolment(pupil).pk}/"


def test_a_bilan_brought_says_who_is_to_be_corrected_and_leads_to_their_livret(
    lycee: Lycee, version: ExportVersion, as_head: Client
) -> None:
    page = deposit(as_head, bilan_of(version, PARTIAL, REJECTED, a_pupil(3)))

    assert page.messages() == ["Le bilan est déposé."]
    assert words(page.main.xpath(".//h1")[0]) == "Bilan du LSL TCIEL1, version 001"
    assert words(page.main.xpath(".//dl")[0]) == "Importés1 Partiels1 Rejetés1"
    assert page.rows("À corriger avant le prochain export") == [
        [
            "BENHADDOU Élève2",
            "Rejeté",
            f"{Code.REJLSL_E04.label}. {Code.REJLSL_E04.action}. REJLSL_E04",
        ],
        [
            "AUBRY Élève1",
            "Partiel",
            f"{LABEL} (valeur reçue : 21). Moyenne ou note ignorée. PARLSL_V03, {AVERAGE}",
        ],
    ]
    assert page.links("AUBRY Élève1") == [f"{livret(lycee, 1001)}#moyenne_1"]
    assert "Reçus sans remarque (1)" in page.text


def test_a_bilan_where_everybody_is_received_says_so(
    lycee: Lycee, version: ExportVersion, as_head: Client
) -> None:
    page = deposit(as_head, bilan_of(version, a_pupil(1), a_pupil(2), a_pupil(3)))

    assert "Tous les élèves du bilan sont reçus : rien à corriger." in page.text
    assert "Reçus sans remarque (3)" in page.text


def test_a_file_rejected_whole_is_told_on_the_bilan_and_on_each_livret(
    lycee: Lycee, version: ExportVersion, as_head: Client
) -> None:
    refusal = a_finding(Code.REJLSL_F03, place="en-tête", value="Autre", eleve_id=None)

    page = deposit(as_head, bilan_of(version, refusals=(refusal,)))
    one = ReadPage(as_head.get(livret(lycee, 1003)))

    assert f"{Code.REJLSL_F03.label} (valeur reçue : Autre)." in page.text
    assert words(page.main.xpath(".//dl")[0]) == "Importés0 Partiels0 Rejetés3"
    assert "Rejeté par le LSL. Bilan du" in one.text


def test_the_same_file_twice_leads_to_the_bilan_that_is_there(
    lycee: Lycee, version: ExportVersion, as_head: Client
) -> None:
    data = bilan_of(version, PARTIAL)
    deposit(as_head, data)

    again = deposit(as_head, data)

    assert again.messages() == ["Ce bilan est déjà déposé : le voici."]
    assert ReturnedBilan.objects.count() == 1


@pytest.mark.parametrize(
    ("data", "phrase"),
    [
        (b"<html>", "Ce fichier n’est pas un classeur .xls ou .xlsx"),
        (as_xlsx({"F": [["Nom"], ["MARTIN"]]}), "Ce classeur n’est pas un bilan d’import"),
        (b"", "Ce fichier est vide : choisissez-en un autre."),
    ],
)
def test_a_file_that_is_no_bilan_is_refused_on_the_page_of_bilans(
    lycee: Lycee, as_head: Client, data: bytes, phrase: str
) -> None:
    page = deposit(as_head, data)

    assert (page.status, ReturnedBilan.objects.count()) == (422, 0)
    assert phrase in page.text


def test_a_bilan_without_a_known_digest_asks_for_its_version(
    lycee: Lycee, version: ExportVersion, as_head: Client
) -> None:
    page = deposit(as_head, bilan_of(version, PARTIAL, sha256=""))
    assert "De quelle version est-ce le bilan ?" in page.text
    options = [words(one) for one in page.main.xpath(".//select/option")]
    assert [one.partition(" du ")[0] for one in options] == ["TCIEL1, v001"]
    bilan = ReturnedBilan.objects.get()

    none = as_head.post(f"{BILANS}{bilan.pk}/rattacher/", {"version": ""})
    tied = as_head.post(f"{BILANS}{bilan.pk}/rattacher/", {"version": str(version.pk)}, follow=True)

    assert "Choisissez la version dont c’est le bilan." in ReadPage(none).text
    assert none.status_code == 422
    assert ReadPage(tied).messages() == ["Le bilan est rattaché à la version 001 de TCIEL1."]


def test_the_bilan_of_a_replaced_version_says_so(
    lycee: Lycee, version: ExportVersion, as_head: Client
) -> None:
    record(lycee.enrolment(1001), "moyenne_1", "13", by=lycee.actor)
    lycee.export("TCIEL1")

    page = deposit(as_head, bilan_of(version, PARTIAL))

    assert "Ce bilan est celui de la version 1, remplacée." in page.text
    row = ReadPage(as_head.get(BILANS)).rows("Bilans déposés")[0]
    assert row[1:] == ["TCIEL1, v001 remplacée par la version 2", "0", "1", "0"]


def test_a_bilan_taken_away_leaves_the_list(
    lycee: Lycee, version: ExportVersion, as_head: Client
) -> None:
    deposit(as_head, bilan_of(version, PARTIAL))
    bilan = ReturnedBilan.objects.get()

    page = ReadPage(as_head.post(f"{BILANS}{bilan.pk}/retirer/", follow=True))

    assert page.messages() == ["Le bilan est retiré : les livrets ne le montrent plus."]
    assert "Aucun bilan n’a encore été déposé pour ce diplôme." in page.text


def test_the_export_of_the_division_lists_its_bilans(
    lycee: Lycee, version: ExportVersion, as_head: Client
) -> None:
    keep_bilan(bilan_of(version, PARTIAL, REJECTED), "bilan.xls", by=lycee.actor)

    page = ReadPage(as_head.get(f"{SUIVI}export/divisions/{version.division_id}/"))

    (row,) = page.rows("Bilans du LSL")
    assert row[1:] == ["TCIEL1, v001", "0", "1", "1"]
    assert page.button("Déposer le bilan") is not None


@pytest.fixture
def brought(lycee: Lycee, version: ExportVersion) -> ReturnedBilan:
    data = bilan_of(version, PARTIAL, REJECTED, a_pupil(3))
    return keep_bilan(data, "bilan.xls", by=lycee.actor).bilan


def beside(page: ReadPage, slug: str) -> list[str]:
    """What LSL says beside a field, and whether the field names it."""
    told = page.main.xpath(f".//*[@id='lsl-{slug}']//p")
    named = page.main.xpath(f".//*[@id='{slug}']/@aria-describedby")
    assert not told or not named or f"lsl-{slug}" in named[0].split()
    return [words(one) for one in told]


def test_a_livret_says_it_is_received_in_part_and_the_finding_stands_beside_its_field(
    lycee: Lycee, brought: ReturnedBilan, as_head: Client
) -> None:
    page = ReadPage(as_head.get(livret(lycee, 1001)))

    assert "Reçu en partie par le LSL. Bilan du" in page.text
    assert page.links("Voir le bilan") == [f"{BILANS}{brought.pk}/"]
    (told,) = beside(page, "moyenne_1")
    assert told.endswith(
        f", Moyenne de la période 1 : {LABEL} (valeur reçue : 21). {Code.PARLSL_V03.action}. "
        "PARLSL_V03"
    )
    assert beside(page, "moyenne_2") == []


YEAR = "année 2025, "
SUBJECT = f"{YEAR}matière 071000 (O)"
SHOWN = {
    "moyenne_2": (Code.PARLSL_V02, f"{SUBJECT}, période 2"),
    "competence-C08": (Code.PARLSL_V06, f"{SUBJECT}, compétence C08"),
    "appreciation": (Code.PARLSL_V09, f"{SUBJECT}, appréciation"),
    "enseignant": (Code.PARLSL_V08, SUBJECT),
    "pfmp_synthese": (Code.PARLSL_V09, f"{YEAR}synthèse des PFMP"),
    "pfmp_semaines": (Code.PARLSL_A01, f"{YEAR}synthèse des PFMP"),
    "projet_note": (Code.PARLSL_V03, f"{YEAR}chef-d’œuvre ou projet"),
    "projet_appreciation": (Code.PARLSL_V09, f"{YEAR}chef-d’œuvre ou projet, appréciation"),
    "projet_enseignant": (Code.PARLSL_V08, f"{YEAR}chef-d’œuvre ou projet"),
}
ELSEWHERE = (
    (Code.PARLSL_V01, SUBJECT),
    (Code.PARLSL_V04, f"{SUBJECT}, groupe"),
    (Code.PARLSL_V03, "année 2024, matière 071000 (O), période 1"),
)


def test_each_finding_stands_beside_its_field_or_above_the_livret(
    lycee: Lycee, version: ExportVersion, as_head: Client
) -> None:
    code = NomenclatureCode.objects.filter(mef="2472551933", competence="C08")[0].code
    findings = [
        a_finding(of, place=place.replace("C08", code))
        for of, place in (*SHOWN.values(), *ELSEWHERE)
    ]
    data = bilan_of(version, a_pupil(1, *findings))
    keep_bilan(data, "bilan.xls", by=lycee.actor)

    page = ReadPage(as_head.get(livret(lycee, 1001)))

    told = {
        one.get("id").removeprefix("lsl-"): [words(p)[-10:] for p in one.xpath(".//p")]
        for one in page.main.xpath(".//*[starts-with(@id, 'lsl-')]")
    }
    assert told == {slug: [of.value] for slug, (of, _) in SHOWN.items()}
    above = page.main.xpath(".//*[contains(@class, 'lp-message')]//li")
    assert [words(one)[-10:] for one in above] == [of.value for of, _ in ELSEWHERE]


def test_a_rejected_and_a_received_livret_say_so(
    lycee: Lycee, brought: ReturnedBilan, as_head: Client
) -> None:
    rejected = ReadPage(as_head.get(livret(lycee, 1002)))
    received = ReadPage(as_head.get(livret(lycee, 1003)))

    assert "Rejeté par le LSL. Bilan du" in rejected.text
    assert f"{Code.REJLSL_E04.label}. {Code.REJLSL_E04.action}. REJLSL_E04" in rejected.text
    assert "Reçu par le LSL. Bilan du" in received.text


def test_a_teacher_reads_the_findings_of_their_pupils_and_is_not_led_to_the_bilan(
    lycee: Lycee, brought: ReturnedBilan
) -> None:
    client = signed_in(lycee.person(Role.ENSEIGNANT, "PETIT", "Zoé"))

    page = ReadPage(client.get(livret(lycee, 1001)))
    grid = ReadPage(client.get(f"{SUIVI}divisions/{lycee.division('TCIEL1').pk}/"))

    assert len(beside(page, "moyenne_1")) == 1
    assert page.links("Voir le bilan") + grid.links("Voir le bilan") == []
    assert "1 livret rejeté : BENHADDOU Élève2. 1 reçu en partie : AUBRY Élève1." in grid.text


CLASS = ["", "?vue=appreciations", "?vue=liste"]


@pytest.mark.parametrize("view", CLASS)
def test_each_view_of_a_class_counts_who_is_not_received_and_leads_to_them(
    lycee: Lycee, brought: ReturnedBilan, as_head: Client, view: str
) -> None:
    page = ReadPage(as_head.get(f"{SUIVI}divisions/{lycee.division('TCIEL1').pk}/{view}"))

    assert "1 livret rejeté : BENHADDOU Élève2. 1 reçu en partie : AUBRY Élève1." in page.text
    assert livret(lycee, 1002) in page.links("BENHADDOU Élève2")
    assert page.links("Voir le bilan") == [f"{BILANS}{brought.pk}/"]


@pytest.mark.parametrize("board", [SUIVI, f"/suivi/{UAI}/tableau/"])
def test_the_boards_count_who_is_not_received_with_a_link(
    lycee: Lycee, brought: ReturnedBilan, as_head: Client, board: str
) -> None:
    page = ReadPage(as_head.get(board))

    assert page.links("LSL : 1 rejeté, 1 partiel en TCIEL1") == [f"{BILANS}{brought.pk}/"]


def test_nothing_is_said_any_more_once_the_next_version_is_made(
    lycee: Lycee, brought: ReturnedBilan, as_head: Client
) -> None:
    record(lycee.enrolment(1001), "moyenne_1", "13", by=lycee.actor)
    lycee.export("TCIEL1")

    pages = [
        ReadPage(as_head.get(address))
        for address in (
            livret(lycee, 1001),
            f"{SUIVI}divisions/{lycee.division('TCIEL1').pk}/",
            SUIVI,
        )
    ]

    assert [
        "LSL, bilan" in p.text or "par le LSL" in p.text or "LSL :" in p.text for p in pages
    ] == [
        False,
        False,
        False,
    ]


def test_the_journal_names_a_bilan_and_leads_to_it(
    lycee: Lycee, brought: ReturnedBilan, as_head: Client
) -> None:
    page = ReadPage(as_head.get(f"/ecole/{UAI}/journal/?sorte=bilan_lsl"))

    assert page.links("de TCIEL1, version 1") == [f"{BILANS}{brought.pk}/"]
    assert "a déposé" in page.text
