"""Sign-in (spec 08, Accounts): a whole school behind one address, and somebody who guesses."""

import itertools
import time
from concurrent.futures import ThreadPoolExecutor

from soak.instance import Instance
from soak.measure import Measure, Task
from soak.visitor import ELSEWHERE, Answer, Visitor, sign_in

TEACHERS = ("nadege.tillervent", "youssouf.karadine", "maelle.d-aubrecourt")
OWNER = "etienne.morvaudin"
"""Whose password is guessed; he takes part in no other scenario."""
AT_ONCE = 8
MINUTE = 60  # seconds
HASHED = 20  # wrong passwords that may reach the hasher
WRONG = "le mot de passe n’est pas le bon"


def many(task: Task) -> Measure:
    """Sign in `count` times within a minute, from one address: everybody gets in."""
    people = itertools.islice(itertools.cycle(TEACHERS), task.count)
    start = time.monotonic()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = list(pool.map(lambda who: sign_in(Visitor(task.instance), who), people))
    seconds = time.monotonic() - start
    taken = sum(answer.status == 302 for answer in answers)
    faults = [f"{task.count - taken} people stay outside"] if taken < task.count else []
    if seconds > MINUTE:
        faults.append(f"it took {seconds:.0f} s")
    asked = f"{task.count} en une minute, toutes admises"
    return Measure("connexions", asked, f"{taken} en {seconds:.0f} s", faults)


def wrong(task: Task) -> Measure:
    """Guess `count` passwords: few are compared, and the owner comes in from elsewhere."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = list(pool.map(lambda n: _guess(task.instance, n), range(task.count)))
    compared = sum(WRONG in answer.text for answer in answers)
    owner = sign_in(Visitor(task.instance, address=ELSEWHERE), OWNER)
    faults = [f"{compared} were compared"] if compared > HASHED else []
    faults += [f"a guess is answered {a.status}" for a in answers if a.status == 302]
    if owner.status != 302:
        faults.append(f"the owner is locked out: {owner.status}")
    asked = f"{task.count} essais, {HASHED} comparés au plus"
    return Measure("mots de passe faux", asked, f"{compared} comparés", faults)


def _guess(instance: Instance, number: int) -> Answer:
    return sign_in(Visitor(instance), OWNER, f"mauvais mot de passe {number}")
