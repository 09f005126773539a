"""The codes and the data file that holds their labels say the same."""

import json
from importlib.resources import files

from lsl_rules import Code, Level, Severity

ROWS = json.loads(files("lsl_rules").joinpath("codes.json").read_text("utf-8"))


def test_the_data_file_holds_every_code_and_no_other():
    assert list(ROWS) == [code.value for code in Code]


def test_each_code_has_its_own_french_label():
    assert len({code.label for code in Code}) == len(Code)
    assert Code.REJLSL_E02.label == "Élève déjà traité dans ce fichier"


def test_the_level_follows_the_family_of_the_code():
    families = {(code.split("_")[0] + code.split("_")[1][0], code.level) for code in Code}

    assert families == {
        ("REJLSLF", Level.FICHIER),
        ("REJLSLE", Level.ELEVE),
        ("PARLSLS", Level.SCOLARITE),
        ("PARLSLV", Level.EVALUATION),
        ("PARLSLA", Level.AVIS),
        ("INFLSL0", Level.INFO),
    }


def test_only_a_blank_appreciation_and_absent_pupils_let_a_file_leave():
    informing = [code for code in Code if code.severity is Severity.INFO]

    assert informing == [Code.PARLSL_V09, Code.INFLSL_01]
