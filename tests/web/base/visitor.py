"""Somebody's browser over real HTTP: keeps cookies, fills forms, follows what leads elsewhere."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin

import requests
from lxml import html

from read_page import words


@dataclass(frozen=True)
class Shown:
    """The page that a browser shows at the end."""

    url: str
    status: int
    root: Any

    @property
    def text(self) -> str:
        return words(self.root.xpath("//main")[0])

    def says(self, phrase: str) -> bool:
        return phrase in self.text


class Visitor:
    """A browser on the site at `site`."""

    def __init__(self, site: str) -> None:
        self.site = site
        self.session = requests.Session()
        self.session.trust_env = False
        self.page: Shown | None = None

    def open(self, path: str) -> Shown:
        return self._show(self.session.get(urljoin(self.site, path), timeout=60))

    def press(self, button: str, **typed: str) -> Shown:
        """Send the form of this button, with what is typed in it."""
        assert self.page is not None
        found = [b for b in self.page.root.xpath("//main//button") if words(b) == button]
        assert len(found) == 1, f"{len(found)} buttons « {button} » in {self.page.text}"
        form = found[0].xpath("ancestor::form")[0]
        fields = {i.get("name"): i.get("value") or "" for i in form.xpath(".//input[@name]")}
        address = urljoin(self.page.url, form.get("action") or "")
        headers = {"Referer": self.page.url}
        answer = self.session.post(address, {**fields, **typed}, headers=headers, timeout=60)
        return self._show(answer)

    def leave_by(self, button: str) -> str:
        """The address where this button leads outside, not followed yet."""
        page = self.press(button)
        found = page.root.xpath("//meta[@http-equiv='refresh']/@content")
        assert found, page.text
        return str(found[0]).removeprefix("0;url=")

    def follow(self, address: str) -> Shown:
        return self._show(self.session.get(address, timeout=60))

    def by_provider(self, button: str) -> Shown:
        """Leave for the provider by this button, and come back."""
        return self.follow(self.leave_by(button))

    def cookie(self, name: str) -> str | None:
        return self.session.cookies.get(name)

    def _show(self, answer: requests.Response) -> Shown:
        self.page = Shown(answer.url, answer.status_code, html.fromstring(answer.content))
        return self.page
