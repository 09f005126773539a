"""`ecole create`: an establishment with a real UAI and a name."""

import pytest

from command_line import UAI, Run


def test_an_establishment_is_made_once(run: Run) -> None:
    first = run("ecole", "create", "--uai", UAI.lower(), "--nom", " Lycée des Tests ")
    second = run("ecole", "create", "--uai", UAI, "--nom", "Autre nom")

    assert (first.status, first.out) == (0, f"Établissement {UAI} créé : Lycée des Tests.\n")
    assert (second.status, second.err) == (
        1,
        f"L’établissement {UAI} existe déjà : Lycée des Tests.\n",
    )


@pytest.mark.parametrize(
    ("uai", "name", "phrase"),
    [
        (
            "0990001A",
            "Lycée",
            (
                "« 0990001A » n’est pas un UAI : sept chiffres et une lettre de contrôle, "
                "par exemple 0599001N."
            ),
        ),
        (UAI, "  ", "Le nom de l’établissement manque : donnez-le avec --nom."),
        (
            UAI,
            "x" * 161,
            "Le nom de l’établissement compte 161 caractères : la limite est de 160.",
        ),
    ],
)
def test_a_wrong_uai_or_name_makes_nothing(run: Run, uai: str, name: str, phrase: str) -> None:
    refused = run("ecole", "create", "--uai", uai, "--nom", name)

    made = run("ecole", "create", "--uai", UAI, "--nom", "Lycée")

    assert (refused.status, refused.out, refused.err) == (1, "", f"{phrase}\n")
    assert made.status == 0
