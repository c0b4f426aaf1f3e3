"""Classification of an inbound text: an opt-out, an opt-in, a request for help, something like an opt-out, or neither.

Only a text that consists of a stop word opts out by itself. Looking for the words inside of a text would block people
who write "I can stop by tomorrow". Phrases that mean an opt-out, such as "please stop texting me", ask a person.

Sources of the words: 47 CFR 64.1200(a)(10); Twilio and AWS for the further words and those of Canada.
"""

import re
from typing import Literal, NamedTuple

from backend.app.core_gov.comms.consent.opt_out_phrases import PHRASES
from backend.app.kit.text import folded, without_format

InboundKind = Literal["stop", "start", "help", "similar", "ordinary"]

STOP_WORDS = frozenset(
    {"stop", "stopall", "stop all", "unsubscribe", "end", "quit", "cancel", "revoke", "optout", "opt out"}
)
STOP_WORDS_CANADA = frozenset({"arret", "remove", "td"})
"""Stop words for recipients in Canada, without accents. Elsewhere they are similar to a stop word."""

START_WORDS = frozenset({"start", "unstop"})
"""YES is missing: it is an answer to a question, unless the provider says that it is an opt-in."""

HELP_WORDS = frozenset({"help", "info"})
HELP_WORDS_CANADA = frozenset({"aide"})

_PROVIDER: dict[str, InboundKind] = {"STOP": "stop", "START": "start", "HELP": "help"}
_MAX_READ = 2_000

_MISSPELLED = frozenset({
    "stopp", "stpo", "sotp", "sttop", "stoop", "stap", "st0p", "unsub", "unsubcribe", "unsuscribe", "unsubscibe",
    "unsubscribed", "stop2end", "stop2quit", "alto", "arreter", "arretez", "desabonner", "desinscrire",
})  # fmt: skip
_STOPS = STOP_WORDS | STOP_WORDS_CANADA | _MISSPELLED
# Words that do not change the meaning of a stop word beside them.
_FILLERS = frozenset({
    "ahora", "all", "already", "asap", "can", "cease", "desist", "everything", "favor", "from", "hey", "hi", "i",
    "immediately", "it", "je", "just", "kindly", "lol", "maam", "me", "mensajes", "merci", "message", "messages",
    "must", "need", "no", "now", "ok", "okay", "plait", "please", "pls", "plz", "por", "quickly", "right", "said",
    "sil", "sir", "sms", "spam", "start", "svp", "text", "texting", "texts", "thank", "thanks", "that", "this",
    "to", "us", "vous", "want", "would", "yes", "you", "your",
})  # fmt: skip
_STRONG = frozenset({"stop", "stopall", "unsubscribe", "optout", "unsub", "arret", "arretez", "stopp", "cease"})
"""Stop words that count in a sentence of their own beside other sentences: "Not interested. Stop."."""

# A reaction of a phone repeats the text that it reacts to, with its "Reply STOP to opt out".
_REACTION = re.compile(
    r"\s*(?:liked|loved|disliked|laughed at|emphasized|questioned|reacted .{1,20} to|removed an? .{1,20} from|"
    r"a aime|a adore)\s*[\"\u201c\u201d\u00ab]"
)
_INSTRUCTION = re.compile(
    r"\b(?:reply|text|txt|send|respond(?: with)?|type|repondez|textez|envoyez)\W{1,3}"
    r"(?:stop|arret|end|quit|cancel|unsubscribe)\b\W{0,3}(?:(?:to|at any time to|for|pour)\b[^.!\n]{0,60})?"
)
_CLAUSES = re.compile(r"[.,;:!?\n()/&]+|\s-+\s|\band\b|\bet\b")
_WORDS = re.compile(r"\w+")


class InboundReading(NamedTuple):
    """Kind of an inbound text, and the word or phrase that decided, without case and accents."""

    kind: InboundKind
    matched: str | None = None


def read_inbound(text: str, country: str | None = None, opt_out_type: str | None = None) -> InboundReading:
    """Return the kind of an inbound text.

    `country`: of the recipient; the words of Canada also count if it is unknown. `opt_out_type`: OptOutType of the
    provider, which has handled the text already; it decides.
    """
    if kind := _PROVIDER.get((opt_out_type or "").strip().upper()):
        return InboundReading(kind, opt_out_type)
    plain = folded(without_format(text[:_MAX_READ]).replace("\r", "\n"))
    whole = " ".join(_WORDS.findall(plain.replace("_", " ")))
    if kind := _exact(whole, canada=country != "US"):
        return InboundReading(kind, whole)
    found = None if _REACTION.match(plain) else _similar(_INSTRUCTION.sub(" ", plain))
    return InboundReading("similar", found) if found else InboundReading("ordinary")


def _exact(whole: str, *, canada: bool) -> InboundKind | None:
    if whole in STOP_WORDS or (canada and whole in STOP_WORDS_CANADA):
        return "stop"
    if whole in START_WORDS:
        return "start"
    return "help" if whole in HELP_WORDS or (canada and whole in HELP_WORDS_CANADA) else None


def _similar(plain: str) -> str | None:
    """Return the phrase of a text that means an opt-out, None if there is none."""
    clauses = [" ".join(_WORDS.findall(clause)) for clause in _CLAUSES.split(plain)]
    clauses = [clause for clause in clauses if clause]
    wanted = _STOPS if len(clauses) == 1 else _STRONG
    for clause in clauses:
        if _is_stop_with_fillers(clause.split(), wanted):
            return clause
    line = " ".join(plain.split())
    return next((found[0] for pattern in PHRASES if (found := pattern.search(line))), None)


def _is_stop_with_fillers(words: list[str], wanted: frozenset[str]) -> bool:
    """Return whether the words are stop words and fillers only, or spell one letter by letter."""
    if "".join(words) in {"stop", "optout", "unsubscribe"}:
        return True
    pairs = {" ".join(words[n : n + 2]) for n in range(len(words) - 1)}
    rest = [word for word in words if word not in wanted and word not in _FILLERS]
    if rest in (["opt", "out"], ["opt", "me", "out"]):
        return True
    return not rest and (any(word in wanted for word in words) or bool(pairs & wanted))
