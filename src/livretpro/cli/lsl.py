"""`lsl`: make the file of a division, check or rehearse a file, recognise one of ours."""

from argparse import Namespace, _SubParsersAction
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import safe_input
from livretpro.cli.answers import Refusal, say, say_data
from livretpro.cli.lsl_bilan import add_bilan
from livretpro.cli.reports import IMPOSSIBLE, NO_ACCESS, counts_line, not_judged
from livretpro.cli.session import (
    add_json,
    add_school,
    division_of,
    open_database,
    open_school,
    refusal_data,
    refusals,
    year_of,
)

if TYPE_CHECKING:
    import lsl_rules
    from livretpro.lsl_export.actions import Made
    from livretpro.lsl_export.queries import Verdict
    from livretpro.referentiels.models import Diploma
    from livretpro.schools.actors import Actor
    from livretpro.schools.models import Division

UNKNOWN = {"connu": False, "version": None, "remplacee": None, "exporte_le": None, "par": None}


def add_commands(commands: "_SubParsersAction[Any]") -> None:
    """Add `lsl export`, `lsl check`, `lsl verify`, `lsl rehearse` and `lsl bilan`."""
    verbs = commands.add_parser("lsl", help="fichier du LSL").add_subparsers(
        dest="verb", required=True
    )
    export = verbs.add_parser("export", help="faire le fichier d’une division")
    add_school(export)
    export.add_argument("--division", required=True, metavar="CODE")
    export.add_argument("--diplome", metavar="CFD")
    export.add_argument("--annee", type=int, metavar="AAAA")
    export.add_argument("--profil", choices=("1.1", "1.0"), default="1.1")
    export.add_argument("--avec-n-1", action="store_true", help="joindre le livret de première")
    export.add_argument("--sortie", type=Path, required=True, metavar="FICHIER")
    export.set_defaults(run=_export)
    for name, run, words in (
        ("check", _check, "contrôler un fichier, sans base de données"),
        ("verify", _verify, "dire si un fichier est une version d’ici, intacte"),
    ):
        command = verbs.add_parser(name, help=words)
        command.add_argument("file", type=Path, metavar="FICHIER")
        add_json(command)
        command.set_defaults(run=run)
    rehearse = verbs.add_parser(
        "rehearse", help="dire ce que donnerait l’import d’un fichier, face à l’établissement"
    )
    add_school(rehearse)
    rehearse.add_argument(
        "--division", metavar="CODE", default="", help="celle d’un fichier 1.0, qui n’en dit pas"
    )
    rehearse.add_argument("file", type=Path, metavar="FICHIER")
    add_json(rehearse)
    rehearse.set_defaults(run=_rehearse)
    add_bilan(verbs)


def _export(args: Namespace) -> int:
    actor = _who_may(args)
    from livretpro.cli.whole_file import check_place, write_whole
    from livretpro.lsl_export.actions import Options, create_export, hand_out
    from livretpro.lsl_export.profiles import profile_named

    division = division_of(actor, year_of(actor, args.annee), args.division)
    diploma = _diploma(actor, division, args.diplome)
    options = Options(profile_named(args.profil), with_previous_year=args.avec_n_1)
    check_place(args.sortie)
    with refusals():
        made = create_export(division, diploma, options, by=actor)
    write_whole(args.sortie, hand_out(made.version, by=actor))
    fresh = "créée" if made.fresh else "inchangée, rendue telle quelle"
    say(f"Version {made.version.number} {fresh} : {made.version.file_name}")
    if made.not_carried:
        say(_not_carried(made))
    for sheet in made.former_left_out:
        say(f"Livret de première laissé de côté : {sheet.enrolment.student}, rouge.")
    if made.version.provisional:
        say("Codes de compétences provisoires : conformité au schéma du ministère non établie.")
    return 0


def _not_carried(made: "Made") -> str:
    counts = Counter(lost.part.label for lost in made.not_carried)
    parts = ", ".join(f"{label} ({count})" for label, count in counts.items())
    return f"Le profil {made.version.profile} ne porte pas : {parts}."


def _diploma(actor: "Actor", division: "Division", cfd: str | None) -> "Diploma":
    """The diploma asked for, or the only one of the division. Raises `Refusal`."""
    from livretpro.referentiels.queries import diplomas
    from livretpro.schools.queries import diplomas_of_division

    held = diplomas_of_division(actor, division)
    if not held:
        raise Refusal(f"Aucun élève de {division.code} n’a de livret.")
    if cfd is None and len(held) > 1:
        known = diplomas(held)
        names = ", ".join(f"{code} ({known[code]})" if code in known else code for code in held)
        raise Refusal(
            f"La division {division.code} prépare plusieurs diplômes : précisez --diplome. {names}"
        )
    wanted = cfd or held[0]
    if wanted not in held:
        raise Refusal(f"Aucun élève de {division.code} n’a de livret au diplôme {wanted}.")
    found = diplomas([wanted], school=[actor.school.uai]).get(wanted)
    if found is None:
        raise Refusal(f"Le diplôme {wanted} n’est pas connu : « livretpro referentiels load ».")
    return found


def _check(args: Namespace) -> int:
    findings = _findings(args.file)
    if args.json:
        say_data([_finding_data(f) for f in findings])
    else:
        for finding in findings:
            say(_finding_line(finding))
    return _conclude(findings, args)


def _conclude(findings: "Iterable[lsl_rules.Finding]", args: Namespace) -> int:
    """Exit 0 without a blocking finding. Raises `Refusal`."""
    blocking = sum(_is_blocking(f) for f in findings)
    if not blocking:
        if not args.json:
            say("Aucun constat bloquant.")
        return 0
    plural = "s" if blocking > 1 else ""
    raise Refusal(f"{blocking} constat{plural} bloquant{plural}.")


def _findings(path: Path) -> "Sequence[lsl_rules.Finding]":
    import lsl_rules

    try:
        data = safe_input.read_bytes(path)
        return safe_input.read_bounded(lsl_rules.check_document, data)
    except safe_input.Refused as refusal:
        return (_unreadable(refusal),)


def _unreadable(refusal: safe_input.Refused) -> "lsl_rules.Finding":
    import lsl_rules

    code = lsl_rules.Code.REJLSL_F01
    return lsl_rules.Finding(code, code.severity, refusal.line, None, refusal.phrase)


def _rehearse(args: Namespace) -> int:
    with refusal_data(args, not_judged(NO_ACCESS)):
        actor = _who_may(args)
    import lsl_rules

    with refusal_data(args, not_judged(IMPOSSIBLE)):
        report = _report(args, actor)
    findings = [*report.file, *(found for one in report.pupils for found in one.findings)]
    if args.json:
        say_data(lsl_rules.report_data(report))
    else:
        for finding in (*findings, *report.absent):
            say(_finding_line(finding))
        say(counts_line(lsl_rules.report_data(report)))
    return _conclude(findings, args)


def _who_may(args: Namespace) -> "Actor":
    actor = open_school(args)
    from livretpro.lsl_export.actions import Forbidden

    if not actor.is_head:
        raise Refusal(Forbidden.phrase)
    return actor


def _report(args: Namespace, actor: "Actor") -> "lsl_rules.Report":
    import lsl_rules
    from livretpro.lsl_export.rehearsal import run_on_file

    year = year_of(actor)
    with refusals():
        try:
            data = safe_input.read_bytes(args.file)
            return run_on_file(data, year, chosen=args.division.strip(), by=actor).report
        except safe_input.Refused as refusal:
            return lsl_rules.Report((_unreadable(refusal),))


def _is_blocking(finding: "lsl_rules.Finding") -> bool:
    import lsl_rules

    return finding.severity is lsl_rules.Severity.BLOQUANT


def _finding_data(finding: "lsl_rules.Finding") -> dict[str, Any]:
    return {
        "code": finding.code.value,
        "gravite": finding.severity.value,
        "ligne": finding.line,
        "eleve_id": finding.eleve_id,
        "phrase": finding.phrase,
    }


def _finding_line(finding: "lsl_rules.Finding") -> str:
    place = f", ligne {finding.line}" if finding.line else ""
    return f"{finding.severity.value} {finding.code.value}{place} : {finding.phrase}"


def _verify(args: Namespace) -> int:
    with refusal_data(args, lambda _: UNKNOWN):
        verdict = _verdict(args.file)
    if args.json:
        say_data(_verdict_data(verdict))
    if verdict is None:
        raise Refusal(
            "Ce fichier n’est pas une version faite ici, ou il a été modifié : ne l’envoyez pas."
        )
    if not args.json:
        say(_verdict_line(verdict))
    return 0


def _verdict(path: Path) -> "Verdict | None":
    open_database()
    from livretpro.lsl_export.verifying import verify_here

    with refusals():
        return verify_here(safe_input.read_bytes(path))


def _verdict_data(verdict: "Verdict | None") -> dict[str, Any]:
    from django.utils import timezone

    if verdict is None:
        return UNKNOWN
    version = verdict.version
    return {
        "connu": True,
        "version": version.number,
        "remplacee": verdict.replaced_by is not None,
        "exporte_le": timezone.localtime(version.made_at).isoformat(),
        "par": version.author_name,
    }


def _verdict_line(verdict: "Verdict") -> str:
    version = verdict.version
    line = f"C’est la version {version.number} de {version.division.code}, intacte."
    if verdict.replaced_by:
        line += f" Elle est remplacée par la version {verdict.replaced_by.number}."
    return line
