"""Telling the teachers of a level, and a teacher who read what was told."""

from dataclasses import dataclass

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST

from livretpro.livrets.actions import NotSent, mark_seen
from livretpro.livrets.actions import announce as send
from livretpro.livrets.announcing import level_pupils, readers_of, standings, told
from livretpro.livrets.models import Periodicity
from livretpro.livrets.permissions import can_configure
from livretpro.livrets.queries import periodicities, sheets
from livretpro.referentiels.rules import Level
from livretpro.schools.followers import followers
from livretpro.web.base.asking import is_key
from livretpro.web.base.doors import in_school
from livretpro.web.base.place import Place
from livretpro.web.suivi.announcement_rows import reader_rows, ready_text, sent_rows
from livretpro.web.suivi.doors import in_diploma
from livretpro.web.suivi.place import DiplomaPlace


@dataclass(frozen=True)
class Track:
    """The level that is told something, and how it is set."""

    level: Level
    row: Periodicity


@require_http_methods(["GET", "HEAD", "POST"])
@in_diploma
def announce(request: HttpRequest, place: DiplomaPlace, level: str) -> HttpResponseBase:
    """Tell the teachers of a level; who read it, who has not begun.

    Fourteen queries, doors aside.
    """
    if not can_configure(place.actor):
        raise PermissionDenied
    track = _track(place, level)
    if request.method != "POST":
        return _page(request, place, track)
    typed, last = request.POST.get("message", ""), request.POST.get("derniere", "")
    try:
        count = send(
            track.row,
            place.diploma,
            typed,
            last=int(last) if is_key(last) else 0,
            by=place.actor,
            on=timezone.localdate(),
        )
    except NotSent as refusal:
        return _page(request, place, track, typed=typed, refused=refusal.phrase)
    messages.success(request, _sent_words(count))
    return redirect("suivi:announce", place.school.uai, place.path, level)


@require_POST
@in_school
def seen(request: HttpRequest, place: Place, announcement: int) -> HttpResponseBase:
    """Keep that the person read an announcement, and lead back to the page where it stood."""
    if mark_seen(announcement, by=place.actor, now=timezone.now()) is None:
        raise Http404
    back = request.POST.get("retour", "")
    if not url_has_allowed_host_and_scheme(back, None) or not back.startswith("/"):
        back = reverse("school", args=[place.school.uai])
    return redirect(back)


def _track(place: DiplomaPlace, name: str) -> Track:
    """404 for another word, for a level whose entry is not open yet, and for a year gone by."""
    cfd = place.diploma.cfd
    row = periodicities(place.year, [cfd]).get((cfd, name))
    if row is None or place.former:
        raise Http404
    return Track(Level(name), row)


def _sent_words(count: int) -> str:
    if count == 1:
        return "Le message est envoyé : un enseignant le verra à sa prochaine page."
    return f"Le message est envoyé : {count} enseignants le verront à leur prochaine page."


def _page(
    request: HttpRequest,
    place: DiplomaPlace,
    track: Track,
    *,
    typed: str | None = None,
    refused: str = "",
) -> HttpResponse:
    cfd, today = place.diploma.cfd, timezone.localdate()
    pupils = level_pupils(place.year, cfd, track.level)
    sent = told(place.year, cfd, track.level)
    messages_sent = (t.announcement for t in sent if t.announcement.days_before is None)
    last = next(messages_sent, None)
    found = standings(
        followers(place.year, pupils, on=today),
        sheets(pupils, place.year, known={cfd: place.diploma}),
        readers_of(last) if last else {},
    )
    address = reverse("suivi:entry", args=[place.school.uai, place.path])
    ready = ready_text(track.row, request.build_absolute_uri(address))
    context = {
        "level": track.level,
        "text": ready if typed is None else typed,
        "refused": refused,
        "last": last,
        "rows": reader_rows(found, last, now=timezone.now()),
        "sent": sent_rows(sent, now=timezone.now()),
        "reached": sum(s.teacher.user is not None for s in found),
        "by_mail": sum(bool(s.teacher.user and s.teacher.user.email) for s in found),
        "has_mail": bool(settings.EMAIL_HOST),
    }
    return render(request, "suivi/announce.html", context, status=422 if refused else 200)
