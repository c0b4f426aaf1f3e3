"""`django-admin fill TOKEN`: a user with the token, and drafts from standard input, one per line."""

import json
import sys
from argparse import ArgumentParser
from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand
from rest_framework.authtoken.models import Token

from bench.peers.django_service.models import Draft


class Command(BaseCommand):
    """Fills the database before the measurement."""

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("token")

    def handle(self, *args: Any, **options: Any) -> None:
        Token.objects.create(key=options["token"], user=User.objects.create_user("bench"))
        made = Draft.objects.bulk_create((Draft(**json.loads(line)) for line in sys.stdin), batch_size=500)
        for draft in made:
            self.stdout.write(str(draft.pk))
