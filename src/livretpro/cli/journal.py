"""`journal`: is the trail of changes whole, and where does it stand."""

from argparse import Namespace, _SubParsersAction
from typing import TYPE_CHECKING, Any

from livretpro.cli.answers import Refusal, say, say_data
from livretpro.cli.session import add_json, open_database, refusals

if TYPE_CHECKING:
    from livretpro.journal.verification import Verdict


def add_commands(commands: "_SubParsersAction[Any]") -> None:
    """Add `journal verify` and `journal anchor`."""
    verbs = commands.add_parser("journal", help="journal des modifications").add_subparsers(
        dest="verb", required=True
    )
    verify = verbs.add_parser("verify", help="vérifier que rien n’y a été modifié ni retiré")
    verify.add_argument("--uai", help="un seul établissement (sinon tous)")
    add_json(verify)
    verify.set_defaults(run=_verify)
    anchor = verbs.add_parser("anchor", help="noter hors de la base où il en est")
    anchor.set_defaults(run=_anchor)


def _verify(args: Namespace) -> int:
    open_database()
    verdicts = _verdicts(args.uai)
    if args.json:
        say_data({"etablissements": [_data(verdict) for verdict in verdicts]})
    else:
        for verdict in verdicts:
            _say(verdict)
    if all(verdict.valid for verdict in verdicts):
        return 0
    raise Refusal("Le journal n’est plus tel qu’il a été écrit.")


def _verdicts(uai: str | None) -> "list[Verdict]":
    from livretpro.journal.anchoring import verify_chain
    from livretpro.journal.queries import schools_told_of

    schools = [uai.strip().upper()] if uai else schools_told_of()
    with refusals():
        return [verify_chain(school) for school in schools]


def _data(verdict: "Verdict") -> dict[str, Any]:
    return {
        "uai": verdict.school_uai,
        "entrees": verdict.entries,
        "ancres": verdict.anchors,
        "valide": verdict.valid,
        "constats": [{"rang": f.rank, "phrase": f.phrase} for f in verdict.findings],
    }


def _say(verdict: "Verdict") -> None:
    state = "intact" if verdict.valid else "ROMPU"
    say(
        f"{verdict.school_uai} : {verdict.entries} entrées, {verdict.anchors} ancres, "
        f"journal {state}."
    )
    for finding in verdict.findings:
        say(f"  {finding.phrase}")


def _anchor(args: Namespace) -> int:
    del args
    open_database()
    from livretpro.journal.anchoring import anchor_chains

    with refusals():
        count = anchor_chains()
    say(f"Journaux ancrés : {count}.")
    return 0
