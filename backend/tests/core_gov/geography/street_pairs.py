"""Pairs of street types, directions, Quebec's streets and house numbers."""

from collections.abc import Iterator
from itertools import combinations, product

from backend.tests.core_gov.geography import postal_lists as lists
from backend.tests.core_gov.geography.labeled_pairs import Pair, apart, together

# Street types

_US_LINES = (
    "91 Fox {}", "1204 Maple {}", "7 N Oak {}", "88 Fox Run {} W", "310 Elm {} Apt 5", "22 Old Mill {}",
    "4411 Martin Luther King {} #12",
)  # fmt: skip
_CA_LINES = ("91 Fox {}", "5-1204 Maple {}", "7 Oak {} N", "310 Elm {}, Unit 5", "88 King George {} W")
_FRENCH_LINES = ("91 {} Fox", "12, {} de la Montagne", "5-310 {} Saint-Denis Est", "44 {} Principale, app. 3")


def _cases(word: str) -> list[str]:
    return [word.title(), word, f"{word.title()}."]


def suffixes() -> Iterator[Pair]:
    lists_of = (("US", _US_LINES, lists.USPS_SUFFIXES), ("CA", _CA_LINES, lists.CANADA_POST_ENGLISH))
    for country, lines, groups in (*lists_of, ("CA", _FRENCH_LINES, lists.CANADA_POST_FRENCH)):
        for (number, line), (full, *shorts) in product(enumerate(lines), groups):
            for short in shorts:
                written = _cases(short)[number % 3]
                yield Pair("suffix", country, line.format(full.title()), line.format(written), same=True)


def other_suffixes() -> Iterator[Pair]:
    for country, groups in (("US", lists.USPS_SUFFIXES), ("CA", lists.CANADA_POST_ENGLISH)):
        for at, group in enumerate(groups):
            for step in (1, 2, 3, 5, 8, 13, 21, 34, 55):
                other = groups[(at + step) % len(groups)]
                one, two = group[step % len(group)], other[at % len(other)]
                yield Pair("other suffix", country, f"91 Fox {one}", f"91 Fox {two.title()}", same=False)
    for one_, two_ in combinations([group[0] for group in lists.CANADA_POST_FRENCH], 2):
        if {one_, two_} != {"CARRÉ", "SQUARE"}:  # French and English for the same
            yield Pair("other suffix", "CA", f"91 {one_} Fox", f"91 {two_.title()} Fox", same=False)


# Directions

_NAMES = ("Main", "Maple", "King", "Lake Shore", "Washington", "Old Mill", "5th")


def directions() -> Iterator[Pair]:
    for (full, short), name, type_ in product(lists.DIRECTIONS, _NAMES, ("St", "Avenue", "Blvd")):
        dotted = ".".join(short) + "."
        spaced = f"{full[:5]} {full[5:]}".strip()
        for country in ("US", "CA"):
            forms = (f"91 {name} {type_} {{}}", f"91 {{}} {name} {type_}")
            for form in forms:
                yield from together(
                    "direction", country, [form.format(w) for w in (full.title(), short, dotted, spaced)]
                )
    for full, short in lists.FRENCH_DIRECTIONS:
        for name in ("Sherbrooke", "Saint-Denis", "de la Montagne", "Main"):
            yield from together("direction", "CA", [f"91 rue {name} {word}" for word in (full.title(), short, full)])


def other_directions() -> Iterator[Pair]:
    shorts = [short for _, short in lists.DIRECTIONS]
    for name, country in product((*_NAMES, "Oak", "Front"), ("US", "CA")):
        yield from apart("other direction", country, [f"91 {name} St", *(f"91 {name} St {word}" for word in shorts)])
        yield from apart("other direction", country, [f"91 {name} St", *(f"91 {word} {name} St" for word in shorts)])
    for full, short in lists.DIRECTIONS[:4]:
        for type_ in ("Ave", "St", "Rd", "Dr", "Blvd"):
            yield Pair("other direction", "US", f"91 {full.title()} {type_}", f"91 {short} {type_}", same=False)
    for name in ("Maple", "Oak", "Fox"):
        yield Pair("other direction", "US", f"91 {name} Est", f"91 {name} E", same=False)
        yield Pair("other direction", "US", f"91 {name} Est", f"91 {name} East", same=False)


# Quebec


def quebec() -> Iterator[Pair]:
    names = ("Sherbrooke", "Saint-Denis", "de la Montagne", "Sainte-Catherine", "René-Lévesque", "du Parc")
    for name, (first, last) in product(
        names, (("rue", "Rue"), ("boul.", "Boulevard"), ("av.", "Avenue"), ("ch.", "Chemin"))
    ):
        bare = name.replace("é", "e").replace("-", " ").upper()
        for direction, short in (("", ""), (" Est", " E"), (" Ouest", " O"), (" Ouest", " W")):
            forms = [
                f"1000, {first} {name}{direction}",
                f"1000 {last} {name}{short}",
                f"1000 {first.upper()} {bare}{direction}",
            ]
            yield from together("quebec", "CA", forms)
            with_unit = [
                f"{forms[0]}, app. 5",
                f"5-1000 {last} {name}{short}",
                f"{forms[0]}, bureau 5",
                f"{forms[2]} APP 5",
            ]
            yield from together("quebec", "CA", with_unit)
            yield Pair("other quebec", "CA", forms[0], f"{forms[0]}, app. 5", same=False)
    for name in ("Amboise", "Iberville", "Youville", "Argenson"):
        forms = [f"91 rue d'{name}", f"91 RUE D' {name.upper()}", f"91, rue d\u2019{name}", f"91 rue D {name}"]
        yield from together("quebec", "CA", forms)
    for name in ("Église", "Aqueduc", "Hôtel-de-Ville"):
        yield from together(
            "quebec", "CA", [f"91 rue de l'{name}", f"91 rue de l\u2019{name}", f"91 RUE DE L {name.upper()}"]
        )
    yield from apart(
        "other quebec", "CA", [f"91 {type_} Saint-Denis" for type_ in ("rue", "avenue", "boulevard", "place", "rang")]
    )


# House numbers


def houses() -> Iterator[Pair]:
    for rest, country in product(("Main St", "Maple Ave W", "5th St NW"), ("US", "CA")):
        numbers = ("91", "19", "911", "91A", "91B", "91 1/2", "91 1/4", "9", "1", "190")
        yield from apart("other house", country, [f"{number} {rest}" for number in numbers])
        yield from together(
            "house", country, [f"91\u00bd {rest}", f"91 1/2 {rest}", f"91-1/2 {rest}", f"91 1/2, {rest}"]
        )
        yield from together("house", country, [f"91A {rest}", f"91 A {rest}", f"91a {rest}", f"91-A {rest}"])
        yield Pair("house", country, f"0091 {rest}", f"91 {rest}", same=True)
    for number in ("37-21", "114-08", "104-60"):
        street = f"{number} 80th"
        forms = [f"{street} St", f"{street} Street", f"{number} 80 St", f"#{street} St"]
        yield from together("house", "US", forms)
        first, _, last = number.partition("-")
        others = [
            f"{street} St",
            f"{first}-{int(last) + 1} 80th St",
            f"{last} 80th St Unit {first}",
            f"{first} 80th St",
            f"{number} 81st St",
        ]
        yield from apart("other house", "US", [*others, f"{number} 80th Ave"])
    yield from apart("other house", "CA", ["1-23 Main St", "23 Main St", "123 Main St", "2-23 Main St"])
    yield from apart("other house", "US", ["1-23 Main St", "23 Main St", "123 Main St", "23 Main St Unit 1"])
    grid = [f"1234 {one} 500 {two}" for one, two in (("S", "W"), ("S", "E"), ("N", "W"), ("N", "E"))]
    yield from apart("other house", "US", [*grid, "500 W 1234 S", "1234 S 600 W", "1243 S 500 W"])
    for line in grid:
        words = line.replace("S", "South").replace("N", "North").replace("W", "West").replace("E", "East")
        yield from together("house", "US", [line, words, f"{line.replace(' S ', ' S. ')} ", line.lower()])
    for house in ("W148N9748", "N48W16550", "S76W17501"):
        one, two = house[:4], house[4:]
        cut = next(at for at in range(1, len(house)) if house[at].isalpha())
        one, two = house[:cut], house[cut:]
        forms = [f"{house} Main St", f"{one} {two} Main St", f"{house.lower()} Main Street", f"{one}-{two} Main St"]
        yield from together("house", "US", forms)
        yield from apart(
            "other house", "US", [f"{house} Main St", f"{two} Main St", f"{house[:-1]} Main St", f"{two}{one} Main St"]
        )
    for number in ("10104", "1205"):
        forms = [
            f"{number} 100 Ave NW",
            f"{number}-100 Ave NW",
            f"{number} 100th Avenue NW",
            f"{number} - 100 Avenue N.W.",
        ]
        yield from together("house", "CA", forms)
        yield from apart(
            "other house", "CA", [forms[0], f"{number} 101 Ave NW", f"5-{number} 100 Ave NW", f"100 {number} Ave NW"]
        )


MAKERS = (suffixes, other_suffixes, directions, other_directions, quebec, houses)
