"""Copies of a data directory that were made while the service wrote, and files that were damaged, must start.

What was acknowledged before the copy began is there afterwards, be it from the database or from the JSON files.
"""

import random
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from backend.app.core_gov.audit import service as audit
from backend.app.deals.schemas import DealCreate, DealPatch
from backend.app.deals.service import create_deal, list_deals, patch_deal
from backend.app.kit.db import Ctx, Tx
from backend.app.kit.errors import StartError
from backend.app.kit.json_files import read
from backend.app.office import Office, open_office
from backend.app.settings import Settings
from backend.tests.conftest import MakeServer
from backend.tests.harness import ROOT, clean_environment, until
from backend.tests.survive.storm import Doc, Storm

Logged = Callable[[], list[dict[str, Any]]]
CTX = Ctx("tester", "api")
NOTES = "long enough that a few hundred deals take many pages " * 8


def _write(office: Office, first: int, last: int) -> None:
    def deals(tx: Tx) -> None:
        for number in range(first, last):
            create_deal(tx, DealCreate(name=f"Deal {number}", notes=NOTES))

    for number in range(first, last, 20):
        office.db.write_now(CTX, lambda tx, n=number: [create_deal(tx, DealCreate(name=f"Deal {n + i}", notes=NOTES)) for i in range(20)])


