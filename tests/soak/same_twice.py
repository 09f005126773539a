"""A3: double click, back button, retry after a time-out: one effect, for every form of Suivi."""

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from lxml import html

from soak import trail
from soak.deposits import renamed
from soak.instance import Instance, wait_for
from soak.measure import Measure, Task
from soak.visitor import ADMINISTRATOR, HEAD, TEACHER, Answer, Visitor, signed_in

SUIVI = f"/suivi/{trail.UAI}/{trail.CIEL}/"
AGORA = f"/suivi/{trail.UAI}/40030004/"
IMPORTS, ACCOUNTS = f"/ecole/{trail.UAI}/imports/", f"/ecole/{trail.UAI}/comptes/"
TIMES = 3  # the double click, and the retry
TAKEN = {200, 302, 404, 409}
"""A form already taken is told so, or no longer has what it was about."""


@dataclass(frozen=True)
class Deed:
    """A form about to be sent; `effects` counts what it does, whose rise must be `rise`."""

    name: str
    visitor: Visitor
    path: str
    data: Mapping[str, str]
    effects: Callable[[], int]
    files: tuple[bytes, ...] = ()
    rise: int = 1

    def send(self) -> Answer:
        """Send the form."""
        return self.visitor.post(self.path, self.data, files=self.files)


def play(task: Task) -> Measure:
    """Send every form twice at once, then once more; `count` rounds of all the forms."""
    forms = Forms(task.instance)
    faults: list[str] = []
    played = 0
    for turn in range(task.count):
        for make in DEEDS:
            faults += _judged(make(forms, turn))
            played += 1
    faults += trail.faults(task.instance)
    asked = f"{len(DEEDS)} formulaires × {task.count}, un effet"
    measured = f"{played} envoyés {TIMES} fois, {len(faults)} écarts"
    return Measure("A3 double envoi", asked, measured, faults)


def _judged(deed: Deed) -> Iterator[str]:
    before = deed.effects()
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(Deed.send, [deed, deed]))
    answers.append(deed.send())
    statuses = [answer.status for answer in answers]
    rise = deed.effects() - before
    if rise != deed.rise:
        yield f"{deed.name}: {rise} effects, {deed.rise} expected, answers {statuses}"
    if not TAKEN.issuperset(statuses):
        yield f"{deed.name}: answers {statuses}"


class Forms:
    """The people, and the deeds they are about to do."""

    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        self.teacher, self.head, self.administrator = (
            signed_in(instance, who) for who in (TEACHER, HEAD, ADMINISTRATOR)
        )
        self.pupils = trail.pupils(instance)

    def journal(self) -> int:
        """How many entries the journal holds."""
        return trail.length(self.instance)

    def counter(self, query: str, *values: object) -> Callable[[], int]:
        """A count of the database."""
        return lambda: self.instance.count(query, *values)

    def newest(self, table: str) -> int:
        """The last row made in a table."""
        return self.instance.count(f"SELECT max(id) FROM {table}")

    def field(self, turn: int) -> Deed:
        """One field of the livret."""
        page = trail.livret_page(self.pupils[0])
        seen = self.teacher.get(page).hidden("remplace:appreciation") or ""
        data = {"champ": "appreciation", "valeur": f"Envoi {turn}.", "remplace": seen}
        return Deed("un champ", self.teacher, page + "champ/", data, self.journal)

    def whole_form(self, turn: int) -> Deed:
        """The livret as a browser without JavaScript sends it."""
        page = trail.livret_page(self.pupils[1])
        form: Any = html.fromstring(self.teacher.get(page).text).xpath("//form[@id='livret']")[0]
        typed = {name: value for name, value in form.form_values() if name != "csrfmiddlewaretoken"}
        data = typed | {"appreciation": f"Formulaire {turn}."}
        return Deed("le livret entier", self.teacher, page, data, self.journal)

    def back_button(self, turn: int) -> Deed:
        """An old form sent again after somebody else changed the value: nothing moves."""
        page, sent = trail.livret_page(self.pupils[2]), self.field(turn).data
        former = dict(sent) | {"valeur": "Ancien."}
        former["remplace"] = self.teacher.get(page).hidden("remplace:appreciation") or ""
        self.teacher.post(page + "champ/", former)
        newer = {"champ": "appreciation", "valeur": f"Neuf {turn}.", "remplace": "Ancien."}
        self.head.post(page + "champ/", newer)
        return Deed(
            "retour en arrière", self.teacher, page + "champ/", former, self.journal, rise=0
        )

    def pfmp_for_all(self, turn: int) -> Deed:
        """Export the PFMP of a division, or not: one entry for each livret that changes."""
        division = trail.division(self.instance, "TCIEL1")
        changing = self.instance.count(
            "SELECT count(*) FROM schools_enrolment e LEFT JOIN livrets_livret l USING"
            " (student_id, school_year_id, cfd, level) WHERE e.id = ANY(%s)"
            " AND coalesce(l.pfmp_export, false) <> %s",
            self.pupils,
            turn % 2 == 0,
        )
        wanted, seen = ("non", "oui") if turn % 2 else ("oui", "non")
        data = {"choix": "pfmp", "valeur": wanted, "etape": "appliquer"}
        data |= {f"vu:{pupil}:pfmp_exporter": seen for pupil in self.pupils}
        path = f"{SUIVI}divisions/{division}/choix/"
        return Deed("PFMP d’une division", self.head, path, data, self.journal, rise=changing)

    def periodicity(self, turn: int) -> Deed:
        """Trimestres or semestres where nothing is typed yet."""
        data = {"niveau": "premiere", "periodicite": "TS"[turn % 2]}
        return Deed("périodicité", self.head, f"{AGORA}export/periodicite/", data, self.journal)

    def project(self, turn: int) -> Deed:
        """Close the block of the projet, then open it again."""
        stands = self.instance.count(
            "SELECT project::int FROM livrets_periodicity WHERE cfd = %s AND level = 'premiere'"
            " ORDER BY school_year_id DESC LIMIT 1",
            trail.CIEL,
        )
        data = {"niveau": "premiere", "ouvrir": "non" if stands else "oui"}
        return Deed(f"projet ({turn})", self.head, f"{SUIVI}export/projet/", data, self.journal)

    def export(self, turn: int) -> Deed:
        """A version of the file of a division, after a change."""
        change = self.field(turn)
        changed = {**change.data, "valeur": f"Avant l’export {turn}."}
        self.teacher.post(change.path, changed)
        path = f"{SUIVI}export/divisions/{trail.division(self.instance, 'TCIEL1')}/"
        versions = self.counter("SELECT count(*) FROM lsl_export_exportversion")
        return Deed("export", self.head, path, {"profil": "1.0"}, versions)

    def deposit(self, turn: int) -> Deed:
        """Files deposited twice: one import is left to answer."""
        self._settled()
        waiting = self.counter(
            "SELECT count(*) FROM schools_importbatch WHERE state NOT IN"
            " ('applique', 'refuse', 'abandonne')"
        )
        sent = (renamed(f"Envoyée-{_letters(turn)}"),)
        return Deed(f"dépôt ({turn})", self.administrator, IMPORTS, {}, waiting, sent)

    def confirm(self, turn: int) -> Deed:
        """The import of the deposit, applied once."""
        self._wait_for_preview()
        path = f"{IMPORTS}{self.newest('schools_importbatch')}/appliquer/"
        data = {"departs": "on", "nouvelle_annee": "on"}
        return Deed(f"application ({turn})", self.administrator, path, data, self._applied)

    def drop(self, turn: int) -> Deed:
        """An import given up."""
        self.deposit(turn).send()
        self._wait_for_preview()
        path = f"{IMPORTS}{self.newest('schools_importbatch')}/abandonner/"
        dropped = self.counter("SELECT count(*) FROM schools_importbatch WHERE state = 'abandonne'")
        return Deed("abandon", self.administrator, path, {}, dropped)

    def account(self, turn: int) -> Deed:
        """A new account."""
        data = {"role": "ddfpt", "last_name": f"DOUBLE {_letters(turn)}", "first_name": "Lou"}
        made = self.counter("SELECT count(*) FROM accounts_user")
        return Deed("compte", self.administrator, ACCOUNTS, data, made)

    def code(self, turn: int) -> Deed:
        """A new code for the account just made: one opens it in the end, as before."""
        path = f"{ACCOUNTS}{self.newest('schools_membership')}/code/"
        codes = self.counter("SELECT count(*) FROM accounts_activationcode")
        return Deed(f"code ({turn})", self.administrator, path, {}, codes, rise=0)

    def role_ended(self, turn: int) -> Deed:
        """The role of that account, taken back."""
        path = f"{ACCOUNTS}{self.newest('schools_membership')}/retirer/"
        return Deed(f"rôle retiré ({turn})", self.administrator, path, {}, self.journal)

    def teacher_added(self, turn: int) -> Deed:
        """A teacher added by hand."""
        staff = self.instance.count("SELECT id FROM schools_staff WHERE last_name = 'VERDELUNE'")
        data = {"division": str(trail.division(self.instance, "TCIEL1")), "staff": str(staff)}
        return Deed(f"enseignant ({turn})", self.head, f"{SUIVI}enseignants/", data, self.journal)

    def teacher_removed(self, turn: int) -> Deed:
        """The same, taken back."""
        path = f"{SUIVI}enseignants/{self.newest('schools_handteacher')}/retirer/"
        return Deed(f"enseignant retiré ({turn})", self.head, path, {}, self.journal)

    def pfmp_by_teachers(self, turn: int) -> Deed:
        """Who writes the synthesis of the PFMP."""
        stands = self.instance.count(
            "SELECT pfmp_by_speciality_teachers::int FROM schools_school WHERE uai = %s", trail.UAI
        )
        data = {"pfmp": "non" if stands else "oui"}
        return Deed(f"rédaction ({turn})", self.head, f"{SUIVI}enseignants/", data, self.journal)

    def _states(self) -> set[str]:
        return {state for (state,) in self.instance.rows("SELECT state FROM schools_importbatch")}

    def _settled(self) -> None:
        """Nothing waits from a former deed."""
        for (batch,) in self.instance.rows(
            "SELECT id FROM schools_importbatch WHERE state = 'apercu'"
        ):
            self.administrator.post(f"{IMPORTS}{batch}/abandonner/", {})

    def _wait_for_preview(self) -> None:
        wait_for(lambda: "apercu" in self._states(), what="an import waits for an answer")

    def _applied(self) -> int:
        """Imports told to the journal, once none is at work."""
        wait_for(lambda: not self._states() & {"lecture", "application"}, what="no import at work")
        return self.instance.count("SELECT count(*) FROM journal_entry WHERE action = 'importe'")


def _letters(number: int) -> str:
    """A number as letters: names hold no digits."""
    return "".join(chr(ord("A") + int(digit)) for digit in str(number))


DEEDS: tuple[Callable[[Forms, int], Deed], ...] = (
    Forms.field,
    Forms.whole_form,
    Forms.back_button,
    Forms.pfmp_for_all,
    Forms.periodicity,
    Forms.project,
    Forms.export,
    Forms.drop,
    Forms.deposit,
    Forms.confirm,
    Forms.account,
    Forms.code,
    Forms.role_ended,
    Forms.teacher_added,
    Forms.teacher_removed,
    Forms.pfmp_by_teachers,
)
