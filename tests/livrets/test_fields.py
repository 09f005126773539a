"""What a typed text means, field by field."""

from decimal import Decimal

import pytest

from livretpro.livrets.fields import UnknownField, field, shown
from livretpro.livrets.rules import NOT_GRADED
from livretpro.typed import BadValue


@pytest.mark.parametrize(
    ("key", "raw", "value", "text"),
    [
        ("moyenne_1", "12,5", Decimal("12.5"), "12,50"),
        ("moyenne_1", " 12.50 ", Decimal("12.5"), "12,50"),
        ("moyenne_1", ",5", Decimal("0.5"), "0,50"),
        ("moyenne_1", "20", Decimal(20), "20,00"),
        ("moyenne_1", "0", Decimal(0), "0,00"),
        ("moyenne_1", "12,500", Decimal("12.5"), "12,50"),
        ("moyenne_2", "NN", NOT_GRADED, "NN"),
        ("moyenne_3", "n", NOT_GRADED, "NN"),
        ("moyenne_1", "  ", None, ""),
        ("competence:C1.2", "3", 3, "3"),
        ("competence:C01", "0", None, ""),
        ("competence:C01", "", None, ""),
        ("appreciation", "  Des progrès.\r\nBien. ", "Des progrès.\nBien.", "Des progrès.\nBien."),
        ("appreciation", "e\u0301le\u0300ve", "élève", "élève"),
        ("enseignant_1_nom", " D’ALMEIDA   E SOUSA ", "D’ALMEIDA E SOUSA", "D’ALMEIDA E SOUSA"),
        ("pfmp_exporter", "oui", True, "oui"),
        ("pfmp_exporter", "", False, "non"),
        ("pfmp_etranger", "non", False, "non"),
        ("pfmp_etranger", "", None, ""),
        ("pfmp_semaines", "22", 22, "22"),
        ("projet_note", "14", Decimal(14), "14,00"),
    ],
)
def test_a_typed_text_and_its_canonical_form(key, raw, value, text) -> None:
    target = field(key)

    assert target.parse(raw) == value
    assert shown(target.parse(raw)) == text
    assert target.parse(shown(target.parse(raw))) == value


@pytest.mark.parametrize(
    ("key", "raw", "said"),
    [
        ("moyenne_1", "20,5", "« 20,5 » n’est pas entre 0 et 20."),
        ("moyenne_1", "12,345", "« 12,345 » a plus de deux décimales : arrondissez vous-même."),
        ("moyenne_1", "-1", "« -1 » n’est pas une note : écrivez par exemple 12,5."),
        ("moyenne_1", "douze", "« douze » n’est pas une note : écrivez par exemple 12,5."),
        ("moyenne_1", ",", "« , » n’est pas une note : écrivez par exemple 12,5."),
        ("moyenne_1", "1 2", "« 1 2 » n’est pas une note : écrivez par exemple 12,5."),
        ("moyenne_1", "1e1", "« 1e1 » n’est pas une note : écrivez par exemple 12,5."),
        ("moyenne_1", "١٢", "« ١٢ » n’est pas une note : écrivez par exemple 12,5."),
        ("competence:C01", "5", "« 5 » n’est pas un degré : 1, 2, 3 ou 4."),
        ("competence:C01", "NE", "« NE » n’est pas un degré : 1, 2, 3 ou 4."),
        ("pfmp_semaines", "100", "« 100 » n’est pas un nombre de semaines : de 1 à 99."),
        ("pfmp_semaines", "0", "« 0 » n’est pas un nombre de semaines : de 1 à 99."),
        ("pfmp_exporter", "peut-être", "« peut-être » n’est pas une réponse : oui ou non."),
        (
            "appreciation",
            "a" * 312,
            "L’appréciation générale compte 312 caractères : la limite est de 300, 12 de trop.",
        ),
        (
            "pfmp_synthese",
            "a" * 1001,
            "La synthèse des PFMP compte 1001 caractères : la limite est de 1000, 1 de trop.",
        ),
        (
            "enseignant_2_prenom",
            "a" * 51,
            "Le prénom compte 51 caractères : la limite est de 50, 1 de trop.",
        ),
        (
            "appreciation",
            "a\x07b",
            (
                "L’appréciation générale contient un caractère qu’aucun "
                "fichier ne peut garder (U+0007, après 1 caractères) : effacez-le."
            ),
        ),
    ],
)
def test_what_is_refused_and_how_it_is_said(key: str, raw: str, said: str) -> None:
    with pytest.raises(BadValue) as refusal:
        field(key).parse(raw)

    assert refusal.value.phrase == said


def test_three_hundred_code_points_after_composition_are_accepted() -> None:
    decomposed = "e\u0301" * 300

    assert field("appreciation").parse(decomposed) == "é" * 300


def test_a_code_that_cannot_be_written_down_has_no_field() -> None:
    with pytest.raises(UnknownField):
        field("competence:\ud800")


@pytest.mark.parametrize(
    "key", ["moyenne_4", "moyenne_0", "competence:", "enseignant_0_nom", "statut", ""]
)
def test_an_unknown_key_has_no_field(key: str) -> None:
    with pytest.raises(UnknownField):
        field(key)
