"""`partenaire`: the software that reads a school by the partner API."""

from argparse import Namespace, _SubParsersAction
from typing import TYPE_CHECKING, Any

from livretpro.cli.answers import Refusal, say, say_data
from livretpro.cli.session import add_json, add_school, open_school, refusal_data, refusals

if TYPE_CHECKING:
    from datetime import datetime

    from livretpro.partners.models import PartnerClient


def add_commands(commands: "_SubParsersAction[Any]") -> None:
    """Add `partenaire create`, `revoke` and `list`."""
    verbs = commands.add_parser("partenaire", help="logiciels qui lisent l’API").add_subparsers(
        dest="verb", required=True
    )
    create = verbs.add_parser("create", help="donner un accès ; le secret est dit une seule fois")
    create.add_argument("nom", help="nom du logiciel")
    create.set_defaults(run=_create)
    revoke = verbs.add_parser("revoke", help="fermer un accès")
    revoke.add_argument("identifiant", help="identifiant de l’accès, ou nom du logiciel")
    revoke.set_defaults(run=_revoke)
    listing = verbs.add_parser("list", help="accès donnés")
    listing.set_defaults(run=_list)
    for command in (create, revoke, listing):
        add_school(command)
        add_json(command)


def _create(args: Namespace) -> int:
    with refusal_data(args, _refused):
        actor = open_school(args)
        from livretpro.partners.actions import create_client

        with refusals():
            made = create_client(args.nom, by=actor)
    if args.json:
        say_data(_data(made.client) | {"secret": made.secret})
    else:
        say(f"Accès de {made.client.name} donné.")
        say(f"Identifiant : {made.client.client_id}")
        say(f"Secret : {made.secret}")
        say("Le secret ne sera plus dit.")
    return 0


def _revoke(args: Namespace) -> int:
    with refusal_data(args, _refused):
        actor = open_school(args)
        from django.utils import timezone

        from livretpro.partners.actions import revoke_client
        from livretpro.partners.queries import client_called

        client = client_called(actor, args.identifiant)
        if client is None:
            raise Refusal(f"Aucun accès « {args.identifiant} » dans cet établissement.")
        with refusals():
            done = revoke_client(client, by=actor, now=timezone.now())
    if args.json:
        say_data({"identifiant": client.client_id, "nom": client.name, "revoque": True})
    else:
        said = "révoqué" if done else "déjà révoqué"
        say(f"Accès de {client.name} {said}.")
    return 0


def _list(args: Namespace) -> int:
    with refusal_data(args, _refused):
        actor = open_school(args)
        from livretpro.partners.queries import clients_of

        found = clients_of(actor)
    if args.json:
        say_data([_data(client) for client in found])
        return 0
    for client in found:
        state = f"révoqué le {_day(client.revoked_at)}" if client.revoked_at else "ouvert"
        used = _day(client.last_used_at) if client.last_used_at else "jamais"
        say(f"{client.client_id}  {client.name}  {state}, dernier usage : {used}")
    if not found:
        say("Aucun accès.")
    return 0


def _data(client: "PartnerClient") -> dict[str, Any]:
    return {
        "identifiant": client.client_id,
        "nom": client.name,
        "portees": client.scopes,
        "cree_le": client.created_at.isoformat(),
        "dernier_usage": _instant(client.last_used_at),
        "revoque_le": _instant(client.revoked_at),
    }


def _day(at: "datetime") -> str:
    """The day here, not that of Greenwich."""
    from django.utils import timezone

    return f"{timezone.localtime(at):%d/%m/%Y}"


def _instant(at: "datetime | None") -> str | None:
    return at.isoformat() if at else None


def _refused(phrase: str) -> dict[str, str]:
    return {"refus": phrase}
