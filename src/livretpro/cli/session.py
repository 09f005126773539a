"""What most commands begin with: the database, the school, and in whose name they act."""

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import django
from django.db import OperationalError

from livretpro.cli.answers import Refusal
from livretpro.cli.disks import reason
from livretpro.embedded import EmbeddedError

if TYPE_CHECKING:
    from livretpro.schools.actors import Actor
    from livretpro.schools.models import Division, School, SchoolYear


def add_school(command: ArgumentParser) -> None:
    """`--uai` and `--par`, for a command that acts in a school."""
    command.add_argument("--uai", required=True, help="UAI de l’établissement")
    command.add_argument(
        "--par", metavar="IDENTIFIANT", help="agir au nom de cette personne, avec ses seuls droits"
    )


def add_json(command: ArgumentParser) -> None:
    """`--json`, for a command that has data to give."""
    command.add_argument("--json", action="store_true", help="données en JSON")


def start_django() -> None:
    """Start Django. Raises `Refusal` when the data folder cannot be used."""
    try:
        django.setup()
    except OSError as error:
        raise Refusal(
            "Le dossier des données (LIVRETPRO_DATA) ne peut pas servir : "
            f"{reason(error)}. Vérifiez son chemin, vos droits et la place libre."
        ) from error


def open_database() -> None:
    """Start Django and bring the database to the version of the program.

    Raises `Refusal` when the data folder or the database cannot be reached.
    """
    start_django()
    import psycopg

    from livretpro.cli.migrating import migrate_if_needed

    try:
        _settle_restoration()
        migrate_if_needed()
    except EmbeddedError as error:
        raise Refusal(str(error)) from error
    except (OperationalError, psycopg.OperationalError) as error:
        raise Refusal(f"La base de données ne répond pas : {error}".strip()) from error


def _settle_restoration() -> None:
    """A restoration that was killed is finished or forgotten before anything else."""
    from livretpro.backups import settle
    from livretpro.backups.making import owner_params

    try:
        if settle(owner_params()):
            print("Une restauration avait été interrompue : elle est terminée.", file=sys.stderr)
    except OSError as error:
        raise Refusal(
            f"Une restauration a été interrompue et ne peut pas se terminer : {reason(error)}. "
            "Vérifiez les droits et la place libre du dossier des données (LIVRETPRO_DATA)."
        ) from error


def open_school(args: Namespace) -> "Actor":
    """Open the database and return who acts in the school of `--uai`. Raises `Refusal`."""
    open_database()
    school = _school(args.uai)
    return _person(school, args.par) if args.par else _command_line(school)


def _school(uai: str) -> "School":
    from livretpro.schools.queries import school_of

    school = school_of(uai.strip().upper())
    if school is None:
        raise Refusal(f"L’établissement {uai} n’existe pas : « livretpro ecole create » le crée.")
    return school


def _command_line(school: "School") -> "Actor":
    from livretpro.schools.actors import command_line

    return command_line(school)


def _person(school: "School", identifier: str) -> "Actor":
    from django.utils import timezone

    from livretpro.accounts.queries import person
    from livretpro.schools.actors import actor_of

    user = person(identifier)
    actor = actor_of(user, school.uai, on=timezone.localdate()) if user and user.is_active else None
    if actor is None:
        raise Refusal(f"« {identifier} » n’a pas de rôle dans l’établissement {school.uai}.")
    return actor


def year_of(actor: "Actor", year: int | None = None) -> "SchoolYear":
    """The school year asked for, the current one by default. Raises `Refusal`."""
    from livretpro.schools.queries import school_year

    found = school_year(actor.school, year)
    if found is None:
        raise Refusal(
            f"L’année {year} n’existe pas dans l’établissement."
            if year
            else "L’établissement n’a pas encore d’année scolaire : importez ses fichiers SIECLE."
        )
    return found


def division_of(actor: "Actor", year: "SchoolYear", code: str) -> "Division":
    """The division of this code that the actor may see. Raises `Refusal`."""
    from livretpro.schools.queries import division_by_code

    found = division_by_code(actor, year, code.strip())
    if found is None:
        raise Refusal(f"La division « {code} » n’existe pas en {year}.")
    return found


@contextmanager
def refusals() -> Iterator[None]:
    """Turn the refusals of the application (they carry a `phrase`) into those of a command."""
    try:
        yield
    except Exception as error:
        phrase = getattr(error, "phrase", None)
        if phrase is None:
            raise
        raise Refusal(phrase) from error


@contextmanager
def refusal_data(args: Namespace, data: Callable[[str], Any]) -> Iterator[None]:
    """With `--json`, give the refusals met before there is any data that of their sentence."""
    try:
        yield
    except Refusal as refusal:
        if args.json and refusal.data is None:
            refusal.data = data(refusal.phrase)
        raise
