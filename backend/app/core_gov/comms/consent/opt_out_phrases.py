"""Phrases that mean an opt-out, as regular expressions over a text without case, accents and apostrophes.

They are for texts on one line with single spaces. A match asks a person and blocks until they decide, so each phrase
names the messages, the sender or the list: "stop texting", not "stop".
"""

import re

_ME = r"(?:me|us|my (?:phone|number|cell)|this (?:number|phone)|moi|nous)"
_MESSAGES = r"(?:texts?|txts?|messages?|msgs?|calls?|sms|e-?mails?|spam)"
_CONTACT = (
    rf"(?:{_MESSAGES}|texting|txting|messag(?:ing|ed)|contact(?:ing)?|calling|e-?mailing|bother(?:ing)?|harass(?:ing)?|"
    r"spamming|writ(?:e|ing)|reach(?:ing)? out|send(?:ing)?)"
)
_NOT = r"(?:dont|do not|never)"

# "Don't call me before 9" says when to call, and "don't call, text me instead" how to reach the person.
_WHEN = (
    r"(?! (?:before|after|until|till|on|at|today|tonight|tomorrow|during|while|this|right now|between|in the|unless|if|"
    r"so (?:early|late)|yet|the|back)\b)"
)
_HOW = (
    r"(?!.{0,30}\b(?:instead|(?:text|call|e-?mail) me|just (?:text|call|e-?mail)|"
    r"(?:text|call|e-?mail)s? (?:only|is better))\b)"
)
_OF_MESSAGES = (
    r"(?! of (?!(?:(?:all|any|the|these|this|your|further|future) )*"
    r"(?:texts?|messages?|lists?|sms|communications?|marketing)))"
)
_GAVE = "".join(rf"(?<!gave {whom} the )" for whom in ("you", "them", "her", "him"))

_TO_CONTACT = (
    rf"\b(?:stop|quit|cease)(?: (?!(?:and|at|by|in)\b)\w+){{0,2}}? {_CONTACT}\b{_WHEN}{_HOW}",
    rf"\b{_NOT}(?: ever)? {_CONTACT}\b(?: {_ME})?(?: \w+){{0,2}}? (?:again|any ?more|ever)\b",
    rf"\b{_NOT}(?: ever)? {_CONTACT} {_ME}\b{_WHEN}{_HOW}",
    rf"\bdo not {_CONTACT}\b(?: list| registry|$)",
    rf"\b(?:no more|plus de|no mas) (?:{_CONTACT}|textos?|mensajes)\b",
    (
        rf"\b(?:{_MESSAGES}|texting|messaging|this|it) (?:(?:to|must|should|needs? to|ha(?:s|ve) to) )stop\b"
        r"(?! (?:by|in|at|working|raining|leaking)\b)"
    ),
    (
        rf"\b(?:no longer|{_NOT})(?: \w+)? (?:want|wish|consent(?:ed)?|agreed?|ask(?:ed)?)(?: \w+){{0,3}}? "
        r"(?:texts?|messages?|contacted|texted|communications?|solicitations?)\b"
    ),
    r"\b(?:do not|dont) disturb\b",
    r"\bleave (?:me|us) alone\b",
)
_LISTS = (
    (
        rf"\b(?:remove|take|delete|drop|get|scrub)\b(?: {_ME}| my (?:name|info|information|contact|details)){{1,2}}"
        r"(?: \w+){0,2}? (?:off|from|out of)\b(?: \w+){0,3}? (?:lists?|database|system|contacts|"
        r"records|texts?|messages?|campaign|mailing|crm)\b"
    ),
    rf"\b(?:remove|delete|scrub|lose|forget|erase) {_ME}(?: please| now| asap)?$",
    r"\b(?:remove|delete|lose|forget|erase) (?:my|this) (?:phone )?number\b",
    r"\btake me off(?:$| (?:this|your|the) (?:list|thing)\b)",
    r"\b(?:national )?(?:do not call|dnc|dncl)\b(?: \w+)? (?:list|registry)\b",
    r"\bunsubscribe\b",
    rf"\bopt(?:ing)?[ -]?(?:me |us )?out\b{_OF_MESSAGES}",
)
_OTHER_PEOPLE = (rf"{_GAVE}\bwrong (?:number|person)\b(?! of)",)
_THREATS = (
    r"\breport(?:ed|ing)?\b(?: \w+){0,4}? (?:spam|junk|fcc|ftc|crtc|attorney general)\b",
    r"\b(?:report|block)(?:ed|ing)? (?:you|(?:this|your) number)\b(?! (?:in|off|out|time)\b)",
    r"\bthis is (?:spam|harassment)\b",
)
_FRENCH = (
    r"\barretez? de (?:me |m|nous )?\w+\b",
    r"\bcessez de\b",
    r"\bne (?:me |m|nous )\w+ plus\b",
    r"\b(?:desabonne|desinscri)\w*",
    r"\b(?:retirez|enlevez|supprimez|otez)[ -]?(?:moi|nous|mon numero)\b",
    r"\b(?:mauvais|faux) numero\b",
)
_SPANISH = (
    r"\bnumero equivocado\b",
    r"\b(?:deje|deja|dejen|pare|paren) de \w+\b",
    r"\bno me (?:\w+ )?(?:escrib|llam|mand|envi|contact|molest)\w*",
    r"\b(?:quiteme|quitame|borreme|borrame)\b",
)

PHRASES = tuple(
    re.compile(pattern)
    for group in (_TO_CONTACT, _LISTS, _OTHER_PEOPLE, _THREATS, _FRENCH, _SPANISH)
    for pattern in group
)
