"""`livret`: periodicity, status of a division, filling from a sheet."""

from argparse import Namespace, _SubParsersAction
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import safe_input
from livretpro.cli.answers import Refusal, say, say_data
from livretpro.cli.session import (
    add_json,
    add_school,
    division_of,
    open_school,
    refusal_data,
    refusals,
    year_of,
)

if TYPE_CHECKING:
    from livretpro.livrets.actions import Filling
    from livretpro.livrets.queries import Sheet
    from livretpro.schools.actors import Actor

PERIODICITIES = ("T", "S")
LEVELS = ("premiere", "terminale")


def add_commands(commands: "_SubParsersAction[Any]") -> None:
    """Add `livret periodicity`, `livret status` and `livret fill`."""
    verbs = commands.add_parser("livret", help="livrets").add_subparsers(dest="verb", required=True)
    periodicity = verbs.add_parser("periodicity", help="choisir trimestres (T) ou semestres (S)")
    add_school(periodicity)
    periodicity.add_argument("--diplome", required=True, metavar="CFD")
    periodicity.add_argument("--niveau", required=True, choices=LEVELS)
    periodicity.add_argument("periodicite", choices=PERIODICITIES)
    periodicity.set_defaults(run=_periodicity)
    status = verbs.add_parser("status", help="statut des livrets d’une division")
    add_school(status)
    add_json(status)
    status.add_argument("--division", required=True, metavar="CODE")
    status.add_argument("--annee", type=int, metavar="AAAA")
    status.set_defaults(run=_status)
    fill = verbs.add_parser("fill", help="comparer un tableau CSV, ou l’écrire avec --apply")
    add_school(fill)
    add_json(fill)
    fill.add_argument("file", type=Path, metavar="FICHIER.csv")
    fill.add_argument("--apply", action="store_true", help="écrire")
    fill.set_defaults(run=_fill)


def _periodicity(args: Namespace) -> int:
    actor = open_school(args)
    from livretpro.livrets.actions import set_periodicity
    from livretpro.livrets.rules import PeriodKind
    from livretpro.referentiels.queries import diplomas
    from livretpro.referentiels.rules import Level

    year, kind, level = year_of(actor), PeriodKind(args.periodicite), Level(args.niveau)
    diploma = diplomas([args.diplome]).get(args.diplome)
    if diploma is None:
        raise Refusal(
            f"Le diplôme {args.diplome} n’est pas connu : vérifiez son code à huit chiffres, "
            "ou lancez « livretpro referentiels load »."
        )
    with refusals():
        changed = set_periodicity(year, diploma.cfd, level, kind, by=actor)
    verb = "est réglée en" if changed else "était déjà réglée en"
    say(f"La {level.label} de {diploma} {verb} {kind.plural} pour {year}.")
    return 0


def _status(args: Namespace) -> int:
    with refusal_data(args, lambda _: []):
        found = _sheets(args)
    if args.json:
        say_data([_status_data(sheet) for sheet in found])
    else:
        for sheet in found:
            say(_status_line(sheet))
    return 0


def _sheets(args: Namespace) -> "Sequence[Sheet]":
    actor = open_school(args)
    from livretpro.livrets.queries import sheets
    from livretpro.schools.queries import pupils_of_division

    _allow_reading(actor)
    year = year_of(actor, args.annee)
    division = division_of(actor, year, args.division)
    return sheets(pupils_of_division(actor, division), year)


def _allow_reading(actor: "Actor") -> None:
    if not actor.follows_pupils:
        raise Refusal("Ce rôle ne donne pas accès aux livrets.")


def _status_data(sheet: "Sheet") -> dict[str, Any]:
    student = sheet.enrolment.student
    return {
        "eleve_id": student.siecle_id,
        "nom": student.last_name,
        "prenom": student.first_name,
        "diplome": sheet.enrolment.cfd,
        "niveau": sheet.enrolment.level,
        "statut": sheet.status.colour.value,
        "manquants": [
            {"champ": m.key, "obligatoire": m.mandatory, "phrase": m.phrase}
            for m in sheet.status.missing
        ],
    }


def _status_line(sheet: "Sheet") -> str:
    status = sheet.status
    missing = ", ".join(m.key for m in status.missing) if status.started else "rien saisi"
    return f"{status.colour.value:6}  {sheet.enrolment.student}  {missing}".rstrip()


def _fill(args: Namespace) -> int:
    with refusal_data(args, lambda phrase: _refused_data(phrase, asked=args.apply)):
        filling = _filling(args)
    if args.json:
        say_data(_filling_data(filling, asked=args.apply))
    else:
        _say_filling(filling)
    if not filling.errors:
        return 0
    if args.json:
        raise Refusal(_errors_sentence(filling))
    raise Refusal("\n".join((*_error_lines(filling), _errors_sentence(filling))))


def _filling(args: Namespace) -> "Filling":
    actor = open_school(args)
    from livretpro.livrets.actions import Filling, fill
    from livretpro.livrets.sheet import SheetError

    _allow_reading(actor)
    year = year_of(actor)
    try:
        text = safe_input.read_text(safe_input.read_bytes(args.file))
    except safe_input.Refused as refusal:
        return Filling((), (SheetError(refusal.line or 1, "", refusal.phrase),))
    return fill(year, text, by=actor, apply=args.apply)


def _filling_data(filling: "Filling", *, asked: bool) -> dict[str, Any]:
    return {
        "appliquer": asked,
        "changements": [
            {
                "eleve_id": change.siecle_id,
                "champ": change.saved.field.key,
                "avant": change.saved.before,
                "apres": change.saved.after,
            }
            for change in filling.changes
        ],
        "erreurs": [
            {"ligne": error.line, "colonne": error.column, "phrase": error.phrase}
            for error in filling.errors
        ],
    }


def _refused_data(phrase: str, *, asked: bool) -> dict[str, Any]:
    """A refusal that no line of the sheet is the cause of."""
    error = {"ligne": None, "colonne": "", "phrase": phrase}
    return {"appliquer": asked, "changements": [], "erreurs": [error]}


def _say_filling(filling: "Filling") -> None:
    for change in filling.changes:
        saved = change.saved
        say(f"{change.siecle_id}  {saved.field.key} : « {saved.before} » → « {saved.after} »")
    if not filling.errors:
        verb = "Valeurs écrites" if filling.applied else "Valeurs à écrire (ajoutez --apply)"
        say(f"{verb} : {len(filling.changes)}.")


def _error_lines(filling: "Filling") -> list[str]:
    return [
        f"Ligne {e.line}, {e.column} : {e.phrase}" if e.column else f"Ligne {e.line} : {e.phrase}"
        for e in filling.errors
    ]


def _errors_sentence(filling: "Filling") -> str:
    count = len(filling.errors)
    return f"{count} erreur{'s' if count > 1 else ''} dans le fichier : rien n’a été écrit."
