"""`livretpro registre`: import as LSL would, accredit, load a nomenclature, purge."""

from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

import factories
import registry_factories as make
from command_line import Run
from livretpro.journal.models import Entry
from livretpro.lsl_registry.models import Accreditation, Assistant, Import, Record
from livretpro.referentiels.models import Nomenclature
from livretpro.schools.rules import Role

pytestmark = pytest.mark.django_db
UAI = factories.UAI


@pytest.fixture
def path(tmp_path: Path) -> Path:
    make.room(2)
    target = tmp_path / "TMELEC.xml"
    target.write_bytes(make.content(make.document(make.eleve(1001), make.eleve(999))))
    return target


def test_a_file_is_imported_and_told_as_data(path: Path, run: Run, tmp_path: Path) -> None:
    target = tmp_path / "bilan.xls"

    said = run("registre", "import", path, "--uai", UAI, "--bilan", target, "--json")

    assert (said.status, said.err) == (0, "")
    unknown = said.data["eleves"][1]["constats"][0]
    assert said.data == {
        "fichier": None,
        "lus": 2,
        "importes": 1,
        "partiels": 0,
        "rejetes": 1,
        "eleves": [
            {"eleve_id": 1001, "statut": "IMPORTE", "constats": []},
            {"eleve_id": 999, "statut": "REJETE", "constats": [unknown]},
        ],
    }
    assert unknown["code"] == "REJLSL_E01"
    assert CalamineWorkbook.from_path(str(target)).sheet_names


def test_the_same_in_sentences(path: Path, run: Run) -> None:
    said = run("registre", "import", path, "--uai", UAI)

    assert "REJETÉ élève 999, REJLSL_E01" in said.out
    assert "Absent du fichier : NOM0002 Léa" in said.out
    assert "2 élèves lus : importés 1, partiels 0, rejetés 1." in said.out


def test_a_refused_file_is_told_and_nothing_is_imported(
    path: Path, run: Run, tmp_path: Path
) -> None:
    broken = tmp_path / "abime.xml"
    broken.write_bytes(b"<lsl")

    said = run("registre", "import", broken, "--uai", UAI, "--json")

    assert said.status == 1
    assert said.data["fichier"]["code"] == "REJLSL_F01"
    assert (said.data["lus"], said.data["eleves"]) == (0, [])
    assert "rien n’a été importé" in said.err
    assert not Record.objects.exists()


def test_a_damaged_archive_is_told_as_data_too(path: Path, run: Run, tmp_path: Path) -> None:
    damaged = tmp_path / "abime.zip"
    damaged.write_bytes(b"PK\x03\x04")

    said = run("registre", "import", damaged, "--uai", UAI, "--json")

    assert (said.status, said.data["fichier"]["code"]) == (1, "REJLSL_F01")
    assert not Import.objects.exists()


@pytest.mark.parametrize(
    ("who", "code", "told"),
    [
        (("--uai", factories.OTHER_UAI), "acces", "n’existe pas"),
        (("--uai", UAI, "--par", "personne"), "acces", "n’a pas de rôle"),
        (("--uai", UAI, "--par", "anne.prof"), "acces", "Seuls le chef"),
        (("--uai", UAI, "--division", "TMELECTRO"), "impossible", "8 caractères"),
    ],
)
def test_what_is_no_fault_of_the_file_is_told_as_data_too(
    path: Path, run: Run, who: tuple[str, ...], code: str, told: str
) -> None:
    factories.membership(factories.user("anne.prof"), role=Role.ENSEIGNANT)

    said = run("registre", "import", path, *who, "--json")

    assert (said.status, said.data["fichier"]["code"], said.data["lus"]) == (1, code, 0)
    assert told in said.data["fichier"]["phrase"]
    assert not Import.objects.exists()


def test_a_software_is_accredited_once_for_the_mef_asked_last(run: Run, db: None) -> None:
    first = run("registre", "accredit", "AUTRE", "Logiciel")
    again = run("registre", "accredit", "AUTRE", "Logiciel")
    fewer = run("registre", "accredit", "AUTRE", "Logiciel", "--mef", "24725520332")
    wrong = run("registre", "accredit", "AUTRE", "Logiciel", "--mef", "247")
    glued = run("registre", "accredit", "AUTRE", "Logiciel", "--mef", "2472552033,2472552032")
    several = run("registre", "accredit", "B", "L", "--mef", "2472552033", "--mef", "2472552032")
    dated = run("registre", "accredit", "TIERS", "L", "--du", "2026-09-01", "--au", "2027-08-31")

    assert "accrédité pour tous les MEF" in first.out
    assert "déjà accrédité" in again.out
    assert "2472552033" in fewer.out
    for refused in (wrong, glued):
        assert (refused.status, "dix ou onze caractères" in refused.err) == (1, True)
    assert several.status == 0
    assert Accreditation.objects.get(publisher="B").mefs == ["2472552032", "2472552033"]
    assert "du 01/09/2026 au 31/08/2027." in dated.out
    assert Accreditation.objects.get(publisher="AUTRE").mefs == ["2472552033"]


def test_the_file_of_a_school_judges_its_files_and_no_other(
    path: Path, run: Run, tmp_path: Path
) -> None:
    own = tmp_path / "nomenclature.xml"
    own.write_bytes(NOMENCLATURE)

    said = run("registre", "nomenclature", own, "--uai", UAI)
    twice = run("registre", "nomenclature", own, "--uai", UAI)
    judged = run("registre", "import", path, "--uai", UAI, "--json")

    assert "Nomenclature Essai" in said.out
    assert "déjà chargée" in twice.out
    assert Nomenclature.objects.filter(school_uai=UAI).count() == 1
    assert [one["code"] for one in judged.data["eleves"][0]["constats"]] == ["PARLSL_V05"]


NOMENCLATURE = b"""<?xml version="1.0" encoding="UTF-8"?>
<nomenclaturesLsl nom="Essai">
 <competences><competence code="8001" annee="2025">C1 Autre</competence></competences>
 <anneeScolaire millesime="2025">
  <mef codeMef="24725520330" niveau="TERM" codeSerie="40025520" serie="BAC PRO">
   <matiere codeBcn="071100" modaliteElection="S">
    <competences><competence>8001</competence></competences>
   </matiere>
  </mef>
 </anneeScolaire>
</nomenclaturesLsl>
"""


def test_the_assistance_is_named_here(run: Run, db: None) -> None:
    factories.user("anne.assistance")

    first = run("registre", "assistance", "anne.assistance")
    again = run("registre", "assistance", "anne.assistance")
    nobody = run("registre", "assistance", "personne")

    assert "est de l’assistance" in first.out
    assert "était déjà" in again.out
    assert nobody.status == 1
    assert Assistant.objects.count() == 1


def test_the_role_of_the_assistance_is_taken_back_here(run: Run, db: None) -> None:
    user = factories.user("anne.assistance")
    run("registre", "assistance", "anne.assistance")

    first = run("registre", "assistance", "anne.assistance", "--retirer")
    again = run("registre", "assistance", "anne.assistance", "--retirer")

    user.refresh_from_db()
    assert "n’est plus de l’assistance" in first.out
    assert "n’était pas" in again.out
    assert (Assistant.objects.exists(), user.beyond_schools) == (False, False)
    told = Entry.objects.filter(school_uai="REGISTRE", kind="assistance").order_by("pk")
    assert [one.action for one in told] == ["cree", "retire"]


def test_a_purge_counts_before_it_acts(path: Path, run: Run) -> None:
    run("registre", "import", path, "--uai", UAI)

    counted = run("registre", "purge", "--resultats", "2026-07-08")
    wrong = run("registre", "purge", "--resultats", "juillet")
    early = run("registre", "purge", "--resultats", "2026-03-08", "--apply")

    assert "Session 2026, année scolaire 2025-2026." in counted.out
    assert "de juin à décembre" in early.err
    assert "ajoutez --apply" in counted.out
    assert wrong.status == 2
    assert Record.objects.count() == 1


def test_a_pupil_erased_is_taken_out_of_the_registre(path: Path, run: Run) -> None:
    run("registre", "import", path, "--uai", UAI)

    counted = run("journal", "erase", "--uai", UAI, "--eleve", "1001")
    erased = run("journal", "erase", "--uai", UAI, "--eleve", "1001", "--apply")

    told = "NOM0001 Léa, au registre : un dossier, 1 bilan d’import"
    assert f"{told} (gardés).\n" in counted.out
    assert f"{told} (effacés, et les fichiers de ces imports).\n" in erased.out
    assert not Record.objects.exists()
