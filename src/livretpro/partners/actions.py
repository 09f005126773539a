"""Accesses made and revoked, tokens given and spent."""

import hmac
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction

from livretpro.bearer import digest, new_secret
from livretpro.journal import actions as journal
from livretpro.partners.models import PartnerClient, PartnerToken
from livretpro.partners.permissions import can_manage_partners
from livretpro.partners.queries import ServedPage
from livretpro.partners.rules import (
    NAME_MAX,
    PER_MINUTE,
    TOKEN_LIFE,
    Scope,
    new_client_id,
)
from livretpro.schools.actors import Actor

KIND = "partenaire"


class NotYourPartners(Exception):
    """Neither head, nor DDFPT, nor administrator."""

    phrase = (
        "Seuls le chef d’établissement, le DDFPT et l’administrateur ouvrent l’établissement à un "
        "logiciel partenaire."
    )


class BadName(Exception):
    """The partner's name cannot be kept; `phrase` says why."""

    def __init__(self, phrase: str) -> None:
        super().__init__(phrase)
        self.phrase = phrase


class UnknownClient(Exception):
    """No live access has this identifier and this secret."""


class DeadToken(Exception):
    """No live access has this token, or its hour has passed."""


@dataclass(frozen=True)
class MadeClient:
    """A new access and its secret, which is kept nowhere: shown once."""

    client: PartnerClient
    secret: str


@dataclass(frozen=True)
class GivenToken:
    """A token as the partner gets it."""

    token: str
    seconds: int
    scopes: tuple[str, ...]


def create_client(name: str, *, by: Actor) -> MadeClient:
    """Open the school to a partner, whose bilans of published periods it will read.

    Raises `NotYourPartners`, or `BadName`: empty, too long, or already open under that name.
    """
    _allow(by)
    secret, called = new_secret(), _checked(name)
    try:
        with transaction.atomic():
            client = PartnerClient.objects.create(
                school=by.school,
                name=called,
                client_id=new_client_id(),
                secret_digest=digest(secret),
                scopes=[Scope.BILANS.value],
                author_name=by.author.name,
            )
            _tell(client, "ajoute", before="", after=called, by=by)
    except IntegrityError as error:
        raise BadName(
            f"« {called} » a déjà un accès : révoquez-le d’abord pour en donner un nouveau."
        ) from error
    return MadeClient(client, secret)


@transaction.atomic
def revoke_client(client: PartnerClient, *, by: Actor, now: datetime) -> bool:
    """Close an access at once, tokens under way included; False when it already was.

    Raises `NotYourPartners`.
    """
    _allow(by)
    if not PartnerClient.objects.filter(pk=client.pk, revoked_at=None).update(revoked_at=now):
        return False
    client.tokens.all().delete()
    _tell(client, "revoque", before=client.name, after="", by=by)
    return True


def give_token(client_id: str, secret: str, *, now: datetime) -> GivenToken:
    """A token for an hour; those of the access whose hour has passed go.

    Raises `UnknownClient` or `TooManyRequests`. Four queries.
    """
    known = client_id.isprintable()  # no NUL, which the database refuses
    open_ones = PartnerClient.objects.filter(client_id=client_id, revoked_at=None)
    client = open_ones.first() if known else None
    if client is None or not hmac.compare_digest(client.secret_digest, digest(secret)):
        raise UnknownClient
    client.count_request(now, per_minute=PER_MINUTE)
    token = new_secret()
    PartnerToken.objects.filter(client=client, expires_at__lte=now).delete()
    PartnerToken.objects.create(client=client, digest=digest(token), expires_at=now + TOKEN_LIFE)
    return GivenToken(token, int(TOKEN_LIFE.total_seconds()), tuple(client.scopes))


def spend_token(token: str, *, now: datetime) -> PartnerClient:
    """The access that a token opens, one request counted: two queries.

    It comes with its school. Raises `DeadToken` or `TooManyRequests`.
    """
    found = (
        PartnerToken.objects.select_related("client__school")
        .filter(digest=digest(token), client__revoked_at=None)
        .first()
    )
    if found is None or found.dead_at(now):
        raise DeadToken
    found.client.count_request(now, per_minute=PER_MINUTE)
    return found.client


def tell_reading(client: PartnerClient, told: ServedPage, page: int) -> None:
    """Write that pupils' data left: which division, period and page, how many pupils."""
    what = f"{told.division.code}, période {told.number}, page {page}"
    change = journal.Change(
        "lit", KIND, client.client_id, "bilans", "", f"{what} : {len(told.pupils)} élèves"
    )
    author = journal.Author(id=f"{KIND}:{client.pk}", name=client.name)
    with transaction.atomic():
        journal.record([change], school_uai=client.school.uai, by=author)


def _allow(by: Actor) -> None:
    if not can_manage_partners(by):
        raise NotYourPartners


def _checked(name: str) -> str:
    called = " ".join(name.split())
    if not called or not called.isprintable():
        raise BadName("Donnez le nom du logiciel partenaire.")
    if len(called) > NAME_MAX:
        raise BadName(f"Ce nom compte {len(called)} caractères : la limite est de {NAME_MAX}.")
    return called


def _tell(client: PartnerClient, action: str, *, before: str, after: str, by: Actor) -> None:
    change = journal.Change(action, KIND, client.client_id, "accès", before, after)
    journal.record([change], school_uai=by.school.uai, by=by.author)
