"""The page on sending says what the code does."""

import re
import tomllib
from datetime import date

from backend.app.core_gov.comms.gate.company_rules import tighten
from backend.app.core_gov.comms.gate.gate import MAX_VALIDITY_S, MIN_VALIDITY_S
from backend.app.core_gov.comms.gate.rules import shipped_rules
from backend.app.core_gov.comms.segments import MAX_CHARACTERS
from backend.tests.docs.sending_tables import NAMES, PAGE, written
from backend.tests.promises import promise

TEXT = PAGE.read_text(encoding="utf-8")


@promise("Documentation", "The tables of rules, states and error codes of sending match the code.")
def test_tables_match_the_code() -> None:
    assert written(TEXT) == TEXT, "`python -m backend.tests.docs.sending_tables` rewrites the tables"
    assert set(re.findall(r"<!-- sending: (\w+) -->", TEXT)) == NAMES


def test_the_example_of_company_rules_is_accepted() -> None:
    (example,) = re.findall(r"```toml\n(# Rules of the company.*?)```", TEXT, re.DOTALL)
    pack = tighten(shipped_rules(), tomllib.loads(example), date(2026, 11, 29))
    assert pack != shipped_rules()


def test_figures_match_the_code() -> None:
    pack = shipped_rules()
    said = (
        f"within the last {pack.inbound_minutes} minutes",
        f"within {pack.confirmation_minutes} minutes of the STOP",
        f"{max(rule.reply_hours for rule in pack.hours)} hours after the recipient's last message",
        f"fewer than {MIN_VALIDITY_S} seconds",
        f"at most {MAX_VALIDITY_S // 3600} hours",
        f"{MAX_CHARACTERS:,} characters",
    )
    prose = " ".join(TEXT.split())
    assert [figure for figure in said if figure not in prose] == []
