"""A1: two people on one livret; nothing that was acknowledged is overwritten unseen."""

import re
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from random import Random

from soak import trail
from soak.measure import Measure, Task
from soak.visitor import HEAD, TEACHER, Answer, Visitor, signed_in

FIELDS = ("moyenne_1", "moyenne_2", "competence:C01", "competence:C03", "appreciation")
SAME = 0.6  # share of the interleavings where both write the same field
APART = 0.02  # seconds: the most between two posts that are meant to meet


@dataclass(frozen=True)
class Post:
    """A save about to be sent: by whom, of what, after how many seconds."""

    visitor: Visitor
    pupil: int
    field: str
    value: str
    seen: str
    delay: float

    def send(self) -> Answer:
        """Wait, then save."""
        time.sleep(self.delay)
        return self.visitor.post(
            trail.livret_page(self.pupil) + "champ/",
            {"champ": self.field, "valeur": self.value, "remplace": self.seen},
            htmx=True,
        )


def play(task: Task) -> Measure:
    """Let the teacher and the head type in the same livrets; `count` interleavings."""
    table = _Table(task)
    since = trail.length(task.instance)
    with ThreadPoolExecutor(2) as pool:
        for _ in range(task.count):
            posts = table.two_posts()
            table.judge(posts, list(pool.map(Post.send, posts)))
    faults = table.faults + table.unlike_the_pages() + trail.faults(task.instance, since=since)
    measured = f"{len(faults)} perdue, {table.conflicts} conflits montrés"
    asked = f"{task.count} entrelacements, 0 perdue"
    return Measure("A1 deux personnes", asked, measured, faults)


class _Table:
    """What stands in each field, as the acknowledged saves say."""

    def __init__(self, task: Task) -> None:
        self.chance: Random = task.chance
        self.people = [signed_in(task.instance, who) for who in (TEACHER, HEAD)]
        self.pupils = trail.pupils(task.instance)[:4]
        self.stands = {pupil: self._page(pupil) for pupil in self.pupils}
        self.faults: list[str] = []
        self.conflicts = self.made = 0

    def _page(self, pupil: int) -> dict[str, str]:
        """The texts that a person opening the livret sees."""
        page = self.people[1].get(trail.livret_page(pupil))
        return {field: page.hidden(f"remplace:{field}") or "" for field in FIELDS}

    def two_posts(self) -> list[Post]:
        """One of each person, in a random order, of the same field or not."""
        pupil, same = self.chance.choice(self.pupils), self.chance.random() < SAME
        first = self.chance.choice(FIELDS)
        second = first if same else self.chance.choice([f for f in FIELDS if f != first])
        values = [self._value(pupil, first, ()), ""]
        values[1] = self._value(pupil, second, (values[0],))
        people = self.chance.sample(self.people, 2)
        seen = self.stands[pupil]
        return [
            Post(person, pupil, field, value, seen[field], self.chance.uniform(0, APART))
            for person, field, value in zip(people, (first, second), values, strict=True)
        ]

    def _value(self, pupil: int, field: str, others: tuple[str, ...]) -> str:
        """A canonical text that neither stands nor is typed by the other person."""
        taken = {self.stands[pupil][field], *others}
        self.made += 1
        if field == "appreciation":
            return f"Appréciation n° {self.made}."
        marks = ("1", "2", "3", "4") if field.startswith("competence") else _AVERAGES
        return self.chance.choice([mark for mark in marks if mark not in taken])

    def judge(self, posts: list[Post], answers: list[Answer]) -> None:
        """Different fields are both taken; of one field one is, and the other person sees both."""
        statuses = [answer.status for answer in answers]
        same = posts[0].field == posts[1].field
        if sorted(statuses) != ([200, 409] if same else [200, 200]):
            self.faults.append(f"{posts[0].field}, {posts[1].field}: {statuses}")
        won: Mapping[str, str] = {}
        for post, answer in zip(posts, answers, strict=True):
            if answer.status == 200:
                won = {post.field: post.value}
                self.stands[post.pupil] |= won
        for post, answer in zip(posts, answers, strict=True):
            if answer.status == 409:
                self.conflicts += 1
                self._judge_conflict(post, answer, won.get(post.field))

    def _judge_conflict(self, post: Post, answer: Answer, stands: str | None) -> None:
        shown = re.findall('class="lp-two__text">([^<]*)<', answer.text)
        both = len(shown) == 2 and post.value in shown[0]
        if not both or answer.hidden(f"present:{post.field}") != stands:
            self.faults.append(f"{post.field}: the conflict does not show both values")

    def unlike_the_pages(self) -> list[str]:
        """Livrets whose page does not show what was acknowledged last."""
        return [
            f"the page of {pupil} shows other values than those acknowledged"
            for pupil, texts in self.stands.items()
            if self._page(pupil) != texts
        ]


_AVERAGES = tuple(f"{n // 100},{n % 100:02}" for n in range(0, 2001, 25))
