"""The backups an instance keeps of itself: seven of the last days, four of the last weeks."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings

ENDING = ".sauvegarde"
PATTERN = "livretpro-%Y%m%d-%H%M%S"
DAYS, WEEKS = 7, 4


@dataclass(frozen=True)
class Kept:
    """A backup of the folder, and the instant its name tells (UTC)."""

    path: Path
    made_at: datetime


def backups_folder() -> Path:
    """Where daily backups go."""
    return Path(settings.DATA_DIR / "sauvegardes")


def name_of(now: datetime) -> str:
    """The name of a backup made now."""
    return f"{now.astimezone(UTC).strftime(PATTERN)}{ENDING}"


def kept_backups(folder: Path) -> list[Kept]:
    """The backups of a folder, newest first; other files are none of ours."""
    found = []
    for path in folder.glob(f"*{ENDING}"):
        try:
            name = f"{path.name.removesuffix(ENDING)}+0000"
            found.append(Kept(path, datetime.strptime(name, f"{PATTERN}%z")))
        except ValueError:
            continue
    return sorted(found, key=lambda kept: kept.made_at, reverse=True)


def newest_age(folder: Path, *, now: datetime) -> timedelta | None:
    """How old the newest backup is; none when there is none."""
    found = kept_backups(folder)
    return now - found[0].made_at if found else None


def to_drop(backups: list[Kept]) -> list[Kept]:
    """Those to remove: all but the newest of each of the last seven days and four weeks that have
    one."""
    days: dict[object, Kept] = {}
    weeks: dict[object, Kept] = {}
    for kept in backups:
        days.setdefault(kept.made_at.date(), kept)
        weeks.setdefault(kept.made_at.isocalendar()[:2], kept)
    stay = [*list(days.values())[:DAYS], *list(weeks.values())[:WEEKS]]
    return [kept for kept in backups if kept not in stay]
