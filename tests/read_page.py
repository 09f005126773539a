"""Reads a page as a person does: its words, its links, its buttons."""

from typing import Any

from lxml import html


class ReadPage:
    """The content of an answer, without the header."""

    def __init__(self, answer: Any) -> None:
        self.status: int = answer.status_code
        self.root = html.fromstring(answer.content.decode())
        self.main = self.root.xpath("//main")[0]

    @property
    def title(self) -> str:
        """The title of the window."""
        return str(self.root.xpath("string(//title)"))

    @property
    def text(self) -> str:
        """All the words, one space between them."""
        return words(self.main)

    def rows(self, caption: str) -> list[list[str]]:
        """The cells of the body of the table that bears this name."""
        tables = [t for t in self.main.xpath(".//table") if self._name(t) == caption]
        assert len(tables) == 1, f"{len(tables)} tables « {caption} »"
        return [
            [words(cell) for cell in row.xpath("./th|./td")]
            for row in tables[0].xpath(".//tbody/tr")
        ]

    def _name(self, table: Any) -> str:
        label = table.get("aria-labelledby")
        named = self.main.xpath(f".//*[@id='{label}']") if label else table.xpath("./caption")
        return words(named[0]) if named else ""

    def messages(self) -> list[str]:
        """What stands in messages and alerts."""
        return [words(m) for m in self.main.xpath(".//*[@role='status' or @role='alert']")]

    def links(self, text: str) -> list[str]:
        """The addresses of the links that say this."""
        return [a.get("href") for a in self.main.xpath(".//a[@href]") if words(a) == text]

    def button(self, text: str) -> Any:
        """The only button that says this."""
        found = [b for b in self.main.xpath(".//button") if words(b) == text]
        assert len(found) == 1, f"{len(found)} buttons « {text} »"
        return found[0]

    def reason(self, button: Any) -> str:
        """What describes a button."""
        return words(self.main.xpath(f".//*[@id='{button.get('aria-describedby')}']")[0])


def words(element: Any) -> str:
    """The text of an element, one space between words."""
    return " ".join(element.text_content().split())
