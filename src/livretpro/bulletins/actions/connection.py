"""The connection of a school to CPRO: kept, tried (spec 06)."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from livretpro.addresses import is_web_address
from livretpro.bulletins.keyring import hidden
from livretpro.bulletins.models import CproConnection
from livretpro.bulletins.reading import read_line
from livretpro.bulletins.refusals import BadChoice, allow
from livretpro.bulletins.settling import Texts, settled
from livretpro.bulletins.telling import change, tell
from livretpro.schools.actors import Actor
from livretpro.schools.models import School

ADDRESS_MAX, CLIENT_MAX, SECRET_MAX = 200, 100, 200


CONNECTION_FIELDS = {"adresse": "adresse", "identifiant": "identifiant", "secret": "secret"}


def connection_texts(held: CproConnection | None) -> Texts:
    """What stands in the fields of `CONNECTION_FIELDS`; of the secret, when it was last kept."""
    if held is None:
        return {}
    day = timezone.localtime(held.changed_at)
    return {
        "adresse": held.base_url,
        "identifiant": held.client_id,
        "secret": f"celui du {day:%d/%m/%Y à %H:%M:%S}",
    }


@transaction.atomic
def save_connection(
    base_url: str,
    client_id: str,
    secret: str,
    *,
    now: datetime,
    by: Actor,
    seen: Texts | None = None,
) -> CproConnection:
    """Keep where CPRO is and how to ask it; an empty `secret` keeps the one that stands.

    The three go together: a secret is never kept for another address than the one it was typed
    for. The journal says that it changed, not what it is. Raises `NotAllowed`, `BadChoice` or
    `Changed`.
    """
    allow(by)
    address = read_line("L’adresse", base_url, ADDRESS_MAX).rstrip("/")
    client = read_line("L’identifiant", client_id, CLIENT_MAX)
    typed = read_line("Le secret", secret, SECRET_MAX)
    _check(address, client)
    School.objects.select_for_update(no_key=True).get(pk=by.school.pk)  # one first save at a time
    held = CproConnection.objects.select_for_update().filter(school=by.school).first()
    wanted = {"adresse": address, "identifiant": client} | (
        {"secret": "celui que vous venez de saisir"} if typed else {}
    )
    settled(
        wanted,
        seen=seen,
        stands=connection_texts(held),
        words=CONNECTION_FIELDS,
        together=True,
    )
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


def _check(address: str, client: str) -> None:
    if not is_web_address(address):
        raise BadChoice("L’adresse de CPRO commence par https:// et ne porte pas de mot de passe.")
    if not client:
        raise BadChoice("Saisissez l’identifiant que CPRO a donné à ce logiciel.")


@transaction.atomic
def note_test(failure: str, *, now: datetime, by: Actor) -> None:
    """Keep what the last trial of the connection gave; an empty failure: it answered."""
    allow(by)
    CproConnection.objects.filter(school=by.school).update(tested_at=now, test_failure=failure)
