"""`livretpro lsl bilan`: a bilan of LSL kept from the command line."""

from pathlib import Path

import pytest

from bilans import a_finding, a_pupil, as_xlsx, bilan_of, rows_of
from command_line import Run
from livretpro.lsl_export.models import ReturnedBilan, ReturnedPupil
from livretpro.referentiels.rules import Level
from lsl_rules import Code
from lycee import UAI, Lycee, found

pytestmark = pytest.mark.django_db


@pytest.fixture
def lycee() -> Lycee:
    made = found({"TCIEL1": 2})
    made.open_entry(Level.TERMINALE)
    made.fill(1001, 1002)
    return made


@pytest.fixture
def path(lycee: Lycee, tmp_path: Path) -> Path:
    """A bilan of version 1: one pupil partial, one imported."""
    place = "année 2025, matière 071000 (O), période 1"
    partial = a_pupil(1, a_finding(Code.PARLSL_V03, place=place, value="21"))
    target = tmp_path / "LSL_Bilan_import_2026-06-03.xls"
    target.write_bytes(bilan_of(lycee.export("TCIEL1").version, partial, a_pupil(2)))
    return target


def test_a_bilan_is_kept_once_and_told_as_data(lycee: Lycee, path: Path, run: Run) -> None:
    said = run("lsl", "bilan", "--uai", UAI, path)
    again = run("lsl", "bilan", "--uai", UAI, path, "--json")

    assert said.out == ("Bilan de la version 1 de TCIEL1 : importés 1, partiels 1, rejetés 0.\n")
    assert again.data == {
        "deja_depose": True,
        "bilan": ReturnedBilan.objects.get().pk,
        "division": "TCIEL1",
        "version": 1,
        "remplacee_par": None,
        "importes": 1,
        "partiels": 1,
        "rejetes": 0,
        "fichier": [],
        "eleves": [
            {
                "eleve_id": 1001,
                "connu": True,
                "statut": "PARTIEL",
                "constats": [
                    {
                        "code": "PARLSL_V03",
                        "libelle": Code.PARLSL_V03.label,
                        "lieu": "année 2025, matière 071000 (O), période 1",
                        "valeur": "21",
                        "action": Code.PARLSL_V03.action,
                        "champ": "moyenne_1",
                    }
                ],
            },
            {"eleve_id": 1002, "connu": True, "statut": "IMPORTE", "constats": []},
        ],
        "non_compris": [],
    }


def test_a_column_that_is_not_read_is_said(lycee: Lycee, path: Path, run: Run) -> None:
    sheets = rows_of(path.read_bytes())
    sheets["Élèves"][0].append("Photo")
    path.write_bytes(as_xlsx(sheets))

    said = run("lsl", "bilan", "--uai", UAI, path)

    assert said.out.splitlines()[1:] == ["Colonne inconnue : « Photo »."]


def test_a_file_that_is_no_bilan_is_refused(lycee: Lycee, run: Run, tmp_path: Path) -> None:
    page = tmp_path / "bilan.xls"
    page.write_bytes(b"<html>")

    answer = run("lsl", "bilan", "--uai", UAI, page, "--json")

    assert (answer.status, ReturnedBilan.objects.count()) == (1, 0)
    assert answer.data["refus"].startswith("Ce fichier n’est pas un classeur .xls ou .xlsx")


def test_erasing_a_pupil_takes_them_out_of_the_bilans(lycee: Lycee, path: Path, run: Run) -> None:
    run("lsl", "bilan", "--uai", UAI, path)

    preview = run("journal", "erase", "--uai", UAI, "--eleve", "1001")
    done = run("journal", "erase", "--uai", UAI, "--eleve", "1001", "--apply")

    assert "1 bilan du LSL en parle" in preview.out
    assert "enlevé de 1 bilan du LSL" in done.out
    assert [row.siecle_id for row in ReturnedPupil.objects.all()] == [1002]
