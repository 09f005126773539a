"""A8: typed text survives the end of the session, for the same account alone; in Chromium."""

import shutil

from playwright.sync_api import Browser, Error, Page, expect, sync_playwright

from soak import trail
from soak.instance import Instance
from soak.measure import Measure, Task
from soak.visitor import HEAD, PASSWORD, SIGN_IN, TEACHER

NAME = "A8 session finie en saisissant"
END_SESSIONS = "DELETE FROM accounts_session RETURNING session_key"
OFFERED = "pu être enregistrée"
STORED = "text => Object.values(localStorage).some((kept) => kept.includes(text))"
EMPTY = "() => Object.keys(localStorage).length === 0"
SERVER_BACK = 20_000  # milliseconds: the machine is busy with nothing else


def play(task: Task) -> Measure:
    """End every session while the teacher types, `count` times."""
    asked, path = f"{task.count} fins de session, 0 texte perdu", shutil.which("chromium")
    if path is None:
        return Measure(NAME, asked, "non joué", ["there is no Chromium on this machine"])
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path, args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        faults = [fault for n in range(task.count) for fault in _once(task, browser, n)]
        browser.close()
    return Measure(NAME, asked, f"{len(faults)} perdu ou montré à un autre", faults)


def _once(task: Task, browser: Browser, number: int) -> list[str]:
    """One end of session; whatever does not come in time is a fault."""
    context = browser.new_context(base_url=f"http://127.0.0.1:{task.instance.port}", locale="fr-FR")
    context.set_default_timeout(SERVER_BACK)
    pupil, text = task.chance.choice(trail.pupils(task.instance)), f"Texte tapé {number}."
    try:
        return _typed(task.instance, context.new_page(), trail.livret_page(pupil), text)
    except (AssertionError, Error) as fault:
        return [f"{text} {fault}"]
    finally:
        context.close()


def _typed(instance: Instance, page: Page, livret: str, text: str) -> list[str]:
    _enter(page, TEACHER, livret)
    instance.rows(END_SESSIONS)
    page.locator("[name=appreciation]").fill(text)
    page.keyboard.press("Tab")
    expect(page.get_by_text("Votre session est terminée.")).to_be_visible()
    page.wait_for_function(STORED, arg=text)

    _enter(page, HEAD, livret)
    faults = [f"{text} is offered to another account"] * page.get_by_text(OFFERED).count()

    _enter(page, TEACHER, livret)
    expect(page.get_by_text(OFFERED).first).to_be_visible()
    page.get_by_role("button", name="Enregistrer", exact=True).first.click()
    page.wait_for_function(EMPTY)
    page.reload()
    expect(page.locator("[name=appreciation]")).to_have_value(text)
    return faults


def _enter(page: Page, identifier: str, livret: str) -> None:
    """Sign in on the same browser, then open the livret."""
    page.context.clear_cookies()
    page.goto(SIGN_IN)
    page.locator("[name=login]").fill(identifier)
    page.locator("[name=password]").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda address: SIGN_IN not in address)
    page.goto(livret)
