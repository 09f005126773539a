"""The check letter of the UAI."""

import pytest

from lsl_rules import check_letter, is_uai


@pytest.mark.parametrize(
    ("digits", "letter"),
    [
        ("0000000", "A"),
        ("0000008", "J"),
        ("0000022", "Z"),
        ("0000023", "A"),
        ("0750655", "E"),  # lycée Louis-le-Grand, Paris
        ("0690026", "D"),  # lycée du Parc, Lyon
    ],
)
def test_the_letter_is_the_remainder_by_23(digits, letter):
    assert check_letter(digits) == letter
    assert is_uai(digits + letter)


@pytest.mark.parametrize(
    "text",
    ["", "0750655", "0750655F", "0750655e", "750655E", "07506555E", "075065٥E", "0750655E\n"],
)
def test_anything_else_is_not_a_uai(text):
    assert not is_uai(text)
