"""Mails about an account: its one-time code."""

from datetime import datetime

from django.conf import settings
from django.core.mail import send_mail

from livretpro.accounts.actions import new_code, replace_code
from livretpro.accounts.models import User

SUBJECT = "Votre accès à LivretPro"
TEXT = """Bonjour {name},

Un accès à LivretPro vous attend, sous l’identifiant {identifier}.
Choisissez votre mot de passe à cette adresse, qui sert une seule fois, pendant quatorze jours :

{link}

Si vous n’attendiez pas ce courriel, ignorez-le : sans ce lien, rien ne change.
"""


def reachable(user: User) -> bool:
    """Whether this instance sends mails and knows an address of this person."""
    return bool(user.email and settings.EMAIL_HOST)


def mail_code(user: User, *, activation: str, now: datetime, replaces: str) -> bool:
    """Send this person a new code, which then takes the place of the one whose digest is
    `replaces`; says whether it did.

    `activation` is the path of the activation page. The code is made here, not before: it never
    stands in clear in a queue. Raises `OSError` when the server of mails refuses: the code that
    stands is then still good.
    """
    code = new_code()
    link = f"{settings.LIVRETPRO_URL}{activation}{code}/"
    text = TEXT.format(name=user.full_name, identifier=user.identifier, link=link)
    send_mail(SUBJECT, text, None, [user.email])
    return replace_code(user, code, replaces=replaces, now=now)
