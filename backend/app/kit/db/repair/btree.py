"""B-trees of a SQLite file: all readable table rows and index entries, despite damaged pages between them."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from backend.app.kit.db.repair.pages import Pages, Unreadable, Value, record, signed, varint

_INDEX_INTERIOR, _TABLE_INTERIOR, _INDEX_LEAF, TABLE_LEAF = 2, 5, 10, 13
_INTERIOR = {_INDEX_INTERIOR, _TABLE_INTERIOR}
_TABLE, _INDEX = {_TABLE_INTERIOR, TABLE_LEAF}, {_INDEX_INTERIOR, _INDEX_LEAF}


@dataclass(slots=True)
class Tree:
    """Traversal of one B-tree: the pages that belong to it, and the counts of unreadable parts.

    `lost_pages` counts pages that are unreadable or of the wrong type, `lost_cells` counts unreadable cells.
    """

    root: int
    pages: set[int] = field(default_factory=set)
    lost_pages: int = 0
    lost_cells: int = 0

    @property
    def whole(self) -> bool:
        return not (self.lost_pages or self.lost_cells)


def rows(pages: Pages, tree: Tree) -> Iterator[tuple[int, list[Value]]]:
    """Yield the row id and the values of each row of a table."""
    for page, at in _cells(pages, tree, _TABLE):
        try:
            yield _row(pages, tree, page, at)
        except Unreadable:
            tree.lost_cells += 1


def entries(pages: Pages, tree: Tree) -> Iterator[list[Value]]:
    """Yield the values of each index entry. The last one is the row id."""
    most_local = (pages.usable - 12) * 64 // 255 - 23
    for page, at in _cells(pages, tree, _INDEX):
        try:
            length, start = varint(page, at)
            yield record(_payload(pages, tree, page, start, length, most_local))
        except Unreadable:
            tree.lost_cells += 1


def leaf_rows(pages: Pages, number: int) -> list[tuple[int, list[Value]]]:
    """Return the rows of a table leaf page whose parent is lost. Raises Unreadable if any part is unreadable."""
    tree = Tree(number)
    page = pages[number]
    if page[0] != TABLE_LEAF:
        raise Unreadable("it is no leaf of a table")
    found = [_row(pages, tree, page, at) for at in _pointers(page, 0, tree)]
    if not tree.whole:
        raise Unreadable("a cell lies outside its page")
    return found


def _row(pages: Pages, tree: Tree, page: bytes, at: int) -> tuple[int, list[Value]]:
    length, at = varint(page, at)
    number, at = varint(page, at)
    return signed(number), record(_payload(pages, tree, page, at, length, pages.usable - 35))


def _cells(pages: Pages, tree: Tree, kinds: set[int]) -> Iterator[tuple[bytes, int]]:
    """Yield the page and the offset of each cell with content, in order."""
    waiting = [tree.root]
    while waiting:
        number = waiting.pop()
        try:
            page = pages[number]
        except Unreadable:
            tree.lost_pages += 1
            continue
        start = 100 if number == 1 else 0  # the file header
        if number in tree.pages or page[start] not in kinds:
            tree.lost_pages += 1
            continue
        tree.pages.add(number)
        places = _pointers(page, start, tree)
        if page[start] not in _INTERIOR:
            yield from ((page, at) for at in places)
            continue
        children = [struct.unpack_from(">I", page, at)[0] for at in places]
        waiting.append(struct.unpack_from(">I", page, start + 8)[0])
        waiting += reversed(children)
        if page[start] == _INDEX_INTERIOR:
            yield from ((page, at + 4) for at in places)


def _pointers(page: bytes, start: int, tree: Tree) -> list[int]:
    """Return the offsets of the cells of a page. Offsets outside the page count as lost cells."""
    header = 12 if page[start] in _INTERIOR else 8
    first = start + header
    count = struct.unpack_from(">H", page, start + 3)[0]
    most = (len(page) - first) // 2
    if count > most:
        tree.lost_cells += count - most
        count = most
    found = struct.unpack_from(f">{count}H", page, first)
    places = [at for at in found if first + 2 * count <= at <= len(page) - 4]
    tree.lost_cells += count - len(places)
    return places


def _payload(pages: Pages, tree: Tree, page: bytes, at: int, length: int, most_local: int) -> bytes:
    """Return the bytes of a cell, including its overflow pages (section 1.6)."""
    usable = pages.usable
    if length > pages.count * usable:
        raise Unreadable("a cell is longer than the file")
    if length <= most_local:
        found = page[at : at + length]
        if at + length > usable:
            raise Unreadable("a cell is longer than its page")
        return found
    least = (usable - 12) * 32 // 255 - 23
    local = least + (length - least) % (usable - 4)
    local = local if local <= most_local else least
    if at + local + 4 > usable:
        raise Unreadable("a cell is longer than its page")
    parts, left = [page[at : at + local]], length - local
    following = struct.unpack_from(">I", page, at + local)[0]
    while left > 0:
        overflow = pages[following]
        tree.pages.add(following)
        parts.append(overflow[4 : 4 + min(left, usable - 4)])
        left -= usable - 4
        following = struct.unpack_from(">I", overflow)[0]
    return b"".join(parts)
