"""Draft model, with the fields and indexes that a draft has in Valhalla."""

from typing import ClassVar

from django.db import models


class Draft(models.Model):
    """A draft of a message."""

    channel = models.CharField(
        max_length=20, default="sms", choices=[(c, c) for c in ("sms", "email", "call", "dm", "letter", "other")]
    )
    status = models.CharField(
        max_length=20, default="draft", choices=[(s, s) for s in ("draft", "ready", "sent", "archived")]
    )
    to = models.CharField(max_length=200, null=True, blank=True)
    subject = models.CharField(max_length=998, null=True, blank=True)
    body = models.TextField()
    deal_id = models.CharField(max_length=200, null=True, blank=True)
    contact_id = models.CharField(max_length=200, null=True, blank=True)
    tone = models.CharField(max_length=200, null=True, blank=True)
    tags = models.JSONField(default=list, blank=True)
    meta = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=[name, "id"]) for name in ("status", "channel", "deal_id", "contact_id")
        ]
