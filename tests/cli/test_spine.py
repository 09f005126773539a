"""From SIECLE files to a valid LSL file by commands alone: data, statuses, refusals."""

from collections.abc import Callable
from pathlib import Path

import pytest

import lsl_rules
import lsl_xml
from command_line import CIEL, COMPETENCES, MELEC, UAI, Run, full_line, periodicity
from livretpro.schools.models import Student
from siecle_files import eleve, eleves_xml

Sheet = Callable[..., Path]


def status(run: Run, division: str = "TCIEL1") -> list[tuple[int, str]]:
    answer = run("livret", "status", "--uai", UAI, "--division", division, "--json")
    assert answer.status == 0
    return [(pupil["eleve_id"], pupil["statut"]) for pupil in answer.data]


def export(run: Run, target: Path, *more: object, division: str = "TCIEL1"):
    words = ("--division", division, "--sortie", target)
    return run("lsl", "export", "--uai", UAI, *words, *more)


def test_a_preview_says_what_would_change_and_writes_nothing(run: Run, siecle) -> None:
    run("ecole", "create", "--uai", UAI, "--nom", "Lycée")

    previews = [run("siecle", "import", "--uai", UAI, *siecle, "--json") for _ in range(2)]

    assert [p.status for p in previews] == [0, 0]
    assert previews[0].data == previews[1].data
    assert previews[0].data["appliquer"] is False
    assert previews[0].data["eleves"] == {
        "ajoutes": 6,
        "modifies": 0,
        "partis": 0,
        "inchanges": 0,
    }
    assert previews[0].data["refus"] is None


def test_the_same_files_again_change_nothing(school: Run, siecle) -> None:
    again = school("siecle", "import", "--uai", UAI, *siecle, "--apply", "--json")

    assert again.status == 0
    counts = {"ajoutes": 0, "modifies": 0, "partis": 0}
    assert again.data["eleves"] == {**counts, "inchanges": 6}
    assert again.data["divisions"] == {**counts, "inchanges": 3}
    assert again.data["personnels"] == {**counts, "inchanges": 0}


@pytest.mark.parametrize(
    ("uai", "annee", "words"),
    [("0990002P", 2025, ("0990002P", UAI)), (UAI, 2023, ("2023", "2025"))],
)
def test_a_file_of_another_school_or_year_is_refused(
    school: Run, tmp_path: Path, uai: str, annee: int, words: tuple[str, str]
) -> None:
    path = tmp_path / "autre.xml"
    path.write_bytes(eleves_xml(uai=uai, annee=annee, eleves=[eleve(999)]))

    answer = school("siecle", "import", "--uai", UAI, path, "--apply", "--json")

    assert answer.status == 1
    assert answer.data["refus"]["phrase"] == answer.err.strip()
    assert all(word in answer.err for word in words)
    assert [pupil for pupil, _ in status(school)] == [102, 101]


def test_a_pupil_whose_number_changed_is_the_same_once_confirmed(
    school: Run, tmp_path: Path
) -> None:
    path = tmp_path / "eleves.xml"
    ine = Student.objects.get(siecle_id=104).ine
    path.write_bytes(
        eleves_xml(
            eleves=[eleve(901, ID_NATIONAL=ine, NOM_DE_FAMILLE="BERT", divisions=["1CIEL1"])]
        )
    )
    files = ("siecle", "import", "--uai", UAI, path)

    asked = school(*files)
    done = school(*files, "--apply", "--confirmer-departs", "--meme-eleve", "901")

    assert "Si oui : --meme-eleve 901." in asked.out
    assert (done.status, "Si oui" in done.out) == (0, False)
    assert Student.objects.filter(last_name="BERT").count() == 1


def test_half_a_file_is_refused_with_its_line(school: Run, siecle, tmp_path: Path) -> None:
    half = tmp_path / "moitie.xml"
    half.write_bytes(siecle[0].read_bytes()[:1500])

    answer = school("siecle", "import", "--uai", UAI, half, "--apply", "--json")

    assert answer.status == 1
    assert answer.data["refus"]["ligne"] is not None


def test_only_pupils_under_school_status_have_a_livret_in_name_order(school: Run) -> None:
    assert status(school) == [(102, "rouge"), (101, "rouge")]


def test_a_livret_says_everything_it_lacks(school: Run) -> None:
    answer = school("livret", "status", "--uai", UAI, "--division", "1CIEL1", "--json")

    (pupil,) = answer.data
    assert (pupil["nom"], pupil["diplome"], pupil["niveau"]) == ("BERT", CIEL, "premiere")
    assert [m["champ"] for m in pupil["manquants"] if m["obligatoire"]] == [
        *(f"competence:{code}" for code in COMPETENCES),
        "moyenne",
        "enseignant",
    ]
    assert [m["champ"] for m in pupil["manquants"] if not m["obligatoire"]] == [
        "appreciation",
        "pfmp_synthese",
        "pfmp_enseignant",
    ]


def test_entry_is_closed_until_the_periodicity_is_set(school: Run, sheet: Sheet) -> None:
    answer = school("livret", "fill", "--uai", UAI, sheet(full_line(101)), "--json")

    assert answer.status == 1
    assert answer.data["erreurs"][0]["phrase"] == (
        "La saisie est fermée : le chef d’établissement ou le DDFPT doit d’abord choisir "
        "la périodicité de la terminale."
    )


def test_a_sheet_previews_then_fills_then_freezes_the_periodicity(
    school: Run, sheet: Sheet
) -> None:
    periodicity(school, "terminale", "T")
    path = sheet(full_line(101))

    preview = school("livret", "fill", "--uai", UAI, path, "--json")
    before = status(school)
    applied = school("livret", "fill", "--uai", UAI, path, "--apply", "--json")
    again = school("livret", "fill", "--uai", UAI, path, "--apply", "--json")

    assert preview.data["changements"] == applied.data["changements"]
    assert {"eleve_id": 101, "champ": "moyenne_1", "avant": "", "apres": "12,50"} in (
        applied.data["changements"]
    )
    assert before == [(102, "rouge"), (101, "rouge")]
    assert status(school) == [(102, "rouge"), (101, "vert")]
    assert again.data["changements"] == []
    frozen = periodicity(school, "terminale", "S")
    assert (frozen.status, frozen.err) == (
        1,
        (
            "La périodicité de la terminale ne peut plus changer : "
            "un élève a déjà des données de livret.\n"
        ),
    )


def test_every_error_of_a_sheet_is_listed_and_nothing_is_written(school: Run, sheet: Sheet) -> None:
    periodicity(school, "terminale", "S")
    path = sheet(
        "101;20,5;5;a;",
        "103;;3;;",
        "9999;12;;;",
        "101;12;;;",
        header="eleve_id;moyenne_1;C01;moyenne_3;pfmp_semaines",
    )

    answer = school("livret", "fill", "--uai", UAI, path, "--apply", "--json")

    assert answer.status == 1
    assert [(e["ligne"], e["colonne"]) for e in answer.data["erreurs"]] == [
        (2, "moyenne_1"),
        (2, "C01"),
        (2, "moyenne_3"),
        (3, "C01"),
        (4, "eleve_id"),
        (5, "eleve_id"),
    ]
    assert status(school) == [(102, "rouge"), (101, "rouge")]


def test_an_unknown_column_is_an_error_of_the_header(school: Run, sheet: Sheet) -> None:
    path = sheet("101;3", header="eleve_id;C99")

    answer = school("livret", "fill", "--uai", UAI, path, "--json")

    assert answer.data["erreurs"] == [
        {"ligne": 1, "colonne": "C99", "phrase": "La colonne « C99 » est inconnue."}
    ]


def test_all_red_cannot_be_exported(school: Run, tmp_path: Path) -> None:
    target = tmp_path / "tciel1.xml"

    answer = export(school, target)

    assert (answer.status, answer.err) == (1, "Les 2 livrets de TCIEL1 sont rouges.\n")
    assert not target.exists()


@pytest.mark.parametrize("profile", ["1.1", "1.0"])
def test_the_exported_file_is_valid_known_and_the_same_again(
    school: Run, sheet: Sheet, tmp_path: Path, profile: str
) -> None:
    periodicity(school, "terminale", "T")
    school("livret", "fill", "--uai", UAI, sheet(full_line(101)), "--apply")
    first, second = tmp_path / "un.xml", tmp_path / "deux.xml"

    answers = [export(school, target, "--profil", profile) for target in (first, second)]

    assert [a.status for a in answers] == [0, 0]
    assert first.read_bytes() == second.read_bytes()
    assert lsl_rules.check_document(first.read_bytes()) == ()
    assert [pupil.id for pupil in lsl_xml.read(first.read_bytes()).donnees] == [101]
    assert school("lsl", "check", first, "--json").data == []
    verdict = school("lsl", "verify", first, "--json")
    assert verdict.status == 0
    assert (verdict.data["connu"], verdict.data["version"], verdict.data["remplacee"]) == (
        True,
        1,
        False,
    )


def test_a_newer_version_replaces_and_a_changed_byte_is_found(
    school: Run, sheet: Sheet, tmp_path: Path
) -> None:
    periodicity(school, "terminale", "T")
    school("livret", "fill", "--uai", UAI, sheet(full_line(101)), "--apply")
    old, new, forged = (tmp_path / f"{name}.xml" for name in ("old", "new", "forged"))
    export(school, old)
    school("livret", "fill", "--uai", UAI, sheet(full_line(102)), "--apply")
    export(school, new)
    forged.write_bytes(old.read_bytes().replace(b"12.50", b"13.50", 1))

    verdicts = [school("lsl", "verify", path, "--json") for path in (old, new, forged)]

    assert [(v.status, v.data["connu"], v.data["remplacee"]) for v in verdicts] == [
        (0, True, True),
        (0, True, False),
        (1, False, None),
    ]


def test_a_division_of_two_diplomas_asks_which(school: Run, sheet: Sheet, tmp_path: Path) -> None:
    target = tmp_path / "mix.xml"

    ambiguous = export(school, target, division="T MIX/1")
    unknown = export(school, target, "--diplome", "40030004", division="T MIX/1")
    red = export(school, target, "--diplome", MELEC, division="T MIX/1")

    assert [a.status for a in (ambiguous, unknown, red)] == [1, 1, 1]
    assert CIEL in ambiguous.err
    assert MELEC in ambiguous.err
    assert red.err == "Le seul livret de T MIX/1 est rouge.\n"


def test_check_names_the_fault_of_a_file(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "faux.xml"
    path.write_bytes(b"<!DOCTYPE lsl [<!ENTITY x 'y'>]><lsl/>")

    answer = run("lsl", "check", path, "--json")

    assert answer.status == 1
    assert [(f["code"], f["gravite"]) for f in answer.data] == [("REJLSL_F01", "bloquant")]


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("inconnu",),
        ("livret", "periodicity", "--uai", UAI, "--diplome", CIEL, "--niveau", "seconde", "T"),
        ("livret", "periodicity", "--uai", UAI, "--diplome", CIEL, "--niveau", "terminale", "M"),
        ("lsl", "export", "--uai", UAI, "--division", "A", "--sortie", "x", "--profil", "2.0"),
        ("compte", "create", "--uai", UAI, "--role", "roi", "--nom", "A", "--prenom", "B"),
    ],
)
def test_a_wrong_command_line_has_status_two(run: Run, words: tuple[str, ...]) -> None:
    answer = run(*words)

    assert (answer.status, answer.out) == (2, "")
    assert "Ligne de commande incorrecte" in answer.err


@pytest.mark.parametrize("annee", [(), ("--annee", "2019")])
def test_an_unknown_school_or_year_is_refused_with_empty_data(
    school: Run, annee: tuple[str, ...]
) -> None:
    uai = UAI if annee else "0990002P"

    answer = school("livret", "status", "--uai", uai, "--division", "TCIEL1", "--json", *annee)

    assert (answer.status, answer.data) == (1, [])
    assert answer.err != ""


def test_a_person_acts_with_that_persons_rights_only(
    school: Run, sheet: Sheet, siecle, tmp_path: Path
) -> None:
    school(
        "compte", "create", "--uai", UAI, "--role", "enseignant", "--nom", "Exemple", "--prenom",
        "Anna",
    )  # fmt: skip
    periodicity(school, "terminale", "T")
    mine = ("--par", "anna.exemple")

    imported = school("siecle", "import", "--uai", UAI, *siecle, *mine)
    exported = export(school, tmp_path / "x.xml", *mine)
    filled = school("livret", "fill", "--uai", UAI, sheet(full_line(101)), "--apply", *mine)
    stranger = school("livret", "status", "--uai", UAI, "--division", "TCIEL1", "--par", "qui")

    assert [a.status for a in (imported, exported, filled, stranger)] == [1, 1, 1, 1]
    assert status(school) == [(102, "rouge"), (101, "rouge")]


def test_an_account_is_made_with_a_link_and_a_code(school: Run) -> None:
    made = school(
        "compte", "create", "--uai", UAI, "--role", "chef", "--nom", "Exemple", "--prenom", "Éva"
    )
    reset = school("compte", "reset", "--uai", UAI, "eva.exemple")
    unknown = school("compte", "reset", "--uai", UAI, "personne")

    assert [a.status for a in (made, reset, unknown)] == [0, 0, 1]
    assert "Identifiant : eva.exemple" in made.out
    assert "/activation/" in made.out
    assert made.out != reset.out
