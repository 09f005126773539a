"""Is this instance fit to serve? `livretpro check` (spec 08, Operations). Nothing personal here."""

import shutil
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from smtplib import SMTPException

from django.conf import settings
from django.core import checks as django_checks
from django.core.mail import get_connection
from django.db import DatabaseError, InterfaceError, connection

from livretpro.accounts.openid.answers import ProviderFails
from livretpro.accounts.openid.discovery import discover
from livretpro.backups import keys_backed_up, newest_age
from livretpro.backups.kept import backups_folder
from livretpro.database_roles import application_role, as_owner, grants_stand
from livretpro.embedded import EmbeddedError
from livretpro.journal.anchoring import NEVER, unreadable_anchors, waiting_since
from livretpro.readiness import database_version, migrations_wait, worker_works
from livretpro.referentiels.queries import nomenclature_in_use_or_none, reference_is_loaded
from livretpro.sign_in_provider import SignInProvider

GIGABYTE = 1_000_000_000
DISK_LOW, DISK_FULL = GIGABYTE, GIGABYTE // 5
BACKUP_LATE = timedelta(hours=26)
ANCHOR_LATE = timedelta(hours=26)  # at least one a day (spec 08, Journal)
MAIL_SECONDS = 5
DURABLE = ("fsync", "synchronous_commit", "full_page_writes", "data_checksums")


class State(StrEnum):
    """How a check ends."""

    OK = "ok"
    ATTENTION = "attention"
    BLOQUANT = "bloquant"


@dataclass(frozen=True)
class Line:
    """One check: its name, how it ends, and what to do, in a French sentence."""

    name: str
    state: State
    phrase: str


def run(*, now: datetime) -> list[Line]:
    """Every check, in order; without a database, those that need one are one line."""
    lines = [*_address(), *_mail(), *_provider(), *_keys(), *_disk(), *_backup(now)]
    try:
        return [*lines, *_anchors(now), *(line for check in _IN_DATABASE for line in check())]
    except (DatabaseError, InterfaceError, EmbeddedError):
        return [*lines, Line("base", State.BLOQUANT, "La base de données ne répond pas.")]


def _address() -> Iterator[Line]:
    url = settings.LIVRETPRO_URL
    if settings.SERVED_BY_TLS:
        yield Line("adresse", State.OK, f"Le site est servi à {url}.")
        yield from _proxies()
        yield from _deployment()
    else:
        yield Line(
            "adresse",
            State.ATTENTION,
            f"Le site est servi à {url}, sans https : pour cette machine seulement. "
            "Donnez LIVRETPRO_URL pour l’ouvrir à d’autres.",
        )


def _proxies() -> Iterator[Line]:
    if not settings.ALLAUTH_TRUSTED_PROXY_COUNT:
        yield Line(
            "mandataires",
            State.ATTENTION,
            "LIVRETPRO_PROXIES n’est pas donné : toutes les connexions semblent venir du serveur "
            "mandataire.",
        )


def _deployment() -> Iterator[Line]:
    messages = django_checks.run_checks(include_deployment_checks=True)
    found = [m for m in messages if m.level >= django_checks.WARNING and not m.is_silenced()]
    for message in found:
        yield Line("réglages", State.ATTENTION, f"{message.id} : {message.msg}")
    if not found:
        yield Line("réglages", State.OK, "Les réglages de sécurité sont en place.")


def _mail() -> Iterator[Line]:
    """The server of mails is called and signed in to; nothing is sent."""
    if not settings.EMAIL_HOST:
        phrase = "Pas de serveur de courriel (LIVRETPRO_SMTP) : les codes s’impriment."
        yield Line("courriels", State.OK, phrase)
        return
    try:
        with get_connection(timeout=MAIL_SECONDS):
            pass
    except (OSError, SMTPException):
        phrase = (
            f"Le serveur de courriel {settings.EMAIL_HOST} ne répond pas ou refuse le compte : "
            "vérifiez LIVRETPRO_SMTP."
        )
        yield Line("courriels", State.ATTENTION, phrase)
        return
    if settings.DEFAULT_FROM_EMAIL.endswith("@localhost"):
        phrase = "Donnez l’adresse d’expédition des courriels dans LIVRETPRO_EXPEDITEUR."
        yield Line("courriels", State.ATTENTION, phrase)
    else:
        yield Line("courriels", State.OK, f"Les courriels partent par {settings.EMAIL_HOST}.")


def _provider() -> Iterator[Line]:
    name, provider = "fournisseur d’identité", settings.SIGN_IN_PROVIDER
    if settings.SIGN_IN_PROVIDER_PROBLEMS:
        problems = " ".join(settings.SIGN_IN_PROVIDER_PROBLEMS)
        phrase = f"Réglé à moitié, il n’est pas proposé à la connexion. {problems}"
        yield Line(name, State.ATTENTION, phrase)
    elif provider:
        yield _answers(name, provider)


def _answers(name: str, provider: SignInProvider) -> Line:
    try:
        discover(provider)
    except ProviderFails as failure:
        phrase = f"{provider.issuer} ne répond pas comme il le devrait ({failure.cause})."
        return Line(name, State.ATTENTION, phrase)
    return Line(name, State.OK, f"{provider.issuer} répond : « {provider.label} » est proposé.")


def _keys() -> Iterator[Line]:
    folder = settings.DATA_DIR / "cles"
    if not folder.exists():
        yield Line("clés", State.OK, "Les clés naîtront au premier démarrage.")
        return
    opened = [p.name for p in (folder, *folder.iterdir()) if stat.S_IMODE(p.stat().st_mode) & 0o077]
    if opened:
        names = ", ".join(sorted(opened))
        yield Line(
            "clés", State.BLOQUANT, f"D’autres comptes peuvent lire {names} : fermez-en les droits."
        )
    elif not keys_backed_up():
        phrase = (
            "Rien ne dit que les clés sont sauvegardées à part : sans elles, une sauvegarde ne se "
            "vérifie plus. Lancez « livretpro backup --cles FICHIER »."
        )
        yield Line("clés", State.ATTENTION, phrase)
    else:
        yield Line("clés", State.OK, "Les clés sont sauvegardées à part, lisibles de vous seul.")


def _disk() -> Iterator[Line]:
    folder = settings.DATA_DIR if settings.DATA_DIR.exists() else settings.DATA_DIR.parent
    free = shutil.disk_usage(folder).free
    left = f"{free / GIGABYTE:.1f}".replace(".", ",")
    words = f"Il reste {left} Go sur le disque des données."
    if free < DISK_FULL:
        yield Line("disque", State.BLOQUANT, f"{words} Libérez de la place sans attendre.")
    elif free < DISK_LOW:
        yield Line("disque", State.ATTENTION, f"{words} Libérez de la place.")
    else:
        yield Line("disque", State.OK, words)


def _backup(now: datetime) -> Iterator[Line]:
    age = newest_age(backups_folder(), now=now)
    if age is None and not settings.EMBEDDED:
        phrase = (
            "La base est extérieure : sa sauvegarde est l’affaire de son serveur, ou de "
            "« livretpro backup »."
        )
        yield Line("sauvegarde", State.ATTENTION, phrase)
    elif age is None:
        phrase = "Aucune sauvegarde n’existe encore : lancez « livretpro backup »."
        yield Line("sauvegarde", State.ATTENTION, phrase)
    elif age > BACKUP_LATE:
        phrase = f"La dernière sauvegarde a {_age(age)} : elle devrait être quotidienne."
        yield Line("sauvegarde", State.ATTENTION, phrase)
    else:
        yield Line("sauvegarde", State.OK, f"La dernière sauvegarde a {_age(age)}.")


def _age(age: timedelta) -> str:
    if age.days >= 2:
        return f"{age.days} jours"
    hours = int(age.total_seconds() // 3600)
    return f"{hours} heure{'s' if hours > 1 else ''}" if hours else "moins d’une heure"


def _anchors(now: datetime) -> Iterator[Line]:
    if unreadable := unreadable_anchors():
        phrase = f"{unreadable[0].phrase} Lancez « livretpro journal verify »."
        yield Line("ancres", State.BLOQUANT, phrase)
        return
    since = waiting_since()
    if since is not None and now - since > ANCHOR_LATE:
        phrase = (
            "n’a jamais été noté" if since == NEVER else f"a été noté il y a {_age(now - since)}"
        )
        yield Line(
            "ancres",
            State.ATTENTION,
            f"Où en est le journal {phrase} hors de la base : lancez "
            "« livretpro journal anchor », ou le site, qui le fait chaque heure.",
        )
    else:
        yield Line("ancres", State.OK, "Où en est le journal est noté hors de la base.")


def _database() -> Iterator[Line]:
    yield Line("base", State.OK, f"PostgreSQL {database_version()} répond.")
    if migrations_wait():
        phrase = "Des mises à jour attendent : arrêtez le site, puis « livretpro serve »."
        yield Line("mises à jour", State.BLOQUANT, phrase)
    else:
        yield Line("mises à jour", State.OK, "La base est à la version du programme.")


def _roles() -> Iterator[Line]:
    if not application_role():
        phrase = (
            "L’application possède les tables : rien ne l’empêche de modifier le journal. Donnez "
            "à part le compte qui les possède, dans DATABASE_OWNER_URL, puis relancez "
            "« livretpro serve »."
        )
        yield Line("rôles", State.ATTENTION, phrase)
        return
    with as_owner():
        stand = grants_stand()
    if stand:
        yield Line("rôles", State.OK, "L’application ne peut qu’ajouter au journal.")
    else:
        phrase = (
            "Le rôle de l’application n’a pas ses droits, ou en a trop sur le journal : relancez "
            "« livretpro serve »."
        )
        yield Line("rôles", State.BLOQUANT, phrase)


def _durability() -> Iterator[Line]:
    with connection.cursor() as cursor:
        off = []
        for name in DURABLE:
            cursor.execute("SELECT current_setting(%s)", [name])
            (value,) = cursor.fetchone()
            if value == "off":
                off.append(name)
    if off:
        phrase = f"La base peut perdre ce qu’elle a accepté : remettez {', '.join(off)} à on."
        yield Line("durabilité", State.BLOQUANT, phrase)
    else:
        yield Line("durabilité", State.OK, "Ce que la base accepte est sur le disque.")


def _work() -> Iterator[Line]:
    if worker_works():
        yield Line("travail de fond", State.OK, "Le travail de fond est en marche.")
    else:
        phrase = "Le travail de fond est arrêté, les imports attendent : « livretpro serve »."
        yield Line("travail de fond", State.ATTENTION, phrase)
    with connection.cursor() as cursor:
        cursor.execute(_FAILED)
        (failed,) = cursor.fetchone()
    if failed:
        phrase = f"{failed} travail(aux) de fond ont échoué depuis une semaine : lisez les traces."
        yield Line("travaux échoués", State.ATTENTION, phrase)


_FAILED = """
SELECT count(DISTINCT job.id) FROM procrastinate_jobs job
  JOIN procrastinate_events event ON event.job_id = job.id
 WHERE job.status = 'failed' AND event.at > now() - interval '7 days'
"""


def _reference() -> Iterator[Line]:
    if not reference_is_loaded():
        phrase = "Les données de référence manquent : lancez « livretpro referentiels load »."
        yield Line("référentiels", State.BLOQUANT, phrase)
        return
    yield Line("référentiels", State.OK, "Les données de référence sont chargées.")
    nomenclature = nomenclature_in_use_or_none()
    if nomenclature is None or nomenclature.provisional:
        phrase = "La nomenclature LSL est provisoire : conformité au ministère non établie."
        yield Line("nomenclature", State.ATTENTION, phrase)
    else:
        yield Line("nomenclature", State.OK, f"Nomenclature LSL : {nomenclature.name}.")


_IN_DATABASE: tuple[Callable[[], Iterator[Line]], ...] = (
    _database,
    _roles,
    _durability,
    _work,
    _reference,
)
