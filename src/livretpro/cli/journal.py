"""`journal`: is the trail of changes whole, and where does it stand."""

from argparse import Namespace, _SubParsersAction
from typing import TYPE_CHECKING, Any

from livretpro.cli.answers import Refusal, say, say_data
from livretpro.cli.session import add_json, open_database, open_school, refusals
from livretpro.systems import System, here

if TYPE_CHECKING:
    from livretpro.journal.queries import Object
    from livretpro.journal.verification import Verdict
    from livretpro.schools.actors import Actor
    from livretpro.schools.models import Student


def add_commands(commands: "_SubParsersAction[Any]") -> None:
    """Add `journal verify`, `journal anchor` and `journal erase`."""
    verbs = commands.add_parser("journal", help="journal des modifications").add_subparsers(
        dest="verb", required=True
    )
    verify = verbs.add_parser("verify", help="vérifier que rien n’y a été modifié ni retiré")
    verify.add_argument("--uai", help="un seul établissement (sinon tous)")
    add_json(verify)
    verify.set_defaults(run=_verify)
    anchor = verbs.add_parser("anchor", help="noter hors de la base où il en est")
    anchor.set_defaults(run=_anchor)
    _add_erase(verbs)


def _add_erase(verbs: "_SubParsersAction[Any]") -> None:
    erase = verbs.add_parser("erase", help="vider ce que le journal garde d’un élève")
    erase.add_argument("--uai", required=True, help="UAI de l’établissement")
    erase.add_argument("--eleve", required=True, type=int, help="identifiant SIECLE de l’élève")
    erase.add_argument("--apply", action="store_true", help="effacer (sinon compter)")
    erase.set_defaults(run=_erase)


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
    from livretpro.journal.anchoring import chains, verify_chain

    schools = [uai.strip().upper()] if uai else chains()
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


def _erase(args: Namespace) -> int:
    args.par = None  # the operator's own act: nobody lends a name to it
    actor = open_school(args)
    from livretpro.schools.erasing import erase_pupil_trail, values_kept
    from livretpro.schools.queries import pupil_by_number

    pupil = pupil_by_number(actor.school, args.eleve)
    if pupil is None:
        raise Refusal(f"L’élève {args.eleve} n’existe pas dans l’établissement {args.uai}.")
    objects = _objects_of(pupil)
    if not args.apply:
        count = values_kept(pupil, objects)
        say(f"{pupil} : {count} entrées gardent des valeurs (ajoutez --apply).")
        _say_bilans(pupil, None)
        _say_reports(pupil, None)
        _say_registry(pupil, None)
        _say_imports(pupil, None)
        return 0
    with refusals():
        # first: the journal tells the former numbers of a pupil
        _say_registry(pupil, actor)
        _say_bilans(pupil, actor)
        _say_reports(pupil, actor)
        _say_imports(pupil, actor)
        erased = erase_pupil_trail(pupil, objects, by=actor)
    say(f"{pupil} : valeurs effacées de {erased} entrées. Le journal le dit et reste vérifiable.")
    return 0


def _say_imports(pupil: "Student", by: "Actor | None") -> None:
    """Say how many reports of imports name people still; cut them to counts in the name of `by`."""
    from livretpro.schools.erasing import erase_pupil_reports, reports_kept

    count = erase_pupil_reports(pupil, by=by) if by else reports_kept(pupil)
    if count:
        plural = "s" if count > 1 else ""
        said = f"réduit{plural} à des nombres, ou abandonné{plural}" if by else "avec des noms"
        say(f"Imports de l’établissement : {count} compte{plural} rendu{plural} {said}.")


def _say_bilans(pupil: "Student", by: "Actor | None") -> None:
    """Say how many bilans of LSL speak of the pupil; take the pupil out of them in the name of
    `by`."""
    if System.SUIVI not in here():
        return
    from livretpro.lsl_export.erasing import erase_pupil_rows, pupil_rows

    told = erase_pupil_rows(pupil, by=by) if by else pupil_rows(pupil)
    if told:
        bilans = f"{told} bilan{'s' if told > 1 else ''} du LSL"
        verb = "en parlent" if told > 1 else "en parle"
        say(f"{pupil} : enlevé de {bilans}." if by else f"{pupil} : {bilans} {verb}.")


def _say_reports(pupil: "Student", by: "Actor | None") -> None:
    """Say how many reports of imports of CPRO name the pupil; take the name out of them in the name
    of `by`."""
    if System.BULLETINS not in here():
        return
    from livretpro.bulletins.erasing import erase_pupil_reports, pupil_reports

    told = erase_pupil_reports(pupil, by=by) if by else pupil_reports(pupil)
    if told:
        reports = f"{told} compte{'s' if told > 1 else ''} rendu{'s' if told > 1 else ''} d’import"
        verb = "nomment" if told > 1 else "nomme"
        say(f"{pupil} : enlevé de {reports}." if by else f"{pupil} : {reports} le {verb}.")


def _say_registry(pupil: "Student", by: "Actor | None") -> None:
    """Say where the Registre speaks of the pupil; take it all away in the name of `by`."""
    if System.REGISTRE not in here():
        return
    from livretpro.lsl_registry.erasing import erase_pupil_rows, pupil_rows

    told = erase_pupil_rows(pupil, by=by) if by else pupil_rows(pupil)
    if not told:
        return
    record = "un dossier" if told.record else "pas de dossier"
    bilans = f"{told.bilans} bilan{'s' if told.bilans > 1 else ''} d’import"
    done = "effacés, et les fichiers de ces imports" if by else "gardés"
    say(f"{pupil}, au registre : {record}, {bilans} ({done}).")


def _objects_of(pupil: "Student") -> "list[Object]":
    """Every object of the journal that is the pupil's, in the systems of this instance."""
    from livretpro.schools import erasing

    found = [*erasing.pupil_objects(pupil)]
    if System.SUIVI in here():
        from livretpro.livrets import erasing as of_livrets

        found += of_livrets.pupil_objects(pupil)
    if System.BULLETINS in here():
        from livretpro.bulletins import erasing as of_bulletins

        found += of_bulletins.pupil_objects(pupil)
    if System.REGISTRE in here():
        from livretpro.lsl_registry import erasing as of_registry

        found += of_registry.pupil_objects(pupil)
    return found
