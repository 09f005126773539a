"""The connection of a school to CPRO: kept, tried (spec 06)."""

from datetime import datetime
from urllib.parse import urlsplit

from django.db import transaction

from livretpro.bulletins.keyring import hidden
from livretpro.bulletins.models import CproConnection
from livretpro.bulletins.refusals import BadChoice, allow
from livretpro.bulletins.telling import change, tell
from livretpro.schools.actors import Actor

ADDRESS_MAX, CLIENT_MAX, SECRET_MAX = 200, 100, 200


@transaction.atomic
def save_connection(
    base_url: str, client_id: str, secret: str, *, now: datetime, by: Actor
) -> CproConnection:
    """Keep where CPRO is and how to ask it; an empty `secret` keeps the one that stands.

    The journal says that the secret changed, not what it is. Raises `NotAllowed` or `BadChoice`.
    """
    allow(by)
    address, client, typed = base_url.strip().rstrip("/"), client_id.strip(), secret.strip()
    _check(address, client, typed)
    held = CproConnection.objects.select_for_update().filter(school=by.school).first()
    if held is None and not typed:
        raise BadChoice("Saisissez le secret que CPRO a donné pour cet identifiant.")
    if held and not typed and held.base_url != address:
        raise BadChoice("L’adresse change : saisissez de nouveau le secret.")
    before = (held.base_url, held.client_id) if held else ("", "")
    kept = held or CproConnection(school=by.school)
    kept.base_url, kept.client_id, kept.changed_at = address, client, now
    kept.tested_at, kept.test_failure = None, ""
    if typed:
        kept.secret = hidden(typed)
    kept.save()
    after = (address, client)
    told = zip(("adresse", "identifiant"), before, after, strict=True)
    tell(
        by,
        *(
            change("modifie", "connexion_cpro", by.school.uai, field, before=old, after=new)
            for field, old, new in told
            if old != new
        ),
        *([change("modifie", "connexion_cpro", by.school.uai, "secret")] if typed else []),
    )
    return kept


def _check(address: str, client: str, secret: str) -> None:
    parts = urlsplit(address)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.username:
        raise BadChoice("L’adresse de CPRO commence par https:// et ne porte pas de mot de passe.")
    if len(address) > ADDRESS_MAX:
        raise BadChoice(f"L’adresse a {ADDRESS_MAX} caractères au plus.")
    if not client or len(client) > CLIENT_MAX:
        raise BadChoice("Saisissez l’identifiant que CPRO a donné à ce logiciel.")
    if len(secret) > SECRET_MAX:
        raise BadChoice(f"Le secret a {SECRET_MAX} caractères au plus.")


@transaction.atomic
def note_test(failure: str, *, now: datetime, by: Actor) -> None:
    """Keep what the last trial of the connection gave; an empty failure: it answered."""
    allow(by)
    CproConnection.objects.filter(school=by.school).update(tested_at=now, test_failure=failure)
