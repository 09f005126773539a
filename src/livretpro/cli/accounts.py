"""`compte`: the first accounts, and lost passwords."""

from argparse import Namespace, _SubParsersAction
from typing import Any

from livretpro.cli.answers import say
from livretpro.cli.session import add_school, open_school, refusals

ROLES = ("administrateur", "chef", "adjoint", "ddfpt", "enseignant")


def add_commands(commands: "_SubParsersAction[Any]") -> None:
    """Add `compte create`, `reset`, `edit`, `close`, `reopen` and `role`."""
    verbs = commands.add_parser("compte", help="comptes").add_subparsers(dest="verb", required=True)
    create = verbs.add_parser("create", help="créer un compte")
    add_school(create)
    create.add_argument("--role", required=True, choices=ROLES)
    create.add_argument("--nom", required=True)
    create.add_argument("--prenom", required=True)
    create.add_argument("--email", default="")
    create.set_defaults(run=_create)
    reset = verbs.add_parser("reset", help="donner un nouveau code d’activation")
    add_school(reset)
    reset.add_argument("identifiant")
    reset.add_argument(
        "--second-facteur", action="store_true", help="retirer plutôt le second facteur perdu"
    )
    reset.set_defaults(run=_reset)
    edit = verbs.add_parser("edit", help="corriger un nom ou une adresse électronique")
    add_school(edit)
    edit.add_argument("identifiant")
    edit.add_argument("--nom")
    edit.add_argument("--prenom")
    edit.add_argument("--email", help="vide : retirer l’adresse")
    edit.set_defaults(run=_edit)
    for word, said in (("close", "fermer un compte"), ("reopen", "rouvrir un compte fermé")):
        verb = verbs.add_parser(word, help=said)
        add_school(verb)
        verb.add_argument("identifiant")
        verb.set_defaults(run=_turn, open=word == "reopen")
    role = verbs.add_parser("role", help="donner ou retirer un rôle à un compte")
    doing = role.add_subparsers(dest="doing", required=True)
    for word, run, said in (("add", _give, "donner un rôle"), ("end", _end, "retirer un rôle")):
        verb = doing.add_parser(word, help=said)
        add_school(verb)
        verb.add_argument("identifiant")
        verb.add_argument("--role", required=True, choices=ROLES)
        verb.set_defaults(run=run)


def _create(args: Namespace) -> int:
    actor = open_school(args)
    from django.utils import timezone

    from livretpro.schools.people import create_account
    from livretpro.schools.rules import Role

    with refusals():
        made = create_account(
            actor.school,
            Role(args.role),
            last_name=args.nom.strip(),
            first_name=args.prenom.strip(),
            email=args.email.strip(),
            by=actor,
            now=timezone.now(),
        )
    if made.mailed:
        say(f"Identifiant : {made.user.identifier}")
        say(f"Le code part à {made.user.email}. « livretpro compte reset » en donne un autre ici.")
    else:
        _say_code(made.user.identifier, made.code)
    if made.note:
        say(made.note)
    return 0


def _reset(args: Namespace) -> int:
    actor = open_school(args)
    from django.utils import timezone

    from livretpro.schools.people import reset_account, reset_second_factor

    if args.second_facteur:
        with refusals():
            held = reset_second_factor(actor.school, args.identifiant, by=actor, now=timezone.now())
        done = "est retiré" if held else "n’existait pas"
        say(f"Le second facteur de {args.identifiant} {done}.")
        return 0

    with refusals():
        code = reset_account(actor.school, args.identifiant, by=actor, now=timezone.now())
    _say_code(args.identifiant, code)
    return 0


def _edit(args: Namespace) -> int:
    actor = open_school(args)
    from django.utils import timezone

    from livretpro.accounts.queries import person
    from livretpro.schools.people import correct_person

    known = person(args.identifiant)
    typed = {"last_name": args.nom, "first_name": args.prenom, "email": args.email}
    kept = {name: getattr(known, name, "") for name in typed}
    given = {name: text.strip() for name, text in typed.items() if text is not None}
    with refusals():
        changed = correct_person(
            actor.school, args.identifiant, **kept | given, by=actor, now=timezone.now()
        )
    said = "est corrigé" if changed else "ne change pas"
    say(f"Le compte {args.identifiant} {said}.")
    return 0


def _turn(args: Namespace) -> int:
    args.par = None  # the operator's own act: nobody lends a name to it
    actor = open_school(args)
    from django.utils import timezone

    from livretpro.schools.people import close_account, reopen_account

    turn = reopen_account if args.open else close_account
    with refusals():
        changed = turn(actor.school, args.identifiant, by=actor, now=timezone.now())
    state = "ouvert" if args.open else "fermé"
    say(f"Le compte {args.identifiant} {'est' if changed else 'était déjà'} {state}.")
    return 0


def _give(args: Namespace) -> int:
    actor = open_school(args)
    from django.utils import timezone

    from livretpro.schools.roles import give_role
    from livretpro.schools.rules import Role

    with refusals():
        who, note = give_role(
            actor.school, args.identifiant, Role(args.role), by=actor, now=timezone.now()
        )
    say(f"{who.full_name} a le rôle « {Role(args.role).label} ».")
    if note:
        say(note)
    return 0


def _end(args: Namespace) -> int:
    actor = open_school(args)
    from django.utils import timezone

    from livretpro.schools.roles import end_role
    from livretpro.schools.rules import Role

    with refusals():
        end_role(actor.school, args.identifiant, Role(args.role), by=actor, now=timezone.now())
    say(f"« {args.identifiant} » n’a plus le rôle « {Role(args.role).label} ».")
    return 0


def _say_code(identifier: str, code: str) -> None:
    from django.conf import settings
    from django.urls import reverse

    say(f"Identifiant : {identifier}")
    say(f"Lien d’activation : {settings.LIVRETPRO_URL}{reverse('activation')}{code}/")
    say(f"Code : {code}")
    say("Le code sert une seule fois, pendant quatorze jours.")
