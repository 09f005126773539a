"""`livretpro compte reset --second-facteur` and `livretpro compte role`."""

import time

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value

from command_line import UAI, Run
from livretpro.accounts.actions import set_password
from livretpro.accounts.models import User
from livretpro.accounts.second_factor import set_second_factor
from livretpro.journal.models import Entry
from lycee import signed_in


def test_the_operator_removes_a_lost_second_factor(school: Run) -> None:
    where = ("--uai", UAI)
    made = school(
        "compte", "create", *where, "--role", "chef", "--nom", "FERRAND", "--prenom", "Claire"
    )
    user = User.objects.get(identifier="claire.ferrand")
    secret = "JBSWY3DPEHPK3PXP"
    set_second_factor(user, secret, format_hotp_value(hotp_value(secret, int(time.time()) // 30)))

    first, again = (
        school("compte", "reset", *where, "--second-facteur", "claire.ferrand") for _ in range(2)
    )

    assert (made.status, first.out) == (0, "Le second facteur de claire.ferrand est retiré.\n")
    assert again.out == "Le second facteur de claire.ferrand n’existait pas.\n"
    assert Entry.objects.filter(field="second facteur").count() == 1


def test_the_operator_gives_a_role_and_takes_it_back(school: Run) -> None:
    where = ("--uai", UAI)
    school("compte", "create", *where, "--role", "chef", "--nom", "FERRAND", "--prenom", "Claire")

    given = school("compte", "role", "add", *where, "claire.ferrand", "--role", "administrateur")
    twice = school("compte", "role", "add", *where, "claire.ferrand", "--role", "administrateur")
    ended = school("compte", "role", "end", *where, "claire.ferrand", "--role", "chef")

    assert given.out == "Claire FERRAND a le rôle « administrateur ».\n"
    assert (twice.status, "a déjà un compte pour ce rôle" in twice.err) == (1, True)
    assert ended.out == "« claire.ferrand » n’a plus le rôle « chef d’établissement ».\n"


def test_the_operator_closes_an_account_then_opens_it_again(school: Run) -> None:
    where = ("--uai", UAI, "claire.ferrand")
    school(
        "compte", "create", *where[:2], "--role", "chef", "--nom", "FERRAND", "--prenom", "Claire"
    )
    user = User.objects.get(identifier="claire.ferrand")
    set_password(user, "une suite de mots assez longue")
    client = signed_in(user)
    before = client.get(f"/ecole/{UAI}/journal/").status_code

    closed = [school("compte", "close", *where).out for _ in range(2)]
    shut = client.get(f"/ecole/{UAI}/journal/").status_code
    refused = school("compte", "reset", *where)
    opened = school("compte", "reopen", *where)

    assert (before, shut, "Ce compte est fermé" in refused.err) == (200, 302, True)
    assert closed == [
        "Le compte claire.ferrand est fermé.\n",
        "Le compte claire.ferrand était déjà fermé.\n",
    ]
    user.refresh_from_db()
    assert (opened.status, user.is_active, user.has_usable_password()) == (0, True, True)
    assert list(
        Entry.objects.filter(field="accès").order_by("pk").values_list("action", flat=True)
    ) == ["clot", "rouvre"]


def test_the_operator_corrects_a_name_and_an_address_and_keeps_the_rest(school: Run) -> None:
    where = ("--uai", UAI)
    school("compte", "create", *where, "--role", "chef", "--nom", "FERRAND", "--prenom", "Claire")

    done = school(
        "compte", "edit", *where, "claire.ferrand", "--nom", "FERRANT", "--email", "c@example.org"
    )
    again = school("compte", "edit", *where, "claire.ferrand", "--nom", "FERRANT")
    nobody = school("compte", "edit", *where, "personne", "--nom", "FERRANT")

    user = User.objects.get(identifier="claire.ferrand")
    assert done.out == "Le compte claire.ferrand est corrigé.\n"
    assert again.out == "Le compte claire.ferrand ne change pas.\n"
    assert nobody.status == 1
    assert (user.full_name, user.email) == ("Claire FERRANT", "c@example.org")
