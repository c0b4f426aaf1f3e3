"""Pairs of numbered streets and roads, rural routes and post office boxes."""

from collections.abc import Iterator
from itertools import product

from backend.tests.core_gov.geography.labeled_pairs import Pair, apart, together

_ONES = ("First", "Second", "Third", "Fourth", "Fifth", "Sixth", "Seventh", "Eighth", "Ninth")
_TEENS = (
    "Tenth", "Eleventh", "Twelfth", "Thirteenth", "Fourteenth", "Fifteenth", "Sixteenth", "Seventeenth", "Eighteenth",
    "Nineteenth",
)  # fmt: skip
_TENS = ("Twenty", "Thirty", "Forty", "Fifty", "Sixty", "Seventy", "Eighty", "Ninety")
_FRENCH = ("Première", "Deuxième", "Troisième", "Quatrième", "Cinquième", "Sixième", "Septième")


def _ordinal_words() -> list[tuple[int, str]]:
    words = list(enumerate([*_ONES, *_TEENS], 1))
    for ten, word in enumerate(_TENS, 2):
        words.append((ten * 10, f"{word[:-1]}ieth"))
        words += [(ten * 10 + one, f"{word}-{name}") for one, name in enumerate(_ONES, 1)]
    return words


def _th(number: int) -> str:
    ending = "th" if number % 100 in {11, 12, 13} else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def ordinals() -> Iterator[Pair]:
    for number, word in _ordinal_words():
        for type_, end in (("St", ""), ("Avenue", " NW"), ("Rd", "")):
            for country in ("US", "CA"):
                spaced = word.replace("-", " ")
                forms = [
                    f"1205 {name} {type_}{end}"
                    for name in (word, spaced, _th(number), f"{_th(number)}".upper(), number)
                ]
                yield from together("ordinal", country, forms)
                yield Pair(
                    "other ordinal", country, f"1205 {word} {type_}", f"1205 {_th(number + 1)} {type_}", same=False
                )
        suffix = "re" if number == 1 else "e"
        forms = [
            f"91 {number}{suffix} Avenue",
            f"91 {number} Ave",
            f"91 {_th(number)} Avenue",
            f"91 {number}{suffix} av.",
        ]
        yield from together("ordinal", "CA", forms)
    for number, word in enumerate(_FRENCH, 1):
        forms = [f"91 {word} Avenue", f"91 {number}e Avenue", f"91 {number}ème Avenue", f"91 {word} av."]
        yield from together("ordinal", "CA", [*forms, *(["91 1re Avenue", "91 1ère Avenue"] if number == 1 else [])])


_ROADS: dict[str, tuple[tuple[str, ...], ...]] = {
    "US": (
        ("CR {}", "County Road {}", "Co Rd {}", "County Rd {}", "Cnty Rd {}", "COUNTY ROAD #{}", "CR-{}", "CR{}"),
        ("US {}", "US-{}", "US Hwy {}", "US Highway {}", "U.S. Route {}", "U.S. {}", "US Route {}", "Us Rte {}"),
        ("SR {}", "State Route {}", "State Road {}", "State Rd {}", "SR-{}", "State Rte {}"),
        ("I-{}", "Interstate {}", "I {}", "Interstate Hwy {}"),
        ("Hwy {}", "Highway {}", "Hwy #{}", "HIGHWAY {}", "Hwy. {}"),
        ("Route {}", "Rte {}", "Rt {}", "Rte. {}", "RT {}"),
        ("FM {}", "Farm to Market Road {}", "Farm To Market Rd {}", "FM Rd {}", "F.M. {}"),
        ("Township Road {}", "Twp Rd {}", "TWP ROAD {}", "Township Rd {}"),
        ("Forest Rd {}", "Forest Road {}", "Frst Rd {}"),
    ),
    "CA": (
        ("CR {}", "County Road {}", "Co Rd {}", "County Rd {}", "County Rd. #{}", "CR{}"),
        ("Hwy {}", "Highway {}", "Hwy #{}", "HWY {}", "Highway No. {}"),
        ("Conc Rd {}", "Concession Rd {}", "Concession Road {}", "Concession {}", "Conc {}", "Conc. {}"),
        ("Sideroad {}", "Side Road {}", "Side Rd {}", "SIDEROAD {}"),
        ("Line {}", "LINE {}"),
        ("Regional Road {}", "Regional Rd {}", "Reg Rd {}", "Reg. Rd. {}"),
        ("Township Road {}", "Twp Rd {}", "Twp. Rd. {}"),
        ("Range Road {}", "Rge Rd {}", "Rg Rd {}", "RANGE RD {}"),
        ("route {}", "rte {}", "Rte. {}", "ROUTE {}"),
        ("rang {}", "Rang {}"),
    ),
}
_MAIL = (
    ("PO Box {}", "P.O. Box {}", "P O Box {}", "Post Office Box {}", "POB {}", "PO BOX #{}", "Box {}"),
    ("RR {}", "RR{}", "Rural Route {}", "R.R. {}", "RR #{}", "Rural Rte {}", "R R {}"),
)


def numbered_roads() -> Iterator[Pair]:
    for country, roads in _ROADS.items():
        for road, number, end in product(roads, (1, 5, 20, 317), ("", " N", " Unit 7")):
            yield from together("road", country, [f"91 {form.format(number)}{end}" for form in road])
    for number in (1, 5, 10, 20, 22):
        for kind, whole in (("Sideroad", "Sideroad"), ("Line", "Line"), ("Concession", "Concession Road")):
            forms = [f"91 {kind} {number}", f"91 {_th(number)} {kind}", f"91 {_th(number)} {whole}"]
            yield from together("road", "CA", forms)
        yield from together("road", "CA", [f"91 rang {number}", f"91 {number}e rang", f"91 {number}e Rang"])
    for mail, number, country in product(_MAIL, (2, 91, 1188), ("US", "CA")):
        yield from together("mail", country, [form.format(number) for form in mail])
    yield from together(
        "mail", "CA", ["PO Box 91", "C.P. 91", "CP 91", "Case postale 91", "Boîte postale 91", "C P 91"]
    )
    yield from together("mail", "US", ["RR 2 Box 18", "RR2 Box 18", "Rural Route 2, Box 18", "R.R. 2 Box #18"])


def other_roads() -> Iterator[Pair]:
    for country, roads in _ROADS.items():
        for forms, number in product(roads, (5, 20, 317)):
            other = [f"91 {form.format(number + 1)}" for form in forms[:2]]
            for one, two in product([f"91 {form.format(number)}" for form in forms], other):
                yield Pair("other road", country, one, two, same=False)
        kinds = [forms[0] for forms in roads]
        for number in (5, 20, 317, 12):
            yield from apart("other road", country, [f"91 {form.format(number)}" for form in kinds])
    for number in (7, 12, 95):
        for country in ("US", "CA"):
            lines = [
                f"12 Highway {number}",
                f"12 Highway, Unit {number}",
                f"12 Hwy {number} E",
                f"12 Hwy {number} Unit 5",
            ]
            yield from apart("other road", country, lines)
            mail = [f"PO Box {number}", f"RR {number}", f"RR {number} Box 5", f"RR 5 Box {number}", f"PO Box 1{number}"]
            yield from apart("other mail", country, mail)


MAKERS = (ordinals, numbered_roads, other_roads)
