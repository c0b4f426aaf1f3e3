"""URL routes."""

from django.http import HttpRequest, HttpResponse
from django.urls import include, path
from rest_framework.routers import SimpleRouter

from bench.peers.django_service.views import DraftViewSet


def healthz(request: HttpRequest) -> HttpResponse:
    """Return 200: the process is alive."""
    return HttpResponse("ok")


router = SimpleRouter()
router.register("drafts", DraftViewSet, basename="draft")
urlpatterns = [path("healthz", healthz), path("", include(router.urls))]
