"""Who has a role in a school today, and where their account stands."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum

from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from livretpro.accounts.models import User
from livretpro.accounts.queries import opens_by_provider
from livretpro.accounts.rules import folded
from livretpro.accounts.second_factor import holders_of_second_factor
from livretpro.schools.models import Membership, School, Staff
from livretpro.schools.rules import Role
from livretpro.schools.tasks import SEND_CODE


class AccountState(Enum):
    """Where an account stands."""

    NEVER = "n’a pas encore de mot de passe"
    CODE = "code d’activation en cours"
    EXPIRED = "code d’activation expiré"
    PROVIDER = "se connecte par le fournisseur d’identité"
    ACTIVE = "actif"
    CLOSED = "fermé par l’exploitant"

    @property
    def signs_in(self) -> bool:
        """Whether the person has a way in already."""
        return self in {AccountState.PROVIDER, AccountState.ACTIVE}


@dataclass(frozen=True)
class Member:
    """A role of a person in the school; `staff` is who they are in STS, if anybody."""

    membership: Membership
    staff: Staff | None
    state: AccountState
    code_until: datetime | None
    second_factor: bool = False

    @property
    def role(self) -> Role:
        """The role, with its French words."""
        return Role(self.membership.role)


class CodeMail(Enum):
    """Where the last mail of a code is, until it has left."""

    WAITS = "waits"
    FAILED = "failed"


def code_mail(user: User) -> CodeMail | None:
    """What became of the last mail of a code to `user`; none when it left, or was never asked for.
    One query."""
    asked = ProcrastinateJob.objects.filter(task_name=SEND_CODE, args__user_id=user.pk)
    status = asked.order_by("-pk").values_list("status", flat=True).first()
    return {"todo": CodeMail.WAITS, "doing": CodeMail.WAITS, "failed": CodeMail.FAILED}.get(
        status or ""
    )


def members(school: School, *, now: datetime) -> Sequence[Member]:
    """The roles that hold today, by role then by name: three queries."""
    held = (
        Membership.objects.current(timezone.localdate(now))
        .filter(school=school)
        .select_related("user__activation", "user__provider_link")
    )
    staff = {s.user_id: s for s in Staff.objects.filter(school=school, user__isnull=False)}
    factors = holders_of_second_factor({m.user_id for m in held})
    found = [_member(m, staff.get(m.user_id), now) for m in sorted(held, key=_by_role_and_name)]
    return [replace(m, second_factor=m.membership.user_id in factors) for m in found]


def _member(membership: Membership, staff: Staff | None, now: datetime) -> Member:
    code = getattr(membership.user, "activation", None)
    until = code.expires_at if code else None
    return Member(membership, staff, _state(membership.user, until, now), until)


def _state(user: User, code_until: datetime | None, now: datetime) -> AccountState:
    """A person with a password is active, even with a code asked by mail."""
    if not user.is_active:
        return AccountState.CLOSED
    if user.has_usable_password():
        return AccountState.ACTIVE
    if opens_by_provider(user):
        return AccountState.PROVIDER
    if code_until:
        return AccountState.CODE if code_until > now else AccountState.EXPIRED
    return AccountState.NEVER


def _by_role_and_name(membership: Membership) -> tuple[int, str, str, int]:
    user, roles = membership.user, list(Role)
    return (
        roles.index(Role(membership.role)),
        folded(user.last_name),
        folded(user.first_name),
        membership.pk,
    )
