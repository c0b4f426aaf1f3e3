"""Partners of the demo company: every role in every status.

All are fictional. Phone numbers are from 555-0100 to 555-0199, which are reserved for fiction. Email addresses are at
example.com, which is reserved for examples.
"""

from dataclasses import dataclass, field

from backend.app.core_gov.jv.schemas import Country, PartnerCreate, PartnerStatus, Role


@dataclass(frozen=True, slots=True)
class Person:
    """A partner, with the key that links and messages use."""

    key: str
    name: str
    role: Role
    status: PartnerStatus
    phone: str
    notes: str
    tags: tuple[str, ...] = field(default=())
    country: Country = "US"
    other_roles: tuple[Role, ...] = ()

    @property
    def email(self) -> str:
        return f"{self.key.replace('_', '.')}@example.com"

    def as_created(self) -> PartnerCreate:
        """Return the payload that creates the partner. Partners who are now paused or archived start as active."""
        return PartnerCreate(
            name=self.name, roles=[self.role, *self.other_roles], owner="june", email=self.email, phone=self.phone,
            country=self.country,
            notes=self.notes, tags=list(self.tags),
        )  # fmt: skip


PEOPLE = (
    Person("kestrel", "Kestrel Buyers Group", "buyer", "active", "206-555-0101",
           "Cash. South of the ship canal, up to 650k. Wants photos of roof and panel first.", ("cash", "south-end")),
    Person("nora", "Nora Whitfield", "buyer", "active", "425-555-0102",
           "Buys one rental a year on the Eastside. Answers mail in the evening.", ("rental", "eastside")),
    Person("dufferin", "Dufferin Home Buyers", "buyer", "active", "905-555-0103",
           "Semis and duplexes in Hamilton.", ("cash",), "CA"),
    Person("two_rivers", "Two Rivers Holdings", "buyer", "paused", "253-555-0104",
           "Full until their Tacoma building is rented. Ask again in spring.", ("cash",)),
    Person("harlan", "Harlan Voss", "buyer", "archived", "206-555-0105",
           "Walked away twice after inspection. Not again."),
    Person("maple", "Maple Street Capital", "lender", "active", "416-555-0106",
           "Second mortgages, 11 percent, two points. Needs the appraisal.", ("private-money",), "CA"),
    Person("cascade", "Cascade Bridge Lending", "lender", "active", "206-555-0107",
           "Up to 75 percent of cost, draws every second Friday.", ("private-money", "draws")),
    Person("pinecone", "Pinecone Private Loans", "lender", "paused", "425-555-0108",
           "No new loans before the new year.", ("private-money",)),
    Person("old_mill", "Old Mill Credit", "lender", "archived", "253-555-0109", "Closed its lending desk in 2025."),
    Person("kettle", "Kettle and Sons Construction", "gc", "active", "206-555-0110",
           "Two crews. Good with foundations, slow with paint.", ("licensed", "two-crews"), "US", ("buyer",)),
    Person("steeltown", "Steeltown Renovations", "gc", "active", "905-555-0111",
           "Brick and plumbing. Invoices come with photos.", ("licensed",), "CA"),
    Person("rainline", "Rainline Roofing", "gc", "paused", "253-555-0112",
           "Insurance expired in September; waiting for the new certificate.", ("roof",)),
    Person("quick_fix", "Quick Fix Contracting", "gc", "archived", "425-555-0113", "Left the Kent job half done."),
    Person("fernhill", "Fernhill Property Care", "pm", "active", "206-555-0114",
           "Eight percent, no set-up fee. Reports on the 5th.", ("rental",)),
    Person("harbour", "Harbour Door Management", "pm", "paused", "416-555-0115",
           "Short of staff since August.", ("rental",), "CA"),
    Person("lantern", "Lantern Rentals", "pm", "archived", "425-555-0116", "Late with the deposits three times."),
    Person("iris", "Iris Castellan", "jv_partner", "active", "206-555-0117",
           "Brings money, wants a short report each month.", ("passive", "accredited")),
    Person("ben", "Ben Oduya", "jv_partner", "active", "905-555-0118",
           "Runs the Hamilton jobs himself; a third of the profit.", ("hands-on",), "CA", ("gc",)),
    Person("wexford", "Wexford Family Trust", "jv_partner", "paused", "425-555-0119",
           "Trustees change in January. No new deals until then.", ("passive",)),
    Person("paul", "Paul Renner", "jv_partner", "archived", "253-555-0120", "Bought out in May; all settled."),
    Person("mei", "Mei Tanaka", "agent", "active", "206-555-0121",
           "Lists our flips. Knows everyone from Burien to Renton.", ("listing", "south-end")),
    Person("claire", "Claire Bouchard", "agent", "active", "514-555-0122",
           "Montréal plexes; reads contracts in French for us.", ("listing",), "CA"),
    Person("tom", "Tom Aldridge", "agent", "paused", "425-555-0123", "On leave until February.", ("listing",)),
    Person("sunny", "Sunny Corner Realty", "agent", "archived", "253-555-0124", "Shut its office."),
    Person("plainview", "Plainview Title and Escrow", "other", "active", "206-555-0125",
           "Escrow for everything in King County.", ("title",)),
    Person("okafor", "Okafor Law", "other", "active", "416-555-0126",
           "Closings in Ontario. Needs five working days.", ("legal",), "CA"),
    Person("bright", "Bright Lens Photos", "other", "paused", "206-555-0127", "Camera in repair.", ("photos",)),
    Person("hilltop", "Hilltop Surveying", "other", "archived", "253-555-0128", "Retired."),
)  # fmt: skip

BY_KEY = {person.key: person for person in PEOPLE}
