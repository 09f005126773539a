"""A school with its files, driven by the command line alone."""

from collections.abc import Callable
from pathlib import Path

import pytest

from command_line import (
    HEADER,
    PREMIERE_CIEL,
    TERMINALE_CIEL,
    TERMINALE_MELEC,
    UAI,
    Answer,
    Run,
)
from livretpro.cli.main import main
from siecle_files import division, eleve, eleves_xml, structures_xml


@pytest.fixture
def run(db: None, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run `livretpro` in this process."""

    def run_it(*words: object) -> Answer:
        try:
            status = main([str(word) for word in words])
        except SystemExit as leaving:
            status = int(str(leaving.code))
        captured = capsys.readouterr()
        return Answer(status, captured.out, captured.err)

    return run_it


@pytest.fixture
def siecle(tmp_path: Path) -> list[Path]:
    """Two pupils of terminale CIEL, an apprentice, one pupil of première, one of MELEC."""
    pupils = [
        eleve(101, NOM_DE_FAMILLE="ZIANI", divisions=["TCIEL1"], CODE_MEF=TERMINALE_CIEL),
        eleve(102, NOM_DE_FAMILLE="Émile", divisions=["TCIEL1"], CODE_MEF=TERMINALE_CIEL),
        eleve(103, divisions=["TCIEL1"], CODE_MEF=TERMINALE_CIEL, CODE_STATUT="AP", PRENOM="Appr"),
        eleve(104, divisions=["1CIEL1"], CODE_MEF=PREMIERE_CIEL, NOM_DE_FAMILLE="BERT"),
        eleve(105, divisions=["T MIX/1"], CODE_MEF=TERMINALE_MELEC, NOM_DE_FAMILLE="CHO"),
        eleve(106, divisions=["T MIX/1"], CODE_MEF=TERMINALE_CIEL, NOM_DE_FAMILLE="DU"),
    ]
    codes = {"TCIEL1": [TERMINALE_CIEL], "1CIEL1": [PREMIERE_CIEL]}
    codes["T MIX/1"] = [TERMINALE_CIEL, TERMINALE_MELEC]
    files = {
        "ElevesSansAdresses.xml": eleves_xml(eleves=pupils),
        "Structures.xml": structures_xml(divisions=[division(c, mefs=m) for c, m in codes.items()]),
    }
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    return [tmp_path / name for name in files]


@pytest.fixture
def school(run: Run, siecle: list[Path]) -> Run:
    """A school whose files are imported and whose reference data are loaded."""
    assert run("ecole", "create", "--uai", UAI, "--nom", "Lycée des Tests").status == 0
    assert run("referentiels", "load").status == 0
    assert run("siecle", "import", "--uai", UAI, *siecle, "--apply").status == 0
    return run


@pytest.fixture
def sheet(tmp_path: Path) -> Callable[..., Path]:
    """Write a sheet of lines as Excel does: BOM and CRLF."""

    def write(*lines: str, header: str = HEADER) -> Path:
        path = tmp_path / "livrets.csv"
        path.write_bytes("\r\n".join((header, *lines, "")).encode("utf-8-sig"))
        return path

    return write
