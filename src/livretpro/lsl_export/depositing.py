"""« Déposer au registre »: where it is, sending a version, and what comes back (spec 07, Import).

The work is done in the background, one step an attempt, fenced by its number: the file is sent
once its number is not known, then its state asked until the bilan is there, which is kept as a
bilan brought back by hand.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from livretpro.addresses import is_web_address
from livretpro.fencing import Overtaken, hold, next_attempt
from livretpro.hidden import KeyChanged, hide, reveal
from livretpro.journal import actions as journal
from livretpro.journal.actions import Author
from livretpro.lsl_export import tasks
from livretpro.lsl_export.actions import Forbidden
from livretpro.lsl_export.models import (
    DepositState,
    ExportVersion,
    RegistryConnection,
    RegistryDeposit,
)
from livretpro.lsl_export.registry_client import Declined, Registry
from livretpro.lsl_export.registry_http import Away, NoRegistry, Sent
from livretpro.lsl_export.returned import WrongBilan, keep_read
from livretpro.lsl_export.seal import digest
from livretpro.schools.actors import Actor, actor_again
from livretpro.schools.models import School
from livretpro.typed import BadValue, limited_text
from lsl_rules import ReturnedHeader

KEY = "connexion_registre"
ADDRESS_MAX, TOKEN_MAX = 200, 200
MAX_ATTEMPTS = 60
"""About an hour: then the deposit is said to have failed, and can be asked again."""
LONGEST_WAIT = 60  # seconds between two attempts


class BadConnection(Exception):
    """The address or the token cannot be kept; `phrase` says why."""

    def __init__(self, phrase: str) -> None:
        super().__init__(phrase)
        self.phrase = phrase


class NoConnection(Exception):
    """The school has not said where its registry is."""

    phrase = "Donnez d’abord l’adresse du registre et le jeton de l’établissement."


def connection_of(school: School) -> RegistryConnection | None:
    """Where the school deposits: one query."""
    return RegistryConnection.objects.filter(school=school).first()


@transaction.atomic
def save_connection(address: str, token: str, *, now: datetime, by: Actor) -> RegistryConnection:
    """Keep where the registry is; an empty token keeps the one that stands.

    The journal says that the token changed, not what it is. Raises `Forbidden`, `BadConnection`.
    """
    if not by.is_head:
        raise Forbidden
    where = _read("L’adresse", address, ADDRESS_MAX).rstrip("/")
    typed = _read("Le jeton", token, TOKEN_MAX)
    if not is_web_address(where):
        raise BadConnection("L’adresse commence par https:// et ne porte pas de mot de passe.")
    if not (where + typed).isascii():
        raise BadConnection("L’adresse ou le jeton porte une lettre accentuée : recopiez-les.")
    School.objects.select_for_update(no_key=True).get(pk=by.school.pk)  # one first save at a time
    held = connection_of(by.school)
    if not typed and (held is None or held.base_url != where):
        raise BadConnection("Saisissez le jeton que le registre a donné pour cette adresse.")
    kept = held or RegistryConnection(school=by.school)
    before, kept.base_url, kept.changed_at = kept.base_url, where, now
    if typed:
        kept.secret = hide(typed, key=KEY)
    kept.save()
    uai = by.school.uai
    changes = [journal.Change("modifie", KEY, uai, "adresse", before, where)] * (before != where)
    changes += [journal.Change("modifie", KEY, uai, "jeton")] * bool(typed)
    journal.record(changes, school_uai=uai, by=by.author)
    return kept


def _read(what: str, raw: str, most: int) -> str:
    try:
        return limited_text(what, most)(" ".join(raw.split()))
    except BadValue as refusal:
        raise BadConnection(refusal.phrase) from refusal


def start_deposit(version: ExportVersion, *, by: Actor) -> RegistryDeposit:
    """Send a version in the background; asked twice, it is the same deposit while it lasts.

    Raises `Forbidden` or `NoConnection`.
    """
    if not by.is_head:
        raise Forbidden
    held = connection_of(by.school)
    if held is None:
        raise NoConnection
    try:
        return _start(version, held, by=by)
    except IntegrityError:
        return RegistryDeposit.objects.get(version=version, state=DepositState.RUNNING)


@transaction.atomic
def _start(version: ExportVersion, held: RegistryConnection, *, by: Actor) -> RegistryDeposit:
    made = RegistryDeposit.objects.create(
        version=version, author_id=by.author.id, author_name=by.author.name
    )
    change = journal.Change("depose", "export", str(version.pk), "registre", after=held.base_url)
    journal.record([change], school_uai=by.school.uai, by=by.author)
    tasks.follow_deposit.configure(lock=f"depot:{made.pk}").defer(deposit_id=made.pk)
    return made


def deposits_of(version: ExportVersion) -> Sequence[RegistryDeposit]:
    """The deposits of a version, newest first, with their bilans: one query."""
    return list(version.deposits.select_related("bilan"))


def follow(deposit_id: int, *, on: date) -> None:
    """One attempt: send the file, or ask what became of it; another one later if it must."""
    works = RegistryDeposit.objects.select_related(
        "version__school_year__school", "version__division"
    )
    deposit = next_attempt(works, deposit_id, DepositState.RUNNING)
    if deposit is None:
        return
    try:
        _attempt(deposit, on)
    except Overtaken:
        return


def _attempt(deposit: RegistryDeposit, on: date) -> None:
    try:
        actor = _actor(deposit, on)
        over = _ask(deposit, _registry(actor.school), by=actor)
    except (Declined, NoRegistry, WrongBilan) as refusal:
        hold(deposit, state=DepositState.FAILED, said=refusal.phrase)
    except Away as away:
        _later(deposit, f"{away.phrase} : nouvel essai bientôt.")
    else:
        if not over:
            _later(deposit, "")


def _actor(deposit: RegistryDeposit, on: date) -> Actor:
    """Who asked, with the rights held now."""
    author = Author(deposit.author_id, deposit.author_name)
    actor = actor_again(author, deposit.version.school_year.school, on=on)
    if actor is None or not actor.is_head:
        raise Declined("Qui a demandé ce dépôt n’a plus le droit d’exporter.")
    return actor


def _registry(school: School) -> Registry:
    held = connection_of(school)
    if held is None:
        raise Declined(NoConnection.phrase)
    try:
        return Registry(held.base_url, reveal(held.secret, key=KEY))
    except KeyChanged as changed:
        phrase = "Le jeton ne peut plus être lu : la clé de cette instance a changé. Saisissez-le."
        raise Declined(phrase) from changed


def _ask(deposit: RegistryDeposit, registry: Registry, *, by: Actor) -> bool:
    """Whether it is over; the bilan is then kept."""
    version = deposit.version
    if deposit.remote is None:
        key = f"{deposit.pk}-{deposit.created_at.timestamp()}"
        sent = Sent(version.file_name, bytes(version.content), key)
        deposit.remote = registry.deposit(sent, division=version.division.code)
        hold(deposit, remote=deposit.remote, said="")
        return False
    outcome = registry.outcome(deposit.remote)
    if outcome is None:
        return False
    header = ReturnedHeader(
        uai=by.school.uai,
        school=by.school.name,
        file_name=version.file_name,
        sha256=version.sha256,
        at=f"{timezone.localtime():%d/%m/%Y %H:%M:%S}",
    )
    with transaction.atomic():
        key = digest(f"depot:{deposit.pk}:{deposit.remote}".encode())
        name = f"dépôt n° {deposit.remote}"
        kept = keep_read(outcome.as_returned(header), name, key, by=by)
        hold(deposit, state=DepositState.DONE, said="", bilan=kept.bilan)
    return True


def _later(deposit: RegistryDeposit, said: str) -> None:
    if deposit.attempt >= MAX_ATTEMPTS:
        phrase = "Le registre n’a pas rendu de bilan à temps : déposez de nouveau la version."
        hold(deposit, state=DepositState.FAILED, said=phrase)
        return
    wait = timedelta(seconds=min(2 * deposit.attempt, LONGEST_WAIT))
    with transaction.atomic():
        hold(deposit, said=said)
        tasks.follow_deposit.configure(
            lock=f"depot:{deposit.pk}", schedule_in={"seconds": int(wait.total_seconds())}
        ).defer(deposit_id=deposit.pk)
