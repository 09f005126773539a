"""A real browser for the tests that need one: Chromium of the machine, nothing downloaded.

The fixtures are taken by `tests/conftest.py` alone: a second taker would start a second browser.
"""

import os
import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, sync_playwright
from pytest_django.live_server_helper import LiveServer

ABSENT = "!!!!!!!! NO CHROMIUM ON THIS MACHINE: THE JOURNEYS IN A BROWSER ARE NOT PLAYED !!!!!!!!"
RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
# The rules of axe, among these, that look at colours (its tag `cat.color`).
COLOUR_RULES = ("color-contrast", "link-in-text-block")
NARROW, WIDE, HEIGHT = 320, 1280, 900  # pixels
RUN = "options => axe.run(options).then(({violations}) => violations)"
# What the browser says of a 4xx or 5xx page that a test opens on purpose.
ERROR_PAGE = "Failed to load resource: the server responded with a status of"

# What it says of a request that the next page cut short.
CANCELLED = "net::ERR_ABORTED"


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One browser for the run. Absent: the test is skipped, or fails when it was required.

    Playwright keeps an event loop in the thread, where Django would refuse the database.
    """
    path = shutil.which("chromium")
    if path is None and os.environ.get("LIVRETPRO_REQUIRE_BROWSER") == "1":
        pytest.fail(ABSENT)
    if path is None:
        pytest.skip(ABSENT)
    with pytest.MonkeyPatch.context() as environment, sync_playwright() as playwright:
        environment.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        browser = playwright.chromium.launch(
            executable_path=path, args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        yield browser
        browser.close()


@pytest.fixture
def page(chromium: Browser, live_server: LiveServer) -> Iterator[Page]:
    """A page of a new visitor; at the end the browser must have had nothing to complain of."""
    context = chromium.new_context(
        base_url=live_server.url,
        locale="fr-FR",
        timezone_id="Europe/Paris",
        reduced_motion="reduce",  # colours are read at once, not half-way
    )
    visited = context.new_page()
    complaints = watch(visited)
    yield visited
    context.close()
    if complaints:
        pytest.fail("\n".join(complaints))


def watch(page: Page) -> list[str]:
    """What the browser complains of from now on: console, script errors, failed requests."""
    complaints: list[str] = []

    def on_console(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and not message.text.startswith(ERROR_PAGE):
            complaints.append(message.text)

    def on_failure(request: Request) -> None:
        if request.failure != CANCELLED:
            complaints.append(f"{request.method} {request.url}: {request.failure}")

    page.on("console", on_console)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("requestfailed", on_failure)
    return complaints


def sign_in(page: Page, user: Any, live_server: LiveServer) -> None:
    """Give the page the session of `user`, without the sign-in form."""
    client = Client()
    client.force_login(user)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}]
    )


def assert_accessible(page: Page) -> None:
    """No violation found by axe (WCAG 2.2 AA and best practices), no sideways scroll."""
    _assert_accessible(page, {"type": "tag", "values": RULES})


def assert_accessible_when_wide(page: Page) -> None:
    """The same at 1280 px wide, of a page that was looked at narrow: a width moves and shows things
    and changes no colour, so that the rules about colours, half of the time, are not asked again.
    """
    page.set_viewport_size({"width": WIDE, "height": HEIGHT})
    skipped = {rule: {"enabled": False} for rule in COLOUR_RULES}
    _assert_accessible(page, {"type": "tag", "values": RULES}, skipped)


def assert_accessible_in_the_dark(page: Page) -> None:
    """The same in dark mode, which changes colours and nothing else, by `light-dark()` in the
    stylesheet: the rules about colours alone are asked again."""
    page.emulate_media(color_scheme="dark")
    _assert_accessible(page, {"type": "rule", "values": COLOUR_RULES})
    page.emulate_media(color_scheme="light")


def assert_accessible_everywhere(page: Page) -> None:
    """The same at 320 and 1280 px wide; `access.test_every_page` sees every page in the dark."""
    make_narrow(page)
    assert_accessible(page)
    assert_accessible_when_wide(page)


def make_narrow(page: Page) -> None:
    """The width of a phone held far away, or of 400 % zoom."""
    page.set_viewport_size({"width": NARROW, "height": HEIGHT})


def _assert_accessible(
    page: Page, run_only: dict[str, object], rules: dict[str, dict[str, bool]] | None = None
) -> None:
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    options = {"runOnly": run_only, "rules": rules or {}, "resultTypes": ["violations"]}
    violations = page.evaluate(RUN, options)
    found = [f"{v['id']}: {node['html']}" for v in violations for node in v["nodes"]]
    if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
        found.append("the page scrolls sideways")
    if found:
        pytest.fail("\n".join([f"{page.url} {page.viewport_size}", *found]))


def focus_is_seen(page: Page) -> bool:
    """Whether no bar that stays in place stands in front of what has the focus."""
    seen: bool = page.evaluate(
        """() => {
          const focused = document.activeElement;
          const box = focused.getBoundingClientRect();
          const middle = [box.x + box.width / 2, box.y + box.height / 2];
          for (let at = document.elementFromPoint(...middle); at; at = at.parentElement) {
            const stays = ["fixed", "sticky"].includes(getComputedStyle(at).position);
            if (stays && !at.contains(focused)) return false;
          }
          return true;
        }"""
    )
    return seen
