"""A class filled in a real browser: by keyboard, by two people, on a network that fails."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect
from pytest_django.live_server_helper import LiveServer

import factories
from browser import assert_accessible, assert_accessible_everywhere, focus_is_seen, sign_in, watch
from filled_workbooks import filled
from livret_factories import FULL, Classroom, classroom, periodicity, pupil, typed
from livretpro.accounts.models import Session, User
from livretpro.livrets.actions import hand_out_workbook
from livretpro.livrets.models import PeriodBilan
from livretpro.livrets.queries import sheets
from livretpro.referentiels.queries import diplomas
from web.suivi.class_people import chef, of_diploma, teacher

PUPILS, CODES = 30, ("C1", "C2", "C3")
READY = "[data-pret]"
SAVED = "Enregistré à"


@pytest.fixture
def room(transactional_db: None) -> Classroom:
    return classroom(PUPILS)


@pytest.fixture
def karine(room: Classroom) -> User:
    """A teacher of the class."""
    return teacher(room)


@pytest.fixture
def grid(page: Page, room: Classroom, karine: User, live_server: LiveServer) -> Page:
    """The grid, opened by the teacher."""
    sign_in(page, karine, live_server)
    opened(page, room)
    return page


@pytest.fixture
def colleague(chromium: Browser, room: Classroom, live_server: LiveServer) -> Iterator[Page]:
    """The same grid, opened by the head elsewhere."""
    context = chromium.new_context(base_url=live_server.url, locale="fr-FR")
    other = context.new_page()
    complaints = watch(other)
    sign_in(other, chef(), live_server)
    opened(other, room)
    yield other
    context.close()
    assert complaints == []


def opened(page: Page, room: Classroom, query: str = "") -> None:
    page.goto(of_diploma(f"divisions/{room.division.pk}/") + query)
    page.locator(READY).wait_for(state="attached")


def cell(page: Page, row: int, column: int) -> Locator:
    """A cell of the body; the columns are counted from that of the names, 0."""
    return page.locator("table.lp-grid tbody tr").nth(row).locator("th, td").nth(column)


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def press_without_shift(page: Page, key: str, code: str) -> None:
    """A key of the row of digits of a French keyboard, without the shift key."""
    page.evaluate(
        "([key, code]) => document.activeElement.dispatchEvent("
        "new KeyboardEvent('keydown', {key, code, bubbles: true, cancelable: true}))",
        [key, code],
    )


def ask_now(page: Page) -> None:
    """Make the page ask what is new without waiting for its turn."""
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


def saved(page: Page) -> None:
    expect(page.locator("#enregistrement")).to_contain_text(SAVED)
    expect(page.locator(".lp-cell--pending")).to_have_count(0)


def degrees(room: Classroom, row: int) -> dict[str, int]:
    return dict(sheets([room.pupils[row]], room.year)[0].content.degrees)


def nine_competences(room: Classroom) -> tuple[str, ...]:
    """Make the référentiel as long as those of the country; all its codes, in order."""
    of = room.pupils[0]
    version = diplomas([of.cfd], school=[factories.UAI])[of.cfd].referentiel
    assert version is not None
    more = tuple(f"C{number}" for number in range(4, 10))
    for place, code in enumerate(more, start=20):
        label = f"Compétence {code}"
        version.competences.create(code=code, label=label, position=place, expected=True)
    return (*CODES, *more)


def test_a_class_is_filled_by_keyboard_alone(grid: Page, room: Classroom) -> None:
    codes = nine_competences(room)
    opened(grid, room)
    cell(grid, 0, 5).focus()
    for rank in range(len(codes)):
        press(grid, *(str(1 + (row + rank) % 4) for row in range(PUPILS)))
        press(grid, "Control+Home", *["ArrowRight"] * (6 + rank))
    saved(grid)
    for row in range(PUPILS):
        assert degrees(room, row) == {c: 1 + (row + n) % 4 for n, c in enumerate(codes)}

    # Averages: typed, kept going down, refused, not graded.
    cell(grid, 0, 1).focus()
    press(grid, "1", "2", ",", "5", "Enter", "8", "Escape", "n", "ArrowDown", "F2")
    grid.keyboard.type("21")
    press(grid, "Enter")
    expect(grid.get_by_role("alert")).to_contain_text("« 21 » n’est pas entre 0 et 20.")
    cell(grid, 2, 1).focus()
    press(grid, "F2", "Escape")
    expect(cell(grid, 2, 1)).to_have_class(re.compile("lp-cell--refused"))
    expect(cell(grid, 2, 1)).to_have_attribute("aria-invalid", "true")
    press(grid, "Delete")
    saved(grid)
    first = PeriodBilan.objects.filter(number=1).order_by("livret__student__last_name")
    assert [(b.average, b.not_graded) for b in first] == [(12.5, False), (None, True)]

    # A selection: filled, copied down, undone; a whole column cleared.
    cell(grid, 0, 5).focus()
    press(grid, "Shift+ArrowDown", "Shift+ArrowDown", "Shift+ArrowRight", "4")
    saved(grid)
    assert [degrees(room, row)["C2"] for row in (0, 1, 2, 3)] == [4, 4, 4, 1]
    press(grid, "Control+z")
    saved(grid)
    assert [degrees(room, row)["C2"] for row in (0, 1, 2)] == [2, 3, 4]
    press(grid, "Control+Space", "Control+d")
    saved(grid)
    assert {degrees(room, row)["C2"] for row in range(PUPILS)} == {2}
    expect(grid.locator('[data-pied="competence:C2"]')).to_have_text("2,0")

    # A block copied and laid elsewhere, as a spreadsheet does.
    grid.context.grant_permissions(["clipboard-read", "clipboard-write"])
    cell(grid, 0, 5).focus()
    press(grid, "Shift+ArrowRight", "Shift+ArrowDown", "Control+c")
    assert grid.evaluate("navigator.clipboard.readText()") == "1\t2\n2\t2"
    cell(grid, 4, 6).focus()
    press(grid, "Control+v")
    saved(grid)
    laid = [degrees(room, row) for row in (4, 5)]
    assert [[of[code] for code in CODES] for of in laid] == [[1, 1, 2], [2, 2, 2]]

    _a_block_without_the_year_and_a_french_keyboard(grid, room)
    cell(grid, 5, 7).focus()

    # Out of the grid by Tab, back where one was.
    press(grid, "Tab")
    assert grid.evaluate("document.activeElement.closest('.lp-grid')") is None
    press(grid, "Shift+Tab")
    expect(cell(grid, 5, 7)).to_be_focused()


def _a_block_without_the_year_and_a_french_keyboard(grid: Page, room: Classroom) -> None:
    grid.evaluate("navigator.clipboard.writeText('11\\t12\\t\"13\"\\t4\\r\\n')")
    cell(grid, 6, 1).focus()
    press(grid, "Control+v")
    grid.get_by_role("button", name="Non, passer la colonne Année").click()
    saved(grid)
    assert degrees(room, 6)["C1"] == 4
    assert sheets([room.pupils[6]], room.year)[0].content.averages == {1: 11, 2: 12, 3: 13}
    cell(grid, 7, 5).focus()
    press_without_shift(grid, "é", "Digit2")
    saved(grid)
    assert degrees(room, 7)["C1"] == 2


def test_two_people_see_each_other_and_both_values_of_a_conflict(
    grid: Page, colleague: Page, room: Classroom
) -> None:
    typed(room.pupils[1], FULL)
    expect(cell(grid, 1, 0).locator(".lp-mark--vert")).to_be_visible(timeout=15_000)
    expect(cell(grid, 1, 5)).to_have_attribute("data-lp-who", "cd")
    expect(grid.locator('[data-compte="vert"]')).to_have_text("1")

    grid.route("**/cellules/", lambda route: route.abort("aborted"))
    cell(grid, 0, 5).focus()
    press(grid, "2", "3")
    expect(grid.get_by_text("Connexion perdue.")).to_be_visible()
    cell(colleague, 0, 5).focus()
    press(colleague, "4")
    saved(colleague)
    assert degrees(room, 0) == {"C1": 4}
    grid.unroute("**/cellules/")

    told = grid.get_by_role("alert").filter(has_text="Deux valeurs pour C1 de NOM0001 Léa.")
    expect(told).to_contain_text("Vous : 2. Claire FERRAND", timeout=15_000)
    expect(cell(grid, 0, 5)).to_contain_text("2")
    assert_accessible_everywhere(grid)

    # Both outlive the page, and so does what is refused.
    cell(grid, 3, 1).focus()
    press(grid, "9", "9", "Enter")
    expect(cell(grid, 3, 1)).to_have_class(re.compile("lp-cell--refused"))
    grid.once("dialog", lambda dialog: dialog.accept())
    opened(grid, room)
    expect(grid.get_by_text("2 valeurs n’avaient pas pu partir.")).to_be_visible()
    grid.get_by_role("button", name="Envoyer").click()
    expect(cell(grid, 3, 1)).to_have_class(re.compile("lp-cell--refused"))
    cell(grid, 3, 1).focus()
    press(grid, "Delete")
    expect(told).to_contain_text("Vous : 2. Claire FERRAND")
    told.get_by_role("button", name="Garder 2").click()
    saved(grid)
    assert (degrees(room, 0), degrees(room, 1)["C1"]) == ({"C1": 2}, 3)

    # An undo leaves what somebody else put there since.
    press(grid, "3")
    expect(cell(colleague, 0, 5)).to_contain_text("3, modifié par", timeout=15_000)
    cell(colleague, 0, 5).focus()
    press(colleague, "4")
    expect(cell(grid, 0, 5)).to_contain_text("4", timeout=15_000)
    cell(grid, 0, 5).focus()
    press(grid, "Control+z")
    expect(grid.get_by_text("1 valeur a changé depuis, elle reste.")).to_be_visible()
    saved(grid)
    assert degrees(room, 0) == {"C1": 4}

    _after_keeping_ours_an_undo_puts_back_the_other(grid, colleague, room)


def _after_keeping_ours_an_undo_puts_back_the_other(
    grid: Page, colleague: Page, room: Classroom
) -> None:
    grid.route("**/nouveautes/**", lambda route: route.fulfill(json={"curseur": 1}))
    press(colleague, "ArrowUp", "1")
    saved(colleague)
    assert degrees(room, 0) == {"C1": 1}
    press(grid, "3")
    grid.get_by_role("button", name="Garder 3").click()
    saved(grid)
    assert degrees(room, 0) == {"C1": 3}
    press(grid, "Control+z")
    saved(grid)
    assert degrees(room, 0) == {"C1": 1}


def test_what_could_not_leave_is_offered_again_to_the_same_person_only(
    grid: Page, room: Classroom, karine: User, live_server: LiveServer
) -> None:
    Session.objects.all().delete()
    ask_now(grid)
    expect(grid.locator("#enregistrement")).to_have_text("Session terminée")
    cell(grid, 0, 5).focus()
    press(grid, "3")
    expect(grid.get_by_text("Votre session est terminée.")).to_be_visible()

    sign_in(grid, chef(), live_server)
    opened(grid, room)
    expect(cell(grid, 0, 0)).to_be_visible()
    expect(grid.get_by_text("n’avait pas pu partir")).to_have_count(0)

    sign_in(grid, karine, live_server)
    opened(grid, room)
    expect(grid.get_by_text("1 valeur n’avait pas pu partir.")).to_be_visible()
    assert degrees(room, 0) == {}

    # A network that is lost is told, even to who types nothing.
    grid.route("**/nouveautes/**", lambda route: route.abort("aborted"))
    ask_now(grid)
    expect(grid.locator("#enregistrement")).to_have_text("Hors ligne")
    grid.unroute("**/nouveautes/**")
    ask_now(grid)
    expect(grid.locator("#enregistrement")).to_have_text("")

    # So is one that never answers, once it has been waited for long enough.
    grid.evaluate("AbortSignal.timeout = () => AbortSignal.abort()")
    ask_now(grid)
    expect(grid.locator("#enregistrement")).to_have_text("Hors ligne")
    opened(grid, room)

    # Another view of the class leaves it where it waits.
    opened(grid, room, "?vue=appreciations")
    grid.locator("textarea").first.fill("Bien.")
    press(grid, "Tab")
    expect(grid.locator("#enregistrement")).to_contain_text(SAVED)
    opened(grid, room)
    expect(grid.get_by_text("1 valeur n’avait pas pu partir.")).to_be_visible()

    # What is typed meanwhile does not take the place of what waits.
    cell(grid, 2, 5).focus()
    press(grid, "4")
    saved(grid)
    opened(grid, room)
    grid.get_by_role("button", name="Envoyer").click()
    saved(grid)
    assert (degrees(room, 0), degrees(room, 2)) == ({"C1": 3}, {"C1": 4})
    opened(grid, room)
    expect(grid.get_by_text("n’avait pas pu partir")).to_have_count(0)

    _whoever_signs_out_leaves_nothing_behind(grid)


def _whoever_signs_out_leaves_nothing_behind(grid: Page) -> None:
    grid.route("**/cellules/", lambda route: route.abort("aborted"))
    cell(grid, 1, 5).focus()
    press(grid, "2")
    expect(grid.get_by_text("Connexion perdue.")).to_be_visible()
    assert grid.evaluate("Object.keys(localStorage).length") == 1
    sign_out = grid.get_by_role("button", name="Se déconnecter")
    grid.once("dialog", lambda dialog: dialog.dismiss())
    sign_out.click()
    grid.once("dialog", lambda dialog: dialog.accept())
    sign_out.click()
    expect(grid.get_by_label("Mot de passe")).to_be_visible()
    assert grid.evaluate("Object.keys(localStorage).length") == 0


def test_two_levels_of_a_division_have_each_their_grid_and_their_foot(
    grid: Page, room: Classroom
) -> None:
    periodicity(level="premiere")
    pupil(40, into=room.division, mef=factories.MEF_PREMIERE)
    opened(grid, room)
    first, second = (grid.locator("table.lp-grid").nth(rank) for rank in (0, 1))
    second.locator("tbody td").nth(4).focus()
    press(grid, "3")
    saved(grid)

    feet = [table.locator('[data-saisis="competence:C1"]') for table in (first, second)]
    expect(feet[1]).to_have_text("1")
    expect(feet[0]).to_have_text("0")


def test_nobody_leaves_what_was_refused_unasked(grid: Page, room: Classroom) -> None:
    cell(grid, 0, 1).focus()
    press(grid, "9")
    grid.keyboard.type("9")
    press(grid, "Enter")
    alert = grid.get_by_role("alert")
    expect(alert).to_contain_text("« 99 » n’est pas entre 0 et 20.")
    with grid.expect_event("dialog") as asked:
        grid.close(run_before_unload=True)
    asked.value.dismiss()

    cell(grid, 0, 1).focus()
    press(grid, "9", "Enter")
    saved(grid)
    expect(alert).to_have_count(0)


def test_what_is_being_typed_outlives_whatever_happens_meanwhile(
    grid: Page, room: Classroom
) -> None:
    # The answer to what was typed there before, a window that loses the focus.
    held: list[Route] = []
    grid.route("**/cellules/", lambda route: held.append(route))  # noqa: PLW0108 (playwright marks what it is given)
    cell(grid, 0, 1).focus()
    press(grid, "1", "2", "Enter", "ArrowUp", "1")
    held.pop().continue_()
    grid.unroute("**/cellules/")
    saved(grid)
    field = cell(grid, 0, 1).locator("input")
    expect(field).to_be_focused()
    field.dispatch_event("blur")
    with grid.expect_event("dialog") as asked:
        grid.close(run_before_unload=True)
    asked.value.dismiss()
    kept = "() => Object.values(localStorage).some((one) => one.includes('moyenne_1'))"
    grid.wait_for_function(kept)
    press(grid, "4", "Enter")
    saved(grid)
    assert sheets([room.first], room.year)[0].content.averages == {1: 14}

    # What somebody else saves there is shown once it is left untouched.
    cell(grid, 5, 1).focus()
    press(grid, "F2")
    typed(room.pupils[5], {"moyenne_1": "14", "competence:C1": "4"})
    ask_now(grid)
    expect(cell(grid, 5, 5)).to_contain_text("4", timeout=15_000)
    press(grid, "Escape")
    expect(cell(grid, 5, 1)).to_contain_text("14,00, modifié par")

    # A picture pasted, and what other programs call redo, change nothing.
    cell(grid, 0, 1).focus()
    cell(grid, 0, 1).evaluate(
        "cell => cell.dispatchEvent(new ClipboardEvent('paste', {clipboardData: new DataTransfer(),"
        " bubbles: true, cancelable: true}))"
    )
    expect(grid.get_by_text("Rien à coller :")).to_be_visible()
    press(grid, "Control+Shift+z")
    saved(grid)
    expect(cell(grid, 0, 1)).to_have_text("14,00")
    assert sheets([room.first], room.year)[0].content.averages == {1: 14}

    # An answer that is lost: what is typed since is no other person's value.
    answers: list[object] = []

    def lose_the_answer(route: Route) -> None:
        if not answers:
            answers.append(route.fetch())
        route.abort("aborted")

    grid.route("**/cellules/", lose_the_answer)
    cell(grid, 1, 5).focus()
    press(grid, "2")
    expect(grid.get_by_text("Connexion perdue.")).to_be_visible()
    expect(cell(grid, 1, 5)).to_have_text("2, en attente d’envoi")
    cell(grid, 1, 5).focus()
    press(grid, "3")
    grid.unroute("**/cellules/")
    saved(grid)
    assert degrees(room, 1) == {"C1": 3}
    assert grid.locator(".lp-cell--conflict").count() == 0

    # Two tabs on one page keep each their own; once the account signed out in another, nothing.
    unsent = """async () => {
        const loaded = performance.getEntriesByType("resource").map((one) => one.name);
        const { Unsent } = await import(loaded.find((name) => name.includes("livretpro/unsent")));
        const [one, other] = [new Unsent("0", "/"), new Unsent("0", "/")];
        const typed = [{ eleve: 1, champ: "moyenne_1", valeur: "9", remplace: "" }];
        one.keep(typed);
        other.keep([]);
        const left = new Unsent("0", "/").all(() => true).length;
        one.keep([]);
        new BroadcastChannel("livretpro:sortie").postMessage("0");
        while (!one.gone) await new Promise((resolve) => setTimeout(resolve));
        return [left, one.keep(typed), new Unsent("0", "/").all(() => true).length];
    }"""
    assert grid.evaluate(unsent) == [1, False, 0]


def test_a_finger_fills_the_grid(grid: Page, room: Classroom) -> None:
    average = cell(grid, 0, 1)
    for _ in range(2):
        average.dispatch_event("pointerdown", {"pointerType": "touch"})
        average.dispatch_event("mousedown")
        average.dispatch_event("click")
    average.locator("input").fill("12")
    press(grid, "Enter")
    grid.get_by_role("button", name="Non noté").click()
    cell(grid, 0, 5).click()
    grid.get_by_role("button", name="3", exact=True).click()
    cell(grid, 1, 5).click()
    grid.get_by_role("button", name="4", exact=True).click()
    cell(grid, 1, 5).click()
    grid.get_by_role("button", name="Effacer").click()
    saved(grid)
    content = sheets([room.first], room.year)[0].content
    assert (content.averages, degrees(room, 0), degrees(room, 1)) == ({1: 12}, {"C1": 3}, {})

    # All that is selected keeps the place where one was.
    cell(grid, 2, 2).click()
    press(grid, "Control+a")
    expect(cell(grid, 2, 2)).to_have_class(re.compile("lp-cell--active"))
    expect(cell(grid, 29, 9)).to_have_attribute("aria-selected", "true")


def test_a_class_filled_in_a_spreadsheet_is_shown_then_written(grid: Page, room: Classroom) -> None:
    grid.get_by_role("link", name="Déposer le tableau rempli").click()
    assert_accessible_everywhere(grid)
    taken = hand_out_workbook(room.division, room.diploma.cfd, room.pupils, by=room.head)
    typed(room.first, {"moyenne_1": "11"})

    deposited(grid, filled(taken, {"D3": "12,5", "D4": "21", "G5": "3"}))
    expect(grid.get_by_role("alert")).to_contain_text("cellule D4 : « 21 » n’est pas entre 0 et 20")
    assert_accessible_everywhere(grid)
    deposited(grid, filled(taken, {"D3": "12,5", "G5": "3"}))
    assert_accessible_everywhere(grid)
    grid.get_by_label("NOM0001 Léa").check()
    grid.get_by_role("button", name="Appliquer").click()

    expect(grid.get_by_text("2 valeurs enregistrées.")).to_be_visible()
    assert degrees(room, 2) == {"C1": 3}


def deposited(page: Page, workbook: bytes) -> None:
    page.get_by_label("Classeur rempli").set_input_files(
        {"name": "a.xlsx", "mimeType": "application/zip", "buffer": workbook}
    )
    page.get_by_role("button", name="Voir ce qui change").click()


def test_the_appreciations_of_a_class_go_from_pupil_to_pupil(grid: Page, room: Classroom) -> None:
    opened(grid, room, "?vue=appreciations")
    grid.locator("textarea").first.focus()
    grid.keyboard.type("De réels progrès.")
    press(grid, "Control+Enter")
    grid.keyboard.type("é" * 301)
    press(grid, "Control+Shift+Enter")
    expect(grid.locator("textarea").first).to_be_focused()

    alert = grid.get_by_role("alert")
    expect(alert).to_have_text(
        "L’appréciation générale compte 301 caractères : la limite est de 300, 1 de trop."
    )
    kept = sheets(room.pupils[:2], room.year)
    assert [sheet.content.appreciation for sheet in kept] == ["De réels progrès.", ""]
    assert_accessible_everywhere(grid)
    grid.locator("textarea").nth(1).fill("Bien.")
    press(grid, "Control+Enter")
    expect(alert).to_have_count(0)

    # Two texts face to face stay so, whatever comes meanwhile, until one is chosen.
    mine, theirs = grid.locator("textarea").nth(2), grid.locator("textarea").nth(3)
    mine.fill("Le mien.")
    typed(room.pupils[2], {"appreciation": "L’autre."})
    press(grid, "Control+Enter", "Control+Enter")
    expect(grid.get_by_role("button", name="Garder le mien")).to_be_visible()
    in_hand = grid.locator("textarea").nth(4)
    press(grid, "F8")
    expect(grid.get_by_role("dialog", name="Phrases")).to_be_visible()
    typed(room.pupils[4], {"appreciation": "Venu pendant."})
    typed(room.pupils[3], {"appreciation": "Écrit ailleurs."})
    expect(theirs).to_have_value("Écrit ailleurs.", timeout=15_000)
    expect(in_hand).to_have_value("")
    press(grid, "Escape")
    expect(in_hand).to_be_focused()
    mine.fill("Le mien, relu.")
    expect(in_hand).to_have_value("Venu pendant.")
    press(grid, "Control+Enter")
    expect(grid.get_by_role("button", name="Garder le mien")).to_be_visible()
    assert sheets([room.pupils[2]], room.year)[0].content.appreciation == "L’autre."
    grid.get_by_role("button", name="Garder le mien").click()
    expect(alert).to_have_count(0)
    saved(grid)
    assert sheets([room.pupils[2]], room.year)[0].content.appreciation == "Le mien, relu."

    # What was saved last is taken back, one text after the other.
    back = grid.get_by_role("button", name="Annuler la dernière saisie")
    back.click()
    expect(mine).to_have_value("L’autre.")
    saved(grid)
    assert sheets([room.pupils[2]], room.year)[0].content.appreciation == "L’autre."
    back.click()
    expect(grid.locator("textarea").nth(1)).to_have_value("")
    saved(grid)
    assert sheets([room.pupils[1]], room.year)[0].content.appreciation == ""

    _a_text_never_left_outlives_the_page(grid, room)


def _a_text_never_left_outlives_the_page(grid: Page, room: Classroom) -> None:
    grid.locator("textarea").nth(5).fill("Pas encore quitté.")
    kept = "() => Object.values(localStorage).some((one) => one.includes('Pas encore'))"
    grid.wait_for_function(kept)
    grid.once("dialog", lambda dialog: dialog.accept())
    held: list[Route] = []
    grid.route("**/class-texts*.js", lambda route: held.append(route))  # noqa: PLW0108 (playwright marks what it is given)
    grid.goto(of_diploma(f"divisions/{room.division.pk}/?vue=appreciations"), wait_until="commit")
    grid.locator("textarea").nth(6).fill("Avant les scripts.")
    grid.locator("textarea").nth(7).focus()
    held.pop().continue_()
    expect(grid.get_by_text("1 texte n’avait pas pu partir.")).to_be_visible()
    saved(grid)
    grid.get_by_role("button", name="Envoyer").click()
    saved(grid)
    kept_now = sheets(room.pupils[5:7], room.year)
    assert [one.content.appreciation for one in kept_now] == [
        "Pas encore quitté.",
        "Avant les scripts.",
    ]


def test_a_period_is_filled_by_keyboard_then_published_and_given_to_a_partner(
    page: Page, room: Classroom, live_server: LiveServer
) -> None:
    sign_in(page, chef(), live_server)
    page.goto(of_diploma(f"divisions/{room.division.pk}/bilans/1/"))
    page.locator(READY).wait_for(state="attached")
    cell(page, 0, 1).click()
    press(page, "1", "2", "Enter")
    cell(page, 0, 2).click()
    press(page, "3", "2")
    saved(page)
    assert_accessible_everywhere(page)

    page.goto(of_diploma(f"divisions/{room.division.pk}/bilans/1/?vue=appreciations"))
    page.locator(READY).wait_for(state="attached")
    page.locator("textarea").first.fill("Un bon départ.")
    press(page, "Control+Enter")
    expect(page.locator("#enregistrement")).to_contain_text(SAVED)
    assert_accessible_everywhere(page)
    page.get_by_role("button", name="Publier la période").click()
    expect(page.get_by_text("La période 1 de TMELEC est publiée.")).to_be_visible()

    (first, second, *_) = sheets(room.pupils, room.year, bilans=True)
    assert (first.content.averages, first.content.appraisals) == ({1: 12}, {1: "Un bon départ."})
    assert [one.content.period_degrees for one in (first, second)] == [
        {(1, "C1"): 3},
        {(1, "C1"): 2},
    ]

    page.goto(f"/suivi/{factories.UAI}/partenaires/")
    page.get_by_label("Nom du logiciel").fill("PRONOTE")
    page.get_by_role("button", name="Donner un accès").click()
    expect(page.get_by_text("Le secret ne sera plus affiché")).to_be_visible()
    assert_accessible_everywhere(page)
    page.get_by_role("link", name="Partenaires").first.click()
    assert_accessible_everywhere(page)


def test_a_phone_fills_one_column(grid: Page, room: Classroom) -> None:
    grid.set_viewport_size({"width": 390, "height": 800})
    opened(grid, room, "?colonne=competence:C2")
    grid.locator('[data-eleve] label:has-text("3")').first.click()
    saved(grid)

    assert degrees(room, 0) == {"C2": 3}

    # What another person changes leaves what one is typing as it is.
    opened(grid, room, "?colonne=moyenne_1")
    box = grid.locator("#colonne [data-eleve] input[type=text]").first
    box.focus()
    press(grid, "1")
    typed(room.first, {"competence:C1": "4"})
    ask_now(grid)
    expect(cell(grid, 0, 5)).to_contain_text("4", timeout=15_000)
    press(grid, "2", "Tab")
    saved(grid)
    expect(box).to_have_value("12,00")
    assert sheets([room.first], room.year)[0].content.averages == {1: 12}

    # What they save in that very field stands face to face with it.
    other = grid.locator("#colonne [data-eleve] input[type=text]").nth(2)
    other.focus()
    press(grid, "1")
    typed(room.pupils[2], {"moyenne_1": "14", "competence:C1": "4"})
    ask_now(grid)
    expect(cell(grid, 2, 5)).to_contain_text("4", timeout=15_000)
    press(grid, "2", "Tab")
    expect(grid.get_by_role("alert").filter(has_text="Deux valeurs")).to_be_visible()
    assert sheets([room.pupils[2]], room.year)[0].content.averages == {1: 14}
    grid.get_by_role("button", name="Prendre 14,00").click()
    saved(grid)

    # What is chosen before the scripts are there leaves with them.
    held: list[Route] = []
    grid.route("**/grid*.js", lambda route: held.append(route))  # noqa: PLW0108 (playwright marks what it is given)
    column = of_diploma(f"divisions/{room.division.pk}/?colonne=competence:C2")
    grid.goto(column, wait_until="commit")
    grid.locator('[data-eleve] label:has-text("4")').nth(1).click()
    held.pop().continue_()
    grid.unroute("**/grid*.js")
    saved(grid)
    assert degrees(room, 1) == {"C2": 4}
    grid.get_by_role("button", name="Annuler la dernière saisie").click()
    saved(grid)
    assert degrees(room, 1) == {}

    # The next column waits for what is on its way, and asks nothing.
    late: list[Route] = []
    grid.route("**/cellules/", lambda route: late.append(route))  # noqa: PLW0108 (playwright marks what it is given)
    grid.locator('[data-eleve] label:has-text("2")').nth(1).click()
    grid.get_by_role("link", name="C3, suivante").click()
    late.pop().continue_()
    grid.wait_for_url(re.compile("colonne=competence%3AC3"))
    assert degrees(room, 1) == {"C2": 2}


def test_at_400_percent_one_column_is_filled_by_keyboard_with_nothing_in_front(
    grid: Page, room: Classroom
) -> None:
    grid.set_viewport_size({"width": 320, "height": 256})  # 1280 × 1024 seen four times larger
    opened(grid, room, "?colonne=competence:C2")
    assert_accessible(grid)
    group = grid.get_by_role("radiogroup", name="NOM0001 Léa")
    expect(group).to_match_aria_snapshot(
        """
        - 'radiogroup "rouge : NOM0001 Léa"':
          - radio "1 non maîtrisée"
          - radio "2 insuffisamment maîtrisée"
          - radio "3 maîtrisée"
          - radio "4 bien maîtrisée"
          - radio "non saisi" [checked]
        """
    )

    hidden = []
    group.get_by_role("radio", name="non saisi").focus()
    for row in range(6):
        press(grid, "ArrowRight")
        if not focus_is_seen(grid):
            hidden.append(row)
        press(grid, "Tab", "Tab")
    saved(grid)

    assert hidden == []
    assert [degrees(room, row) for row in range(6)] == [{"C2": 1}] * 6


def test_a_screen_reader_is_told_a_grid(grid: Page, room: Classroom) -> None:
    typed(room.pupils[0], {"moyenne_1": "12,5", "competence:C1": "3"})
    opened(grid, room)

    name = "Livrets de TMELEC : moyennes et degrés de maîtrise"
    expect(grid.get_by_role("grid", name=name)).to_match_aria_snapshot(
        """
        - grid:
          - rowgroup:
            - row "Moyennes Degrés des compétences Textes"
            - row "Élève T1 T2 T3 Année C1 C2 C3 Ens. App. PFMP":
              - columnheader "Élève"
              - columnheader "T1"
          - rowgroup:
            - 'row /rouge : NOM0001 Léa 12,50/':
              - 'rowheader "rouge : NOM0001 Léa"':
                - link "NOM0001 Léa"
              - gridcell "12,50"
              - gridcell
              - gridcell
              - gridcell "12,50"
              - gridcell "3"
              - gridcell "manque"
        """
    )
    expect(cell(grid, 0, 5)).not_to_have_attribute("aria-readonly", "true")
    expect(cell(grid, 0, 4)).to_have_attribute("aria-readonly", "true")
    expect(grid.locator("#enregistrement")).to_have_attribute("role", "status")


def test_a_number_of_what_is_owed_opens_the_grid_on_the_very_cell(
    page: Page, room: Classroom, karine: User, live_server: LiveServer
) -> None:
    typed(room.pupils[0], FULL)
    typed(room.pupils[1], {"competence:C1": "3"})
    sign_in(page, karine, live_server)
    page.goto(of_diploma("saisie/"))
    assert_accessible_everywhere(page)

    page.get_by_role("link", name="29 C2 Degré de C2, TMELEC").click()

    expect(page.locator("table.lp-grid tbody tr")).to_have_count(PUPILS - 1)
    expect(cell(page, 0, 6)).to_be_focused()
    press(page, "2")
    saved(page)
    assert degrees(room, 1) == {"C1": 3, "C2": 2}


def test_the_boards_of_the_head_are_accessible_and_a_division_goes_on_paper(
    page: Page, room: Classroom, karine: User, live_server: LiveServer
) -> None:
    typed(room.pupils[0], FULL)
    sign_in(page, chef(), live_server)

    for address in (f"/suivi/{factories.UAI}/tableau/", of_diploma("manques/")):
        page.goto(address)
        assert_accessible_everywhere(page)

    page.goto(of_diploma(f"divisions/{room.division.pk}/?vue=liste"))
    page.set_viewport_size({"width": 700, "height": 900})
    page.emulate_media(media="print")
    expect(page.get_by_text("Document de travail, ne remplace pas LSL.")).to_be_visible()
    expect(page.get_by_text("rien saisi").first).to_be_visible()
    expect(page.get_by_role("heading", name="Remplir dans un tableur")).to_be_hidden()
    expect(page.get_by_role("navigation", name="Vues de la classe")).to_be_hidden()
