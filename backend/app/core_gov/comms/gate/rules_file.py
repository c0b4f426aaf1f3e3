"""Rules of the company in `sending_rules.toml`, which tighten those of this version."""

from datetime import date
from pathlib import Path

from backend.app.core_gov.comms.gate.company_rules import tighten
from backend.app.core_gov.comms.gate.rules import RulePack, shipped_rules
from backend.app.kit import clock
from backend.app.kit.clock import local_day
from backend.app.kit.data_files.toml_file import read_toml
from backend.app.settings import Settings


def rules_file(settings: Settings) -> Path:
    return settings.data_dir_absolute / "sending_rules.toml"


def rules_in_force(settings: Settings) -> RulePack:
    """Return the rules with those of the company, if there is a file. Raises BadInput if one is wrong.

    A wrong file stops all sending, because the company wanted stricter rules.
    """
    path = rules_file(settings)
    try:
        tables = read_toml(path, "list of rules")
    except FileNotFoundError:
        return shipped_rules()
    return tighten(shipped_rules(), tables, date.fromisoformat(local_day(clock.now())))
