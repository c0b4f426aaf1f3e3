"""The search over all records, over HTTP on both databases."""

import uuid
from typing import Any

import httpx
import pytest

from backend.app.settings import Settings
from backend.tests.core_gov.market.on_file import sale, served
from backend.tests.promises import promise

SEARCH = "/core/search"


def hits(api: httpx.Client, q: str, **query: Any) -> list[dict[str, Any]]:
    answer = api.get(SEARCH, params={"q": q, **query})
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


def ids(api: httpx.Client, q: str, **query: Any) -> list[str]:
    return [hit["id"] for hit in hits(api, q, **query)]


def made(api: httpx.Client, path: str, **fields: Any) -> dict[str, Any]:
    answer = api.post(path, json=fields)
    assert answer.status_code == 201, answer.text
    record: dict[str, Any] = answer.json()
    return record


def a_word() -> str:
    """Return a word that no other record has."""
    return f"w{uuid.uuid4().hex}"


@promise(
    "Records and lists", "`GET /core/search` finds records of every kind by the beginnings of words, newest first."
)
def test_finds_records_of_all_kinds_newest_first(shared_api: httpx.Client) -> None:
    word = a_word()
    deal = made(shared_api, "/core/deals", name=f"{word} Street")
    partner = made(shared_api, "/core/jv/partners", name=f"Capital of {word}")
    link = made(shared_api, "/core/jv/links", partner_id=partner["id"], deal_id=deal["id"], relationship=word)
    house = made(shared_api, "/core/property/properties", address=f"114 {word} Street")
    draft = made(shared_api, "/core/comms/drafts", body=f"Is {word} for sale?")
    sent = shared_api.post(f"/core/comms/drafts/{draft['id']}/mark_sent").json()
    noted = {"entity": "deal", "entity_id": deal["id"]}
    note = made(shared_api, "/core/notes", text=f"Call about {word}", **noted)
    made_by = {
        "deal": deal,
        "partner": partner,
        "link": link,
        "property": house,
        "draft": draft,
        "sendlog": sent,
        "note": note,
    }
    newest_first = [record["id"] for record in reversed(made_by.values())]
    assert ids(shared_api, word[:20].upper()) == newest_first
    for kind, record in made_by.items():
        (hit,) = hits(shared_api, word, kind=kind)
        assert (hit["kind"], hit["id"], hit["exact"]) == (kind, record["id"], False)
        assert shared_api.get(hit["path"]).status_code == 200
    assert hits(shared_api, word, kind="property")[0] | {"updated_at": ""} == {
        "kind": "property",
        "id": house["id"],
        "title": f"114 {word} Street",
        "subtitle": "",
        "status": "tracked",
        "updated_at": "",
        "path": f"/core/property/properties/{house['id']}",
        "exact": False,
    }


def test_link_is_shown_by_the_names_of_its_partner_and_deal(shared_api: httpx.Client) -> None:
    word = a_word()
    deal = made(shared_api, "/core/deals", name="114 Elm Street")
    partner = made(shared_api, "/core/jv/partners", name="Maple Street Capital")
    made(shared_api, "/core/jv/links", partner_id=partner["id"], deal_id=deal["id"], relationship=word)
    made(shared_api, "/core/jv/links", partner_id=partner["id"], deal_id="deal_x", relationship=word)
    assert [hit["title"] for hit in hits(shared_api, word)] == [
        "Maple Street Capital – deal_x",
        "Maple Street Capital – 114 Elm Street",
    ]


@promise("Records and lists", "A search finds sales by id, by parcel number and by the beginning of their address.")
def test_sales_are_found_by_id_parcel_and_address(settings: Settings) -> None:
    alder, other = (
        sale(1, address="9001 Alder Street", parcel="900-10-0010"),
        sale(2, address="90 Alder St", parcel=None),
    )
    with served(settings, {"elm": ("US", [alder, other])}) as api:
        for typed in ("9001 Alder St", "9001 alder street", "9001 ald", "9001 Alder stre", "9001"):
            assert [(hit["title"], hit["exact"]) for hit in hits(api, typed)] == [("9001 Alder Street", False)]
        for typed in ("900-10-0010", "900100010", "900 10 0010"):
            assert [(hit["title"], hit["exact"]) for hit in hits(api, typed)] == [("9001 Alder Street", True)]
        (hit,) = hits(api, "90 alder", kind="sale")
        assert api.get(hit["path"]).json()["id"] == hit["id"]
        assert hits(api, "alder") == hits(api, "9001", kind="deal") == []
        for typed in (hit["id"], hit["id"].upper(), hit["id"].replace("_", " "), hit["id"].replace("_", "-")):
            assert [(each["id"], each["exact"]) for each in hits(api, typed)] == [(hit["id"], True)]
        assert hits(api, "sale_999999999999999999") == hits(api, "sale_" + "9" * 30) == hits(api, "sale_1x") == []


def test_says_whether_more_records_match(shared_api: httpx.Client) -> None:
    word = a_word()
    for number in range(3):
        made(shared_api, "/core/deals", name=f"{word} {number}")
    assert shared_api.get(SEARCH, params={"q": word, "limit": 2}).json()["more"] is True
    assert shared_api.get(SEARCH, params={"q": word, "limit": 3}).json()["more"] is False


@promise("Records and lists", "A search finds a changed record by its new words, and no longer by its old ones.")
def test_changed_record_is_found_by_its_new_words(shared_api: httpx.Client) -> None:
    before, after = a_word(), a_word()
    deal = made(shared_api, "/core/deals", name=before)
    shared_api.patch(f"/core/deals/{deal['id']}", json={"name": after})
    assert ids(shared_api, before) == []
    assert ids(shared_api, after) == [deal["id"]]


@promise("Records and lists", "Case, accents, apostrophes, hyphens and width do not matter to a search.")
@pytest.mark.parametrize(
    ("stored", "typed"),
    [
        ("12 rue de l’Écureuil-Bleu", "rue de l'Ecureuil"),
        ("12 rue de l’Écureuil-Bleu", "ÉCUREUIL BLEU"),
        ("Œuvre du Cœur", "oeuvre coeur"),
        ("Weiße Straße", "weisse strasse"),
        ("O'Brien", "obrien"),
        ("O'Brien", "o’brien"),
        ("Saint-Jérôme", "saint jer"),
        ("\uff11\uff11\uff14 \uff25\uff4c\uff4d", "114 elm"),
        ("N.W. Marine Drive", "nw marine"),
    ],
)
def test_spellings_of_words(shared_api: httpx.Client, stored: str, typed: str) -> None:
    word = a_word()
    deal = made(shared_api, "/core/deals", name=f"{stored} {word}")
    assert ids(shared_api, f"{typed} {word}") == [deal["id"]]


@promise("Records and lists", "A search finds ids, phone numbers, email addresses, postal codes and parcels exactly.")
def test_identifiers_come_first_in_any_spelling(shared_api: httpx.Client) -> None:
    digits = f"{uuid.uuid4().int % 10**7:07d}"
    phone = f"416{digits}"
    older = made(shared_api, "/core/jv/partners", name=a_word(), phone=f"(416) {digits[:3]}-{digits[3:]}")
    newer = made(shared_api, "/core/deals", name=f"{phone} {a_word()}")
    for typed in (phone, f"+1 416 {digits}", f"1-416-{digits[:3]}-{digits[3:]}", f"(416){digits}"):
        (first, *_) = hits(shared_api, typed)
        assert (first["id"], first["exact"]) == (older["id"], True)
    assert ids(shared_api, phone) == [older["id"], newer["id"]]
    assert ids(shared_api, phone[:-2], kind="partner") == [older["id"]]
    spelled = newer["id"].upper().replace("_", " ")
    assert ids(shared_api, spelled) == ids(shared_api, newer["id"]) == [newer["id"]]


@promise("Strict input", "A search answers whatever text is typed; only its length and NUL are refused.")
@pytest.mark.parametrize(
    "typed",
    [
        *("'", '"', 'a" OR b', "a* NOT b", "NEAR(a b)", "words : a", "^a", "a - b", "(((", "a & !b | c:*", "%_\\"),
        *("; DROP TABLE deals", "=a", "a\tb", "🏠 elm", "日本", "\u200f", "ﬀ", "a" * 200, "a b c d e f g " * 14),
    ],
)
def test_hostile_text_is_answered(shared_api: httpx.Client, typed: str) -> None:
    assert isinstance(hits(shared_api, typed), list)


@pytest.mark.parametrize("typed", [" ", "...", "'", "(((", "=", "\u200f", "🏠"])
def test_text_without_letters_and_digits_finds_nothing(shared_api: httpx.Client, typed: str) -> None:
    assert hits(shared_api, typed) == []


@pytest.mark.parametrize("typed", ["", "a" * 8192, "\0", "a\0b"])
def test_unusable_text_is_refused(shared_api: httpx.Client, typed: str) -> None:
    assert shared_api.get(SEARCH, params={"q": typed}).status_code == 400
