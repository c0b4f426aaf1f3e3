"""Pagination of a feed's changes: the next request, and the position from which an interrupted run resumes. No I/O.

A server returns changes page by page in the order of their times, with a link to the next page. Links are followed
as they are until a page has none. Then the server is asked again from the last time on, because some servers omit
links too early and records change while they are read. The walk ends when that request returns nothing new.

Server behavior, and how the walk handles it:

- Thousands of records share a time. Links lead through them; without links, ties are broken by key.
- Offset links (`$skip`) miss a row whenever an earlier row changes and moves to the end. They are not followed; the
  server is asked again from the last time. Within a tie they must be followed, so the tie is read repeatedly until a
  pass returns nothing new, and again if a record turns out to have moved out of it. Opaque links are trusted until a
  record is seen to move. Then the walk goes back to the time of that record and trusts no links from there on.
- The server ignores the order or the filter. Then an unordered walk takes over, whose position does not advance
  before everything was read.
- Pages are repeated, possibly in an older state. Records already seen in the same or a newer state are skipped.

`ordered` and `unordered` are the two walks, `state` has the transitions of the ordered one.
"""
