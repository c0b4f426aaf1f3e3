"""Tables of docs/sending.md, generated from the rules of the send gate, the states of a delivery and the error codes.

`<!-- sending: hours -->` marks a table. `python -m backend.tests.docs.sending_tables` writes them.
"""

import re
from collections.abc import Callable, Iterator

from backend.app.core_gov.comms.consent import stop_words
from backend.app.core_gov.comms.delivery.advice import ERROR_CODES, GROUPS, STATE_ADVICE
from backend.app.core_gov.comms.delivery.states import CANCELABLE, FINAL, OPEN, PROVIDER_STATES, State
from backend.app.core_gov.comms.gate.gate import NEVER_OVERRIDDEN
from backend.app.core_gov.comms.gate.rules import HoursRule, RuleScope, shipped_rules
from backend.tests.harness import ROOT

PAGE = ROOT / "docs" / "sending.md"
_MARKED = re.compile(r"^(<!-- sending: (\w+) -->)\n(?:\|.*\n)*", re.MULTILINE)
Rows = Iterator[list[str]]


def written(text: str) -> str:
    """Return the page with every table regenerated."""
    return _MARKED.sub(lambda found: f"{found[1]}\n{_table(_WRITERS[found[2]])}", text)


def _table(writer: Callable[[], Rows]) -> str:
    head, *rows = writer()
    return "".join(f"| {' | '.join(cells)} |\n" for cells in (head, ["---"] * len(head), *rows))


def _place(scope: RuleScope) -> str:
    return ", ".join(f"{scope.country}-{region}" for region in sorted(scope.regions)) or scope.country


def _hours() -> Rows:
    yield ["place", "purposes", "Monday to Friday", "Saturday", "Sunday", "rule", "source", "basis", "reviewed"]
    for rule in shipped_rules().hours:
        origin, days = rule.origin, [str(hours) for hours in rule.days]
        purposes = ", ".join(sorted(rule.scope.purposes))
        source = f"{origin.source}{_holidays(rule)}"
        yield [_place(rule.scope), purposes, *days, f"`{origin.name}`", source, origin.basis, f"{origin.reviewed}"]


def _holidays(rule: HoursRule) -> str:
    return "; nothing on public holidays" if rule.closed_on_holidays else ""


def _other_rules() -> Rows:
    yield ["rule", "binds", "source", "basis", "reviewed"]
    pack = shipped_rules()
    for cap in pack.caps:
        text = f"{_place(cap.scope)}: at most {cap.most} in {cap.hours} hours"
        yield _rule(text, cap.scope, cap.origin.name, cap.origin.source, cap.origin.basis, f"{cap.origin.reviewed}")
    for consent in pack.consents:
        origin = consent.origin
        text = f"{_place(consent.scope)}: needs consent"
        yield _rule(text, consent.scope, origin.name, origin.source, origin.basis, f"{origin.reviewed}")
    for identity in pack.identities:
        origin = identity.origin
        text = f"{_place(identity.scope)}: {'every' if identity.every else 'the first'} message names the sender"
        yield _rule(text, identity.scope, origin.name, origin.source, origin.basis, f"{origin.reviewed}")


def _rule(text: str, scope: RuleScope, name: str, source: str, basis: str, reviewed: str) -> list[str]:
    channels = ", ".join(sorted(scope.channels))
    return [f"`{name}`", f"{text} ({channels})", source, basis, reviewed]


def _everywhere() -> Rows:
    yield ["rule", "source", "override"]
    for name, origin in shipped_rules().everywhere.items():
        yield [f"`{name}`", origin.source, "never" if name in NEVER_OVERRIDDEN else "possible"]


def _states() -> Rows:
    yield ["state", "kind", "what to do"]
    for state, text in STATE_ADVICE.items():
        yield [f"`{state}`", _kind(state), text]


def _kind(state: State) -> str:
    if state in CANCELABLE:
        return "open, can be canceled"
    if state in OPEN:
        return "open"
    return "final" if state in FINAL else "with the provider"


def _statuses() -> Rows:
    yield ["status of the provider", "state"]
    for status, state in PROVIDER_STATES.items():
        yield [f"`{status}`", f"`{state}`"]


def _codes() -> Rows:
    yield ["code", "meaning", "what to do"]
    for code, found in ERROR_CODES.items():
        yield [code, found.meaning, GROUPS[found.group]]


def _words() -> Rows:
    yield ["effect", "words"]
    yield ["opts out", _listed(stop_words.STOP_WORDS)]
    yield ["opts out in Canada", _listed(stop_words.STOP_WORDS_CANADA)]
    yield ["opts in", _listed(stop_words.START_WORDS)]
    yield ["asks for help", _listed(stop_words.HELP_WORDS)]
    yield ["asks for help in Canada", _listed(stop_words.HELP_WORDS_CANADA)]


def _listed(words: frozenset[str]) -> str:
    return ", ".join(f"`{word.upper()}`" for word in sorted(words))


_WRITERS: dict[str, Callable[[], Rows]] = {
    "hours": _hours,
    "rules": _other_rules,
    "everywhere": _everywhere,
    "states": _states,
    "statuses": _statuses,
    "codes": _codes,
    "words": _words,
}
NAMES = frozenset(_WRITERS)

if __name__ == "__main__":
    PAGE.write_text(written(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
