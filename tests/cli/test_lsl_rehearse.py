"""`livretpro lsl rehearse`: what an import of a file would say, as data and as sentences."""

from collections.abc import Callable
from pathlib import Path

import pytest

from command_line import UAI, Answer, Run, full_line, periodicity
from livretpro.journal.models import Entry
from livretpro.referentiels.models import Nomenclature
from livretpro.schools.models import Student

Sheet = Callable[..., Path]


@pytest.fixture
def file(school: Run, sheet: Sheet, tmp_path: Path) -> Callable[[str], Path]:
    """Export TCIEL1, of which one pupil of two is filled, in a profile."""
    periodicity(school, "terminale", "T")
    school("livret", "fill", "--uai", UAI, sheet(full_line(101)), "--apply")

    def export(profile: str) -> Path:
        target = tmp_path / f"tciel1-{profile}.xml"
        words = ("--division", "TCIEL1", "--profil", profile, "--sortie", target)
        assert school("lsl", "export", "--uai", UAI, *words).status == 0
        return target

    return export


def rehearse(run: Run, path: Path, *more: str) -> Answer:
    return run("lsl", "rehearse", "--uai", UAI, path, *more)


WHOLE = {
    "fichier": None,
    "lus": 1,
    "importes": 1,
    "partiels": 0,
    "rejetes": 0,
    "eleves": [{"eleve_id": 101, "statut": "IMPORTE", "constats": []}],
}


def test_a_file_made_here_would_be_imported_whole(school: Run, file: Callable[[str], Path]) -> None:
    ours, strict = file("1.1"), file("1.0")

    data = rehearse(school, ours, "--json")
    words = rehearse(school, ours)
    without_division = rehearse(school, strict, "--json")

    assert (data.status, data.data, data.err) == (0, WHOLE, "")
    assert (without_division.status, without_division.data) == (0, WHOLE)
    assert words.out == (
        "info INFLSL_01 : Élève 102 : il n’est pas dans le fichier.\n"
        "1 élève lu : importés 1, partiels 0, rejetés 0.\n"
        "Aucun constat bloquant.\n"
    )
    assert Entry.objects.filter(action="repete", kind="export").count() == 3


def test_a_pupil_rejected_is_told_and_fails_the_command(
    school: Run, file: Callable[[str], Path]
) -> None:
    Student.objects.filter(siecle_id=101).update(ine="0123456789A")
    path = file("1.1")
    Student.objects.filter(siecle_id=101).update(ine="9999999999Z")

    answer = rehearse(school, path, "--json")

    assert answer.status == 1
    assert answer.err == "1 constat bloquant.\n"
    assert answer.data["eleves"] == [
        {
            "eleve_id": 101,
            "statut": "REJETE",
            "constats": [
                {
                    "code": "REJLSL_E03",
                    "phrase": "Élève 101 : l’INE du fichier n’est pas celui de l’élève.",
                    "lieu": "",
                    "valeur": "0123456789A",
                }
            ],
        }
    ]


def test_a_file_without_division_takes_the_one_given(
    school: Run, file: Callable[[str], Path]
) -> None:
    path = file("1.0")

    own = rehearse(school, path, "--division", "TCIEL1")
    other = rehearse(school, path, "--division", "1CIEL1", "--json")
    unknown = rehearse(school, path, "--division", "RIEN", "--json")

    assert own.status == 0
    assert [c["code"] for c in other.data["eleves"][0]["constats"]] == ["REJLSL_E09"]
    assert unknown.data["fichier"]["code"] == "REJLSL_F07"
    assert unknown.data["lus"] == 0


def test_a_bad_file_is_refused_in_a_sentence(school: Run, tmp_path: Path) -> None:
    path = tmp_path / "faux.xml"
    path.write_bytes(b"<!DOCTYPE lsl [<!ENTITY x 'y'>]><lsl/>")

    bad = rehearse(school, path, "--json")
    absent = rehearse(school, tmp_path / "rien.xml", "--json")

    assert (bad.status, bad.data["fichier"]["code"], bad.data["fichier"]["ligne"]) == (
        1,
        "REJLSL_F01",
        1,
    )
    assert "DOCTYPE" in bad.data["fichier"]["phrase"]
    assert (absent.status, absent.data["fichier"]["code"]) == (1, "REJLSL_F01")
    assert "n’existe pas" in absent.data["fichier"]["phrase"]


@pytest.mark.parametrize(
    ("who", "code", "told"),
    [
        (("--uai", "0990002P"), "acces", "n’existe pas"),
        (("--uai", UAI, "--par", "personne"), "acces", "n’a pas de rôle"),
        (("--uai", UAI), "impossible", "Aucune nomenclature LSL"),
    ],
)
def test_what_is_no_fault_of_the_file_is_told_as_data_too(
    school: Run, file: Callable[[str], Path], who: tuple[str, ...], code: str, told: str
) -> None:
    path = file("1.1")
    Nomenclature.objects.all().delete()

    answer = school("lsl", "rehearse", *who, path, "--json")

    data = answer.data
    refusal = data.pop("fichier")
    assert (answer.status, refusal["code"], refusal["ligne"]) == (1, code, None)
    assert told in refusal["phrase"]
    assert answer.err == f"{refusal['phrase']}\n"
    assert data == {"lus": 0, "importes": 0, "partiels": 0, "rejetes": 0, "eleves": []}


def test_a_school_that_does_not_exist_is_said(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "faux.xml"
    path.write_bytes(b"<lsl/>")

    answer = run("lsl", "rehearse", "--uai", "0990001N", path)

    assert answer.status == 1
    assert "n’existe pas" in answer.err
