"""Evaluation set of address keys: pairs of lines, each labeled as one address or two.

The pairs are generated from the lists of the two postal services in `postal_lists` and from hand-made forms; nothing
here imports the application. `python -m backend.tests.core_gov.geography.test_address_pairs` prints the errors.
"""

from collections.abc import Iterator
from itertools import product

from backend.tests.core_gov.geography import road_pairs, street_pairs, unit_pairs
from backend.tests.core_gov.geography.labeled_pairs import STREETS, Pair, Place, apart, together


def all_pairs() -> list[Pair]:
    """Return the pairs, each once whatever the order of its lines."""
    makers = (*street_pairs.MAKERS, *unit_pairs.MAKERS, *road_pairs.MAKERS, places, written_differently, by_hand)
    found: dict[tuple[object, ...], Pair] = {}
    for maker in makers:
        for pair in maker():
            assert pair.one != pair.other, pair
            found[(pair.country, *sorted((pair.one, pair.other)), pair.place)] = pair
    return list(found.values())


# Places at the end, and other ways of writing

_PLACES: tuple[tuple[str, Place, tuple[str, ...]], ...] = (
    ("US", ("Testville", "WA", "98101"), (
        ", Testville, WA 98101", ", Testville, WA 98101-1234", ", Testville WA 98101", " Testville WA 98101",
        ", WA", ", Testville, Washington", ", Testville, WA, USA", ", TESTVILLE, WA, United States",
        ", Testville, WA 981011234",
    )),
    ("US", ("St. Louis", "MO", None), (", Saint Louis, MO", ", St Louis, Missouri", ", St. Louis MO", " St Louis MO")),
    ("US", ("New York", "NY", "10001"), (", New York, NY 10001", " New York NY 10001", ", New York, N.Y. 10001")),
    ("CA", ("Toronto", "ON", "M5V 2T6"), (
        ", Toronto, ON M5V 2T6", ", Toronto (Old Mill), Ontario", ", Toronto, Ontario, Canada", " Toronto ON M5V2T6",
        ", TORONTO ON, m5v2t6,", ", Toronto (Old Mill), ON M5V 2T6, Canada", ", North York, ON", " Toronto",
        ", Toronto",
    )),
    ("CA", ("Montréal", "QC", "H2X 1Y4"), (", Montréal, QC H2X 1Y4", ", MONTREAL QC", ", Montreal (Quebec) H2X 1Y4")),
)  # fmt: skip


def places() -> Iterator[Pair]:
    for country, place, tails in _PLACES:
        for street, tail in product((*STREETS, "91 Main St Unit 5", "5 Old Mill Rd"), tails):
            yield Pair("place", country, street, street + tail, same=True, place=place)
        for street in STREETS:
            yield Pair("other place", country, street, f"9{street}{tails[0]}", same=False, place=place)


def written_differently() -> Iterator[Pair]:
    for street, country in product((*STREETS, "91 Main St Unit 5", "12 O'Connor Dr", "7 St. Paul St."), ("US", "CA")):
        forms = [street, street.upper(), f"  {street.replace(' ', '  ')} ", f"{street}."]
        forms += [street.replace(" ", "\u00a0"), street.replace(" ", ", ", 1)]
        yield from together("writing", country, forms)
    for country in ("US", "CA"):
        yield from together(
            "writing", country, [f"12 {name} Dr" for name in ("O'Connor", "O\u2019Connor", "O Connor", "O' Connor")]
        )
        yield from together(
            "writing", country, [f"12 {name} Rd" for name in ("McDonald", "Mc Donald", "MC DONALD", "mcdonald")]
        )
        for name in ("Paul", "Clair", "Andrews", "James"):
            saint = [f"12 {word} {name} St" for word in ("St", "St.", "Saint", "ST")]
            yield from together("saint", country, [*saint, f"12 St. {name} Street"])
            yield from apart(
                "other saint",
                country,
                [f"12 St {name} St", f"12 {name} St", f"12 St {name} Ave", f"12 {name} St Unit 12"],
            )


_SAME_BY_HAND = (
    ("US", "100 Bureau Dr", "100 Bureau Drive"), ("US", "5 The Oaks", "5 the oaks"),
    ("US", "91 Mt Vernon Ave", "91 Mount Vernon Avenue"), ("US", "91 Ft Worth Hwy", "91 Fort Worth Highway"),
    ("US", "12 Town Line Rd", "12 Townline Road"), ("CA", "12 Townline Rd", "12 Town Line Road"),
    ("CA", "12 Avenue Rd", "12 Avenue Road"), ("CA", "7 The Esplanade", "7 the esplanade"),
    ("CA", "91 prom. du Portage", "91 promenade du Portage"), ("CA", "8 cul-de-sac Fox", "8 Cul de sac Fox"),
    ("US", "123 N Avenue B", "123 North Avenue B"), ("US", "1 Calle Luna", "1 Cll Luna"),
    ("US", "91 Loop 410", "91 LOOP 410"), ("US", "Unit 5 - 91 Main St", "91 Main St, #5"),
    ("CA", "Main Floor, 91 King St", "91 King St Main Floor"),
    ("US", "Bldg 3 Unit 5, 91 Main St", "91 Main St Unit 5 Bldg 3"),
    ("US", "25W410 Maple Ave", "25w410 maple avenue"), ("US", "91 Main St Apt", "91 Main St"),
    ("CA", "1205 91 Kingsway", "1205-91 Kingsway"), ("CA", "1205 91 Avenue Rd", "1205-91 Avenue Road"),
    ("CA", "91 Kingsway 5", "5-91 Kingsway"), ("CA", "91 Main St Lower Penthouse 5", "LPH5-91 Main St"),
    ("CA", "91 Main St 2e ét.", "91 Main St Floor 2"), ("CA", "Lower Level, 91 Main St", "Lower-91 Main St"),
    ("CA", "91 20 Side Rd", "91 Sideroad 20"), ("CA", "1205 91A Ave NW", "1205-91A Avenue NW"),
    ("CA", "5-1205 91 Ave NW", "1205 91 Ave NW Unit 5"), ("CA", "S301-91 Main St", "91 Main St #S301"),
    ("US", "91 La Salle St", "91 LaSalle St"), ("US", "91 De Kalb Ave", "91 DeKalb Ave"),
    ("US", "778 Mac Donough St", "778 MacDonough Street"), ("US", "91 Twelve Mile Rd", "91 12 Mile Road"),
    ("US", "91 So Main St", "91 S Main St"), ("US", "91 IH 35", "91 Interstate 35"), ("US", "91 Hwy US 1", "91 US-1"),
    ("US", "91 Main St Apt 5 A", "91 Main St Apt 5A"), ("US", "91 Main St No. 5", "91 Main St #5"),
    ("CA", "Penthouse, 12 King St", "12 King St PH"), ("CA", "12 King St Penthouse 5", "PH5-12 King St"),
)  # fmt: skip
_OTHER_BY_HAND = (
    ("US", "91 Upper Mountain Rd", "91 Mountain Rd Upper"), ("CA", "91 Lower Water St", "91 Water St Lower"),
    ("US", "91 Front St", "91 St Front"), ("US", "12 Avenue A", "12 Avenue B"), ("US", "12 A St", "12A St Paul St"),
    ("US", "91 Park Ave", "91 Park St"), ("US", "91 County Road 5", "5 County Road 91"),
    ("CA", "12 Bay St", "12 Bay Rd"),
    ("US", "91 Garden St", "91 Gardens St"), ("CA", "91 rue Main", "91 avenue Main"),
    ("US", "9 1/2 Main St", "912 Main St"),
    ("CA", "91 Cross St", "91 Crossing St"), ("CA", "91 Pass Rd", "91 Passage Rd"), ("US", "5 The Oaks", "5 Oaks"),
    ("US", "91 N Main St", "91 Main St N"), ("US", "91 Lake Front", "91 Lake"),
    ("CA", "91 Maple Promenade", "91 Maple Drive"),
)  # fmt: skip


def by_hand() -> Iterator[Pair]:
    for pairs, same in ((_SAME_BY_HAND, True), (_OTHER_BY_HAND, False)):
        for country, one, other in pairs:
            yield Pair("by hand", country, one, other, same)
