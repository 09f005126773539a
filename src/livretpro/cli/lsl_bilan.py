"""`lsl bilan`: keep the bilan that LSL gave of an import."""

from argparse import Namespace, _SubParsersAction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import safe_input
from livretpro.cli.answers import Refusal, say, say_data
from livretpro.cli.session import add_json, add_school, open_school, refusal_data, refusals

if TYPE_CHECKING:
    from livretpro.lsl_export.returned_rows import Said
    from livretpro.lsl_export.returned_seen import BilanRow, BilanSeen, PupilSeen
    from livretpro.schools.actors import Actor


def add_bilan(verbs: "_SubParsersAction[Any]") -> None:
    """Add `lsl bilan`."""
    bilan = verbs.add_parser("bilan", help="déposer le bilan d’un import dans le LSL")
    add_school(bilan)
    bilan.add_argument("file", type=Path, metavar="FICHIER")
    add_json(bilan)
    bilan.set_defaults(run=_bilan)


def _bilan(args: Namespace) -> int:
    with refusal_data(args, lambda phrase: {"refus": phrase}):
        actor = open_school(args)
        kept, row = _kept(args.file, actor)
    if args.json:
        from livretpro.lsl_export.returned_seen import bilan_seen

        say_data({"deja_depose": not kept, **_bilan_data(bilan_seen(row, by=actor))})
        return 0
    if not kept:
        say("Ce bilan était déjà déposé.")
    for line in (*_bilan_lines(row), *row.bilan.unread):
        say(line)
    return 0


def _kept(path: Path, actor: "Actor") -> "tuple[bool, BilanRow]":
    """Whether the bilan is new, and the bilan. Raises `Refusal`."""
    from livretpro.lsl_export.returned import keep_bilan
    from livretpro.lsl_export.returned_seen import visible_bilan

    with refusals():
        kept = keep_bilan(safe_input.read_bytes(path), path.name, by=actor)
    row = visible_bilan(kept.bilan.pk, by=actor)
    if row is None:
        raise Refusal("Ce bilan vient d’être retiré par quelqu’un d’autre : déposez-le de nouveau.")
    return kept.fresh, row


def _bilan_lines(row: "BilanRow") -> list[str]:
    bilan, version = row.bilan, row.bilan.version
    counts = f"importés {bilan.imported}, partiels {bilan.partial}, rejetés {bilan.rejected}."
    if version is None:
        return [
            f"Bilan déposé : {counts}",
            (
                "Son empreinte n’est celle d’aucun fichier fait ici : choisissez sa version dans "
                "Suivi, « Bilans du LSL »."
            ),
        ]
    lines = [f"Bilan de la version {version.number} de {version.division.code} : {counts}"]
    if row.replaced_by:
        lines.append(
            f"Ce bilan est celui de la version {version.number}, remplacée par la version "
            f"{row.replaced_by} : les livrets ne le montrent pas."
        )
    return lines


def _bilan_data(seen: "BilanSeen") -> dict[str, Any]:
    bilan, version = seen.bilan, seen.bilan.version
    return {
        "bilan": bilan.pk,
        "division": version.division.code if version else None,
        "version": version.number if version else None,
        "remplacee_par": seen.row.replaced_by,
        "importes": bilan.imported,
        "partiels": bilan.partial,
        "rejetes": bilan.rejected,
        "fichier": [_said_data(one) for one in seen.of_file],
        "eleves": [_pupil_data(pupil) for pupil in seen.pupils],
        "non_compris": bilan.unread,
    }


def _pupil_data(pupil: "PupilSeen") -> dict[str, Any]:
    return {
        "eleve_id": pupil.row.siecle_id,
        "connu": pupil.row.student is not None,
        "statut": pupil.row.outcome,
        "constats": [_said_data(one) for one in pupil.said],
    }


def _said_data(one: "Said") -> dict[str, str]:
    return {
        "code": one.code,
        "libelle": one.label,
        "lieu": one.place,
        "valeur": one.value,
        "action": one.action,
        "champ": one.field,
    }
