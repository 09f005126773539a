"""The provider of OpenID Connect, as its operator describes it."""

from pathlib import Path

import pytest

from livretpro.sign_in_provider import Configured, Matching, SignInProvider, from_environment

WHOLE = {
    "LIVRETPRO_OIDC_URL": "https://ent.example",
    "LIVRETPRO_OIDC_CLIENT": "livretpro",
    "LIVRETPRO_OIDC_SECRET": "secret",
}
FILE = "LIVRETPRO_OIDC_SECRET_FICHIER"


def test_nothing_given_is_no_provider_and_no_problem() -> None:
    assert from_environment({"LIVRETPRO_OIDC_URL": " "}) == Configured(None)


def test_three_things_make_a_provider() -> None:
    assert from_environment(WHOLE) == Configured(
        SignInProvider("https://ent.example", "livretpro", "secret")
    )


def test_a_label_and_a_claim_may_be_chosen() -> None:
    chosen = {"LIVRETPRO_OIDC_NOM": "l’ENT", "LIVRETPRO_OIDC_RAPPROCHEMENT": "courriel"}

    provider = from_environment(WHOLE | chosen).provider

    assert provider is not None
    assert (provider.label, provider.matching) == ("l’ENT", Matching.EMAIL)


def test_the_secret_may_stand_in_a_file(tmp_path: Path) -> None:
    kept = tmp_path / "secret"
    kept.write_text("du fichier\n")

    provider = from_environment(WHOLE | {"LIVRETPRO_OIDC_SECRET": "", FILE: str(kept)}).provider

    assert provider is not None
    assert provider.secret == "du fichier"


@pytest.mark.parametrize(
    ("changed", "phrase"),
    [
        ({"LIVRETPRO_OIDC_URL": ""}, "LIVRETPRO_OIDC_URL manque."),
        ({"LIVRETPRO_OIDC_CLIENT": ""}, "LIVRETPRO_OIDC_CLIENT manque."),
        ({"LIVRETPRO_OIDC_SECRET": ""}, f"LIVRETPRO_OIDC_SECRET ou {FILE} manque."),
        ({FILE: "/absent"}, f"Donnez LIVRETPRO_OIDC_SECRET ou {FILE}, pas les deux."),
        (
            {"LIVRETPRO_OIDC_SECRET": "", FILE: "/absent"},
            f"Le fichier de {FILE} ne se lit pas.",
        ),
        (
            {"LIVRETPRO_OIDC_SECRET": "", FILE: "/dev/null"},
            f"Le fichier de {FILE} est vide.",
        ),
        (
            {"LIVRETPRO_OIDC_SECRET": "é"},
            (
                "LIVRETPRO_OIDC_CLIENT et le secret s’écrivent en lettres sans accent, chiffres et "
                "signes."
            ),
        ),
        (
            {"LIVRETPRO_OIDC_URL": "http://ent.example"},
            "LIVRETPRO_OIDC_URL doit être une adresse en https.",
        ),
        (
            {"LIVRETPRO_OIDC_URL": "https://[ent"},
            "LIVRETPRO_OIDC_URL doit être une adresse en https.",
        ),
        (
            {"LIVRETPRO_OIDC_RAPPROCHEMENT": "nom"},
            "LIVRETPRO_OIDC_RAPPROCHEMENT vaut « courriel », « identifiant », ou n’est pas donné.",
        ),
        ({"LIVRETPRO_OIDC_NOM": "n" * 61}, "LIVRETPRO_OIDC_NOM dépasse 60 caractères."),
    ],
)
def test_what_is_wrong_is_said_and_there_is_no_provider(
    changed: dict[str, str], phrase: str
) -> None:
    assert from_environment(WHOLE | changed) == Configured(None, (phrase,))


def test_everything_wrong_is_said_at_once() -> None:
    assert len(from_environment({"LIVRETPRO_OIDC_NOM": "l’ENT"}).problems) == 3
