"""`bulletins pdf`: the bulletins of a division in one file, or one each."""

import zipfile
from pathlib import Path

import bulletin_factories as make
import factories
from command_line import UAI, Run
from pdf_reading import pages


def words(path: Path, *more: object) -> tuple[object, ...]:
    return (
        *("bulletins", "pdf", "--uai", UAI, "--periode", 1),
        *("--division", "1MELEC", "--sortie", path, *more),
    )


def test_a_division_is_printed_in_one_file_or_one_each(run: Run, tmp_path: Path) -> None:
    school = factories.school()
    division = factories.division(year=factories.school_year(school))
    for number in (1001, 1002):
        pupil = factories.student(number, of=school, last_name=f"NOM{number}")
        factories.enrolment(pupil, into=division)
    period = make.period(year=division.school_year)
    refused = run(*words(tmp_path / "rien.pdf"))
    make.assigned(division, period, make.mockup())

    one = run(*words(tmp_path / "bulletins.pdf"))
    each = run(*words(tmp_path / "bulletins.zip", "--un-par-eleve"))

    assert refused.status == 1
    assert refused.err.startswith("Il n’y a rien à imprimer")
    assert not (tmp_path / "rien.pdf").exists()
    assert (one.status, each.status) == (0, 0)
    assert len(pages((tmp_path / "bulletins.pdf").read_bytes())) == 2
    assert len(zipfile.ZipFile(tmp_path / "bulletins.zip").namelist()) == 2


def test_a_period_that_does_not_exist_is_refused(run: Run, tmp_path: Path) -> None:
    school = factories.school()
    factories.division(year=factories.school_year(school))

    told = run(*words(tmp_path / "bulletins.pdf"))

    assert (told.status, told.err) == (1, "La division 1MELEC n’a pas de période n° 1.\n")
