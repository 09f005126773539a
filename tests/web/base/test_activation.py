"""First sign-in and reset by a one-time code."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from livretpro.accounts.actions import issue_code
from livretpro.accounts.models import ActivationCode, User
from livretpro.schools.rules import Role
from web.base.valmeray import Valmeray, member

pytestmark = pytest.mark.django_db

NEW = "trois chats gris dorment"
REFUSED_CODE = "Ce code n’est pas valable"


@pytest.fixture
def code(head: User) -> str:
    return issue_code(head, now=timezone.now())


def has_password(user: User, password: str) -> bool:
    return User.objects.get(pk=user.pk).check_password(password)


def test_a_code_typed_in_small_letters_leads_to_the_choice_of_the_password(
    client: Client, head: User, code: str
) -> None:
    answer = client.post("/activation/", {"code": f" {code.lower()} "}, follow=True)

    assert answer.redirect_chain == [(f"/activation/{code.replace('-', '')}/", 302)]
    assert f'value="{head.identifier}"' in answer.content.decode()


def test_the_link_of_the_mail_shows_the_identifier(client: Client, head: User, code: str) -> None:
    page = client.get(f"/activation/{code}/").content.decode()

    assert f'value="{head.identifier}"' in page
    assert ActivationCode.objects.filter(user=head).exists()


def test_the_password_is_set_the_code_spent_and_sign_in_comes_next(
    client: Client, head: User, code: str
) -> None:
    answer = client.post(f"/activation/{code}/", {"password": NEW, "again": NEW}, follow=True)

    assert answer.redirect_chain == [("/connexion/", 302)]
    assert "Votre mot de passe est enregistré : connectez-vous." in answer.content.decode()
    assert has_password(head, NEW)
    assert not ActivationCode.objects.exists()
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize(
    ("typed", "field", "sentence"),
    [
        ((NEW, "autre"), "again", "Les deux mots de passe diffèrent : ressaisissez-les."),
        (("court", "court"), "password", "Le mot de passe compte 5 caractères : il en faut 12."),
        (("", ""), "password", "Choisissez un mot de passe."),
    ],
)
def test_a_refused_password_keeps_the_code(
    client: Client, head: User, code: str, typed: tuple[str, str], field: str, sentence: str
) -> None:
    password, again = typed

    answer = client.post(f"/activation/{code}/", {"password": password, "again": again})

    form = answer.context["form"]
    assert form.errors[field][0] == sentence
    assert "autofocus" in form.fields[field].widget.attrs
    assert not has_password(head, password)
    assert ActivationCode.objects.filter(user=head).exists()


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("wrong", ["7KQM-2XHD-P9RT-V4WB", "é/'\"", "%00"])
def test_a_code_that_is_not_one_is_said_and_kept(client: Client, method: str, wrong: str) -> None:
    address = f"/activation/{wrong.replace('/', '-')}/"

    answer = getattr(client, method)(address, {"password": NEW, "again": NEW})

    assert answer.status_code == 200
    assert answer.context["form"].errors["code"][-1].startswith(REFUSED_CODE)


def test_a_mistyped_code_is_said_and_kept(client: Client) -> None:
    page = client.post("/activation/", {"code": "7KQM-2XHD"}).content.decode()

    assert REFUSED_CODE in page
    assert 'value="7KQM-2XHD"' in page


def test_a_code_past_its_date_opens_nothing(client: Client, head: User) -> None:
    late = issue_code(head, now=timezone.now() - timedelta(days=15))

    page = client.post(f"/activation/{late}/", {"password": NEW, "again": NEW}).content.decode()

    assert REFUSED_CODE in page
    assert not has_password(head, NEW)


def test_a_code_serves_once(client: Client, head: User, code: str) -> None:
    client.post(f"/activation/{code}/", {"password": NEW, "again": NEW})

    other = "un tout autre mot de passe"
    client.post(f"/activation/{code}/", {"password": other, "again": other})

    assert has_password(head, NEW)


def test_activating_an_account_signs_nobody_in_or_out(
    as_head: Client, head: User, valmeray: Valmeray
) -> None:
    colleague = member(valmeray.school, Role.ENSEIGNANT, name="Roux")
    code = issue_code(colleague, now=timezone.now())

    as_head.post(f"/activation/{code}/", {"password": NEW, "again": NEW})

    assert has_password(colleague, NEW)
    assert as_head.session["_auth_user_id"] == str(head.pk)


def test_no_copy_of_the_pages_is_kept(client: Client, code: str) -> None:
    for address in ("/activation/", f"/activation/{code}/"):
        assert "no-store" in client.get(address).headers["Cache-Control"]
