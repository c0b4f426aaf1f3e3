"""Notes on records of the demo company, and the views of lists that its people saved."""

from dataclasses import dataclass

from backend.app.core_gov.notes.schemas import NoteCreate
from backend.app.core_gov.views.schemas import ViewCreate
from backend.app.demo.people import BY_KEY


@dataclass(frozen=True, slots=True)
class DemoNote:
    """A note. `about` is the key of a deal or of a partner."""

    by: str
    about: str
    date: str
    text: str

    def as_created(self, record_id: str) -> NoteCreate:
        entity = "partner" if self.about in BY_KEY else "deal"
        found = {"entity": entity, "entity_id": record_id, "text": self.text, "date": self.date}
        return NoteCreate.model_validate(found)


@dataclass(frozen=True, slots=True)
class DemoView:
    """A saved view, with the query string of its list."""

    by: str
    list_name: str
    name: str
    query: str

    def as_created(self) -> ViewCreate:
        return ViewCreate(list=self.list_name, name=self.name, query=self.query, shared=True)


NOTES = (
    DemoNote("amir", "lead flip", "2026-11-09", "Drove by: tarp on the garage, mail in the box. Nobody answered."),
    DemoNote("dana", "lead rental", "2026-11-12", "The owner lives in Yakima. Her son looks after the house."),
    DemoNote("amir", "analyzing flip", "2026-11-16", "Sewer scope is booked for Thursday, 285."),
    DemoNote("dana", "analyzing brrrr", "2026-11-18", "Two permits from 2019 were never closed. Ask the county."),
    DemoNote("amir", "offered flip", "2026-11-17", "The seller's agent says there is one other offer, also cash."),
    DemoNote("dana", "offered wholesale", "2026-11-20", "Seller wants to stay two weeks after closing. Fine with us."),
    DemoNote("june", "under_contract flip", "2026-11-13", "Inspection: panel and two windows. Asked for 4,000 off."),
    DemoNote("june", "under_contract flip", "2026-11-19", "They gave 2,500. Signed."),
    DemoNote("luc", "ironwood", "2026-11-21", "Steeltown can start on the 7th if the keys are there by noon."),
    DemoNote("dana", "dead flip", "2026-07-02", "Worth a call again in spring if it is still empty."),
    DemoNote("june", "cascade", "2026-10-30", "Rates go up a quarter point in January for new loans."),
    DemoNote("amir", "kestrel", "2026-11-05", "Closed on two houses this month; has cash for one more this year."),
    DemoNote("dana", "mei", "2026-11-11", "Two listings of hers expire at the end of November."),
)

VIEWS = (
    DemoView("dana", "deals", "Offers, highest first", "status=offered&sort=-price"),
    DemoView("amir", "properties", "Under contract", "status=under_contract"),
    DemoView("june", "partners", "Lenders", "role=lender&status=active"),
)
