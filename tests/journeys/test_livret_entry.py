"""A livret filled in a real browser: field by field, by two people, by keyboard, without JS."""

import re
from collections.abc import Iterator
from decimal import Decimal

import pytest
from playwright.sync_api import Browser, Page, Route, expect
from pytest_django.live_server_helper import LiveServer

from browser import (
    assert_accessible,
    assert_accessible_everywhere,
    focus_is_seen,
    sign_in,
    watch,
)
from livret_factories import MANDATORY, Classroom, classroom, typed
from livretpro.accounts.models import Session, User
from livretpro.livrets.queries import sheets
from livretpro.livrets.rules import Content, Teacher
from livretpro.phrases.actions import add_phrase
from livretpro.schools.actors import command_line
from livretpro.web.suivi.system import TEXTS
from web.suivi.class_people import address, chef, teacher

SAVED = "Enregistré à"


@pytest.fixture
def room(transactional_db: None) -> Classroom:
    return classroom(3)


@pytest.fixture
def livret(page: Page, room: Classroom, live_server: LiveServer) -> Page:
    """The livret of the second pupil, opened by a teacher."""
    sign_in(page, teacher(room), live_server)
    page.goto(address(room.pupils[1]))
    all_saved(page)
    return page


@pytest.fixture
def colleague(chromium: Browser, room: Classroom, live_server: LiveServer) -> Iterator[Page]:
    """The same livret, opened by the head elsewhere."""
    context = chromium.new_context(base_url=live_server.url, locale="fr-FR")
    other = context.new_page()
    complaints = watch(other)
    sign_in(other, chef(), live_server)
    other.goto(address(room.pupils[1]))
    yield other
    context.close()
    assert complaints == []


def content(room: Classroom) -> Content:
    return sheets([room.pupils[1]], room.year)[0].content


def leave(page: Page, label: str, text: str) -> None:
    """Type in a field, leave it, wait for what comes of it."""
    with page.expect_response("**/champ/"):
        page.get_by_label(whole(label)).fill(text)
        page.keyboard.press("Tab")


def whole(label: str) -> re.Pattern[str]:
    """A label to the letter, whether the field is marked missing or not."""
    return re.compile(rf"^\s*(Manque :\s+)?{label}$")


def all_saved(page: Page) -> None:
    """Wait until no save is under way."""
    expect(page.locator("form#livret")).to_have_attribute("data-pending", "0")


def choose(page: Page, code: str, degree: str) -> None:
    with page.expect_response("**/champ/"):
        page.get_by_role("radiogroup", name=code).get_by_text(degree, exact=False).first.click()


def test_a_teacher_takes_a_livret_from_red_to_green(livret: Page, room: Classroom) -> None:
    state, missing = livret.locator("#etat"), livret.locator("#manque")
    expect(state).to_contain_text("Rouge rien saisi")
    assert_accessible_everywhere(livret)
    livret.set_viewport_size({"width": 1280, "height": 900})

    leave(livret, "1er trimestre", "12,5")
    expect(livret.locator("#enregistrement")).to_contain_text(SAVED)
    expect(livret.get_by_label("1er trimestre")).to_have_value("12,50")
    expect(livret.get_by_label("2e trimestre")).to_be_focused()
    expect(livret.locator("#annee")).to_contain_text("12,50")
    expect(livret.locator("#groupe")).to_contain_text("1 sur 3 élèves a une moyenne")
    for code in ("C1", "C2", "C3"):
        choose(livret, code, "3")
    livret.get_by_role("button", name="M’ajouter aux enseignants de la spécialité").click()
    expect(state).to_contain_text("Orange")
    expect(missing.get_by_role("link")).to_have_count(3)

    leave(livret, "Appréciation générale", "De vrais progrès.")
    leave(livret, "Synthèse", "Six semaines chez un électricien.")
    leave(livret, "Nom de l’enseignant de la PFMP", "DUVAL")

    expect(state).to_contain_text("Vert")
    expect(missing).to_contain_text("ce livret est complet")
    expect(livret.get_by_label("Prénom de l’enseignant de la PFMP")).to_have_value("Karine")
    expect(livret.locator("#recents li").first).to_contain_text("vous, aujourd’hui à")
    assert content(room).teachers == {1: Teacher("DUVAL", "Karine")}
    assert_accessible_everywhere(livret)


def test_a_second_line_of_teacher_comes_when_the_first_is_filled(
    livret: Page, room: Classroom
) -> None:
    leave(livret, "Nom de l’enseignant 1 de la spécialité", "ROUX")
    leave(livret, "Prénom de l’enseignant 1 de la spécialité", "Stéphane")
    leave(livret, "Nom de l’enseignant 2 de la spécialité", "DUVAL")

    expect(livret.get_by_label("Prénom de l’enseignant 2 de la spécialité")).to_have_value("Karine")
    expect(livret.get_by_label(whole("Nom de l’enseignant 3 de la spécialité"))).to_be_empty()
    expect(livret.locator("#marque-enseignant svg")).to_have_count(0)
    all_saved(livret)
    assert content(room).teachers == {
        1: Teacher("ROUX", "Stéphane"),
        2: Teacher("DUVAL", "Karine"),
    }


@pytest.mark.parametrize(
    ("button", "kept"),
    [("Garder la mienne", "La mienne, relue."), ("Prendre l’autre", "La sienne.")],
)
def test_two_people_see_both_values_and_one_chooses(
    livret: Page, colleague: Page, room: Classroom, button: str, kept: str
) -> None:
    leave(colleague, "Appréciation générale", "La sienne.")

    leave(livret, "Appréciation générale", "La mienne.")
    sides = livret.locator(".lp-two__side")
    expect(sides.nth(0)).to_contain_text("La mienne.")
    expect(sides.nth(1)).to_contain_text("FERRAND")
    expect(sides.nth(1)).to_contain_text("La sienne.")
    text = livret.get_by_role("textbox", name="Appréciation générale")
    expect(text).to_have_value("La mienne.")
    assert content(room).appreciation == "La sienne."
    assert_accessible_everywhere(livret)
    text.fill("La mienne, relue.")
    expect(sides.nth(0)).to_contain_text("La mienne, relue.")
    livret.get_by_role("button", name=button).click()

    expect(sides).to_have_count(0)
    expect(text).to_have_value(kept)
    expect(text).to_be_focused()
    all_saved(livret)
    assert content(room).appreciation == kept

    # What is undone is one's own choice: the other value comes back, or never left.
    undo = livret.get_by_role("button", name="Annuler la dernière saisie")
    if button == "Garder la mienne":
        undo.click()
        all_saved(livret)
    expect(undo).to_be_disabled()
    assert content(room).appreciation == "La sienne."


def test_a_text_too_long_is_refused_and_kept(livret: Page, room: Classroom) -> None:
    text, field = "é" * 305, livret.get_by_label("Appréciation générale")

    field.fill(text)
    expect(livret.locator("#compte-appreciation")).to_have_text("305 / 300, 5 de trop")
    leave(livret, "Appréciation générale", text)

    expect(livret.get_by_role("alert")).to_contain_text("la limite est de 300, 5 de trop")
    expect(field).to_have_value(text)
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(livret.locator("#enregistrement")).to_contain_text("non enregistré")
    assert content(room).appreciation == ""
    assert_accessible_everywhere(livret)
    leave(livret, "Appréciation générale", "é" * 300)

    expect(livret.get_by_role("alert")).to_have_count(0)
    expect(field).not_to_have_attribute("aria-invalid", "true")
    assert content(room).appreciation == "é" * 300


def test_what_is_typed_before_the_scripts_arrive_is_saved(
    page: Page, room: Classroom, live_server: LiveServer
) -> None:
    sign_in(page, teacher(room), live_server)
    held: list[Route] = []
    page.route("**/saving*.js", lambda route: held.append(route))  # noqa: PLW0108 (playwright marks what it is given)
    page.goto(address(room.pupils[1]), wait_until="commit")
    page.locator('[name="moyenne_1"]').fill("12,5")
    page.get_by_role("radiogroup", name="C1").get_by_text("3", exact=False).first.click()
    page.get_by_label("Appréciation générale").fill("Encore dans le champ.")
    assert not page.locator("form#livret").get_attribute("data-pending")

    held.pop().continue_()
    all_saved(page)
    expect(page.locator("#enregistrement")).to_contain_text(SAVED)
    assert content(room).degrees == {"C1": 3}
    assert content(room).averages == {1: Decimal("12.50")}
    assert content(room).appreciation == ""

    page.keyboard.press("Tab")
    all_saved(page)
    assert content(room).appreciation == "Encore dans le champ."


def test_degrees_are_set_with_the_keyboard_alone(livret: Page, room: Classroom) -> None:
    def focused() -> str:
        return str(livret.evaluate("document.activeElement.name"))

    livret.get_by_role("link", name="Degré de C1").focus()
    livret.keyboard.press("Enter")
    assert focused() == "competence:C1"
    for key in ("3", "2", "ArrowUp", "4", "1"):
        livret.keyboard.press(key)
    assert focused() == "competence:C3"
    livret.keyboard.press("Delete")
    livret.keyboard.press("ArrowUp")
    livret.keyboard.press("ArrowLeft")
    all_saved(livret)

    expect(livret.locator("#enregistrement")).to_contain_text(SAVED)
    assert content(room).degrees == {"C1": 3, "C2": 3}

    livret.keyboard.press("4")
    all_saved(livret)
    assert content(room).degrees == {"C1": 3, "C2": 4}
    livret.keyboard.press("Control+z")
    all_saved(livret)
    assert content(room).degrees == {"C1": 3, "C2": 3}
    assert focused() == "competence:C2"

    # From another page a link leads into the field; a button undoes, and says when nothing is left.
    livret.goto("about:blank")
    livret.goto(address(room.pupils[1]) + "#competence-C2")
    all_saved(livret)
    assert focused() == "competence:C2"
    livret.keyboard.press("1")
    all_saved(livret)
    livret.get_by_role("button", name="Annuler la dernière saisie").click()
    all_saved(livret)
    assert content(room).degrees == {"C1": 3, "C2": 3}
    livret.keyboard.press("Control+z")
    expect(livret.get_by_text("Plus rien à annuler.")).to_be_visible()

    # What is undone is the last thing typed, though it was not saved yet.
    livret.locator("[name=moyenne_1]").fill("8")
    livret.keyboard.press("Tab")
    all_saved(livret)
    livret.locator("[name=moyenne_2]").fill("9")
    livret.get_by_role("button", name="Annuler la dernière saisie").click()
    expect(livret.locator("[name=moyenne_2]")).to_have_value("")
    all_saved(livret)
    assert content(room).averages == {1: 8}
    livret.locator("[name=moyenne_1]").fill("")
    livret.keyboard.press("Tab")
    all_saved(livret)

    # The digits of a French keyboard, without the shift key.
    livret.locator("[name=moyenne_1]").focus()
    livret.locator("[name=moyenne_1]").dispatch_event("keydown", {"key": "é", "code": "Digit2"})
    livret.keyboard.press("Tab")
    all_saved(livret)
    assert content(room).averages == {1: 2}


def test_the_neighbours_are_reached_by_keyboard_once_all_is_saved(
    livret: Page, room: Classroom, live_server: LiveServer
) -> None:
    livret.get_by_label("Appréciation générale").fill("Écrit sans quitter le champ.")

    livret.keyboard.press("Control+Enter")
    livret.wait_for_url(live_server.url + address(room.pupils[2]))
    livret.keyboard.press("Control+Shift+Enter")
    livret.wait_for_url(live_server.url + address(room.pupils[1]))

    expect(livret.get_by_label("Appréciation générale")).to_have_value(
        "Écrit sans quitter le champ."
    )


def test_what_the_server_did_not_answer_leaves_with_the_next_save(
    chromium: Browser, room: Classroom, live_server: LiveServer
) -> None:
    context = chromium.new_context(base_url=live_server.url)
    livret = context.new_page()  # whose console tells of the failures this test makes
    sign_in(livret, teacher(room), live_server)
    livret.goto(address(room.pupils[1]))
    livret.route("**/champ/", lambda route: route.fulfill(status=503, body=""))
    leave(livret, "1er trimestre", "12")
    expect(livret.locator("#enregistrement")).to_contain_text("Non enregistré")
    expect(livret.get_by_label("1er trimestre")).to_have_value("12")
    livret.unroute("**/champ/")

    leave(livret, "2e trimestre", "14")
    all_saved(livret)

    expect(livret.locator("#annee")).to_contain_text("13,00")
    assert content(room).averages == {1: 12, 2: 14}

    # A request that hangs is given up, what waits behind it is kept, both leave by themselves.
    livret.locator("form#livret[hx-request]").evaluate(
        "form => form.setAttribute('hx-request', '{\"timeout\": 1500}')"
    )
    hung: list[Route] = []
    livret.route("**/champ/", lambda route: hung.append(route))  # noqa: PLW0108 (playwright marks what it is given)
    livret.get_by_label(whole("1er trimestre")).fill("16")
    livret.get_by_label(whole("2e trimestre")).fill("18")
    livret.get_by_label(whole("3e trimestre")).focus()
    livret.wait_for_function("Object.values(localStorage).join().includes('\"18\"')")
    livret.unroute("**/champ/")
    expect(livret.locator("#annee")).to_contain_text("17,00", timeout=15_000)
    all_saved(livret)
    assert content(room).averages == {1: 16, 2: 18}
    context.close()


def test_without_javascript_the_page_is_one_form(
    chromium: Browser, room: Classroom, live_server: LiveServer
) -> None:
    typed(room.pupils[1], MANDATORY)
    context = chromium.new_context(
        base_url=live_server.url, java_script_enabled=False, viewport={"width": 320, "height": 800}
    )
    page = context.new_page()
    sign_in(page, teacher(room), live_server)
    page.goto(address(room.pupils[1]))

    page.get_by_label("2e trimestre").fill("11")
    page.get_by_label("Appréciation générale").fill("x" * 310)
    page.get_by_role("radiogroup", name="C2").get_by_text("4").click()
    page.get_by_label("Exporter cette partie").check()
    page.get_by_role("button", name="Enregistrer").last.click()
    expect(page.get_by_label("Appréciation générale")).to_be_focused()
    expect(page.get_by_role("alert")).to_contain_text("310 caractères")
    page.get_by_label("Appréciation générale").fill("Plus court.")
    page.get_by_role("button", name="Enregistrer").last.click()

    expect(page.locator(".lp-messages").first).to_contain_text("1 valeur enregistrée.")
    held = content(room)
    assert (held.averages[2], held.degrees["C2"], held.pfmp.exported) == (11, 4, True)
    assert held.appreciation == "Plus court."
    context.close()


def test_what_is_typed_outlives_the_session_for_the_same_person_only(
    livret: Page, room: Classroom, live_server: LiveServer
) -> None:
    text, begun = "De réels progrès.", "Six semaines"
    Session.objects.all().delete()
    leave(livret, "Appréciation générale", text)
    expect(livret.get_by_text("Votre session est terminée.")).to_be_visible()
    assert_accessible_everywhere(livret)
    livret.get_by_label(whole("Synthèse")).press_sequentially(begun)
    livret.wait_for_function(
        "text => Object.values(localStorage).some((kept) => kept.includes(text))", arg=begun
    )

    sign_in(livret, chef(), live_server)
    livret.goto(address(room.pupils[1]))
    all_saved(livret)
    expect(livret.get_by_text("n’avaient pas pu être enregistrées")).to_have_count(0)

    sign_in(livret, User.objects.get(last_name="DUVAL"), live_server)
    livret.goto(address(room.pupils[1]))
    expect(livret.get_by_text("2 saisies n’avaient pas pu être enregistrées.")).to_be_visible()
    assert_accessible_everywhere(livret)
    assert content(room).appreciation == ""
    livret.get_by_role("button", name="Enregistrer", exact=True).first.click()
    expect(livret.get_by_label(whole("Appréciation générale"))).to_have_value(text)
    all_saved(livret)
    expect(livret.locator("#enregistrement")).to_contain_text(SAVED)
    assert (content(room).appreciation, content(room).pfmp.synthesis) == (text, begun)
    assert livret.evaluate("Object.keys(localStorage).length") == 0

    # Whoever signs out after the session ended leaves nothing behind.
    Session.objects.all().delete()
    leave(livret, "Appréciation générale", "Trop tard.")
    expect(livret.get_by_text("Votre session est terminée.")).to_be_visible()
    assert livret.evaluate("Object.keys(localStorage).length") == 1
    livret.get_by_role("button", name="Se déconnecter").click()
    expect(livret.get_by_label("Mot de passe")).to_be_visible()
    assert livret.evaluate("Object.keys(localStorage).length") == 0


def test_at_400_percent_nothing_stands_in_front_of_the_field_one_is_in(livret: Page) -> None:
    livret.set_viewport_size({"width": 320, "height": 256})  # 1280 × 1024 seen four times larger
    assert_accessible(livret)
    livret.locator("[name=moyenne_1]").focus()

    hidden = []
    for _ in range(25):
        livret.keyboard.press("Tab")
        if not focus_is_seen(livret):
            hidden.append(livret.evaluate("document.activeElement.outerHTML.slice(0, 120)"))

    assert hidden == []


def test_a_ready_phrase_is_inserted_by_keyboard_or_refused_when_too_long(
    livret: Page, room: Classroom
) -> None:
    for text in ("Un élève sérieux.", "Des progrès réels.", "Un trimestre à oublier."):
        add_phrase(TEXTS[0], text, school_wide=True, by=command_line(room.year.school))
    text = livret.get_by_role("textbox", name="Appréciation générale")
    text.fill("Bien. À suivre.")
    text.evaluate("area => area.setSelectionRange(5, 5)")

    livret.keyboard.press("F8")
    options = livret.get_by_role("listbox", name="Phrases").get_by_role("option")
    expect(livret.get_by_role("combobox", name="Quelques lettres")).to_be_focused()
    expect(options).to_have_count(3)
    assert_accessible_everywhere(livret)
    livret.keyboard.type("ELEVE serieux")
    expect(options).to_have_count(1)
    livret.keyboard.press("Enter")

    expect(text).to_be_focused()
    expect(text).to_have_value("Bien. Un élève sérieux. À suivre.")
    livret.keyboard.press("Tab")
    all_saved(livret)
    assert content(room).appreciation == "Bien. Un élève sérieux. À suivre."

    text.fill("x" * 290)
    livret.get_by_role("button", name="Phrases pour : Appréciation générale").click()
    livret.keyboard.press("ArrowDown")
    livret.keyboard.press("Enter")

    expect(livret.get_by_role("alert")).to_have_text(
        "Avec cette phrase, le texte compterait 308 caractères : la limite est de 300, 8 de trop. "
        "Rien n’est inséré."
    )
    livret.keyboard.press("Escape")
    expect(text).to_be_focused()
    expect(text).to_have_value("x" * 290)
    all_saved(livret)
