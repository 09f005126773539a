"""`livretpro partenaire`: accesses from the command line."""

import json

from command_line import UAI, Run


def test_an_access_is_given_listed_and_revoked(school: Run) -> None:
    made = json.loads(school("partenaire", "create", "--uai", UAI, "PRONOTE", "--json").out)
    listed = json.loads(school("partenaire", "list", "--uai", UAI, "--json").out)
    plain = school("partenaire", "list", "--uai", UAI).out
    revoked = school("partenaire", "revoke", "--uai", UAI, "pronote")
    again = school("partenaire", "revoke", "--uai", UAI, made["identifiant"])

    assert len(made.pop("secret")) == 43
    assert listed == [made]
    assert (made["nom"], made["portees"], made["revoque_le"]) == ("PRONOTE", ["bilans"], None)
    assert f"{made['identifiant']}  PRONOTE  ouvert, dernier usage : jamais" in plain
    assert (revoked.status, revoked.out) == (0, "Accès de PRONOTE révoqué.\n")
    assert (again.status, again.out) == (0, "Accès de PRONOTE déjà révoqué.\n")


def test_the_secret_is_said_in_words(school: Run) -> None:
    said = school("partenaire", "create", "--uai", UAI, "PRONOTE").out

    assert "Identifiant : lp-" in said
    assert "Secret : " in said


def test_what_cannot_be_done_is_told(school: Run) -> None:
    school("partenaire", "create", "--uai", UAI, "PRONOTE")

    twice = school("partenaire", "create", "--uai", UAI, "PRONOTE")
    unknown = school("partenaire", "revoke", "--uai", UAI, "AUTRE", "--json")

    assert (twice.status, "déjà un accès" in twice.err) == (1, True)
    assert unknown.status == 1
    assert json.loads(unknown.out) == {"refus": "Aucun accès « AUTRE » dans cet établissement."}
