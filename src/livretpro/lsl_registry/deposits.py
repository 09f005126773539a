"""Files that a software deposits by itself, in the name of a token of the school (spec 07)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

import lsl_rules
import safe_input
from livretpro.bearer import digest, new_secret
from livretpro.journal import actions as journal
from livretpro.journal.actions import Author
from livretpro.lsl_registry.bilans import seen
from livretpro.lsl_registry.models import DepositToken, Import
from livretpro.lsl_registry.models.deposits import NAME_MAX
from livretpro.lsl_registry.permissions import allow
from livretpro.lsl_registry.receiving import BadDeposit, Deposit, receive, sha256
from livretpro.schools.actors import Actor
from livretpro.schools.rules import Role

KIND = "jeton_depot"
PER_MINUTE = 120
"""Requests of one token: forty divisions are deposited and followed in less."""


class BadName(Exception):
    """The name of the software cannot be kept; `phrase` says why."""

    def __init__(self, phrase: str) -> None:
        super().__init__(phrase)
        self.phrase = phrase


class DeadToken(Exception):
    """No live token is this one."""


@dataclass(frozen=True)
class MadeToken:
    """A new token and its secret, which is kept nowhere: shown once."""

    token: DepositToken
    secret: str


def make_token(name: str, *, by: Actor) -> MadeToken:
    """Let a software deposit the files of the school. Raises `NotAllowed` or `BadName`."""
    allow(by)
    secret, called = new_secret(), _checked(name)
    try:
        with transaction.atomic():
            token = DepositToken.objects.create(
                school=by.school, name=called, digest=digest(secret), author_name=by.author.name
            )
            _tell(token, "ajoute", before="", after=called, by=by)
    except IntegrityError as error:
        raise BadName(
            f"« {called} » a déjà un jeton : révoquez-le d’abord pour en donner un autre."
        ) from error
    return MadeToken(token, secret)


@transaction.atomic
def revoke_token(token: DepositToken, *, by: Actor, now: datetime) -> bool:
    """Close it at once; False when it already was. Raises `NotAllowed`."""
    allow(by)
    if not DepositToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=now):
        return False
    _tell(token, "revoque", before=token.name, after="", by=by)
    return True


def tokens_of(by: Actor) -> Sequence[DepositToken]:
    """The tokens of the school: one query."""
    return list(DepositToken.objects.visible_to(by))


def token_of(pk: int, *, by: Actor) -> DepositToken | None:
    """A token of the school: one query."""
    return DepositToken.objects.visible_to(by).filter(pk=pk).first()


def spend(secret: str, *, now: datetime) -> DepositToken:
    """The token that a secret is, with its school, one request counted: two queries.

    Raises `DeadToken` or `TooManyRequests`.
    """
    live = DepositToken.objects.select_related("school").filter(revoked_at=None)
    token = live.filter(digest=digest(secret)).first()
    if token is None:
        raise DeadToken
    token.count_request(now, per_minute=PER_MINUTE)
    return token


@dataclass(frozen=True)
class Parcel:
    """One file that a software sends, the division for one that announces none, and what it calls
    this deposit, if anything."""

    name: str
    content: bytes
    chosen: str = ""
    key: str | None = None


def deposit(parcel: Parcel, *, token: DepositToken) -> Import:
    """Keep one XML file, to be imported in the background; sent again under the same key, it is the
    import of the first time.

    Raises `BadDeposit`: empty, an archive, too large, no pupil known yet, another file under the
    same key.
    """
    try:
        return _already(parcel, token) or _deposit(parcel, token)
    except IntegrityError:  # the same one at the same time
        held = _already(parcel, token)
        if held is None:
            raise
        return held


def _already(parcel: Parcel, token: DepositToken) -> Import | None:
    if parcel.key is None:
        return None
    held = Import.objects.filter(author_id=_author_id(token), key=parcel.key).first()
    if held is not None and held.sha256 != sha256(parcel.content):
        raise BadDeposit("Cette clé de dépôt a déjà servi pour un autre fichier.")
    return held


def _deposit(parcel: Parcel, token: DepositToken) -> Import:
    content = parcel.content
    if not content:
        raise BadDeposit("Le fichier est vide.")
    if safe_input.is_zip(content):
        raise BadDeposit("Déposez les fichiers .xml un par un, sans archive.")
    sent = Deposit([(parcel.name, content)], parcel.chosen, parcel.key)
    (received,) = receive(sent, by=_depositor(token))
    return received


def deposited(pk: int, *, token: DepositToken) -> Import | None:
    """A file that this very token deposited: one query."""
    own = Import.objects.filter(
        school=token.school_id, author_id=_author_id(token), archived_at=None
    )
    return own.filter(pk=pk).first()


def state_data(received: Import) -> dict[str, Any]:
    """Where an import stands, for a program; `bilan` once it is over: one query more then."""
    over = not received.running
    return {
        "import": received.pk,
        "etat": received.state,
        "total": received.total,
        "fait": received.done,
        "bilan": lsl_rules.report_data(seen(received).report()) if over else None,
    }


def _depositor(token: DepositToken) -> Actor:
    """A token has the rights of the head to import, and its own name in the journal."""
    author = Author(_author_id(token), f"jeton « {token.name} »")
    return Actor(school=token.school, author=author, roles=frozenset({Role.CHEF}))


def _author_id(token: DepositToken) -> str:
    return f"jeton:{token.pk}"


def _checked(name: str) -> str:
    called = " ".join(name.split())
    if not called or not called.isprintable():
        raise BadName("Donnez le nom du logiciel.")
    if len(called) > NAME_MAX:
        raise BadName(f"Ce nom compte {len(called)} caractères : la limite est de {NAME_MAX}.")
    return called


def _tell(token: DepositToken, action: str, *, before: str, after: str, by: Actor) -> None:
    change = journal.Change(action, KIND, str(token.pk), "jeton", before, after)
    journal.record([change], school_uai=by.school.uai, by=by.author)
