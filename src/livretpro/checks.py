"""Is this instance fit to serve? `livretpro check` (spec 08, Operations). Nothing personal here."""

import shutil
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.conf import settings
from django.core import checks as django_checks
from django.db import DatabaseError, InterfaceError, connection

from livretpro.backups import newest_age
from livretpro.backups.kept import backups_folder
from livretpro.database_roles import as_owner, grants_stand
from livretpro.embedded import EmbeddedError
from livretpro.readiness import database_version, migrations_wait, worker_works
from livretpro.referentiels.queries import nomenclature_in_use_or_none, reference_is_loaded

GIGABYTE = 1_000_000_000
DISK_LOW, DISK_FULL = GIGABYTE, GIGABYTE // 5
BACKUP_LATE = timedelta(hours=26)
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
    lines = [*_address(), *_keys(), *_disk(), *_backup(now)]
    try:
        return [*lines, *(line for check in _IN_DATABASE for line in check())]
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
    found = django_checks.run_checks(include_deployment_checks=True)
    for message in found:
        if message.level >= django_checks.WARNING:
            yield Line("réglages", State.ATTENTION, f"{message.id} : {message.msg}")
    if not found:
        yield Line("réglages", State.OK, "Les réglages de sécurité sont en place.")


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
    else:
        yield Line("clés", State.OK, "Les clés ne sont lisibles que par leur propriétaire.")


def _disk() -> Iterator[Line]:
    folder = settings.DATA_DIR if settings.DATA_DIR.exists() else settings.DATA_DIR.parent
    free = shutil.disk_usage(folder).free
    words = f"Il reste {free / GIGABYTE:.1f} Go sur le disque des données."
    if free < DISK_FULL:
        yield Line("disque", State.BLOQUANT, f"{words} Libérez de la place sans attendre.")
    elif free < DISK_LOW:
        yield Line("disque", State.ATTENTION, f"{words} Libérez de la place.")
    else:
        yield Line("disque", State.OK, words)


def _backup(now: datetime) -> Iterator[Line]:
    if not settings.EMBEDDED:
        yield Line(
            "sauvegarde",
            State.ATTENTION,
            "La base est extérieure : sa sauvegarde est l’affaire de son serveur, ou de "
            "« livretpro backup ».",
        )
        return
    age = newest_age(backups_folder(), now=now)
    if age is None:
        phrase = "Aucune sauvegarde n’existe encore : lancez « livretpro backup »."
        yield Line("sauvegarde", State.ATTENTION, phrase)
    elif age > BACKUP_LATE:
        phrase = f"La dernière sauvegarde a {age.days} jour(s) : elle devrait être quotidienne."
        yield Line("sauvegarde", State.ATTENTION, phrase)
    else:
        hours = int(age.total_seconds() // 3600)
        yield Line("sauvegarde", State.OK, f"La dernière sauvegarde a {hours} heure(s).")


def _database() -> Iterator[Line]:
    yield Line("base", State.OK, f"PostgreSQL {database_version()} répond.")
    if migrations_wait():
        phrase = "Des mises à jour attendent : arrêtez le site, puis « livretpro serve »."
        yield Line("mises à jour", State.BLOQUANT, phrase)
    else:
        yield Line("mises à jour", State.OK, "La base est à la version du programme.")


def _roles() -> Iterator[Line]:
    with as_owner():
        stand = grants_stand()
    if stand:
        yield Line("rôles", State.OK, "L’application ne peut qu’ajouter au journal.")
    else:
        phrase = "Le rôle de l’application n’a pas ses droits : relancez « livretpro serve »."
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
