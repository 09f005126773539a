"""People who save without a pause, from as many threads, and remember what was acknowledged."""

import contextlib
import itertools
import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field

from soak import trail
from soak.instance import Instance
from soak.visitor import HEAD, TEACHER, Answer, Unanswered, Visitor, signed_in

FIELD = "appreciation"
WRITERS = 8
REST = 0.2  # seconds before another try, when nobody answers
UNAVAILABLE = ("La base de données est injoignable.", "La place manque sur le disque")


@dataclass
class Savers:
    """Each text is unique, so that a lost or doubled save has a name."""

    instance: Instance
    pupils: list[int]
    visitors: list[Visitor]
    seen: dict[int, str] = field(default_factory=dict)
    acknowledged: list[str] = field(default_factory=list)
    statuses: dict[int, int] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)
    lock: threading.Lock = field(default_factory=threading.Lock)
    numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    def save(self, visitor: Visitor, pupil: int) -> None:
        """Save a new text in place of the one known to stand, and learn what stands now."""
        text, seen = f"Texte {self.mark}-{next(self.numbers)}.", self.seen.get(pupil, "")
        sent = {"champ": FIELD, "valeur": text, "remplace": seen}
        try:
            answer = visitor.post(trail.livret_page(pupil) + "champ/", sent, htmx=True)
        except Unanswered:
            self.over.wait(REST)
            return
        with self.lock:
            self._learn(answer, pupil, text)

    @property
    def mark(self) -> str:
        """Tells these texts from those of other scenarios on the same instance."""
        return f"{id(self):x}"

    def _learn(self, answer: Answer, pupil: int, text: str) -> None:
        self.statuses[answer.status] = self.statuses.get(answer.status, 0) + 1
        if answer.status == 200:
            self.acknowledged.append(text)
            self.seen[pupil] = text
        elif answer.status == 409:
            self.seen[pupil] = answer.hidden(f"present:{FIELD}") or ""
        elif answer.status == 503 and any(words in answer.text for words in UNAVAILABLE):
            self.over.wait(REST)
        else:
            self.faults.append(f"a save is answered {answer.status}")

    def work(self, rank: int, times: int | None) -> None:
        """Save `times` times, or until it is over."""
        visitor = self.visitors[rank]
        for turn in itertools.count() if times is None else range(times):
            if self.over.is_set():
                return
            self.save(visitor, self.pupils[(rank + turn) % len(self.pupils)])


def gathered(instance: Instance, writers: int = WRITERS) -> Savers:
    """As many sessions as writers, of the teacher and of the head by turns."""
    people = itertools.cycle((TEACHER, HEAD))
    visitors = [signed_in(instance, next(people)) for _ in range(writers)]
    return Savers(instance, trail.pupils(instance), visitors)


@contextlib.contextmanager
def saving(savers: Savers) -> Iterator[Savers]:
    """They save meanwhile. A bug of a writer is raised at the end."""
    with ThreadPoolExecutor(len(savers.visitors)) as pool:
        work: list[Future[None]] = [
            pool.submit(savers.work, rank, None) for rank in range(len(savers.visitors))
        ]
        try:
            yield savers
        finally:
            savers.over.set()
    for one in work:
        one.result()


def faults(savers: Savers, *, since: int) -> list[str]:
    """What was lost or doubled of what they were told, and all that the trail shows."""
    kept = [text for text in trail.told(savers.instance, FIELD, since=since) if savers.mark in text]
    lost = trail.lost_or_doubled(savers.acknowledged, kept)
    return savers.faults + lost + trail.faults(savers.instance, since=since)
