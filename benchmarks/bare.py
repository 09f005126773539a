"""The floor of P7: a Django view that does one UPDATE, with no session, no right, no journal."""

from django.http import HttpRequest, HttpResponse
from django.urls import path

from livretpro.livrets.models import Degree


def save(request: HttpRequest, degree: int) -> HttpResponse:
    """Give a degree the value of the body."""
    Degree.objects.filter(pk=degree).update(value=int(request.body))
    return HttpResponse("garde")


urlpatterns = [path("<int:degree>/", save)]
