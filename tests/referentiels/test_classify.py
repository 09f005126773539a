"""Which diploma and level a MEF leads to (spec 02, Scope)."""

import pytest

from livretpro.referentiels.rules import Level, MefRow, classify

CIEL = MefRow(mefstat="23830025519", cfd="40025519", label="tle pro ciel", ministry="MENJ")
SEA = MefRow(mefstat="23830034201", cfd="40034201", label="tle pro mer", ministry="MER")


@pytest.mark.parametrize(
    ("mef", "school_mefstat", "row", "cfd", "level"),
    [
        ("2472551933", "", CIEL, "40025519", Level.TERMINALE),
        ("2472551933", "23820025519", CIEL, "40025519", Level.PREMIERE),
        ("2472551932", "", None, "40025519", Level.PREMIERE),
        ("2472551933", "", None, "40025519", Level.TERMINALE),
        ("2472551931", "", None, "40025519", None),
        ("2472551933", "23830025519", None, "40025519", Level.TERMINALE),
        ("2412551933", "", None, "", None),
        ("2472551933", "23110025519", CIEL, "40025519", None),
        ("", "", None, "", None),
    ],
)
def test_level_and_diploma_of_a_mef(mef, school_mefstat, row, cfd, level) -> None:
    track = classify(mef, school_mefstat=school_mefstat, row=row)

    assert (track.cfd, track.level) == (cfd, level)


def test_a_mef_of_terminale_under_the_ministry_of_education_has_a_livret() -> None:
    assert classify("2472551933", row=CIEL).has_livret


@pytest.mark.parametrize(
    ("mef", "row", "reason"),
    [
        (
            "2472551931",
            None,
            "Le livret concerne la première et la terminale du baccalauréat professionnel.",
        ),
        (
            "2473420133",
            SEA,
            "Ce MEF relève d’un autre ministère que celui de l’éducation nationale.",
        ),
        (
            "2762551933",
            MefRow("23830025519", "40025519", "agri", "MASA"),
            "Ce MEF relève d’un autre ministère que celui de l’éducation nationale.",
        ),
    ],
)
def test_why_there_is_no_livret(mef: str, row: MefRow | None, reason: str) -> None:
    track = classify(mef, row=row)

    assert (track.has_livret, track.reason) == (False, reason)


def test_a_setting_opens_a_mef_of_another_ministry() -> None:
    assert classify("2473420133", row=SEA, extra=True).has_livret


def test_a_level_without_a_known_diploma_has_no_livret() -> None:
    track = classify("2992551933", school_mefstat="23830025519")

    assert track.reason == "Le diplôme du MEF 2992551933 n’est pas connu de la nomenclature."
