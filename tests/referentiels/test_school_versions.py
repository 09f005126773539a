"""A school's own version of a référentiel, and the LSL codes it brings."""

import pytest

from livretpro.journal.actions import Author
from livretpro.referentiels.actions import load_all
from livretpro.referentiels.lists import read_list, tree
from livretpro.referentiels.models import Diploma, Referentiel, SchoolCode
from livretpro.referentiels.queries import diplomas, lsl_codes
from livretpro.referentiels.versions import NoMoreCodes, Stale, TooMany, save
from lycee import CIEL, DATA

OWN, OTHER = "0599001N", "0990002P"
AUTHOR = Author("c.ferrand", "Claire Ferrand")
NOT_SHIPPED = "40099999"


def content(text: str, *, expected: tuple[str, ...] = ("C1", "C2")) -> dict[str, object]:
    return {
        "slug": "essai",
        "sigle": "ESSAI",
        "intitule": "Essai",
        "complet": True,
        "competences": tree(read_list(text).lines, expected),
    }


def saved(text: str, *, uai: str = OWN, cfd: str = NOT_SHIPPED, seen: int = 0) -> Referentiel:
    return save(content(text), uai=uai, cfd=cfd, seen=seen, by=AUTHOR)


def codes(uai: str = OWN, cfd: str = NOT_SHIPPED) -> dict[str, str]:
    rows = SchoolCode.objects.filter(school_uai=uai, cfd=cfd)
    return dict(rows.values_list("competence", "code"))


@pytest.mark.django_db
def test_a_school_uses_its_newest_version_and_the_others_the_shipped_one() -> None:
    load_all(DATA)
    saved("C1 Un\nC2 Deux", cfd=CIEL)
    newest = saved("C1 Un\nC2 Deux bis", cfd=CIEL, seen=1)

    assert diplomas([CIEL], uai=OWN)[CIEL].referentiel == newest
    assert (
        diplomas([CIEL], uai=OTHER)[CIEL].referentiel == Diploma.objects.get(cfd=CIEL).referentiel
    )


@pytest.mark.django_db
def test_loading_the_shipped_data_again_leaves_it() -> None:
    load_all(DATA)
    own = saved("C1 Un\nC2 Deux", cfd=CIEL)

    assert load_all(DATA).changes == ()
    assert diplomas([CIEL], uai=OWN)[CIEL].referentiel == own


@pytest.mark.django_db
def test_a_diploma_nobody_ships_is_known_once_a_school_describes_it() -> None:
    own = saved("C1 Un\n C1.1 Un un\nC2 Deux")

    found = diplomas([NOT_SHIPPED], uai=OWN)[NOT_SHIPPED].referentiel
    assert found == own
    lines = own.competences.values_list("code", "parent__code", "expected")
    assert list(lines) == [("C1", None, True), ("C1.1", "C1", False), ("C2", None, True)]
    assert diplomas([NOT_SHIPPED], uai=OTHER)[NOT_SHIPPED].referentiel is None


@pytest.mark.django_db
def test_two_authors_from_one_version_the_second_is_told() -> None:
    first = saved("C1 Un\nC2 Deux")

    with pytest.raises(Stale) as refusal:
        saved("C1 Autre\nC2 Deux")

    assert refusal.value.newest == first
    assert Referentiel.objects.filter(school_uai=OWN).count() == 1


@pytest.mark.django_db
def test_the_same_content_sent_twice_is_one_version() -> None:
    assert saved("C1 Un\nC2 Deux") == saved("C1 Un\nC2 Deux")


@pytest.mark.django_db
def test_codes_are_given_once_and_never_to_another() -> None:
    saved("C1 Un\nC2 Deux")
    saved("C2 Deux\nC3 Trois", seen=1)
    saved("C1 Un\nC2 Deux", uai=OTHER)

    assert codes() == {"C1": "8001", "C2": "8002"}
    assert codes(OTHER) == {"C1": "8003", "C2": "8004"}


@pytest.mark.django_db
def test_the_codes_of_a_school_complete_the_nomenclature_for_it_alone() -> None:
    load_all(DATA)
    saved("C1 Un\nC2 Deux")
    mefs = {"2479999933": NOT_SHIPPED, "2472551933": CIEL}

    own = lsl_codes(mefs, uai=OWN, year=2025, subject="071100", mode="S")
    other = lsl_codes(mefs, uai=OTHER, year=2025, subject="071100", mode="S")

    assert own.by_mef["2479999933"] == {"C1": "8001", "C2": "8002"}
    assert own.by_mef["2472551933"] == other.by_mef["2472551933"]
    assert set(other.by_mef) == {"2472551933"}
    assert own.provisional


@pytest.mark.django_db
def test_no_code_is_invented_once_all_are_given() -> None:
    SchoolCode.objects.create(
        school_uai=OTHER, cfd=CIEL, competence="C1", code="9998", label="C1 Un"
    )

    with pytest.raises(NoMoreCodes):
        saved("C1 Un\nC2 Deux")

    assert not Referentiel.objects.exists()


@pytest.mark.django_db
def test_more_marks_than_a_livret_holds_are_refused() -> None:
    names = [f"C{n}" for n in range(61)]
    text = "\n".join(f"{name} Savoir" for name in names)

    with pytest.raises(TooMany):
        save(content(text, expected=tuple(names)), uai=OWN, cfd=CIEL, seen=0, by=AUTHOR)

    assert not Referentiel.objects.exists()
