"""Initial inputs: valid ones, and those that once took minutes or gigabytes, or ended in a traceback."""

import gzip
import json
import zipfile
from hashlib import sha256
from io import BytesIO
from typing import Any

MB = 1_000_000


def gzip_repeated(block: bytes, times: int) -> bytes:
    return gzip.compress(block * times, 9, mtime=0)


JSON = [
    b'{"body": "Hi", "meta": {"a": [1, 2.5, null, true, "x"]}, "tags": []}',
    b'{"a": 1, "a": 2}',
    b"[" * 5_000,
    b'{"a":' * 40 + b"1" + b"}" * 40,
    b"[1e-9999, 1e999, 123456789012345678901234567890, 0.1000000000000000055511151231257827021181583404541015625]",
    b'["\\ud800", "\\u0000", "\\ud83d\\ude00"]',
    b"[" + b"[]," * 50_000 + b"[]]",
]

CSV = [
    b"id,price,sold\n1,300000,2015-01-01\n2,,x\n",
    b'\xef\xbb\xbfa;b\r\n"x;y";"z\n""w"""\r\n',
    gzip.compress(b"a,b\n1,2\n", mtime=0),
    gzip_repeated(b"x", 60 * MB),
    gzip_repeated(b"a,b\n1,2\n", 2_000),
    (b'a,b\n1,"' + b"x\n" * 90_000),
    ",".join(f"c{at}" for at in range(20_000)).encode(),
    b",".join([b"same"] * 5_000),
    b"a,b\n" + b"," * 190_000,
]  # fmt: skip

MAPPING = [
    (
        b'name = "x"\nkey = ["id"]\ndate_format = "%m/%d/%Y"\nnulls = ["?"]\n[only]\nStatus = ["Sold"]\n[columns]\n'
        b'price = "Price"\nclose_date = "Sold"\nbeds = { column = "Beds", optional = true }\n'
        b'living_sqft = { column = "Size", unit = "m2", times = 2 }\naddress = "{No} {Street}"\n'
        b'parcel = { column = "Id", width = 10 }\n[constants]\nproperty_type = "house"\n'
    ),
    b'date_format = "%Y%Y"\n[columns]\nprice = "P"\nclose_date = "D"\n',
    b'[columns]\nprice = { sum = ["A", "B"] }\nclose_date = { year = "Y", month = "M", date_format = "%Q" }\n',
    b'[columns]\nprice = { first = ["A", { column = "B", values = { "x" = 1 } }] }\nclose_date = "D"\n',
    b"a = " + b"[" * 5_000,
    b"[" + b"a." * 50_000 + b"a]",
    b'name = "x\\u0000"\n[columns]\nprice = "P"\nclose_date = "D"\n',
    b"a = 0x" + b"f" * 5_000 + b"\nb = " + b"9" * 5_000,
    b'[a]\nmarket = "m"\nprofile = "generic"\nurl = "https://api.example.com/odata"\nauth = { token_file = "/t" }\n',
]


def manifest(content: bytes, **changes: Any) -> bytes:
    facts = {"count": content.count(b"\n"), "bytes": len(content), "sha256": sha256(content).hexdigest()}
    entry = {"kind": "documents", "key": ["id"], "columns": ["doc"], **facts, **changes}
    found = {"format": 1, "version": "9", "revision": "0002", "made_at": "", "store": {}, "tables": {"docs": entry}}
    return json.dumps(found).encode()


def archive(*members: tuple[str, bytes]) -> bytes:
    """Return a ZIP file of these members, with the trailing digest of an archive."""
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in members:
            made.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
        made.comment = b"sha256:" + b"0" * 64
    whole = file.getvalue()[:-64]
    return whole + sha256(whole).hexdigest().encode()


LINE = b'{"id":"1"}\n'
ARCHIVE = [
    archive(("manifest.json", manifest(LINE)), ("docs.jsonl", LINE)),
    archive(("manifest.json", manifest(LINE)), ("docs.jsonl", b" " * 20 * MB)),
    archive(("manifest.json", manifest(LINE, bytes=10**15)), ("docs.jsonl", b" " * 70 * MB)),
    archive(("manifest.json", b"[" * 900_000), ("docs.jsonl", LINE)),
    archive(("manifest.json", manifest(LINE)), *((f"{at}", b"") for at in range(2_000))),
    archive(("manifest.json", manifest(LINE)), ("../docs.jsonl", LINE), ("docs.jsonl", LINE)),
]
MANIFESTS = [manifest(LINE), manifest(LINE, count=-1), manifest(LINE, columns=["a b"]), b'{"format": 1, "tables": {}}']
LINES = [LINE, LINE * 3, b"{}\n", b"\n\n", b'{"id":"1"}', b"[" * 50_000 + b"\n"]

SALE = {
    "ListingKey": "k1", "ModificationTimestamp": "2026-01-05T10:00:00.123Z", "StandardStatus": "Closed",
    "PropertyType": "Residential", "ClosePrice": 412_000, "CloseDate": "2025-11-03", "LivingArea": 1_850,
    "LivingAreaUnits": "Square Feet", "BedroomsTotal": 3, "YearBuilt": 1994, "PostalCode": "98101",
}  # fmt: skip
LINK = "http://127.0.0.1/odata/Property?$skiptoken=1"
PAGE = json.dumps({"@odata.count": 1, "value": [SALE], "@odata.nextLink": LINK}).encode()
ODATA = [
    PAGE,
    PAGE.replace(b"skiptoken=1", b"skip=1\\r\\nHost: evil"),
    PAGE.replace(b"127.0.0.1", b"user:secret@127.0.0.1"),
    PAGE.replace(b'"k1"', b"123"),
    b'{"value": [' + b"{}," * 60_000 + b"{}]}",
    b'{"value": [' + b"[" * 5_000,
    b'{"value": [{"ListingKey": "\\ud800", "ModificationTimestamp": "9999-99-99T99:99:99Z"}]}',
    b'{"error": {"message": {"value": "no"}}}',
    gzip.compress(PAGE, mtime=0),
    gzip.compress(gzip.compress(b" " * 5 * MB, mtime=0), mtime=0),
    gzip_repeated(b" ", 60 * MB),
]

ADDRESS = [
    text.encode()
    for text in (
        "Unit 5 - 12 St. Clair Avenue West, Toronto, ON M5V 2T6", "10104-100 Ave NW", "#123 Main St", "Ph 5, 5e Rue",
        "123½ County Road N.W.", "12 rue de l'Église", "a.b.c.d.e.f.ab", "1-2-3-4-5-6 st st st n n n n", "# # # #",
        ", , , Toronto, ON, Canada", "5th Avenue S.W. Apt 5 Bldg 2 Fl 3", "ste ste ste st st n s e w",
    )
]  # fmt: skip

PHONE = [
    text.encode()
    for text in (
        "+1 416 555 0123", "(416) 555-0123 ext. 12", "1-800-FLOWERS", "514 555 0123 poste 4", "tel:+1-416-555-0123",
        "\uff0b\uff11 416", "+" * 300, "1" * 300, "(((((((", "ext ext ext 1", "someone@example.com",
        "a" * 300 + "@example.local", '"a b"@[127.0.0.1]', "x@" + "a." * 120 + "com", "\u202e@\u2028.test",
    )
]  # fmt: skip


def _footer() -> bytes:
    """Return the Parquet footer of a table with one column."""
    from arro3.core import Array, DataType, Table
    from arro3.io import write_parquet

    file = BytesIO()
    write_parquet(Table.from_pydict({"n": Array([1, 2, 3], DataType.int64())}), file)
    whole = file.getvalue()
    return whole[-8 - int.from_bytes(whole[-8:-4], "little") : -8]


PARQUET = [_footer(), b"\x15\x04\x19\xfc\xff\xff\xff\xff\x07", b"\x1c" * 1_000, b"\x19\x19" * 1_000]
"""A valid footer, one with an endless list, and two with endless nesting."""
