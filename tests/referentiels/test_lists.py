"""A typed or pasted list of competences."""

import pytest

from livretpro.referentiels.lists import MAX_LINES, as_text, read_list, tree


def understood(text: str) -> list[tuple[str, str, int]]:
    reading = read_list(text)
    assert reading.errors == ()
    return [(line.code, line.label, line.depth) for line in reading.lines]


def refused(text: str) -> list[tuple[int, str]]:
    return [(error.number, error.phrase) for error in read_list(text).errors]


@pytest.mark.parametrize(
    "line",
    [
        "C1 Organiser la production",
        "C1\tOrganiser la production",
        "C1;Organiser la production",
        "C1 - Organiser la production",
        "C1 – Organiser la production",
        "C1 : Organiser la production",
        "C1. Organiser la production",
        "• C1 Organiser la production",
        "C1\u00a0Organiser  la production",
        '"C1"\t"Organiser la production"\t',
        "C1;Organiser la production;;",
    ],
)
def test_every_usual_separator_is_understood(line: str) -> None:
    assert understood(line) == [("C1", "Organiser la production", 1)]


def test_the_level_comes_from_the_codes() -> None:
    text = "C1 Un\nC1.1 Un un\nC1.1.2 Un un deux\nC2 Deux\nC10 Dix"
    assert [depth for _, _, depth in understood(text)] == [1, 2, 3, 1, 1]


def test_the_level_can_be_said() -> None:
    assert understood("C1 Un\n>T4 Tâche") == [("C1", "Un", 1), ("T4", "Tâche", 2)]


def test_a_line_without_code_continues_the_wording() -> None:
    assert understood("C1 Organiser la\nproduction\n\nC2 Cuisiner") == [
        ("C1", "Organiser la production", 1),
        ("C2", "Cuisiner", 1),
    ]


def test_what_is_wrong_is_said_with_its_line() -> None:
    assert refused("C1 Un\n\nC1 Encore") == [(3, "le code C1 est déjà à la ligne 1.")]
    assert refused("Organiser") == [
        (0, "La liste est vide : écrivez une compétence par ligne."),
        (1, "aucun code n’est lu avant l’intitulé."),
    ]
    assert refused(f"C{'1' * 20} Un") == [(1, "le code a 21 caractères, 20 au plus.")]
    assert refused(f"C1 {'é' * 301}") == [(1, "l’intitulé a 301 caractères, 300 au plus.")]
    assert refused("C1;") == [(1, "l’intitulé manque.")]
    assert refused(";Un") == [(1, "le code manque.")]
    assert refused("C1 Un\x07") == [(1, "un caractère ne peut pas être écrit dans un fichier XML.")]


def test_a_list_longer_than_any_referentiel_is_refused() -> None:
    text = "\n".join(f"C{n} Savoir" for n in range(MAX_LINES + 1))
    assert refused(text) == [(0, "La liste a 401 lignes : 400 au plus.")]


def test_what_is_typed_again_from_a_version_is_understood_the_same() -> None:
    lines = [("C1", "Un", 1), ("C1.1", "Un un", 2), ("T4", "Tâche", 2), ("C2", "Deux", 1)]
    assert understood(as_text(lines)) == lines


def test_the_tree_marks_what_the_livret_expects() -> None:
    lines = read_list("C1 Un\nC1.1 Un un\nC2 Deux").lines
    assert tree(lines, {"C1.1"}) == [
        {
            "code": "C1",
            "intitule": "Un",
            "livret": False,
            "sous_competences": [{"code": "C1.1", "intitule": "Un un", "livret": True}],
        },
        {"code": "C2", "intitule": "Deux", "livret": False},
    ]
