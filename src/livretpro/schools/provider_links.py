"""Accounts and the provider of OpenID Connect: linked, come back by, parted (ADR 18).

The provider says who somebody is. It makes no account and gives no role.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from livretpro.accounts.actions import end_sessions
from livretpro.accounts.models import ProviderLink, User
from livretpro.accounts.openid.identity import Identity
from livretpro.journal import actions as journal
from livretpro.schools.account_trail import NOBODY, tell_account
from livretpro.schools.models import School
from livretpro.schools.queries import second_factor_is_asked
from livretpro.sign_in_provider import Matching, SignInProvider

SIGN_IN = "connexion par le fournisseur d’identité"
FIELD = "compte du fournisseur d’identité"
BY_HAND = (
    "Connectez-vous avec votre mot de passe LivretPro, puis reliez vous-même vos deux comptes sur "
    "« Mon compte »."
)


@dataclass(frozen=True)
class Reason:
    """Why somebody proven by the provider does not get in: for the journal, for the person."""

    word: str
    phrase: str


UNKNOWN = Reason(
    "inconnu",
    f"Aucun compte LivretPro n’est relié à cette identité. {BY_HAND} Si vous n’avez pas de compte, "
    "adressez-vous à l’administrateur de votre établissement.",
)
UNVERIFIED = Reason(
    "adresse non vérifiée",
    f"Votre adresse électronique n’est pas vérifiée par le service d’identification. {BY_HAND}",
)
AMBIGUOUS = Reason(
    "plusieurs comptes",
    f"Plusieurs comptes LivretPro répondent à cette identité. {BY_HAND}",
)
DISABLED = Reason(
    "compte désactivé",
    "Ce compte est désactivé. Adressez-vous à l’administrateur de votre établissement.",
)
PRIVILEGED = Reason(
    "rôle à relier soi-même",
    f"Votre rôle demande que vous reliiez vous-même vos deux comptes. {BY_HAND}",
)
OTHERWISE_LINKED = Reason(
    "déjà relié autrement",
    "Votre compte LivretPro est relié à une autre identité. Connectez-vous avec votre mot de passe "
    "LivretPro, puis retirez cette liaison sur « Mon compte ».",
)
TAKEN = Reason(
    "identité déjà prise",
    "Cette identité est déjà reliée à un autre compte LivretPro. Connectez-vous au service "
    "d’identification sous votre propre nom, puis recommencez.",
)
NOT_BELIEVED = Reason("réponse non vérifiée", "")


class Refused(Exception):
    """Somebody does not get in; `users` are the accounts that this is about."""

    def __init__(self, reason: Reason, users: Sequence[User] = ()) -> None:
        super().__init__(reason.word)
        self.reason, self.users, self.phrase = reason, users, reason.phrase


def come_in(identity: Identity, *, provider: SignInProvider, now: datetime) -> User:
    """Whose account this identity opens; linked on the way when the operator chose a claim.

    Raises `Refused`, once the journal tells it.
    """
    try:
        with transaction.atomic():
            return _linked(identity, now) or _matched(identity, provider, now)
    except Refused as refusal:
        tell_refusal(refusal, identity=identity, on=_day(now))
        raise


def link(user: User, identity: Identity, *, now: datetime) -> None:
    """Link the account of `user`, who asks for it themselves. Raises `Refused`, journalled."""
    try:
        with transaction.atomic():
            _link(user, identity, by_claim=False, now=now)
    except Refused as refusal:
        tell_refusal(refusal, identity=identity, on=_day(now))
        raise


@transaction.atomic
def unlink(user: User, *, keep_session: str | None, on: date) -> bool:
    """Part the account from the provider; its other sessions end. Says whether it was linked."""
    if not ProviderLink.objects.filter(user=user).delete()[0]:
        return False
    end_sessions(user, keep_session=keep_session)
    tell_account(user, "delie", FIELD, on=on)
    return True


@transaction.atomic
def tell_refusal(refusal: Refused, *, identity: Identity | None, on: date) -> None:
    """Journal a refusal in the schools of the accounts it is about; of nobody, in every school.

    A stranger is told by a mark that is always the same, never by name; `identity` is None when
    the answer of the provider was not believed.
    """
    author = journal.Author("", NOBODY)
    told = _by_school(refusal.users, on) or _everywhere(_mark(identity))
    for uai in sorted(told):
        changes = [
            journal.Change("echoue", "compte", key, SIGN_IN, after=refusal.reason.word)
            for key in told[uai]
        ]
        journal.record(changes, school_uai=uai, by=author)


def _by_school(users: Sequence[User], on: date) -> dict[str, list[str]]:
    """The identifiers of these people, by UAI of the schools where they work."""
    told: dict[str, list[str]] = {}
    for user in users:
        for school in School.objects.visible_to(user, on=on):
            told.setdefault(school.uai, []).append(user.identifier)
    return told


def _everywhere(key: str) -> dict[str, list[str]]:
    return {uai: [key] for uai in School.objects.values_list("uai", flat=True)}


def _mark(identity: Identity | None) -> str:
    if identity is None:
        return "inconnu"
    digest = hashlib.sha256(f"{identity.issuer} {identity.subject}".encode()).hexdigest()
    return f"inconnu {digest[:12]}"


def _linked(identity: Identity, now: datetime) -> User | None:
    """The account linked to this identity, if it may be opened: one query, two if by a claim."""
    found = (
        ProviderLink.objects.select_related("user")
        .filter(issuer=identity.issuer, subject=identity.subject)
        .first()
    )
    if found is None:
        return None
    _check(found.user, by_claim=found.by_claim, on=_day(now))
    return found.user


def _matched(identity: Identity, provider: SignInProvider, now: datetime) -> User:
    """The only account that the claim designates, linked now."""
    found = _candidates(identity, provider.matching)
    if not found:
        raise Refused(UNKNOWN)
    if provider.matching is Matching.EMAIL and not identity.email_verified:
        raise Refused(UNVERIFIED, found)
    if len(found) > 1:
        raise Refused(AMBIGUOUS, found)
    (user,) = found
    _check(user, by_claim=True, on=_day(now))
    _link(user, identity, by_claim=True, now=now)
    return user


def _candidates(identity: Identity, matching: Matching) -> list[User]:
    """The accounts whose address or identifier is the one claimed, but for its case: one query.

    Only plain letters: beyond them, two different texts may be the same in capitals.
    """
    field = {Matching.EMAIL: "email", Matching.IDENTIFIER: "identifier"}.get(matching)
    wanted = identity.email if matching is Matching.EMAIL else identity.username
    if field is None or not wanted or not wanted.isascii():
        return []
    found = User.objects.filter(**{f"{field}__iexact": wanted}).order_by("pk")
    return [user for user in found if getattr(user, field).lower() == wanted.lower()]


def _check(user: User, *, by_claim: bool, on: date) -> None:
    if not user.is_active:
        raise Refused(DISABLED, [user])
    if by_claim and second_factor_is_asked(user, on=on):
        raise Refused(PRIVILEGED, [user])


def _link(user: User, identity: Identity, *, by_claim: bool, now: datetime) -> None:
    """Write the link under the lock of the account, and tell it.

    The person may confirm a link made by a claim; nothing else replaces one.
    """
    locked = User.objects.select_for_update().get(pk=user.pk)
    _check(locked, by_claim=by_claim, on=_day(now))
    whole = {"issuer": identity.issuer, "subject": identity.subject}
    made, is_new = _get_or_create(locked, whole, by_claim=by_claim, now=now)
    if made.user_id != user.pk:
        raise Refused(TAKEN, [user])
    if made.subject != identity.subject:
        raise Refused(OTHERWISE_LINKED, [user])
    if made.by_claim and not by_claim:
        made.by_claim = False
        made.save(update_fields=["by_claim"])
    elif not is_new:
        return
    tell_account(user, "relie", FIELD, on=_day(now))


def _get_or_create(
    user: User, whole: dict[str, str], *, by_claim: bool, now: datetime
) -> tuple[ProviderLink, bool]:
    """The link of this account, else that of this identity, else a new one.

    A link to a former provider opens nothing any more: it gives way.
    """
    ProviderLink.objects.filter(user=user).exclude(issuer=whole["issuer"]).delete()
    held = ProviderLink.objects.filter(user=user).first()
    if held:
        return held, False
    return ProviderLink.objects.get_or_create(
        **whole, defaults={"user": user, "by_claim": by_claim, "made_at": now}
    )


def _day(now: datetime) -> date:
    return timezone.localtime(now).date()
