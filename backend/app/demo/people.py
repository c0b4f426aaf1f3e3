"""Partners of the demo company: every role in every status.

All are fictional. Phone numbers are from 555-0100 to 555-0199, which are reserved for fiction. Email addresses are at
example.com, which is reserved for examples.
"""

from dataclasses import dataclass, field

from backend.app.core_gov.jv.schemas import Country, PartnerCreate, PartnerStatus, Role


@dataclass(frozen=True, slots=True)
class Partner:
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
    Partner("kestrel", "Kestrel Buyers Group", "buyer", "active", "206-555-0101",
           "Cash. South of the ship canal, up to 650k. Wants photos of roof and panel first.", ("cash", "south-end")),
    Partner("nora", "Nora Whitfield", "buyer", "active", "425-555-0102",
           "Buys one rental a year on the Eastside. Answers mail in the evening.", ("rental", "eastside")),
    Partner("dufferin", "Dufferin Home Buyers", "buyer", "active", "905-555-0103",
           "Semis and duplexes in Hamilton.", ("cash",), "CA"),
    Partner("two_rivers", "Two Rivers Holdings", "buyer", "paused", "253-555-0104",
           "Full until their Tacoma building is rented. Ask again in spring.", ("cash",)),
    Partner("harlan", "Harlan Voss", "buyer", "archived", "206-555-0105",
           "Walked away twice after inspection. Not again."),
    Partner("maple", "Maple Street Capital", "lender", "active", "416-555-0106",
           "Second mortgages, 11 percent, two points. Needs the appraisal.", ("private-money",), "CA"),
    Partner("cascade", "Cascade Bridge Lending", "lender", "active", "206-555-0107",
           "Up to 75 percent of cost, draws every second Friday.", ("private-money", "draws")),
    Partner("pinecone", "Pinecone Private Loans", "lender", "paused", "425-555-0108",
           "No new loans before the new year.", ("private-money",)),
    Partner("old_mill", "Old Mill Credit", "lender", "archived", "253-555-0109", "Closed its lending desk in 2025."),
    Partner("kettle", "Kettle and Sons Construction", "gc", "active", "206-555-0110",
           "Two crews. Good with foundations, slow with paint.", ("licensed", "two-crews"), "US", ("buyer",)),
    Partner("steeltown", "Steeltown Renovations", "gc", "active", "905-555-0111",
           "Brick and plumbing. Invoices come with photos.", ("licensed",), "CA"),
    Partner("rainline", "Rainline Roofing", "gc", "paused", "253-555-0112",
           "Insurance expired in September; waiting for the new certificate.", ("roof",)),
    Partner("quick_fix", "Quick Fix Contracting", "gc", "archived", "425-555-0113", "Left the Kent job half done."),
    Partner("fernhill", "Fernhill Property Care", "pm", "active", "206-555-0114",
           "Eight percent, no set-up fee. Reports on the 5th.", ("rental",)),
    Partner("harbour", "Harbour Door Management", "pm", "paused", "416-555-0115",
           "Short of staff since August.", ("rental",), "CA"),
    Partner("lantern", "Lantern Rentals", "pm", "archived", "425-555-0116", "Late with the deposits three times."),
    Partner("iris", "Iris Castellan", "jv_partner", "active", "206-555-0117",
           "Brings money, wants a short report each month.", ("passive", "accredited")),
    Partner("ben", "Ben Oduya", "jv_partner", "active", "905-555-0118",
           "Runs the Hamilton jobs himself; a third of the profit.", ("hands-on",), "CA", ("gc",)),
    Partner("wexford", "Wexford Family Trust", "jv_partner", "paused", "425-555-0119",
           "Trustees change in January. No new deals until then.", ("passive",)),
    Partner("paul", "Paul Renner", "jv_partner", "archived", "253-555-0120", "Bought out in May; all settled."),
    Partner("mei", "Mei Tanaka", "agent", "active", "206-555-0121",
           "Lists our flips. Knows everyone from Burien to Renton.", ("listing", "south-end")),
    Partner("claire", "Claire Bouchard", "agent", "active", "514-555-0122",
           "Montréal plexes; reads contracts in French for us.", ("listing",), "CA"),
    Partner("tom", "Tom Aldridge", "agent", "paused", "425-555-0123", "On leave until February.", ("listing",)),
    Partner("sunny", "Sunny Corner Realty", "agent", "archived", "253-555-0124", "Shut its office."),
    Partner("plainview", "Plainview Title and Escrow", "other", "active", "206-555-0125",
           "Escrow for everything in King County.", ("title",)),
    Partner("okafor", "Okafor Law", "other", "active", "416-555-0126",
           "Closings in Ontario. Needs five working days.", ("legal",), "CA"),
    Partner("bright", "Bright Lens Photos", "other", "paused", "206-555-0127", "Camera in repair.", ("photos",)),
    Partner("hilltop", "Hilltop Surveying", "other", "archived", "253-555-0128", "Retired."),
)  # fmt: skip

BY_KEY = {person.key: person for person in PEOPLE}
