"""Every command that a document or a sentence of the product gives can be typed as it stands."""

import re
import shlex
from pathlib import Path

import pytest

from livretpro.cli.main import parser

ROOT = Path(__file__).resolve().parents[2]
SOURCES = sorted(
    [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]
    + [p for kind in ("py", "html") for p in (ROOT / "src/livretpro").rglob(f"*.{kind}")]
)
QUOTED = re.compile(r"`livretpro ([^`\n]+)`|« ?livretpro ([^»\n]+?) ?»|^livretpro (.+)$", re.M)
NUMBER = "1"


def commands() -> list[str]:
    """What stands between backticks or French quotes, or alone on a line."""
    texts = [source.read_text(encoding="utf-8") for source in SOURCES]
    found = [next(filter(None, match)) for text in texts for match in QUOTED.findall(text)]
    return sorted(set(found))


def words(command: str) -> list[str]:
    """The words of a command; optional parts are typed too, and a number stands for N."""
    typed = shlex.split(re.sub(r"[][]", "", command), comments=True)
    return [NUMBER if word == "N" else word for word in typed]


@pytest.mark.parametrize("command", commands())
def test_a_command_given_to_read_is_one_that_the_program_knows(command: str) -> None:
    typed = words(command)
    whole = any(word.startswith("--") for word in typed[1:])

    if whole:
        assert parser().parse_args(typed).run
    else:  # a sentence names the verb alone
        with pytest.raises(SystemExit) as end:
            parser().parse_args([*typed, "--help"])
        assert end.value.code == 0
