"""Files that are not taken: one exception, a code, a French sentence, a line."""

from collections.abc import Callable

import pytest

from safe_input import Refused
from siecle_files import (
    document,
    eleve,
    eleves_xml,
    individu,
    nomenclature_xml,
    structures_xml,
    sts_xml,
    zipped,
)
from siecle_xml import SiecleRefused, read


def refusal(data: bytes) -> SiecleRefused:
    with pytest.raises(SiecleRefused) as caught:
        read(data)
    return caught.value


def test_another_kind_of_xml_is_refused_by_its_root() -> None:
    refused = refusal(document("BEE_RESPONSABLES", "<PARAMETRES/>"))

    assert (refused.code, refused.ligne) == ("mauvais_fichier", None)
    assert refused.phrase == (
        "Ce fichier est de type « BEE_RESPONSABLES » : il faut un export de SIECLE (BEE_ELEVES,"
        " BEE_STRUCTURES, BEE_NOMENCLATURES) ou de STS-web (STS_EDT)."
    )


@pytest.mark.parametrize("root", ["eleves", "bee_eleves", "BEE_ELEVES_2"])
def test_the_root_is_compared_letter_for_letter(root: str) -> None:
    assert refusal(document(root, "")).code == "mauvais_fichier"


def test_a_root_in_a_namespace_is_another_kind() -> None:
    assert refusal(b"<BEE_ELEVES xmlns='urn:x'/>").code == "mauvais_fichier"


def test_the_reverse_file_of_sts_says_which_one_to_take() -> None:
    refused = refusal(document("EDT_STS", ""))

    assert refused.code == "sens_inverse"
    assert refused.phrase == (
        "Ce fichier (EDT_STS) est celui que le logiciel d’emploi du temps renvoie à STS-web :"
        " prenez le fichier « sts_emp » que STS-web exporte (STS_EDT)."
    )


@pytest.mark.parametrize("source", ["<APPLICATION_SOURCE>Logiciel X</APPLICATION_SOURCE>",
                                    "<APPLICATION_SOURCE/>"])  # fmt: skip
def test_an_sts_file_made_by_a_timetable_software_is_refused(source: str) -> None:
    refused = refusal(sts_xml(individus=[individu()], parametres=source))

    assert (refused.code, refused.ligne) == ("application_source", 3)


def test_the_timetable_software_is_named() -> None:
    source = "<APPLICATION_SOURCE>Logiciel X</APPLICATION_SOURCE>"

    assert refusal(sts_xml(parametres=source)).phrase == (
        "Ce fichier a été produit par un logiciel (Logiciel X) et non par STS-web :"
        " prenez le fichier « sts_emp » que STS-web exporte."
    )


@pytest.mark.parametrize("make", [eleves_xml, structures_xml, nomenclature_xml, sts_xml])
@pytest.mark.parametrize(
    ("header", "code"),
    [
        ({"uai": None}, "uai_absent"),
        ({"uai": ""}, "uai_absent"),
        ({"uai": "099001"}, "uai_invalide"),
        ({"annee": None}, "annee_absente"),
        ({"annee": " "}, "annee_absente"),
        ({"annee": "2025-2026"}, "annee_invalide"),
        ({"annee": "25"}, "annee_invalide"),
        ({"annee": "²025"}, "annee_invalide"),
    ],
)
def test_a_file_without_its_school_or_year_is_refused(
    make: Callable[..., bytes], header: dict[str, str | None], code: str
) -> None:
    refused = refusal(make(**header))

    assert (refused.code, refused.ligne) == (code, 3)
    assert refused.phrase.endswith(" : refaites l’export.")


def test_a_file_without_parameters_is_refused() -> None:
    refused = refusal(document("BEE_ELEVES", "<DONNEES/>"))

    assert (refused.code, refused.ligne) == ("uai_absent", None)


def test_the_school_is_checked_before_the_pupils() -> None:
    assert refusal(eleves_xml(uai=None, eleves=[eleve(None)])).code == "uai_absent"


@pytest.mark.parametrize(
    ("eleve_id", "code"),
    [
        (None, "eleve_id_absent"),
        (" ", "eleve_id_absent"),
        ("12a", "eleve_id_invalide"),
        ("-12", "eleve_id_invalide"),
        ("0", "eleve_id_invalide"),
        ("1.0", "eleve_id_invalide"),
        ("9" * 19, "eleve_id_invalide"),
    ],
)
def test_a_pupil_without_a_usable_key_refuses_the_file(eleve_id: str | None, code: str) -> None:
    refused = refusal(eleves_xml(eleves=[eleve(1), eleve(eleve_id)]))

    assert (refused.code, refused.ligne) == (code, 21)
    assert refused.phrase.endswith("refaites l’export depuis SIECLE.")


@pytest.mark.parametrize("again", [7, "007", " 7 "])
def test_the_same_pupil_twice_refuses_the_file_with_both_lines(again: int | str) -> None:
    refused = refusal(eleves_xml(eleves=[eleve(7), eleve(8), eleve(again)]))

    assert (refused.code, refused.ligne) == ("eleve_en_double", 32)
    assert refused.phrase == (
        "L’élève 7 figure deux fois, lignes 10 et 32 : refaites l’export depuis SIECLE."
    )


@pytest.mark.parametrize(
    ("data", "code", "ligne"),
    [
        (b"", "vide", 1),
        (b"ELEVE;NOM\n", "pas_xml", 1),
        (eleves_xml(eleves=[eleve(1)])[:-40], "tronque", 28),
        (b"<!DOCTYPE BEE_ELEVES SYSTEM 'x'><BEE_ELEVES/>", "doctype", 1),
        (zipped(eleves_xml(), name="dossier/eleves.xml"), "zip_chemin", None),
        (zipped(zipped(eleves_xml())), "zip_imbrique", None),
        (zipped(eleves_xml())[:-5], "zip_abime", None),
    ],
    ids=["empty", "csv", "cut", "doctype", "path in the zip", "zip in the zip", "cut zip"],
)
def test_what_the_door_refuses_is_the_same_exception(
    data: bytes, code: str, ligne: int | None
) -> None:
    refused = refusal(data)

    assert (refused.code, refused.ligne) == (code, ligne)
    assert isinstance(refused, Refused)
    assert str(refused) == refused.phrase
