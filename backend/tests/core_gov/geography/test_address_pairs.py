"""Precision and recall of address keys on the evaluation set."""

from collections import Counter
from functools import cache

from backend.app.core_gov.geography.address_key import normalize_address
from backend.tests.core_gov.geography.address_pairs import all_pairs
from backend.tests.core_gov.geography.labeled_pairs import Pair
from backend.tests.promises import promise

MIN_PAIRS, MIN_PRECISION, MIN_RECALL = 20_000, 0.999, 0.98


@cache
def _key(line: str, city: str | None, region: str | None, postal: str | None, country: str) -> str:
    return normalize_address(line, city, region, postal, country)


def _is_same(pair: Pair) -> bool:
    return _key(pair.one, *pair.place, pair.country) == _key(pair.other, *pair.place, pair.country)


def errors() -> tuple[list[Pair], list[Pair], int]:
    """Return the pairs that are wrongly the same and wrongly different, and the number of pairs rightly the same."""
    pairs = all_pairs()
    same = [pair for pair in pairs if _is_same(pair)]
    found = sum(pair.same for pair in same)
    missed = {pair for pair in pairs if pair.same} - set(same)
    return [pair for pair in same if not pair.same], sorted(missed), found


@promise("Properties", "Spellings of one address share a key, measured on 20,000 pairs from both postal services.")
def test_precision_and_recall() -> None:
    pairs = all_pairs()
    wrong, missed, found = errors()
    precision, recall = found / (found + len(wrong)), found / (found + len(missed))
    print(f"{len(pairs):,} pairs, precision {precision:.4f}, recall {recall:.4f}")  # noqa: T201
    assert len(pairs) >= MIN_PAIRS
    assert precision >= MIN_PRECISION, wrong[:20]
    assert recall >= MIN_RECALL, missed[:20]


def _main() -> None:
    wrong, missed, found = errors()
    for name, pairs in (("wrongly the same", wrong), ("wrongly different", missed)):
        print(f"{name}: {len(pairs):,} of {found:,}", dict(Counter(pair.kind for pair in pairs)))  # noqa: T201
        shown: Counter[str] = Counter()
        for pair in pairs:
            shown[pair.kind] += 1
            if shown[pair.kind] <= 12:
                keys = [_key(line, *pair.place, pair.country) for line in (pair.one, pair.other)]
                print(f"  {pair.kind:12} {pair.country} {pair.one!r} / {pair.other!r} -> {keys}")  # noqa: T201


if __name__ == "__main__":
    _main()
