"""`referentiels`: the published reference data."""

from argparse import Namespace, _SubParsersAction
from pathlib import Path
from typing import Any

from livretpro.cli.answers import say
from livretpro.cli.session import open_database


def add_commands(commands: "_SubParsersAction[Any]") -> None:
    """Add `referentiels load` and `referentiels nomenclature`."""
    verbs = commands.add_parser("referentiels", help="données de référence").add_subparsers(
        dest="verb", required=True
    )
    load = verbs.add_parser("load", help="charger les données livrées, et dire ce qui change")
    load.set_defaults(run=_load)
    make = verbs.add_parser("nomenclature", help="refaire la nomenclature LSL provisoire")
    make.add_argument("--sortie", type=Path, required=True, metavar="FICHIER")
    make.set_defaults(run=_nomenclature)


def _load(args: Namespace) -> int:
    del args
    open_database()
    from django.conf import settings

    from livretpro.referentiels.actions import load_all

    loaded = load_all(settings.REFERENCE_DIR)
    for line in loaded.changes or ("Rien n’a changé.",):
        say(line)
    say(loaded.summary)
    return 0


def _nomenclature(args: Namespace) -> int:
    import django

    django.setup()
    from django.conf import settings

    from livretpro.cli.whole_file import write_whole
    from livretpro.referentiels.actions import provisional_nomenclature

    content = provisional_nomenclature(
        settings.REFERENCE_DIR, subject=settings.LSL_SUBJECT_CODE, mode=settings.LSL_ELECTION_MODE
    )
    write_whole(args.sortie, content)
    say(f"{args.sortie} : {len(content)} octets.")
    return 0
