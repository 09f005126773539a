"""Signing in by OpenID Connect, over HTTP, with a provider that tells the truth or lies."""

from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from django.conf import settings
from django.test import Client
from django.utils import timezone

from livretpro.accounts.actions import issue_code
from livretpro.accounts.models import ProviderLink, Session, User
from livretpro.accounts.openid import answers
from livretpro.journal.models import Entry
from livretpro.schools.models import Membership
from livretpro.schools.rules import Role
from livretpro.sign_in_provider import LABEL_MAX, Matching, SignInProvider
from openid_provider import (
    CLIENT,
    OTHER_KEY,
    SECRET,
    WELL_KNOWN,
    Answer,
    Provider,
    TokenOf,
    signed,
    stop_listening,
)
from read_page import ReadPage
from web.base.provider_site import linked
from web.base.provider_site import provider as provider  # noqa: PLC0414 (a fixture)
from web.base.provider_site import site as site  # noqa: PLC0414
from web.base.test_second_factor import code_of
from web.base.valmeray import PASSWORD, UAI, Valmeray, found_school, member
from web.base.visitor import Shown, Visitor

pytestmark = pytest.mark.usefixtures("site")
BUTTON, LINK = "Se connecter avec l’ENT", "Relier mon compte"
KEPT_OUT = "Connexion avec l’ENT impossible"


@pytest.fixture
def visitor(site: str) -> Visitor:
    return Visitor(site)


@pytest.fixture
def teacher(valmeray: Valmeray) -> User:
    user = member(valmeray.school, Role.ENSEIGNANT)
    user.email = "claire.ferrand@lycee.example"
    user.save(update_fields=["email"])
    return user


@pytest.fixture
def by_email(monkeypatch: pytest.MonkeyPatch, provider: Provider, teacher: User) -> User:
    """The operator has accounts matched by their address."""
    match_by(monkeypatch, Matching.EMAIL)
    provider.userinfo = {"email": "Claire.Ferrand@lycee.example", "email_verified": True}
    return teacher


def configure(monkeypatch: pytest.MonkeyPatch, provider: SignInProvider) -> None:
    monkeypatch.setattr(settings, "SIGN_IN_PROVIDER", provider)


def match_by(monkeypatch: pytest.MonkeyPatch, matching: Matching) -> None:
    configure(monkeypatch, replace(settings.SIGN_IN_PROVIDER, matching=matching))


def by_password(visitor: Visitor, user: User) -> Shown:
    visitor.open("/connexion/")
    return visitor.press("Se connecter", login=user.identifier, password=PASSWORD)


def by_provider(visitor: Visitor) -> Shown:
    visitor.open("/connexion/")
    return visitor.by_provider(BUTTON)


def told(action: str) -> list[tuple[str, str, str]]:
    """Entries of the journal: about whom, what, and the words after."""
    found = Entry.objects.filter(action=action).select_related("values_kept").order_by("rank")
    return [
        (e.key, e.field, e.values_kept.after if hasattr(e, "values_kept") else "") for e in found
    ]


def refusals() -> list[tuple[str, str]]:
    return [(key, after) for key, _, after in told("echoue")]


def signed_in(visitor: Visitor) -> User | None:
    """Who this browser is signed in as."""
    key = visitor.cookie(settings.SESSION_COOKIE_NAME)
    found = Session.objects.filter(session_key=key).select_related("user").first()
    return found.user if found else None


def nothing_made(people: int) -> bool:
    return not ProviderLink.objects.exists() and User.objects.count() == people


# Who comes in


def test_a_person_links_their_account_and_comes_back_without_password(
    visitor: Visitor, site: str, provider: Provider, teacher: User
) -> None:
    provider.userinfo = {"name": "Claire Ferrand", "email": "claire@ent.example"}
    by_password(visitor, teacher)
    visitor.open("/compte/")

    confirming = visitor.by_provider(LINK)
    unlinked_yet = ProviderLink.objects.exists()
    account = visitor.press(LINK)
    other = Visitor(site)
    by_provider(other)

    assert (confirming.says("Claire Ferrand, claire@ent.example"), unlinked_yet) == (True, False)
    assert account.says("Vos comptes sont reliés.")
    assert account.says("Vous avez relié votre compte le")
    held = ProviderLink.objects.get()
    assert (held.user_id, held.issuer, held.subject, held.by_claim) == (
        teacher.pk,
        provider.url,
        "4711",
        False,
    )
    assert signed_in(other) == teacher
    assert told("relie") == [(teacher.identifier, "compte du fournisseur d’identité", "")]
    assert [after for _, _, after in told("connecte")] == ["", "l’ENT"]


def test_a_claim_chosen_by_the_operator_links_at_the_first_sign_in(
    visitor: Visitor, by_email: User
) -> None:
    by_provider(visitor)

    assert signed_in(visitor) == by_email
    assert ProviderLink.objects.get().by_claim
    assert told("relie") == [(by_email.identifier, "compte du fournisseur d’identité", "")]


def test_the_identifier_may_be_the_claim(
    visitor: Visitor, provider: Provider, teacher: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    match_by(monkeypatch, Matching.IDENTIFIER)
    provider.person = {"sub": "1", "preferred_username": teacher.identifier.upper()}

    by_provider(visitor)

    assert signed_in(visitor) == teacher


def test_the_link_stands_when_the_claim_changes(
    visitor: Visitor, site: str, provider: Provider, by_email: User
) -> None:
    by_provider(visitor)
    provider.userinfo = {"email": "autre@lycee.example", "email_verified": False}
    again = Visitor(site)

    by_provider(again)

    assert signed_in(again) == by_email
    assert len(told("relie")) == 1


def test_the_page_asked_for_comes_back(visitor: Visitor, provider: Provider, teacher: User) -> None:
    linked(teacher, provider)
    visitor.open("/connexion/?next=/compte/")

    assert urlsplit(visitor.by_provider(BUTTON).url).path == "/compte/"


def test_a_sign_in_never_leads_to_another_site(
    visitor: Visitor, site: str, provider: Provider, teacher: User
) -> None:
    linked(teacher, provider)
    visitor.open("/connexion/?next=https://example.org/")

    assert visitor.by_provider(BUTTON).url.startswith(site)


def test_the_key_of_the_session_changes_at_the_sign_in(
    visitor: Visitor, provider: Provider, teacher: User
) -> None:
    linked(teacher, provider)
    visitor.open("/connexion/")
    address = visitor.leave_by(BUTTON)
    before = visitor.cookie(settings.SESSION_COOKIE_NAME)

    visitor.follow(address)

    assert before != visitor.cookie(settings.SESSION_COOKIE_NAME)
    assert not Session.objects.filter(session_key=before).exists()


def test_a_plain_sign_in_asks_for_nothing_but_who_it_is(
    visitor: Visitor, provider: Provider, teacher: User
) -> None:
    linked(teacher, provider)
    visitor.open("/connexion/")
    address = visitor.leave_by(BUTTON)

    visitor.follow(address)

    assert parse_qs(urlsplit(address).query)["scope"] == ["openid"]
    assert "/userinfo" not in provider.asked


# The second factor


def test_the_second_factor_is_asked_after_the_provider(
    visitor: Visitor,
    site: str,
    provider: Provider,
    valmeray: Valmeray,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(settings, "SECOND_FACTOR_REQUIRED", True)
    head = member(valmeray.school, Role.CHEF)
    linked(head, provider)
    by_password(visitor, head)
    page = visitor.open("/compte/second-facteur/")
    secret = page.text.split("Clé : ")[1].split(" Recopiez")[0].replace(" ", "")
    visitor.press("Activer le second facteur", code=code_of(secret))
    other = Visitor(site)

    asked = by_provider(other)
    nobody = signed_in(other)
    other.press("Continuer", code=code_of(secret, ahead=1))

    assert (urlsplit(asked.url).path, nobody) == ("/connexion/second-facteur/", None)
    assert signed_in(other) == head
    assert [after for _, _, after in told("connecte")] == ["", "l’ENT"]


def test_a_role_that_asks_for_a_factor_links_nothing_without_it(
    visitor: Visitor, valmeray: Valmeray, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "SECOND_FACTOR_REQUIRED", True)
    by_password(visitor, member(valmeray.school, Role.CHEF))
    visitor.open("/compte/")

    assert urlsplit(visitor.press(LINK).url).path == "/compte/second-facteur/"


# Who does not


@pytest.mark.parametrize("matching", list(Matching))
def test_a_stranger_stays_out_and_gets_no_account(
    visitor: Visitor,
    provider: Provider,
    teacher: User,
    matching: Matching,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    match_by(monkeypatch, matching)
    provider.userinfo = {
        "email": "eleve@lycee.example",
        "email_verified": True,
        "preferred_username": "eleve",
    }

    page = by_provider(visitor)

    assert (page.status, page.says("Aucun compte LivretPro n’est relié")) == (403, True)
    assert (signed_in(visitor), nothing_made(people=1)) == (None, True)
    ((key, reason),) = refusals()
    assert (key.startswith("inconnu "), "4711" in key, reason) == (True, False, "inconnu")


def test_a_refusal_is_said_and_told_whatever_the_name_of_the_provider(
    visitor: Visitor, provider: Provider, teacher: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    label = "n" * LABEL_MAX
    configure(monkeypatch, replace(settings.SIGN_IN_PROVIDER, label=label))

    visitor.open("/connexion/")
    page = visitor.by_provider(f"Se connecter avec {label}")

    assert (page.status, page.says("Aucun compte LivretPro n’est relié")) == (403, True)
    ((_, field, reason),) = told("echoue")
    assert (field, reason) == ("connexion par le fournisseur d’identité", "inconnu")


@pytest.mark.parametrize("verified", [False, None, "true"])
def test_an_address_that_is_not_verified_links_nothing(
    visitor: Visitor, provider: Provider, by_email: User, verified: object
) -> None:
    provider.userinfo["email_verified"] = verified

    page = by_provider(visitor)

    assert (page.status, page.says("n’est pas vérifiée")) == (403, True)
    assert nothing_made(people=1)
    assert refusals() == [(by_email.identifier, "adresse non vérifiée")]


def test_an_address_that_two_accounts_bear_links_neither(
    visitor: Visitor, valmeray: Valmeray, by_email: User
) -> None:
    far = found_school("0990002P", "Lycée d’Ailleurs")
    twin = member(far.school, Role.ENSEIGNANT)
    User.objects.filter(pk=twin.pk).update(email=by_email.email)

    page = by_provider(visitor)

    assert (page.status, page.says("Plusieurs comptes")) == (403, True)
    assert nothing_made(people=2)
    entries = Entry.objects.filter(action="echoue").order_by("school_uai")
    assert [(e.school_uai, e.key) for e in entries] == [
        (UAI, by_email.identifier),
        (far.school.uai, twin.identifier),
    ]


@pytest.mark.parametrize("role", [Role.CHEF, Role.ADJOINT, Role.DDFPT, Role.ADMINISTRATEUR])
def test_a_claim_never_opens_the_rights_of_a_head_or_an_administrator(
    visitor: Visitor, valmeray: Valmeray, by_email: User, role: Role
) -> None:
    Membership.objects.create(
        user=by_email, school=valmeray.school, role=role, start=valmeray.year.start
    )

    page = by_provider(visitor)

    assert (page.status, page.says("Votre rôle demande")) == (403, True)
    assert nothing_made(people=1)
    assert refusals() == [(by_email.identifier, "rôle à relier soi-même")]


def test_a_link_made_by_a_claim_closes_when_such_a_role_comes_until_confirmed(
    visitor: Visitor, site: str, provider: Provider, valmeray: Valmeray, by_email: User
) -> None:
    linked(by_email, provider, by_claim=True)
    Membership.objects.create(
        user=by_email, school=valmeray.school, role=Role.DDFPT, start=valmeray.year.start
    )

    closed = by_provider(visitor)
    by_password(visitor, by_email)
    visitor.open("/compte/")
    visitor.by_provider("Confirmer la liaison")
    visitor.press(LINK)
    opened = Visitor(site)
    by_provider(opened)

    assert (closed.status, refusals()) == (
        403,
        [(by_email.identifier, "rôle à relier soi-même")],
    )
    assert (ProviderLink.objects.get().by_claim, signed_in(opened)) == (False, by_email)


@pytest.mark.parametrize("held", [True, False])
def test_a_disabled_account_stays_closed(
    visitor: Visitor, provider: Provider, by_email: User, held: bool
) -> None:
    User.objects.filter(pk=by_email.pk).update(is_active=False)
    if held:
        linked(by_email, provider)

    page = by_provider(visitor)

    assert (page.status, page.says("Ce compte est désactivé.")) == (403, True)
    assert (signed_in(visitor), ProviderLink.objects.exists()) == (None, held)
    assert refusals() == [(by_email.identifier, "compte désactivé")]


def test_the_claim_does_not_move_a_link_to_another_identity(
    visitor: Visitor, provider: Provider, by_email: User
) -> None:
    linked(by_email, provider)
    provider.person = {"sub": "autre"}

    page = by_provider(visitor)

    assert (page.status, page.says("est relié à une autre identité")) == (403, True)
    assert ProviderLink.objects.get().subject == "4711"
    assert refusals() == [(by_email.identifier, "déjà relié autrement")]


def test_an_identity_opens_one_account(
    visitor: Visitor, provider: Provider, valmeray: Valmeray, teacher: User
) -> None:
    linked(teacher, provider)
    colleague = member(valmeray.school, Role.ENSEIGNANT, name="Duval")
    by_password(visitor, colleague)
    visitor.open("/compte/")
    visitor.by_provider(LINK)

    page = visitor.press(LINK)

    assert page.says("déjà reliée à un autre compte LivretPro")
    assert ProviderLink.objects.get().user_id == teacher.pk
    assert refusals() == [(colleague.identifier, "identité déjà prise")]


def test_a_link_to_a_former_provider_gives_way(
    visitor: Visitor, provider: Provider, by_email: User
) -> None:
    ProviderLink.objects.create(
        user=by_email,
        issuer="https://ancien.example",
        subject="4711",
        by_claim=False,
        made_at=timezone.now(),
    )

    by_provider(visitor)

    assert (signed_in(visitor), ProviderLink.objects.get().issuer) == (by_email, provider.url)


# What proves nothing


def shifted(**seconds: int) -> TokenOf:
    """A token whose dates are these, counted from now."""
    return lambda claims: signed(claims | {name: claims["iat"] + n for name, n in seconds.items()})


def with_claims(**changed: object) -> TokenOf:
    return lambda claims: signed(claims | changed)


def without(name: str) -> TokenOf:
    return lambda claims: signed({key: value for key, value in claims.items() if key != name})


LIES: dict[str, TokenOf] = {
    "another nonce": with_claims(nonce="autre"),
    "no nonce": without("nonce"),
    "expired": shifted(iat=-900, exp=-600),
    "no end": without("exp"),
    "made in the future": shifted(iat=900, exp=1800),
    "for somebody else": with_claims(aud="autre"),
    "for several, not for us": with_claims(aud=[CLIENT, "autre"], azp="autre"),
    "for several, for whom is not said": with_claims(aud=[CLIENT, "autre"]),
    "of another issuer": with_claims(iss="https://ailleurs.example"),
    "of nobody": with_claims(sub=""),
    "of a subject that is not text": with_claims(sub=4711),
    "of a subject that no database keeps": with_claims(sub="4711\0"),
    "dates beyond every calendar": with_claims(exp=float("inf")),
    "signed by another key": lambda claims: signed(claims, key=OTHER_KEY),
    "signed by a key unknown": lambda claims: signed(claims, kid="autre"),
    "not signed": lambda claims: signed(claims, key=None, algorithm="none"),
    "signed by the shared secret": lambda c: signed(c, key="s" * 40, algorithm="HS256"),
    "garbage": lambda _: "ceci.nest.pas-un-jeton",
    "nothing": lambda _: "",
}


def test_a_token_that_proves_nothing_opens_nothing(
    visitor: Visitor, provider: Provider, by_email: User
) -> None:
    got = {}
    for lie, provider.token in LIES.items():
        page = by_provider(visitor)
        got[lie] = (page.status, page.says(KEPT_OUT), page.says("n’a pas pu être vérifiée"))

    assert got == dict.fromkeys(LIES, (403, True, True))
    assert (signed_in(visitor), nothing_made(people=1)) == (None, True)
    assert refusals() == [("inconnu", "réponse non vérifiée")] * len(LIES)


def test_a_token_for_several_that_is_for_us_is_believed(
    visitor: Visitor, provider: Provider, by_email: User
) -> None:
    provider.token = with_claims(aud=[CLIENT, "autre"], azp=CLIENT)

    by_provider(visitor)

    assert signed_in(visitor) == by_email


def test_the_only_key_need_not_be_named(
    visitor: Visitor, provider: Provider, by_email: User
) -> None:
    provider.token = lambda claims: signed(claims, kid=None)

    by_provider(visitor)

    assert signed_in(visitor) == by_email


def test_userinfo_of_somebody_else_is_not_believed(
    visitor: Visitor, provider: Provider, by_email: User
) -> None:
    provider.userinfo["sub"] = "autre"

    page = by_provider(visitor)

    assert (page.status, nothing_made(people=1)) == (403, True)


# What was not asked


def back_of(address: str) -> str:
    """Where the provider sends the browser back, not followed."""
    answer = requests.get(address, allow_redirects=False, timeout=10)
    return answer.headers["Location"]


def test_a_wrong_state_opens_nothing(visitor: Visitor, provider: Provider, teacher: User) -> None:
    linked(teacher, provider)
    visitor.open("/connexion/")
    back = back_of(visitor.leave_by(BUTTON))

    page = visitor.follow(back.replace("state=", "state=x"))

    assert (page.status, page.says("n’est plus attendue"), signed_in(visitor)) == (400, True, None)
    assert "/token" not in provider.asked


def test_the_answer_to_somebody_else_opens_nothing(
    visitor: Visitor, site: str, provider: Provider, teacher: User
) -> None:
    linked(teacher, provider)
    visitor.open("/connexion/")
    back = back_of(visitor.leave_by(BUTTON))
    victim = Visitor(site)

    page = victim.follow(back)

    assert (page.status, signed_in(victim)) == (400, None)


def test_an_answer_serves_once(visitor: Visitor, provider: Provider, teacher: User) -> None:
    linked(teacher, provider)
    visitor.open("/connexion/")
    back = back_of(visitor.leave_by(BUTTON))
    visitor.follow(back)

    assert visitor.follow(back).status == 400


def test_a_link_asked_by_one_is_not_given_to_another(
    visitor: Visitor, site: str, provider: Provider, valmeray: Valmeray, teacher: User
) -> None:
    by_password(visitor, teacher)
    visitor.open("/compte/")
    back = back_of(visitor.leave_by(LINK))
    visitor.open("/compte/")
    key = visitor.cookie(settings.SESSION_COOKIE_NAME)
    Session.objects.filter(session_key=key).delete()

    page = visitor.follow(back)

    assert (page.status, nothing_made(people=1)) == (400, True)


def test_who_gives_up_at_the_provider_comes_back_to_a_page(
    visitor: Visitor, provider: Provider, teacher: User
) -> None:
    provider.said_no = "access_denied"

    page = by_provider(visitor)

    assert (page.status, page.says("n’a pas donné son accord")) == (403, True)
    assert refusals() == []


def test_a_session_without_password_links_nothing(
    visitor: Visitor, site: str, provider: Provider, by_email: User
) -> None:
    by_provider(visitor)
    visitor.open("/compte/")

    page = visitor.press("Confirmer la liaison")

    assert page.says("reconnectez-vous avec votre mot de passe")
    assert ProviderLink.objects.get().by_claim


def test_nothing_is_linked_without_having_been_shown(visitor: Visitor, teacher: User) -> None:
    by_password(visitor, teacher)

    page = visitor.open("/compte/liaison/confirmer/")

    assert (urlsplit(page.url).path, page.says("n’est plus attendue")) == ("/compte/", True)


# A provider that fails


JSON = "application/json"
FAILURES: dict[str, tuple[str, Answer]] = {
    "discovery: error": (WELL_KNOWN, (500, JSON, b"{}")),
    "discovery: HTML": (WELL_KNOWN, (200, "text/html", b"<h1>Bienvenue</h1>")),
    "discovery: a list": (WELL_KNOWN, (200, JSON, b"[]")),
    "discovery: empty": (WELL_KNOWN, (200, JSON, b"{}")),
    "discovery: too deep": (WELL_KNOWN, (200, JSON, b"[" * 100_000)),
    "discovery: too large": (WELL_KNOWN, (200, JSON, b'{"a": "' + b"a" * 300_000 + b'"}')),
    "discovery: elsewhere": (WELL_KNOWN, (302, JSON, b"{}")),
    "discovery: another issuer": (
        WELL_KNOWN,
        (200, JSON, b'{"issuer": "https://ailleurs.example"}'),
    ),
    "token: error": ("/token", (400, JSON, b'{"error": "invalid_grant"}')),
    "token: HTML": ("/token", (200, "text/html", b"<p>")),
    "token: a number": ("/token", (200, JSON, b"7")),
    "token: nothing in it": ("/token", (200, JSON, b"{}")),
    "keys: error": ("/keys", (503, JSON, b"{}")),
    "keys: none": ("/keys", (200, JSON, b"{}")),
    "keys: not a list": ("/keys", (200, JSON, b'{"keys": 7}')),
    "keys: unusable": (
        "/keys",
        (200, JSON, b'{"keys": [{"kty": "RSA", "kid": "2025", "n": 1, "e": "\xc3\xa9"}]}'),
    ),
    "userinfo: error": ("/userinfo", (500, JSON, b"{}")),
    "userinfo: a token": ("/userinfo", (200, "application/jwt", b"a.b.c")),
}


def test_a_provider_that_answers_wrongly_is_said_to_be_at_fault(
    visitor: Visitor, provider: Provider, by_email: User
) -> None:
    got = {}
    for failure, (where, answer) in FAILURES.items():
        provider.broken = {where: answer}
        page = as_far_as_it_goes(visitor)
        got[failure] = (page.status, page.says("ne répond pas comme il le devrait"))

    assert got == dict.fromkeys(FAILURES, (503, True))
    assert (signed_in(visitor), nothing_made(people=1), refusals()) == (None, True, [])


def as_far_as_it_goes(visitor: Visitor) -> Shown:
    """The page where a sign-in ends: at the start, when the provider fails there."""
    visitor.open("/connexion/")
    page = visitor.press(BUTTON)
    return page if page.status != 200 else visitor.follow(page.root.xpath("//main//a/@href")[0])


@pytest.mark.parametrize("where", [WELL_KNOWN, "/token", "/keys"])
def test_a_provider_that_drips_is_left(
    visitor: Visitor,
    provider: Provider,
    by_email: User,
    where: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(answers, "WHOLE_SECONDS", 1)
    provider.slow = frozenset({where})

    page = as_far_as_it_goes(visitor)

    assert (page.status, nothing_made(people=1)) == (503, True)


def test_a_provider_that_is_down_leaves_the_password(
    visitor: Visitor, teacher: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    down = replace(settings.SIGN_IN_PROVIDER, issuer=stop_listening())
    configure(monkeypatch, down)
    visitor.open("/connexion/")

    page = visitor.press(BUTTON)
    by_password(visitor, teacher)

    assert (page.status, page.says("mot de passe LivretPro"), signed_in(visitor)) == (
        503,
        True,
        teacher,
    )


# « Mon compte », and without a provider


def test_parting_ends_the_other_sessions_and_the_way_in(
    visitor: Visitor, site: str, provider: Provider, teacher: User
) -> None:
    linked(teacher, provider)
    other = Visitor(site)
    by_provider(other)
    by_password(visitor, teacher)
    visitor.open("/compte/")

    page = visitor.press("Retirer la liaison")
    again = by_provider(Visitor(site))

    assert page.says("La liaison est retirée")
    assert (signed_in(other), ProviderLink.objects.exists(), again.status) == (None, False, 403)
    assert told("delie") == [(teacher.identifier, "compte du fournisseur d’identité", "")]


def test_who_has_no_password_keeps_the_link(
    visitor: Visitor, provider: Provider, teacher: User
) -> None:
    linked(teacher, provider)
    teacher.set_unusable_password()
    teacher.save(update_fields=["password"])
    by_provider(visitor)
    visitor.open("/compte/")

    page = visitor.press("Retirer la liaison")

    assert page.says("Demandez d’abord un code")
    assert ProviderLink.objects.exists()


def test_a_reset_account_is_linked_to_nothing(provider: Provider, teacher: User) -> None:
    linked(teacher, provider)

    issue_code(teacher, now=timezone.now(), keep_access=True)
    kept = ProviderLink.objects.exists()
    issue_code(teacher, now=timezone.now())

    assert (kept, ProviderLink.objects.exists()) == (True, False)


@pytest.fixture
def unconfigured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "SIGN_IN_PROVIDER", None)


def test_without_provider_nothing_of_it_shows(unconfigured: None, teacher: User) -> None:
    client = Client()
    page = ReadPage(client.get("/connexion/"))
    client.force_login(teacher)

    assert "Se connecter avec" not in page.text
    assert "Connexion" not in ReadPage(client.get("/compte/")).text
    assert client.post("/connexion/fournisseur/").status_code in {302, 404}
    assert Client().post("/connexion/fournisseur/").status_code == 404
    assert Client().get("/connexion/fournisseur/retour/").status_code == 404


def test_no_secret_is_shown(visitor: Visitor, provider: Provider, teacher: User) -> None:
    linked(teacher, provider)
    visitor.open("/connexion/")

    address: Any = visitor.leave_by(BUTTON)

    assert SECRET not in address
    assert set(parse_qs(urlsplit(address).query)) == {
        "client_id",
        "code_challenge",
        "code_challenge_method",
        "nonce",
        "redirect_uri",
        "response_type",
        "scope",
        "state",
    }
