"""`registre`: import a file as LSL would, accredit a software, load a nomenclature."""

from argparse import ArgumentTypeError, Namespace, _SubParsersAction
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import safe_input
from livretpro.cli.answers import Refusal, say, say_data
from livretpro.cli.reports import IMPOSSIBLE, NO_ACCESS, counts_line, not_judged
from livretpro.cli.session import (
    add_json,
    add_school,
    open_database,
    open_school,
    refusal_data,
    refusals,
)

if TYPE_CHECKING:
    from livretpro.lsl_registry.bilans import Seen
    from livretpro.schools.actors import Actor


def add_commands(commands: "_SubParsersAction[Any]") -> None:
    """Add `registre import`, `accredit`, `nomenclature`, `purge`, `assistance` and `jeton`."""
    verbs = commands.add_parser("registre", help="registre de répétition").add_subparsers(
        dest="verb", required=True
    )
    bring = verbs.add_parser("import", help="importer un fichier comme le ferait LSL")
    add_school(bring)
    bring.add_argument("file", type=Path, metavar="FICHIER")
    bring.add_argument("--division", default="", metavar="CODE", help="pour un fichier 1.0")
    bring.add_argument("--bilan", type=Path, metavar="FICHIER.xls", help="écrire le bilan")
    add_json(bring)
    bring.set_defaults(run=_import)
    accredit = verbs.add_parser("accredit", help="accréditer un logiciel")
    accredit.add_argument("publisher", metavar="EDITEUR")
    accredit.add_argument("application", metavar="APPLICATION")
    accredit.add_argument(
        "--mef", nargs="+", action="extend", default=[], metavar="MEF", help="pour ces MEF seuls"
    )
    for name, words in (("--du", "premier jour, aujourd’hui sinon"), ("--au", "dernier jour")):
        accredit.add_argument(name, type=_day, metavar="AAAA-MM-JJ", help=words)
    accredit.set_defaults(run=_accredit)
    load = verbs.add_parser("nomenclature", help="charger la nomenclature d’après laquelle on juge")
    load.add_argument("file", type=Path, metavar="FICHIER.xml")
    load.add_argument("--uai", default="", help="pour cet établissement seul")
    load.set_defaults(run=_nomenclature)
    purge = verbs.add_parser("purge", help="ne garder que ce qui est permis après les résultats")
    purge.add_argument(
        "--resultats",
        type=_day,
        required=True,
        metavar="AAAA-MM-JJ",
        help="jour des résultats de la session",
    )
    purge.add_argument("--apply", action="store_true", help="le faire, et non le compter")
    purge.set_defaults(run=_purge)
    assist = verbs.add_parser("assistance", help="donner ou retirer le rôle de l’assistance")
    assist.add_argument("person", metavar="IDENTIFIANT")
    assist.add_argument("--retirer", action="store_true", help="le retirer")
    assist.set_defaults(run=_assistance)
    token = verbs.add_parser("jeton", help="donner un jeton de dépôt à un logiciel")
    add_school(token)
    token.add_argument("name", metavar="NOM")
    token.set_defaults(run=_token)


def _import(args: Namespace) -> int:
    with refusal_data(args, not_judged(NO_ACCESS)):
        actor = _who_may(args)
    with refusal_data(args, not_judged(IMPOSSIBLE)):
        seen = _imported(args, actor)
    if args.json:
        import lsl_rules

        say_data(lsl_rules.report_data(seen.report()))
    else:
        _say(seen)
    return _status(seen)


def _who_may(args: Namespace) -> "Actor":
    actor = open_school(args)
    from livretpro.lsl_registry.permissions import allow

    with refusals():
        allow(actor)
    return actor


def _imported(args: Namespace, actor: "Actor") -> "Seen":
    """Kept, then treated here, without a worker; one takes over if the command is killed."""
    from livretpro.cli.whole_file import check_place, write_whole
    from livretpro.lsl_registry.bilans import export_bilan, import_of, seen
    from livretpro.lsl_registry.jobs import run_import
    from livretpro.lsl_registry.receiving import Deposit, receive
    from lsl_rules import Code

    if args.bilan:
        check_place(args.bilan)
    with refusal_data(args, not_judged(Code.REJLSL_F01)), refusals():
        content = safe_input.unwrap(safe_input.read_bytes(args.file))
    with refusals():
        deposit = Deposit([(args.file.name, content)], args.division)
        (received,) = receive(deposit, by=actor, defer=False)
        run_import(received.pk)
        found = seen(import_of(received.pk, by=actor) or received)
        if args.bilan:
            write_whole(args.bilan, export_bilan(found.received, by=actor))
    return found


def _say(found: "Seen") -> None:
    import lsl_rules

    for refusal in found.refusals:
        say(f"{refusal.code.value} : {refusal.phrase}")
    for row in found.findings:
        line, finding = row.line, row.finding
        say(f"{line.get_status_display()} {line.name}, {finding.code.value} : {finding.phrase}")
    for name in found.absent_names:
        say(f"Absent du fichier : {name}")
    say(counts_line(lsl_rules.report_data(found.report())))
    if found.unchecked:
        say(found.unchecked)
    if found.changed_nothing:
        say("Rien n’a changé.")


def _status(found: "Seen") -> int:
    received = found.received
    if received.failure:
        raise Refusal(received.failure)
    if received.running:
        raise Refusal("Cet import se poursuit sur le serveur : son bilan sera à l’écran.")
    if found.refusals:
        raise Refusal("Le fichier est refusé : rien n’a été importé.")
    return 0


def _accredit(args: Namespace) -> int:
    open_database()
    from django.utils import timezone

    from livretpro.lsl_registry.authority import accredit
    from livretpro.schools.actors import command_author

    with refusals():
        made, changed = accredit(
            args.publisher,
            args.application,
            args.mef,
            dates=(args.du or timezone.localdate(), args.au),
            by=command_author(),
        )
    mefs = ", ".join(made.mefs) or "tous les MEF"
    until = f" au {made.end:%d/%m/%Y}" if made.end else ""
    word = "accrédité" if changed else "déjà accrédité"
    say(f"{made} : {word} pour {mefs}, du {made.start:%d/%m/%Y}{until}.")
    return 0


def _nomenclature(args: Namespace) -> int:
    open_database()
    from livretpro.referentiels.actions import load_nomenclature

    with refusals():
        data = safe_input.read_bytes(args.file)
        changes = load_nomenclature(data, school_uai=args.uai.strip().upper())
    for line in changes or ("Cette nomenclature est déjà chargée.",):
        say(line)
    return 0


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"« {text} » n’est pas un jour : 2026-07-08, par exemple") from None


def _purge(args: Namespace) -> int:
    open_database()
    from django.utils import timezone

    from livretpro.lsl_registry.purging import purge, school_year_of
    from livretpro.schools.actors import command_author

    with refusals():
        year = school_year_of(args.resultats)
        found = purge(
            args.resultats, on=timezone.localdate(), by=command_author(), apply=args.apply
        )
    say(f"Session {year + 1}, année scolaire {year}-{year + 1}.")
    more = "" if args.apply else " (ajoutez --apply)"
    say(
        f"Dossiers à archiver : {found.archived}, à supprimer : {found.removed}, "
        f"fichiers reçus à supprimer : {found.files}{more}."
    )
    return 0


def _assistance(args: Namespace) -> int:
    open_database()
    from django.utils import timezone

    from livretpro.accounts.queries import person
    from livretpro.lsl_registry.authority import assist, dismiss
    from livretpro.schools.actors import command_author

    user = person(args.person)
    if user is None:
        raise Refusal(f"« {args.person} » n’a pas de compte.")
    if args.retirer:
        gone = dismiss(user, by=command_author(), now=timezone.now())
        verb = "n’est plus" if gone else "n’était pas"
        say(f"{user.full_name} {verb} de l’assistance académique.")
        return 0
    fresh = assist(user, by=command_author(), now=timezone.now())
    say(f"{user.full_name} {'est' if fresh else 'était déjà'} de l’assistance académique.")
    return 0


def _token(args: Namespace) -> int:
    actor = open_school(args)
    from livretpro.lsl_registry.deposits import make_token

    with refusals():
        made = make_token(args.name, by=actor)
    say(f"Jeton de {made.token.name} : {made.secret}")
    say("Il ne sera plus affiché : recopiez-le dans les réglages du logiciel.")
    return 0
