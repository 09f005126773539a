"""Loading the published reference data."""

from pathlib import Path

import pytest

from livretpro.referentiels import nomenclature, source
from livretpro.referentiels.actions import load_all, provisional_nomenclature
from livretpro.referentiels.models import Competence, Diploma, Nomenclature, OwnCode, Referentiel
from livretpro.referentiels.queries import NoNomenclature, lsl_codes, lsl_subjects, mef_rows
from query_counts import queries

DATA = Path(__file__).resolve().parents[2] / "data"
CIEL_PREMIERE, CIEL_TERMINALE = "2472551932", "2472551933"


def expected(slug: str) -> list[str]:
    return list(
        Competence.objects.filter(referentiel__slug=slug, expected=True)
        .order_by("position")
        .values_list("code", flat=True)
    )


@pytest.mark.django_db
def test_everything_published_is_loaded_and_a_second_load_changes_nothing() -> None:
    first = load_all(DATA)
    second = load_all(DATA)

    assert Referentiel.objects.count() == 19
    assert "Référentiel CIEL : version 1." in first.changes
    assert second.changes == ()
    assert second.summary == first.summary


@pytest.mark.django_db
def test_expected_competences_are_the_first_level_unless_marked() -> None:
    load_all(DATA)

    ciel = ["C01", "C03", "C04", "C06", "C07", "C08", "C09", "C10", "C11"]
    assert expected("bac-pro-ciel") == ciel
    assert expected("bac-pro-mspc")[:3] == ["C1.1", "C1.2", "C1.3"]
    assert len(expected("bac-pro-mspc")) == 14
    assert Competence.objects.filter(parent__code="1.1", code="1.1-1").count() == 1


@pytest.mark.django_db
def test_diplomas_without_a_shipped_referentiel_are_known_too() -> None:
    load_all(DATA)

    assert str(Diploma.objects.get(cfd="40025519")) == "Bac pro CIEL"
    assert Diploma.objects.filter(referentiel=None).exists()


@pytest.mark.django_db
def test_a_changed_file_makes_a_new_version_and_keeps_the_former(tmp_path: Path) -> None:
    load_all(DATA)
    changed = copied(tmp_path)
    file = changed / "referentiels" / "bac-pro-ciel.json"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("Participer à un projet", "Participer à des projets"), "utf-8")

    changes = load_all(changed).changes

    assert changes == ("Référentiel CIEL : version 2.",)
    versions = Referentiel.objects.filter(slug="bac-pro-ciel").order_by("version")
    assert [v.version for v in versions] == [1, 2]
    assert Diploma.objects.get(cfd="40025519").referentiel == versions[1]


def copied(folder: Path) -> Path:
    for path in DATA.rglob("*.*"):
        target = folder / path.relative_to(DATA)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(path.read_bytes())
    return folder


@pytest.mark.django_db
def test_the_mef_of_the_year_wins_else_the_newest_year() -> None:
    load_all(DATA)

    assert mef_rows([CIEL_TERMINALE], year=2025)[CIEL_TERMINALE].cfd == "40025519"
    assert mef_rows([CIEL_TERMINALE], year=2031)[CIEL_TERMINALE].ministry == "MENJ"
    assert mef_rows(["9999999999"], year=2025) == {}


def test_the_shipped_nomenclature_is_the_one_the_command_makes() -> None:
    made = provisional_nomenclature(DATA, subject="071100", mode="S")

    assert made == (DATA / "nomenclatures" / "lsl-provisoire.xml").read_bytes()


def test_a_code_once_given_is_kept_when_a_competence_comes_before_it() -> None:
    one = nomenclature.Entry("2472551933", "40025519", "TERM", "CIEL", ("C02 Deux",))
    two = nomenclature.Entry("2472551933", "40025519", "TERM", "CIEL", ("C01 Un", "C02 Deux"))
    given = {"millesimes": [2025], "subject": "071100", "mode": "S"}

    first = nomenclature.read(nomenclature.write([one], former=[], **given))[1]
    second = nomenclature.read(nomenclature.write([two], former=first, **given))[1]

    assert [(row.competence, row.code) for row in first] == [("C02", "5001")]
    assert [(row.competence, row.code) for row in second] == [("C01", "5002"), ("C02", "5001")]


def test_a_foreign_file_is_not_a_nomenclature() -> None:
    with pytest.raises(nomenclature.BadNomenclature) as refusal:
        nomenclature.read(b"<BEE_ELEVES/>")

    assert str(refusal.value) == (
        "Ce fichier est un « BEE_ELEVES » : une nomenclature LSL est attendue."
    )


@pytest.mark.django_db
@pytest.mark.parametrize(("year", "millesime"), [(2024, 2024), (2025, 2025), (2030, 2025)])
def test_codes_are_those_of_the_millesime_of_the_year(year: int, millesime: int) -> None:
    load_all(DATA)

    codes = lsl_codes([CIEL_TERMINALE], year=year, subject="071100", mode="S")

    assert (codes.millesime, codes.provisional) == (millesime, True)
    assert set(codes.by_mef[CIEL_TERMINALE]) == set(expected("bac-pro-ciel"))


@pytest.mark.django_db
def test_without_any_nomenclature_the_sentence_says_what_to_run() -> None:
    with pytest.raises(NoNomenclature) as refusal:
        lsl_codes([CIEL_TERMINALE], year=2025, subject="071100", mode="S")

    assert "livretpro referentiels load" in refusal.value.phrase


@pytest.mark.django_db
def test_an_official_nomenclature_is_preferred(django_assert_num_queries) -> None:
    load_all(DATA)
    Nomenclature.objects.create(name="Officielle", provisional=False, digest="x", millesimes=[2025])

    codes = lsl_codes([CIEL_TERMINALE], year=2025, subject="071100", mode="S")

    assert (codes.name, codes.by_mef) == ("Officielle", {})


SPECIALITY = ("071100", "S")


@pytest.mark.django_db
@pytest.mark.parametrize("mefs", [[CIEL_TERMINALE], [CIEL_TERMINALE, CIEL_PREMIERE, "9990000000"]])
def test_the_subjects_of_a_file_take_three_queries(mefs: list[str]) -> None:
    load_all(DATA)

    with queries(3):
        found = lsl_subjects(mefs, [2030, 2024], school_uai="", own_subject=SPECIALITY)

    held = {mef for mef in mefs if mef != "9990000000"}
    assert set(found) == {(year, mef) for year in (2024, 2030) for mef in held}
    codes = lsl_codes(mefs, year=2024, subject="071100", mode="S")
    for mef in held:
        assert found[2024, mef] == {SPECIALITY: frozenset(codes.by_mef[mef].values())}


@pytest.mark.django_db
def test_own_codes_stand_under_the_mef_of_their_diploma_for_their_school_alone() -> None:
    load_all(DATA)
    cfd = mef_rows([CIEL_TERMINALE], year=2025)[CIEL_TERMINALE].cfd
    OwnCode.objects.create(school_uai="0990001N", cfd=cfd, competence="X1", code="8001")

    own, other = (
        lsl_subjects([CIEL_TERMINALE], [2025], school_uai=uai, own_subject=SPECIALITY)
        for uai in ("0990001N", "0990002P")
    )

    key = (2025, CIEL_TERMINALE)
    assert own[key][SPECIALITY] - other[key][SPECIALITY] == {"8001"}


@pytest.mark.django_db
def test_subjects_without_nomenclature_are_refused_and_without_mef_none() -> None:
    assert lsl_subjects([], [2025], school_uai="", own_subject=SPECIALITY) == {}
    with pytest.raises(NoNomenclature):
        lsl_subjects([CIEL_TERMINALE], [2025], school_uai="", own_subject=SPECIALITY)


def test_every_shipped_code_of_competence_is_one_word() -> None:
    codes = [
        c.code for read in source.referentiels(DATA / "referentiels") for c in read.competences
    ]

    assert [code for code in codes if " " in code or len(code) > 20] == []
