"""Pairs of units: designators, floors, parts of a house, and where they stand in a line."""

from collections.abc import Iterator
from itertools import product

from backend.tests.core_gov.geography import postal_lists as lists
from backend.tests.core_gov.geography.labeled_pairs import STREETS, Pair, apart, together

_GENERIC = ("Apt", "Apartment", "Unit", "Suite", "Ste", "#", "Apt #", "Apt.", "UNIT", "Unit No.")
_NUMBERS = ("5", "12", "5A", "B", "101", "2204")


def units() -> Iterator[Pair]:
    for street, number, country in product(STREETS, _NUMBERS, ("US", "CA")):
        forms = [f"{street} {word} {number}".replace("# ", "#") for word in _GENERIC]
        yield from together("unit", country, [*forms, f"{street}, Apt {number}", f"Apt {number}, {street}"])
    for street, (full, *shorts) in product(STREETS, lists.USPS_UNITS):
        for short, number in product(shorts, ("2", "5", "12", "4B")):
            forms = [
                f"{street} {full.title()} {number}",
                f"{street}, {short} {number}",
                f"{street} {short.lower()}. {number}",
            ]
            forms += [f"{full.title()} {number}, {street}"] if full not in {"KEY", "STOP"} else []
            yield from together("unit", "US", forms)
    for street, (full, *shorts) in product(STREETS, lists.USPS_PARTS):
        for country in ("US", "CA"):
            yield from together(
                "unit", country, [f"{street} {full.title()}", *(f"{street}, {short}" for short in shorts)]
            )
    for street, number in product(STREETS, ("05", "005")):
        yield Pair("unit", "US", f"{street} Unit {number}", f"{street} Unit 5", same=True)
        yield Pair("unit", "CA", f"{number}-{street}", f"5-{street}", same=True)


def unit_positions() -> Iterator[Pair]:
    for street, number in product(STREETS, ("5", "12", "5A", "B", "101", "TH5", "PH2", "LPH5", "UPH1", "GPH3")):
        forms = [f"{number}-{street}", f"{number} - {street}", f"{street} Unit {number}", f"Unit {number}, {street}"]
        forms += [f"{street} {number}"] if len(number) > 2 else []
        yield from together("unit position", "CA", forms)
    for street, (long_, short) in product(STREETS, (("Basement", "Bsmt"), ("Upper", "Uppr"), ("Lower", "Lowr"))):
        forms = [
            f"{street} {long_}",
            f"{street}, {short}",
            f"{short}-{street}",
            f"{long_} - {street}",
            f"{long_} Unit, {street}",
        ]
        forms += [f"{street} Unit {long_}", f"{long_} Unit - {street}", f"{long_} {street}", f"{street} {long_} Apt"]
        yield from together("unit position", "CA", forms)
    for street, (at, word) in product(STREETS, enumerate(("First", "Second", "Third", "Fourth", "Tenth"))):
        floor = 10 if word == "Tenth" else at + 1
        ending = {1: "st", 2: "nd", 3: "rd"}.get(floor, "th")
        forms = [f"{street} Floor {floor}", f"{street} Fl {floor}", f"{street}, {floor}{ending} Floor"]
        yield from together("floor", "US", [*forms, f"{street} {word} Floor", f"{floor}{ending} Fl, {street}"])
        french = [f"{street}, {floor}e étage", f"{street} étage {floor}", f"{floor}e étage, {street}"]
        yield from together("floor", "CA", [*french, f"{street} Floor {floor}"])
    for street, number in product(("91 Oak Ave", "12 Maple St W", "7 Old Mill Rd"), ("9B", "12", "4", "C", "3-4")):
        for country in ("US", "CA"):
            yield from together(
                "bare unit", country, [f"{street} {number}", f"{street} #{number}", f"{street}, Unit {number}"]
            )
    for unit, house in product(("1205", "301", "12"), ("91", "1188")):
        forms = [f"{unit} {house} W Georgia St", f"{unit}-{house} West Georgia Street", f"#{unit} {house} W Georgia St"]
        yield from together("two numbers", "CA", forms)


def other_units() -> Iterator[Pair]:
    for street, country in product(STREETS, ("US", "CA")):
        numbers = [
            f"{street} Unit {number}" for number in (*_NUMBERS, "6", "A", "C", "D", "15", "51", "PH5", "TH5", "LPH5")
        ]
        floors = [f"{street} Floor 5", f"{street} Bldg 5", f"{street} Floor 2", f"{street} Bldg A"]
        parts = [f"{street} {part}" for part in ("Basement", "Upper", "Lower", "Rear", "Front", "Penthouse")]
        yield from apart("other unit", country, [street, *numbers, *floors, *parts])
    for street in STREETS:
        yield from apart("other unit", "CA", [street, *(f"{number}-{street}" for number in ("5", "6", "15", "1-5"))])
        rest = street.partition(" ")[2]
        yield Pair("other unit", "CA", f"Upper Unit - 91 {rest}", f"Upper {rest} Unit 91", same=False)
        yield Pair("other unit", "US", f"5-{street}", f"{street} Unit 5", same=False)
        yield Pair("other unit", "CA", f"5-{street}", f"5{street}", same=False)
        yield Pair("other unit", "US", f"{street} Unit 1-23", f"{street} Unit 123", same=False)
        yield Pair("other unit", "US", f"12A {rest}", f"12 {rest} Unit A", same=False)


MAKERS = (units, unit_positions, other_units)
