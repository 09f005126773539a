"""`demo` and `serve`."""

import os
from argparse import Namespace, _SubParsersAction
from typing import Any

from livretpro.cli.answers import Refusal, say
from livretpro.cli.session import open_database
from livretpro.systems import System, here

DEFAULT_PORT = 8000
EVERY_ADDRESS = "0.0.0.0"  # noqa: S104 (asked for by --public alone)
NO_URL = (
    "--public ouvre le site aux autres machines : donnez d’abord son adresse dans LIVRETPRO_URL, "
    "en https."
)


def add_commands(commands: "_SubParsersAction[Any]") -> None:
    """Add `demo` and `serve`."""
    demo = commands.add_parser("demo", help="un établissement de démonstration, prêt à visiter")
    demo.add_argument("--no-serve", action="store_true", help="le créer sans lancer le site")
    demo.set_defaults(run=_demo)
    serve = commands.add_parser("serve", help="lancer le site, le travail de fond et la base")
    serve.add_argument(
        "--public",
        nargs="?",
        const=EVERY_ADDRESS,
        metavar="ADRESSE",
        help="écouter aussi les autres machines (demande LIVRETPRO_URL)",
    )
    serve.set_defaults(run=_serve)
    for command in (demo, serve):
        command.add_argument("--port", type=int, default=DEFAULT_PORT, help="port d’écoute")


def _demo(args: Namespace) -> int:
    if here() != tuple(System):
        raise Refusal("La démonstration montre tous les systèmes : retirez LIVRETPRO_SERVICES.")
    open_database()
    from django.conf import settings
    from django.utils import timezone

    from livretpro.demo.actions import make_demo
    from livretpro.demo.connection import connect
    from livretpro.demo.people import sign_ins

    if settings.SERVED_BY_TLS:
        raise Refusal(
            "Les mots de passe de la démonstration sont publics : "
            "ne la lancez pas sur un site ouvert."
        )
    if make_demo():
        say("L’établissement de démonstration est créé.")
    else:
        say("L’établissement de démonstration est déjà là, avec vos saisies.")
    connect(f"http://localhost:{args.port}", now=timezone.now())
    for line in sign_ins():
        say(line)
    if args.no_serve:
        return 0
    os.environ["LIVRETPRO_SANS_SECOND_FACTEUR"] = "1"  # public passwords: nothing to protect
    os.environ["LIVRETPRO_DEMONSTRATION"] = "1"
    return _run(args.port)


def _serve(args: Namespace) -> int:
    if args.public and not os.environ.get("LIVRETPRO_URL", "").startswith("https://"):
        raise Refusal(NO_URL)
    open_database()
    return _run(args.port, public=args.public)


def _run(port: int, *, public: str | None = None) -> int:
    from django.core.management import call_command

    from livretpro.supervisor import ADDRESS, ServeError, serve

    call_command("collectstatic", verbosity=0, interactive=False)
    address = f"http://localhost:{port}"
    try:
        serve(
            port=port,
            address=public or ADDRESS,
            on_ready=lambda: print(f"LivretPro : {address} (Ctrl+C arrête tout)", flush=True),
        )
    except ServeError as error:
        raise Refusal(str(error)) from error
    return 0
