"""A real Suivi behind a line where an answer can go wrong, or something happen before it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import requests

from partner_server import TOKEN, Reply, Suivi, serving

Ask = Callable[[], Reply]
Trouble = Callable[[Ask], Reply]
"""What becomes of a question, which it asks Suivi itself or not."""


def garbled(ask: Ask) -> Reply:
    """Half of what Suivi says, as if it were whole."""
    said = ask()
    return replace(said, content=said.content[: len(said.content) // 2])


def slow(ask: Ask) -> Reply:
    """Byte after byte: each comes in time, the whole does not."""
    return replace(ask(), drips=True)


def meanwhile(act: Callable[[], Any]) -> Trouble:
    """Something happens in Suivi just before it is asked."""

    def trouble(ask: Ask) -> Reply:
        act()
        return ask()

    return trouble


def once(trouble: Trouble) -> Trouble:
    """The first question is in trouble, those that follow are not."""
    left = [trouble]

    def first(ask: Ask) -> Reply:
        return left.pop()(ask) if left else ask()

    return first


def torn(ask: Ask) -> Reply:
    """The line is cut in the middle of the answer."""
    said = ask()
    return replace(said, content=said.content[: len(said.content) // 2], cut=True)


@dataclass
class Relay(Suivi):
    """Where Bulletins asks what Suivi says at `behind`; the troubles, by path."""

    behind: str = ""
    troubles: dict[str, Trouble] = field(default_factory=dict)

    def answer(self, path: str, authorization: str) -> Reply:
        def ask() -> Reply:
            form = {"grant_type": "client_credentials"} if path == TOKEN else None
            try:
                said = requests.request(
                    "POST" if form else "GET",
                    self.behind + path,
                    data=form,
                    headers={"Authorization": authorization},
                    timeout=60,
                )
            except requests.RequestException:
                return Reply(b"", 502)
            return Reply(said.content, said.status_code)

        trouble = self.troubles.get(path)
        return trouble(ask) if trouble else ask()


@contextmanager
def relay_to(address: str) -> Iterator[Relay]:
    """The line to a Suivi, until the end of the block."""
    relay = Relay(behind=address)
    with serving(relay):
        yield relay
