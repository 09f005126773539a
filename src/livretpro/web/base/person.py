"""Who is signed in."""

from django.http import Http404, HttpRequest

from livretpro.accounts.models import User


def person(request: HttpRequest) -> User:
    """Who is signed in. Raises `Http404` in a view that anybody may open."""
    if not request.user.is_authenticated:
        raise Http404
    return request.user
