"""Realistic answers to texts, and how they are read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.app.core_gov.comms.consent.stop_words import (
    HELP_WORDS,
    START_WORDS,
    STOP_WORDS,
    STOP_WORDS_CANADA,
    read_inbound,
)
from backend.tests.promises import promise

SIMILAR = (
    "Please stop trying to call me",
    "please stop texting me",
    "stop stop",
    "remove me from your list",
    "wrong number",
    "Sorry you have the wrong number",
    "Stop please",
    "pls stop",
    "Just stop.",
    "STOP NOW!!!",
    "Not interested. Stop.",
    "Not interested, stop texting me",
    "Stop contacting me",
    "Stop sending me these messages",
    "Quit texting me",
    "Don't text me again",
    "dont ever text me",
    "Do not contact me",
    "Do not call list. Remove me",
    "Never text me again",
    "No more texts please",
    "take me off your list",
    "Take me off",
    "Please remove my number",
    "delete my number",
    "lose my number",
    "unsubscribe me please",
    "How do I opt out?",
    "opt me out",
    "I want to opt out of these texts",
    "Leave me alone",
    "I never consented to these texts",
    "I'm reporting you to the FCC",
    "reported as spam",
    "This is spam and I am blocking you",
    "I am on the do not call registry",
    "You need to stop messaging my phone",
    "I want these messages to stop",
    "S T O P",
    "s.t.o.p please",
    "stopp",
    "Stop already",
    "can you stop",
    "I said stop",
    "Arrêtez de m'écrire",
    "Arrêt svp",
    "Ne me textez plus",
    "Retirez-moi de votre liste",
    "Mauvais numéro",
    "Désabonnez-moi",
    "numero equivocado",
    "No me escriba mas",
    "Deje de mandar mensajes",
    "STOP/END",
    "stop and remove me",
    "Remove me",
    "remove us please",
    "Cancel please",
    "you've got the wrong person",
    "Please stop. I sold the house last year",
    "F off. Do not text this number again",
    "Stop harassing my mother",
    "end it",
    "please take my number off your list",
    "I have asked you to stop texting me before",
    "Wrong # / wrong number",
)
ORDINARY = (
    "I'll stop and call you",
    "Stop by and text me when you're here",
    "I can stop by tomorrow",
    "when does it end?",
    "Can we cancel the showing on Friday?",
    "Stop by anytime after 5",
    "I'll stop at the office in the morning",
    "Don't stop now, keep going",
    "The bus stop is at the end of the street",
    "The lease ends in May",
    "My lease will end June 30, can we talk then?",
    "I quit my job so I need to sell",
    "Please remove the fridge before closing",
    "Can you remove my ex-wife from the deed?",
    "Can you take me off the title?",
    "My name should be removed from the mortgage",
    "TD Bank approved us",
    "Don't call me before 9",
    "Please don't call, text me instead",
    "I work nights so don't call me in the morning",
    "Not interested",
    "No thanks",
    "Yes",
    "YES",
    "Who is this?",
    "How did you get my number?",
    "I gave you the wrong number, it's 555-0199",
    "There's a wrong number of bedrooms on the listing",
    "help me understand the offer",
    "More info on the house please",
    "Start when?",
    "When can we start?",
    "We opted out of the HOA",
    "Can I opt out of the inspection?",
    "The rain won't stop, roof is leaking",
    "It needs to stop leaking before we list",
    "I want to stop renting it out",
    "Thanks for texting ABC Plumbing. Reply STOP to unsubscribe.",
    "Liked “Hi Dana, this is Maple Homes Inc. Reply STOP to opt out”",
    'Loved "Hi! Text STOP to end"',
    "Réunion à l'arrêt d'autobus",
    "Prochain arrêt: la banque",
    "What price would you stop at?",
    "Send me the contract, I'll end it there",
    "We should stop and look at the numbers",
    "Call me",
    "text me tomorrow",
    "Please call, don't text",
    "I have to cancel, can we reschedule?",
    "Revoke the power of attorney first",
    "The end.",
    "Ok, the house at the end",
    "Nonstop calls from other agents too",
    "Did you take my call off hold",
    "I will report back to you tomorrow",
    "I'll block off Tuesday for you",
    "It's a one stop shop",
    "The stop sign was removed",
    "Remove the old shed from the list of repairs",
    "Add me to your list",
    "I never got your messages",
    "Don't call me yet",
    "I haven't asked for texts from Mike, forward them",
    "No one has contacted me",
    "Can you stop in at 3?",
    "I'd rather you didn't end the contract",
    "Stop the presses, got an offer",
    "quit claim deed",
    "I don't want to sell",
    "please send the offer by email",
)

COUNTRIES = ("US", "CA", None)
SPELLINGS = (
    "stop",
    " Stop. ",
    "STOP!!!",
    "“STOP”",
    "\uff33\uff34\uff2f\uff30",
    "sto\u200bp",
    "Stop 🙏",
    "\nstop\n",
    "(stop)",
)


@promise("Messages", "A text that is exactly a stop word opts out at once, in any case, punctuation and Unicode form.")
@pytest.mark.parametrize("text", [*sorted(STOP_WORDS), *SPELLINGS, "Opt-Out", "OPT OUT", "Stop all", "Unsubscribe."])
def test_exact_stop_words(text: str) -> None:
    assert {read_inbound(text, country).kind for country in COUNTRIES} == {"stop"}


@pytest.mark.parametrize("text", ["ARRET", "Arrêt", "arre\u0302t", "remove", "TD.", *sorted(STOP_WORDS_CANADA)])
def test_stop_words_of_canada(text: str) -> None:
    assert read_inbound(text, "CA").kind == "stop"
    assert read_inbound(text).kind == "stop"
    assert read_inbound(text, "US").kind == "similar"


@given(st.sampled_from(sorted(STOP_WORDS)), st.text(" .,!?\"'()*-…\n\t", max_size=5), st.lists(st.booleans()))
def test_case_and_punctuation_do_not_matter(word: str, around: str, upper: list[bool]) -> None:
    flags = [*upper, *[False] * len(word)]
    cased = "".join(char.upper() if flag else char for char, flag in zip(word, flags, strict=False))
    assert read_inbound(f"{around}{cased}{around}").kind == "stop"


@pytest.mark.parametrize("word", sorted(START_WORDS | HELP_WORDS))
def test_start_and_help(word: str) -> None:
    assert read_inbound(f" {word.title()}! ").kind == ("start" if word in START_WORDS else "help")


def test_help_in_french_counts_in_canada() -> None:
    assert [read_inbound("Aide", country).kind for country in ("CA", None, "US")] == ["help", "help", "ordinary"]


@promise("Messages", "YES opts in only if the provider says that it does.")
@pytest.mark.parametrize("text", ["YES", "yes", "Yes!", "oui"])
def test_yes_is_an_ordinary_answer(text: str) -> None:
    assert read_inbound(text).kind == "ordinary"
    assert read_inbound(text, opt_out_type="START").kind == "start"


@pytest.mark.parametrize(("opt_out_type", "kind"), [("STOP", "stop"), ("START", "start"), ("HELP", "help")])
def test_the_provider_decides(opt_out_type: str, kind: str) -> None:
    assert read_inbound("whatever", opt_out_type=opt_out_type).kind == kind
    assert read_inbound("STOP", opt_out_type="other").kind == "stop"


@promise("Messages", "A text that means a stop without being a stop word blocks and asks a person.")
@pytest.mark.parametrize("text", SIMILAR)
def test_similar_to_a_stop(text: str) -> None:
    for typed in (text, text.upper(), text.lower()):
        reading = read_inbound(typed)
        assert reading.kind == "similar"
        assert reading.matched


@promise("Messages", "Stop words inside of an ordinary text are no opt-out.")
@pytest.mark.parametrize("text", ORDINARY)
def test_ordinary_texts(text: str) -> None:
    assert {read_inbound(text, country) for country in COUNTRIES} == {("ordinary", None)}


@pytest.mark.parametrize("text", ["", " ", "🙏", "...", "\u200b"])
def test_texts_without_words_are_ordinary(text: str) -> None:
    assert read_inbound(text).kind == "ordinary"


@given(st.text(max_size=200))
def test_any_text_is_read(text: str) -> None:
    assert read_inbound(text).kind in {"stop", "start", "help", "similar", "ordinary"}


def test_the_phrase_is_named() -> None:
    assert read_inbound("Hi! Please stop texting my phone, thanks").matched == "stop texting"
