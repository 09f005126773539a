"""`ecole` and `siecle`."""

from argparse import Namespace, _SubParsersAction
from collections.abc import Iterator
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

if TYPE_CHECKING:
    from livretpro.schools.importing.report import Proposition, Report, StaffProposition


def add_commands(commands: "_SubParsersAction[Any]") -> None:
    """Add `ecole create` and `siecle import`."""
    ecole = commands.add_parser("ecole", help="établissements").add_subparsers(
        dest="verb", required=True
    )
    create = ecole.add_parser("create", help="créer un établissement")
    create.add_argument("--uai", required=True)
    create.add_argument("--nom", required=True)
    create.set_defaults(run=_create)
    siecle = commands.add_parser("siecle", help="fichiers SIECLE et STS").add_subparsers(
        dest="verb", required=True
    )
    importing = siecle.add_parser("import", help="comparer, ou appliquer avec --apply")
    add_school(importing)
    add_json(importing)
    importing.add_argument("files", nargs="+", type=Path, metavar="FICHIER")
    importing.add_argument("--apply", action="store_true", help="appliquer")
    importing.add_argument("--nouvelle-annee", action="store_true", help="ouvrir l’année suivante")
    importing.add_argument(
        "--confirmer-departs", action="store_true", help="accepter de nombreux départs"
    )
    importing.add_argument(
        "--meme-eleve",
        type=int,
        action="append",
        default=[],
        metavar="ELEVE_ID",
        help="ce nouvel identifiant est l’élève que l’aperçu propose (se répète)",
    )
    importing.add_argument(
        "--meme-personnel",
        action="append",
        default=[],
        metavar="ID:TYPE",
        help="cette personne de STS est celle que l’aperçu propose (se répète)",
    )
    importing.set_defaults(run=_import)


def _create(args: Namespace) -> int:
    import lsl_rules

    uai = args.uai.strip().upper()
    if not lsl_rules.is_uai(uai):
        raise Refusal(
            f"« {args.uai} » n’est pas un UAI : sept chiffres et une lettre de contrôle, "
            "par exemple 0599001N."
        )
    open_database()
    from livretpro.schools.founding import create_school

    with refusals():
        school = create_school(uai, args.nom.strip())
    say(f"Établissement {school.uai} créé : {school.name}.")
    return 0


def _import(args: Namespace) -> int:
    with refusal_data(args, lambda phrase: _refused_data(phrase, asked=args.apply)):
        report = _report(args, open_school(args))
    if args.json:
        say_data(report.as_json(applied=args.apply))
    else:
        for line in _lines(report, applied=args.apply):
            say(line)
    if report.refus is None:
        return 0
    raise Refusal(report.refus.phrase)


def _refused_data(phrase: str, *, asked: bool) -> dict[str, Any]:
    """The report of an import that no file stops: unknown school, rights, database."""
    sections = ("eleves", "divisions", "personnels")
    counts = ("ajoutes", "modifies", "partis", "inchanges")
    return {
        "appliquer": asked,
        **{section: dict.fromkeys(counts, 0) for section in sections},
        "avertissements": [],
        "refus": {"code": "acces", "phrase": phrase, "ligne": None},
    }


def _report(args: Namespace, actor: Any) -> "Report":
    from django.utils import timezone

    from livretpro.schools.importing import Forbidden, Refus, Report, apply_import, preview
    from livretpro.schools.permissions import can_import

    try:
        files = [safe_input.read_bytes(path) for path in args.files]
    except safe_input.Refused as refusal:
        return Report(refus=Refus(refusal.code, refusal.phrase, refusal.line))
    today = timezone.localdate()
    if not can_import(actor, actor.school):
        raise Refusal(Forbidden.phrase)
    with refusals():
        if args.apply:
            return apply_import(
                actor.school,
                files,
                by=actor,
                on=today,
                nouvelle_annee=args.nouvelle_annee,
                confirmer_departs=args.confirmer_departs,
                same_person=frozenset(args.meme_eleve),
                same_staff=frozenset(args.meme_personnel),
            )
        return preview(actor.school, files, on=today, nouvelle_annee=args.nouvelle_annee)


def _lines(report: "Report", *, applied: bool) -> Iterator[str]:
    """The report for a person: counts, then what deserves a look."""
    for title, section in (
        ("Élèves", report.eleves),
        ("Divisions", report.divisions),
        ("Groupes", report.groupes),
        ("Personnels", report.personnels),
        ("Services", report.services),
    ):
        yield (
            f"{title} : ajoutés {section.ajoutes}, modifiés {section.modifies}, "
            f"partis {section.partis}, inchangés {section.inchanges}."
        )
    for pupil in report.propositions:
        yield from _proposed(pupil, "--meme-eleve", str(pupil.eleve_id))
    for person in report.propositions_personnels:
        yield from _proposed(person, "--meme-personnel", person.key)
    for warning in report.avertissements:
        place = f" (ligne {warning.ligne})" if warning.ligne else ""
        yield f"Attention{place} : {warning.phrase}"
    if report.refus is None:
        yield "Appliqué." if applied else "Aperçu : rien n’a été écrit, ajoutez --apply."


def _proposed(
    proposition: "Proposition | StaffProposition", option: str, key: str
) -> Iterator[str]:
    """Somebody new who looks like somebody known, unless that was confirmed."""
    if not proposition.confirmed:
        known, reason = proposition.known_name, proposition.reason
        yield f"{proposition.name} est-il {known} ({reason}) ? Si oui : {option} {key}."
