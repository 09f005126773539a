"""What a form says: coefficients and texts that cannot be kept are refused in words."""

import pytest

from livretpro.bulletins.reading import read_coefficient, read_line, read_text
from livretpro.bulletins.refusals import BadChoice


@pytest.mark.parametrize(
    ("typed", "read"), [("2", "2.00"), (" 0,5 ", "0.50"), ("100", "100.00"), (".25", "0.25")]
)
def test_a_coefficient_is_read_to_two_decimals(typed: str, read: str) -> None:
    assert str(read_coefficient(typed)) == read


@pytest.mark.parametrize(
    "typed",
    ["", "-1", "100,01", "0,125", "1_0", "0E-999999999", "1e1", "NaN", "٣", "9" * 5000, "1,2,3"],
)
def test_what_is_no_coefficient_is_refused(typed: str) -> None:
    with pytest.raises(BadChoice, match="de 0 à 100, deux décimales au plus"):
        read_coefficient(typed)


def test_a_text_is_cleaned_and_refused_when_it_is_too_long_or_cannot_be_kept() -> None:
    assert read_line("Le nom", "  Énergie \t\r\n et eau ", 20) == "Énergie et eau"
    assert read_text("Le pied", "un\r\ndeux", 20) == "un\ndeux"
    with pytest.raises(BadChoice, match="Le nom compte 21 caractères"):
        read_line("Le nom", "x" * 21, 20)
    with pytest.raises(BadChoice, match="qu’aucun fichier ne peut garder"):
        read_line("Le nom", "a\0b", 20)
