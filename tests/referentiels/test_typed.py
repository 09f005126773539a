"""A pasted list: what is understood of it, what is refused."""

import pytest

from livretpro.referentiels.typed import Line, as_text, problems, understood


@pytest.mark.parametrize(
    ("text", "code", "label"),
    [
        ("C1.2\tLire un plan", "C1.2", "Lire un plan"),
        ("C1.2 ; Lire un plan ;", "C1.2", "Lire un plan"),
        ("C1.2 Lire un plan", "C1.2", "Lire un plan"),
        ("C1.2 : Lire un plan", "C1.2", "Lire un plan"),
        ("C1.2 – Lire un plan", "C1.2", "Lire un plan"),
        ("• C1.2. Lire   un plan", "C1.2", "Lire un plan"),
        ("CC12 Lire un plan", "CC12", "Lire un plan"),
        ("12 Lire un plan", "12", "Lire un plan"),
        ("Accueil\tRecevoir un client", "Accueil", "Recevoir un client"),
        ("C1 E\u0301couter", "C1", "Écouter"),
        ("C1 3 plans à lire", "C1", "3 plans à lire"),
    ],
)
def test_a_line_is_a_code_then_a_wording(text: str, code: str, label: str) -> None:
    assert understood(text) == [Line(code, label, expected=True)]


def test_a_line_without_a_code_goes_on_with_the_one_above() -> None:
    assert understood("C1 Lire\n\nun plan\nC2 Poser") == [
        Line("C1", "Lire un plan", expected=True),
        Line("C2", "Poser", expected=True),
    ]


def test_the_first_level_is_expected_and_what_hangs_under_it_is_not() -> None:
    lines = understood("C1 Lire\nC1.1 Un plan\nC1.1.2 Une cote\nC10 Poser\nA Faire\nA1 Refaire")

    assert [(line.code, line.parent, line.expected) for line in lines[:4]] == [
        ("C1", "", True),
        ("C1.1", "C1", False),
        ("C1.1.2", "C1", False),
        ("C10", "", True),
    ]


def test_what_cannot_be_kept_is_said_line_by_line() -> None:
    lines = [Line("C1", "Lire"), Line("", "Poser"), Line("C1", ""), Line("x" * 21, "y" * 301)]

    assert [(p.number, p.phrase) for p in problems(lines)] == [
        (2, "Le code manque, par exemple C1.2."),
        (3, "L’intitulé manque."),
        (3, "Le code C1 figure déjà ligne 1."),
        (4, "Le code compte 21 caractères : la limite est de 20."),
        (4, "L’intitulé compte 301 caractères : la limite est de 300."),
    ]


def test_an_empty_list_and_one_too_long_are_refused() -> None:
    assert problems([])[0].phrase.startswith("La liste est vide")
    assert problems([Line("C1", "x")] * 401)[0].phrase == "La liste dépasse 400 lignes (401)."


def test_lines_written_as_text_read_back_the_same() -> None:
    lines = understood("C1 Lire un plan\nC1.1 Une cote")

    assert understood(as_text(lines)) == lines
