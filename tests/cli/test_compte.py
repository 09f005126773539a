"""`livretpro compte reset --second-facteur`."""

import time

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value

from command_line import UAI, Run
from livretpro.accounts.models import User
from livretpro.accounts.second_factor import set_second_factor
from livretpro.journal.models import Entry


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
