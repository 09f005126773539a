"""`bulletins`: check the prerequisites of an import of CPRO data, import, undo, print."""

from argparse import Namespace, _SubParsersAction
from pathlib import Path
from typing import TYPE_CHECKING, Any

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
    from livretpro.bulletins.batches import BatchSeen
    from livretpro.bulletins.models import ImportBatch, ImportLine
    from livretpro.bulletins.queries.facts import Checked
    from livretpro.schools.actors import Actor
    from livretpro.schools.models import Division, SchoolYear

MARKS = {
    "ok": "ok",
    "avertissement": "AVERTISSEMENT",
    "bloquant": "BLOQUANT",
    "sans_objet": "SANS OBJET",
}
COUNTS = ("crees", "modifies", "retires", "inchanges", "gardes")


def add_commands(commands: "_SubParsersAction[Any]") -> None:
    """Add `bulletins check`, `bulletins import`, `bulletins undo` and `bulletins pdf`."""
    verbs = commands.add_parser("bulletins", help="bulletins de compétences").add_subparsers(
        dest="verb", required=True
    )
    check = verbs.add_parser("check", help="contrôler les prérequis de l’import de CPRO")
    add_school(check)
    check.add_argument("--division", required=True, nargs="+", metavar="CODE")
    check.add_argument(
        "--periode", type=int, metavar="N", help="la dernière publiée dans CPRO, sinon"
    )
    add_json(check)
    check.set_defaults(run=_check)
    bring = verbs.add_parser("import", help="importer les données de CPRO")
    add_school(bring)
    bring.add_argument("--periode", type=int, required=True, metavar="N")
    bring.add_argument("--division", required=True, nargs="+", metavar="CODE")
    bring.add_argument("--dry-run", action="store_true", help="dire ce qui changerait, sans écrire")
    bring.add_argument(
        "--remplacer", action="store_true", help="remplacer aussi ce qui a été modifié ici"
    )
    add_json(bring)
    bring.set_defaults(run=_import)
    undo = verbs.add_parser("undo", help="annuler le dernier import de CPRO")
    add_school(undo)
    add_json(undo)
    undo.set_defaults(run=_undo)
    pdf = verbs.add_parser("pdf", help="imprimer les bulletins d’une division")
    add_school(pdf)
    pdf.add_argument("--periode", type=int, required=True, metavar="N")
    pdf.add_argument("--division", required=True, metavar="CODE")
    pdf.add_argument("--sortie", type=Path, required=True, metavar="FICHIER")
    pdf.add_argument(
        "--un-par-eleve", action="store_true", help="une archive zip, un fichier par élève"
    )
    pdf.set_defaults(run=_pdf)


def _divisions(args: Namespace, actor: "Actor", year: "SchoolYear") -> "list[Division]":
    found = {code: division_of(actor, year, code) for code in args.division}
    return list({division.pk: division for division in found.values()}.values())


def _check(args: Namespace) -> int:
    with refusal_data(args, _told):
        actor = open_school(args)
        from django.utils import timezone

        from livretpro.bulletins.permissions import can_configure
        from livretpro.bulletins.queries.facts import check_divisions
        from livretpro.bulletins.queries.periods import current_number
        from livretpro.bulletins.refusals import NotAllowed
        from livretpro.bulletins.remote import PATIENT, ask

        if not can_configure(actor):
            raise Refusal(NotAllowed.phrase)
        year = year_of(actor)
        divisions = _divisions(args, actor, year)
        remote = ask(year, PATIENT)
        number = args.periode or remote.last_published or current_number(year, timezone.localdate())
        checked = check_divisions(year, divisions, number, remote, by=actor)
    blocked = [one for one in checked if one.blocking]
    if args.json:
        say_data([_checked_data(one) for one in checked])
    else:
        for one in checked:
            _say_checked(one)
    if blocked:
        names = ", ".join(str(one.division) for one in blocked)
        raise Refusal(f"L’import est bloqué pour {names}.")
    return 0


def _say_checked(one: "Checked") -> None:
    say(f"{one.division}")
    for line in one.lines:
        repair = f" [{line.repair.label}]" if line.repair else ""
        say(f"  {MARKS[line.state]} {line.check.label} : {line.phrase}{repair}")


def _checked_data(one: "Checked") -> dict[str, Any]:
    return {
        "division": one.division.code,
        "prete": not one.blocking,
        "controles": [
            {
                "controle": line.check.value,
                "etat": line.state.value,
                "phrase": line.phrase,
                "reparation": line.repair.value if line.repair else None,
            }
            for line in one.lines
        ],
    }


def _import(args: Namespace) -> int:
    with refusal_data(args, _told):
        actor = open_school(args)
        year = year_of(actor)
        seen = _imported(args, actor, year)
    if args.json:
        say_data(_seen_data(seen))
    else:
        for line in seen.lines:
            say(_line(line))
    return _status(seen)


def _imported(args: Namespace, actor: "Actor", year: "SchoolYear") -> "BatchSeen":
    """Asked for and done here, without a worker. A command that is killed is finished by a worker,
    as soon as anybody asks for an import or an undo."""
    from django.utils import timezone

    from livretpro.bulletins.batches import Asked, batch_of, batch_seen, start_import
    from livretpro.bulletins.jobs import run_import

    divisions = _divisions(args, actor, year)
    asked = Asked(args.periode, dry_run=args.dry_run, replaces=args.remplacer)
    with refusals():
        batch = start_import(year, divisions, asked, by=actor, defer=False)
    run_import(batch.pk, on=timezone.localdate())
    return batch_seen(batch_of(batch.pk, by=actor) or batch)


def _status(seen: "BatchSeen") -> int:
    if seen.batch.failure:
        raise Refusal(seen.batch.failure)
    if seen.batch.ended_at is None:
        raise Refusal("Cet import se poursuit sur le serveur : son compte rendu sera à l’écran.")
    failed = [line for line in seen.lines if line.reason]
    if failed:
        names = ", ".join(str(line.division) for line in failed)
        others = len(failed) < len(seen.lines) and not seen.batch.dry_run
        raise Refusal(f"Non importées : {names}.{' Les autres le sont.' if others else ''}")
    return 0


def _line(line: "ImportLine") -> str:
    if line.reason:
        return f"{line.division} : {line.get_state_display()}. {line.reason}"
    report = line.report
    words = (
        f"{report.get('crees', 0)} créées, {report.get('modifies', 0)} modifiées, "
        f"{report.get('retires', 0)} retirées, {report.get('inchanges', 0)} inchangées, "
        f"{report.get('gardes', 0)} gardées"
    )
    head = f"{line.division} : {words}."
    told = _findings(line)
    return "\n".join([head, *(f"  {text}" for text in told)])


def _findings(line: "ImportLine") -> list[str]:
    from livretpro.bulletins.importing import findings_of

    return [
        f"{one.matter.label} : {one.who}{f' ({one.what})' if one.what else ''}"
        for one in findings_of(line.report)
    ]


def _seen_data(seen: "BatchSeen") -> dict[str, Any]:
    return {
        "import": seen.batch.pk,
        "etat": seen.batch.state,
        "a_blanc": seen.batch.dry_run,
        "refus": seen.batch.failure or None,
        "divisions": [
            {
                "division": line.division.code,
                "etat": line.state,
                "raison": line.reason or None,
                **{name: line.report.get(name, 0) for name in COUNTS},
                "constats": [
                    dict(zip(("sujet", "eleve", "valeur"), one, strict=True))
                    for one in line.report.get("constats", [])
                ],
            }
            for line in seen.lines
        ],
    }


def _undo(args: Namespace) -> int:
    with refusal_data(args, _told):
        actor = open_school(args)
        from django.utils import timezone

        from livretpro.bulletins.batches import undo_last

        year = year_of(actor)
        with refusals():
            done = undo_last(year, now=timezone.now(), by=actor)
    if args.json:
        say_data(
            {
                "import": done.batch.pk,
                "remises": done.restored,
                "laissees": done.left,
                "services_retires": done.services,
            }
        )
        return 0
    say(f"{_named(done.batch)} annulé : {done.words}.")
    if done.left:
        say(f"{done.left_words}.")
    return 0


def _pdf(args: Namespace) -> int:
    actor = open_school(args)
    from django.utils import timezone

    from livretpro.bulletins.printing import print_division
    from livretpro.bulletins.queries.periods import periods_of
    from livretpro.cli.whole_file import check_place, write_whole

    division = division_of(actor, year_of(actor), args.division)
    period = next((one for one in periods_of(division) if one.number == args.periode), None)
    if period is None:
        raise Refusal(f"La division {division} n’a pas de période n° {args.periode}.")
    check_place(args.sortie)
    with refusals():
        printed = print_division(
            division, period, by=actor, on=timezone.localdate(), apart=args.un_par_eleve
        )
    write_whole(args.sortie, printed.content)
    say(f"{args.sortie} : {len(printed.content)} octets.")
    return 0


def _named(batch: "ImportBatch") -> str:
    from django.utils import timezone

    return f"Import du {timezone.localtime(batch.created_at):%d/%m/%Y à %H h %M}"


def _told(phrase: str) -> dict[str, str]:
    return {"refus": phrase}
