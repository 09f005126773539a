"""`referentiels`: the published reference data, and the list a school makes for a diploma."""

from argparse import Namespace, _SubParsersAction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import safe_input
from livretpro.cli.answers import Refusal, say, say_data
from livretpro.cli.session import (
    add_json,
    add_school,
    open_database,
    open_school,
    refusal_data,
    refusals,
)
from livretpro.systems import System, here

if TYPE_CHECKING:
    from livretpro.referentiels.models import Diploma
    from livretpro.schools.actors import Actor


def add_commands(commands: "_SubParsersAction[Any]") -> None:
    """Add `referentiels load`, `nomenclature`, `nomenclature-officielle`, `export`, `import`."""
    verbs = commands.add_parser("referentiels", help="données de référence").add_subparsers(
        dest="verb", required=True
    )
    load = verbs.add_parser("load", help="charger les données livrées, et dire ce qui change")
    load.set_defaults(run=_load)
    make = verbs.add_parser(
        "nomenclature",
        help="refaire la nomenclature LSL provisoire, ou écrire celle d’un établissement (--uai)",
    )
    make.add_argument("--uai", help="établissement dont les codes propres sont joints")
    make.add_argument("--sortie", type=Path, required=True, metavar="FICHIER")
    make.set_defaults(run=_nomenclature)
    official = verbs.add_parser("nomenclature-officielle", help="charger une nomenclature LSL")
    official.add_argument("file", type=Path, metavar="FICHIER.xml")
    official.set_defaults(run=_official)
    if System.SUIVI in here():
        _add_exchange(verbs)


def _add_exchange(verbs: "_SubParsersAction[Any]") -> None:
    export = verbs.add_parser("export", help="écrire la liste d’un diplôme en JSON")
    importing = verbs.add_parser("import", help="lire une liste, ou l’enregistrer avec --apply")
    for command in (export, importing):
        add_school(command)
        command.add_argument("--diplome", required=True, metavar="CFD")
        command.add_argument("file", type=Path, metavar="FICHIER.json")
    export.set_defaults(run=_export)
    add_json(importing)
    importing.add_argument("--apply", action="store_true", help="enregistrer")
    importing.set_defaults(run=_import)


def _load(args: Namespace) -> int:
    del args
    open_database()
    from django.conf import settings
    from django.db import transaction

    from livretpro.referentiels.actions import load_all
    from livretpro.schools.actors import command_author
    from livretpro.schools.reference import tell_schools

    with refusals(), transaction.atomic():
        loaded = load_all(settings.REFERENCE_DIR)
        tell_schools(loaded.changes, by=command_author())
    for line in loaded.changes or ("Rien n’a changé.",):
        say(line)
    say(loaded.summary)
    return 0


def _nomenclature(args: Namespace) -> int:
    from livretpro.cli.whole_file import write_whole

    content = _own_nomenclature(args) if args.uai else _provisional()
    write_whole(args.sortie, content)
    say(f"{args.sortie} : {len(content)} octets.")
    return 0


def _provisional() -> bytes:
    import django

    django.setup()
    from django.conf import settings

    from livretpro.referentiels.actions import provisional_nomenclature

    return provisional_nomenclature(
        settings.REFERENCE_DIR, subject=settings.LSL_SUBJECT_CODE, mode=settings.LSL_ELECTION_MODE
    )


def _own_nomenclature(args: Namespace) -> bytes:
    args.par = None
    actor = open_school(args)
    from django.conf import settings

    from livretpro.referentiels.queries import nomenclature_file

    with refusals():
        return nomenclature_file(
            actor.school.uai, subject=settings.LSL_SUBJECT_CODE, mode=settings.LSL_ELECTION_MODE
        )


def _official(args: Namespace) -> int:
    open_database()
    from django.db import transaction

    from livretpro.referentiels.actions import load_nomenclature
    from livretpro.schools.actors import command_author
    from livretpro.schools.reference import tell_schools

    with refusals(), transaction.atomic():
        changes = load_nomenclature(safe_input.read_bytes(args.file), provisional=False)
        tell_schools(changes, by=command_author())
    for line in changes or ("Cette nomenclature est déjà chargée.",):
        say(line)
    return 0


def _diploma(actor: "Actor", cfd: str) -> "Diploma":
    from livretpro.referentiels.queries import diplomas

    found = diplomas([cfd], school=[actor.school.uai]).get(cfd)
    if found is None:
        raise Refusal(f"Le diplôme {cfd} n’est pas connu : vérifiez son code à huit chiffres.")
    return found


def _export(args: Namespace) -> int:
    actor = open_school(args)
    from livretpro.cli.whole_file import write_whole
    from livretpro.livrets.actions import NotYourList
    from livretpro.livrets.permissions import can_configure
    from livretpro.referentiels.exchange import written

    if not can_configure(actor):
        raise Refusal(NotYourList.phrase)
    version = _diploma(actor, args.diplome).referentiel
    if version is None:
        raise Refusal(f"Le diplôme {args.diplome} n’a pas encore de référentiel.")
    write_whole(args.file, written(version))
    say(f"{args.file} : version {version.version} de {version.sigle}.")
    return 0


def _import(args: Namespace) -> int:
    with refusal_data(args, lambda phrase: _refused_data(phrase, asked=args.apply)):
        data = _imported(args)
    if args.json:
        say_data(data)
        return 0
    for line in data["competences"]:
        say(f"{'*' if line['livret'] else ' '} {line['code']:8} {line['intitule']}")
    verb = "enregistrée" if data["version"] else "lue (ajoutez --apply pour l’enregistrer)"
    say(f"Liste {verb} : {len(data['competences'])} compétences.")
    return 0


def _imported(args: Namespace) -> dict[str, Any]:
    actor = open_school(args)
    from livretpro.livrets.actions import save_version
    from livretpro.referentiels import exchange, typed
    from livretpro.referentiels.own import BadLines

    diploma = _diploma(actor, args.diplome)
    with refusals():
        read = exchange.read(safe_input.read_bytes(args.file))
        lines = read.lines
        if problems := typed.problems(lines):
            raise BadLines(problems)
        version = None
        if args.apply:
            held = diploma.referentiel
            seen = held.pk if held and held.is_own else None
            version, _ = save_version(
                diploma,
                lines,
                seen=seen,
                sigle=read.sigle,
                complete=read.complete,
                by=actor,
            )
    return {
        "appliquer": args.apply,
        "version": version.version if version else None,
        "competences": [
            {"code": line.code, "intitule": line.label, "livret": line.expected} for line in lines
        ],
        "erreurs": [],
    }


def _refused_data(phrase: str, *, asked: bool) -> dict[str, Any]:
    return {"appliquer": asked, "version": None, "competences": [], "erreurs": [phrase]}
