"""`backup` and `restore`."""

from argparse import Namespace, _SubParsersAction
from pathlib import Path
from typing import Any

from livretpro.cli.answers import Refusal, say
from livretpro.cli.disks import disk_refusals
from livretpro.cli.session import open_database, refusals


def add_commands(commands: "_SubParsersAction[Any]") -> None:
    """Add `backup` and `restore`."""
    backup = commands.add_parser("backup", help="sauvegarder la base, pendant que l’on travaille")
    backup.add_argument(
        "--sortie", type=Path, metavar="FICHIER", help="sinon dans le dossier des sauvegardes"
    )
    backup.add_argument(
        "--cles", type=Path, metavar="FICHIER", help="écrire aussi les clés, à garder à part"
    )
    backup.set_defaults(run=_backup)
    restore = commands.add_parser("restore", help="remettre une sauvegarde en place")
    restore.add_argument("file", type=Path, metavar="SAUVEGARDE")
    restore.add_argument("--cles", type=Path, metavar="FICHIER", help="les clés gardées à part")
    restore.add_argument(
        "--remplacer", action="store_true", help="remplacer ce que l’instance contient déjà"
    )
    restore.set_defaults(run=_restore)


def _backup(args: Namespace) -> int:
    open_database()
    from django.utils import timezone

    from livretpro.backups import back_up, back_up_keys
    from livretpro.backups.kept import backups_folder, name_of

    now = timezone.now()
    path = args.sortie or backups_folder() / name_of(now)
    with refusals(), disk_refusals(path):
        manifest = back_up(path, now=now)
    say(f"Sauvegarde : {path} ({path.stat().st_size} octets).")
    say(f"{sum(manifest.tables.values())} lignes, {sum(manifest.journal.values())} au journal.")
    if args.cles:
        with disk_refusals(args.cles):
            count = back_up_keys(args.cles)
        say(f"Clés : {args.cles} ({count}). Gardez-les ailleurs que la sauvegarde.")
    return 0


def _restore(args: Namespace) -> int:
    if not args.file.is_file():
        raise Refusal(f"Le fichier {args.file} n’existe pas : vérifiez son nom et son dossier.")
    open_database()
    from django.utils import timezone

    from livretpro.backups import restore
    from livretpro.cli.migrating import migrate_if_needed

    with refusals(), disk_refusals(args.file):
        done = restore(args.file, keys=args.cles, replace=args.remplacer, now=timezone.now())
        migrate_if_needed()
    if done.before:
        say(f"Ce qui était là est sauvegardé : {done.before}")
    say(f"Restauré : la sauvegarde du {done.manifest.fait_le}.")
    if not args.cles:
        say(
            "Clés non restaurées (--cles) : sans elles, journal et fichiers ne se "
            "vérifient pas, et les seconds facteurs sont à retirer puis à refaire."
        )
    say("Sessions fermées, codes à usage unique périmés : donnez-en d’autres à qui en attend un.")
    say("Vérifiez maintenant : livretpro journal verify")
    return 0
