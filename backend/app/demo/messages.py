"""Messages of the demo company: every channel in every status, and the send log.

In a text, `{deal}` is the name of the deal, `{place}` its address, and `{price}` and `{repairs}` are its amounts.
"""

from dataclasses import dataclass
from typing import Literal

from backend.app.core_gov.comms.schemas import Channel, DraftCreate
from backend.app.demo.people import BY_KEY
from backend.app.demo.pipeline import Plan

FinalState = Literal["draft", "ready", "sent", "archived", "sent and archived"]
"""Final state of a message."""

PROVIDERS: dict[Channel, str] = {"sms": "twilio", "email": "sendgrid", "letter": "courier"}
"""Provider of each automated channel. Messages of the other channels are sent by hand."""


@dataclass(frozen=True, slots=True)
class Message:
    """A message: author, recipient, channel, deal and final state.

    `to` is the key of a partner or, for letters and the like, a name without a deliverable address.
    """

    by: str
    channel: Channel
    final_state: FinalState
    to: str
    deal: str | None
    body: str
    subject: str | None = None
    tone: str = "friendly"
    tag: str = "deals"

    def draft(self, plan: Plan | None, deal_id: str | None) -> DraftCreate:
        """Return the draft as it is first created."""
        facts = _facts(plan) if plan else {}
        return DraftCreate(
            channel=self.channel, to=self.address, subject=self.subject and self.subject.format(**facts),
            body=self.body.format(**facts), deal_id=deal_id, tone=self.tone, tags=[self.tag],
        )  # fmt: skip

    @property
    def address(self) -> str:
        """Return the partner's phone number or email address if the channel needs one."""
        person = BY_KEY.get(self.to)
        if person is None:
            return self.to
        return {"sms": person.phone, "call": person.phone, "email": person.email}.get(self.channel, person.name)


def _facts(plan: Plan) -> dict[str, str]:
    amounts = {"price": f"{plan.price:,}", "repairs": f"{plan.repairs:,}", "rent": f"{plan.rent:,}"}
    return {"deal": plan.name, "place": plan.house.place, "currency": plan.currency, **amounts}


MESSAGES = (
    # sms
    Message("amir", "sms", "draft", "kestrel", "under_contract wholesale",
            "{deal} is under contract at {price}. Want to see it before I send it around?", tag="buyers"),
    Message("luc", "sms", "draft", "dufferin", "ironwood", "Ironwood Row: keys from Monday. Shall I book you in?",
            tag="buyers"),
    Message("amir", "sms", "ready", "kettle", "under_contract flip",
            "Can one crew start at {deal} the week after closing? Budget is {repairs}.", tag="repairs"),
    Message("amir", "sms", "sent", "kettle", "closed flip", "Dumpster comes Thursday 8 am, please keep the drive free.",
            tone="calm", tag="repairs"),
    Message("dana", "sms", "sent", "iris", "closed jv", "We closed on {deal} today. Report follows by mail.",
            tag="investors"),
    Message("luc", "sms", "sent", "steeltown", "lamplighter",
            "Photos of the new drain, please, before you close the wall.",
            tone="firm", tag="repairs"),
    Message("june", "sms", "sent and archived", "rainline", None,
            "Your insurance certificate ran out on the 14th. We can pay again when the new one is here.",
            tone="firm", tag="paperwork"),
    Message("amir", "sms", "archived", "two_rivers", "dead wholesale", "Still interested in {deal}?", tag="buyers"),
    # email
    Message("june", "email", "draft", "cascade", "under_contract brrrr",
            "Hello,\n\nplease find the scope of work for {place}. We ask for {repairs} in four draws.\n\nJune",
            "Scope of work, {deal}", "calm", "lending"),
    Message("dana", "email", "draft", "wexford", None,
            "Dear trustees,\n\nwe will write again in February. Nothing is due from you until then.\n\nDana",
            "Until February", "calm", "investors"),
    Message("june", "email", "ready", "plainview", "under_contract rental",
            "Hello,\n\nplease open escrow for {place}, price {price} {currency}. The contract is attached.\n\nJune",
            "Open escrow: {deal}", "calm", "paperwork"),
    Message("dana", "email", "sent", "iris", "under_contract jv",
            "Iris,\n\n{deal}: price {price}, repairs {repairs}. Terms as last time, 60/40 after capital. In or out by "
            "Friday?\n\nDana", "{deal}: in or out?", "friendly", "investors"),
    Message("dana", "email", "sent", "nora", "under_contract rental",
            "Nora,\n\nthis one should rent for about {rent} a month. The inspection report is attached.\n\nDana",
            "A rental for you: {deal}", "friendly", "buyers"),
    Message("luc", "email", "sent", "okafor", "ironwood",
            "Hello,\n\nwe close Ironwood Row in five weeks. What do you still need from us?\n\nLuc",
            "Ironwood Row, closing", "calm", "paperwork"),
    Message("luc", "email", "sent and archived", "maple", "lamplighter",
            "Hello,\n\nthe Lamplighter loan is paid back. Please send the discharge.\n\nLuc",
            "Discharge, Lamplighter Lane",
            "calm", "lending"),
    Message("june", "email", "archived", "old_mill", None, "Hello,\n\nare you still lending in King County?\n\nJune",
            "Rates", "calm", "lending"),
    # call
    Message("amir", "call", "draft", "mei", "lead flip", "Ask Mei who owns {deal} and why the blinds are down.",
            tag="leads"),
    Message("amir", "call", "ready", "fernhill", "under_contract brrrr",
            "1. What would {deal} rent for? 2. Free from January? 3. Pets?", tone="calm", tag="rental"),
    Message("june", "call", "sent", "plainview", "closed rental",
            "Asked for the recording number of {deal}. They call back before noon.", tone="calm", tag="paperwork"),
    Message("luc", "call", "sent", "claire", "ecureuil",
            "Claire thinks the seller takes {price} if we waive the inspection. "
            "We do not.", tone="calm"),
    Message("dana", "call", "archived", "harlan", "dead flip", "Ask whether he wants {deal}. (No: see notes.)",
            tag="buyers"),
    # dm
    Message("amir", "dm", "draft", "@yard-sign-answers (demo)", "lead wholesale",
            "Thanks for the photo of the yard sign. Do you know the owner?", tag="leads"),
    Message("amir", "dm", "ready", "@kestrel-buyers (demo)", "offered wholesale",
            "New one soon: {deal}. Ask me for numbers.",
            tag="buyers"),
    Message("luc", "dm", "sent", "@steeltown-reno (demo)", "lamplighter", "Nice before and after. May we use it?"),
    Message("june", "dm", "archived", "@bright-lens (demo)", None, "When is your camera back?", tag="photos"),
    # letter
    Message("june", "letter", "draft", "The owner, made-up address for the demo", "lead rental",
            "Dear owner,\n\nwe buy houses as they stand and pay your closing costs. If you ever think of selling, call "
            "us.\n\nYours\nDana", "Your house", "friendly", "leads"),
    Message("june", "letter", "ready", "The seller, made-up address for the demo", "offered rental",
            "Dear seller,\n\nour offer for your house is {price} {currency}, with no condition but clear title.\n\n"
            "Yours\nDana",
            "Our offer", "calm"),
    Message("june", "letter", "sent", "The seller, made-up address for the demo", "offered flip",
            "Dear seller,\n\nwe offer {price} {currency} and close when it suits you.\n\nYours\nDana", "Our offer",
            "calm"),
    Message("dana", "letter", "sent", "paul", "closed brrrr",
            "Paul,\n\nenclosed is the last statement. With this we are even, and I thank you.\n\nDana",
            "Last statement",
            "calm", "investors"),
    Message("june", "letter", "archived", "quick_fix", None,
            "Dear sirs,\n\nthe work in Kent is half done and paid in full. Finish it by the 30th.\n\nJune",
            "The job in Kent",
            "firm", "repairs"),
    # other
    Message("june", "other", "draft", "Note at the front desk", None, "Spare keys hang in the blue box now.",
            tag="office"),
    Message("june", "other", "ready", "Courier slip", "under_contract rental",
            "Deed of {deal}: pick up at 3 pm, signature "
            "wanted.", tone="calm", tag="paperwork"),
    Message("luc", "other", "sent", "Lock box code, told in person", "ironwood",
            "Told the inspector the code of the box at "
            "Ironwood Row; changed it after.", tone="calm", tag="office"),
    Message("amir", "other", "archived", "Yard sign", "dead rental", "Sign at {deal} taken down.", tone="calm",
            tag="leads"),
)  # fmt: skip

OPTED_OUT: tuple[tuple[str, Literal["sms", "email"]], ...] = (("+14165550188", "sms"), ("no-mail@example.com", "email"))
"""Addresses whose owners want no messages."""

AGREED = ("+14165550147", "+12065550119")
"""Phone numbers whose owners agreed to texts."""
