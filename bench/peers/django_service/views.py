"""Endpoints: create, get, list, patch."""

from typing import Any, ClassVar

from django.db.models import QuerySet
from rest_framework import serializers, viewsets
from rest_framework.pagination import CursorPagination

from bench.peers.django_service.models import Draft

FILTERS = ("status", "channel", "deal_id", "contact_id")


class DraftSerializer(serializers.ModelSerializer):
    """Serializer of all fields, for input and output."""

    class Meta:
        model = Draft
        fields = "__all__"


class NewestFirst(CursorPagination):
    """Cursor pagination, newest first, which needs no count."""

    ordering = "-id"
    page_size = 100
    page_size_query_param = "limit"
    max_page_size = 500


class DraftViewSet(viewsets.ModelViewSet):
    """Create, get, list and patch drafts."""

    serializer_class = DraftSerializer
    pagination_class = NewestFirst
    http_method_names: ClassVar = ["get", "post", "patch"]

    def get_queryset(self) -> QuerySet[Any]:
        given = {name: value for name in FILTERS if (value := self.request.query_params.get(name)) is not None}
        return Draft.objects.filter(**given)
