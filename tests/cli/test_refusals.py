"""Refusals: `--json` still gives data, `--sortie` is written whole or not at all."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from command_line import UAI, Run, full_line, periodicity

Sheet = Callable[..., Path]
STRANGE_UAI = "0990002P"
STRANGER = ("--uai", STRANGE_UAI)
NOBODY = ("--uai", UAI, "--par", "personne")
NO_SCHOOL = f"L’établissement {STRANGE_UAI} n’existe pas : « livretpro ecole create » le crée."
NO_ROLE = f"« personne » n’a pas de rôle dans l’établissement {UAI}."


def nothing_imported(phrase: str) -> dict[str, Any]:
    none = {"ajoutes": 0, "modifies": 0, "partis": 0, "inchanges": 0}
    return {
        "appliquer": True,
        "eleves": none,
        "divisions": none,
        "personnels": none,
        "avertissements": [],
        "refus": {"code": "acces", "phrase": phrase, "ligne": None},
    }


@pytest.mark.parametrize(("who", "phrase"), [(STRANGER, NO_SCHOOL), (NOBODY, NO_ROLE)])
def test_an_import_refused_before_its_files_says_so_in_json(
    school: Run, siecle: list[Path], who: tuple[str, ...], phrase: str
) -> None:
    answer = school("siecle", "import", *who, *siecle, "--apply", "--json")

    assert (answer.status, answer.err) == (1, f"{phrase}\n")
    assert answer.data == nothing_imported(phrase)


@pytest.mark.parametrize(("who", "phrase"), [(STRANGER, NO_SCHOOL), (NOBODY, NO_ROLE)])
def test_a_filling_refused_before_its_sheet_says_so_in_json(
    school: Run, sheet: Sheet, who: tuple[str, ...], phrase: str
) -> None:
    answer = school("livret", "fill", *who, sheet(full_line(101)), "--json")

    assert (answer.status, answer.err) == (1, f"{phrase}\n")
    assert answer.data == {
        "appliquer": False,
        "changements": [],
        "erreurs": [{"ligne": None, "colonne": "", "phrase": phrase}],
    }


def test_a_file_that_does_not_exist_is_not_known(run: Run, tmp_path: Path) -> None:
    answer = run("lsl", "verify", tmp_path / "absent.xml", "--json")

    assert answer.status == 1
    assert answer.data == {
        "connu": False,
        "version": None,
        "remplacee": None,
        "exporte_le": None,
        "par": None,
    }


@pytest.fixture
def ready(school: Run, sheet: Sheet) -> Run:
    """The school with one green livret in TCIEL1."""
    periodicity(school, "terminale", "T")
    school("livret", "fill", "--uai", UAI, sheet(full_line(101)), "--apply")
    return school


def export(run: Run, target: Path, *more: str) -> Any:
    return run("lsl", "export", "--uai", UAI, "--division", "TCIEL1", "--sortie", target, *more)


@pytest.mark.parametrize("place", ["absent/tciel1.xml", "."])
def test_a_file_that_cannot_be_written_makes_no_version(
    ready: Run, tmp_path: Path, place: str
) -> None:
    refused = export(ready, tmp_path / place)

    made = export(ready, tmp_path / "tciel1.xml")

    assert refused.status == 1
    assert made.out.startswith("Version 1 créée : ")


def test_what_is_no_ordinary_file_is_not_replaced_by_one(ready: Run, tmp_path: Path) -> None:
    pipe = tmp_path / "tube"
    os.mkfifo(pipe)

    answer = export(ready, pipe)

    assert answer.status == 1
    assert pipe.is_fifo()


def test_a_file_already_there_is_replaced_and_nothing_stays_beside_it(
    ready: Run, tmp_path: Path
) -> None:
    folder = tmp_path / "sorties"
    folder.mkdir()
    (folder / "tciel1.xml").write_text("ancien")

    answer = export(ready, folder / "tciel1.xml")

    assert answer.status == 0
    assert [path.name for path in folder.iterdir()] == ["tciel1.xml"]
    assert (folder / "tciel1.xml").read_bytes().startswith(b"<?xml")


def test_the_strict_profile_says_what_it_cannot_carry(ready: Run, tmp_path: Path) -> None:
    strict = export(ready, tmp_path / "strict.xml", "--profil", "1.0")
    ours = export(ready, tmp_path / "ours.xml")

    sentence = (
        "Le profil 1.0 ne porte pas : version de l’écriture du fichier (1), division (1), "
        "identifiant national (INE) (1), code MEF (1)."
    )
    assert sentence in strict.out.splitlines()
    assert "ne porte pas" not in ours.out


@pytest.mark.parametrize("role", ["administrateur", "enseignant"])
def test_who_has_no_livret_to_read_is_told_so_and_not_that_pupils_are_unknown(
    ready: Run, sheet: Sheet, tmp_path: Path, role: str
) -> None:
    ready(
        "compte", "create", "--uai", UAI, "--role", role, "--nom", "Exemple", "--prenom", "Anna"
    )  # fmt: skip
    mine = ("--par", "anna.exemple")

    filled = ready("livret", "fill", "--uai", UAI, sheet(full_line(102)), "--apply", *mine)
    exported = export(ready, tmp_path / "x.xml", *mine)

    assert (filled.status, filled.err) == (1, "Ce rôle ne donne pas accès aux livrets.\n")
    assert (exported.status, exported.err) == (
        1,
        "Seuls le chef d’établissement et le DDFPT peuvent exporter les livrets.\n",
    )
    assert not (tmp_path / "x.xml").exists()


def test_a_data_folder_that_cannot_be_made_is_a_refusal(tmp_path: Path) -> None:
    (tmp_path / "fichier").touch()
    words = ("siecle", "import", "--uai", UAI, "eleves.xml", "--json")

    left = subprocess.run(
        [sys.executable, "-m", "livretpro.cli.main", *words],
        env={**clean_environment(), "LIVRETPRO_DATA": str(tmp_path / "fichier")},
        capture_output=True,
        text=True,
        check=False,
    )

    assert left.returncode == 1
    assert left.stderr.startswith("Le dossier des données (LIVRETPRO_DATA) ne peut pas servir")
    assert json.loads(left.stdout) == {
        **nothing_imported(left.stderr.strip()),
        "appliquer": False,
    }


def clean_environment() -> dict[str, str]:
    """That of a person at a terminal: no settings of the tests, no database of theirs."""
    ours = ("DJANGO_SETTINGS_MODULE", "DATABASE_URL", "LIVRETPRO_")
    return {name: value for name, value in os.environ.items() if not name.startswith(ours)}


def test_sentences_come_out_whole_whatever_the_locale(tmp_path: Path) -> None:
    (tmp_path / "faux.xml").write_bytes(b"<lsl/>")

    left = subprocess.run(
        [sys.executable, "-m", "livretpro.cli.main", "lsl", "check", tmp_path / "faux.xml"],
        env={**clean_environment(), "PYTHONIOENCODING": "ascii"},
        capture_output=True,
        check=False,
    )

    assert (left.returncode, left.stderr.decode()) == (1, "1 constat bloquant.\n")
    assert "Ce fichier n’est pas un fichier LSL connu" in left.stdout.decode()
