"""The SIECLE and STS files of the demo school are such as real schools have, and read cleanly."""

import json
from datetime import date
from pathlib import Path

import pytest

import siecle_xml
from livretpro.demo import siecle
from livretpro.demo.pupils import PUPILS, WITHOUT_INE
from livretpro.demo.structure import (
    AGORA_1,
    AGORA_T,
    CIEL_1,
    CIEL_T,
    CURRENT_YEAR,
    FORMER_YEAR,
    MELEC_1,
    MELEC_T,
    UAI,
    Formation,
    Year,
)
from livretpro.demo.texts import APPRECIATIONS, PFMP_SYNTHESES, PROJECT_APPRECIATIONS
from livretpro.livrets.fields import APPRECIATION_MAX, PFMP_MAX
from siecle_xml import Eleves

AUTUMN, SUMMER = date(2025, 9, 11), date(2026, 6, 4)
DATA = Path(__file__).resolve().parents[2] / "data"


def read_eleves(year: Year, *, on: date) -> Eleves:
    result = siecle_xml.read(siecle.eleves(year, on=on))
    assert isinstance(result, Eleves)
    return result


@pytest.mark.parametrize("year", [FORMER_YEAR, CURRENT_YEAR], ids=["former", "current"])
def test_the_four_files_of_a_year_are_read_without_a_remark(year: Year) -> None:
    read = [siecle_xml.read(content) for content in siecle.files(year, on=AUTUMN)]

    assert [type(file).__name__ for file in read] == [
        "Eleves",
        "Structures",
        "Nomenclature",
        "StsEmp",
    ]
    assert {(file.uai, file.annee, file.remarques) for file in read} == {(UAI, year.year, ())}


def test_the_files_are_in_the_encoding_of_siecle() -> None:
    content = siecle.eleves(CURRENT_YEAR, on=AUTUMN)

    assert content.startswith(b'<?xml version="1.0" encoding="ISO-8859-15"?>')
    assert "CŒURDELOIRE" in content.decode("iso-8859-15")


def test_every_pupil_has_an_identity_of_their_own() -> None:
    assert len({pupil.siecle_id for pupil in PUPILS}) == len(PUPILS)
    assert len({(pupil.last_name, pupil.first_name) for pupil in PUPILS}) == len(PUPILS)
    assert len({pupil.ine for pupil in PUPILS}) == len(PUPILS)


def test_one_pupil_has_no_ine() -> None:
    eleves = read_eleves(CURRENT_YEAR, on=AUTUMN).eleves

    assert [e.eleve_id for e in eleves if e.ine is None] == [PUPILS[WITHOUT_INE - 1].siecle_id]


def test_only_the_last_export_tells_who_left_and_who_became_apprentice() -> None:
    before = {e.eleve_id: e for e in read_eleves(CURRENT_YEAR, on=AUTUMN).eleves}
    after = {e.eleve_id: e for e in read_eleves(CURRENT_YEAR, on=SUMMER).eleves}

    changed = [
        (before[key].code_statut, eleve.code_statut, eleve.date_sortie)
        for key, eleve in after.items()
        if (before[key].code_statut, before[key].date_sortie)
        != (eleve.code_statut, eleve.date_sortie)
    ]
    assert changed == [("ST", "AP", None), ("ST", "ST", date(2026, 5, 22))]


@pytest.mark.parametrize(
    ("slug", "key", "formation"),
    [
        ("bac-pro-ciel", "mef_premiere_ou_2", CIEL_1),
        ("bac-pro-ciel", "mef_terminale_ou_3", CIEL_T),
        ("bac-pro-melec", "mef_premiere_ou_2", MELEC_1),
        ("bac-pro-melec", "mef_terminale_ou_3", MELEC_T),
        ("bac-pro-agora", "mef_premiere_ou_2", AGORA_1),
        ("bac-pro-agora", "mef_terminale_ou_3", AGORA_T),
    ],
)
def test_formations_come_from_the_referentiels(slug: str, key: str, formation: Formation) -> None:
    content = json.loads((DATA / "referentiels" / f"{slug}.json").read_text(encoding="utf-8"))

    (mef,) = content["mef"]

    assert (formation.mef, formation.cfd) == (f"{mef[key]}0", mef["cfd"])


def test_texts_keep_within_the_limits_of_the_livret() -> None:
    appreciations = [text for band in APPRECIATIONS for text in band]
    syntheses = [text for texts in PFMP_SYNTHESES.values() for text in texts]

    assert max(map(len, [*appreciations, *PROJECT_APPRECIATIONS])) <= APPRECIATION_MAX
    assert max(map(len, syntheses)) <= PFMP_MAX
