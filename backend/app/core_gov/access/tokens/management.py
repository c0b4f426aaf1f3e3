"""Tokens as people and programs manage them over the API, within their permissions."""

from dataclasses import replace
from datetime import timedelta

from backend.app.core_gov.access.people import service as people
from backend.app.core_gov.access.people.store import Person
from backend.app.core_gov.access.tokens import service, store
from backend.app.core_gov.access.tokens.permissions import Grant, Requester
from backend.app.core_gov.access.tokens.schemas import NewToken, TokenCreate, TokenList, TokenRecord, TokenRotation
from backend.app.core_gov.access.tokens.store import AccessToken
from backend.app.core_gov.access.tokens.terms import Term
from backend.app.kit.db import Tx


def list_tokens(tx: Tx, by: Requester) -> TokenList:
    """Return all tokens for an admin, the own ones for a person, and for another token itself."""
    if by.is_admin:
        return TokenList(items=service.list_tokens(tx))
    if by.person is not None:
        return service.list_own(tx, by.person)
    return TokenList(items=[service.read_token(tx, by.actor)])


def create_token(tx: Tx, by: Requester, given: TokenCreate, local_user: str) -> NewToken:
    """Create a token. Raises BadInput, Conflict, NotFound for the owner, or Forbidden."""
    by = _with_grant(tx, by)
    by.check_may_manage()
    by.check_may_name(given.name, local_user)
    owner, term = _owner(tx, by, given), _term(tx, by, given)
    scopes = None if given.scopes is None else frozenset(given.scopes)
    by.check_may_give(Grant(given.role, owner.id if owner else None, scopes, term.end(tx.now)))
    secret = service.create_token(tx, given.name, given.role, owner=owner, scopes=scopes, term=term)
    return NewToken(token=service.read_token(tx, given.name), secret=secret)


def _with_grant(tx: Tx, by: Requester) -> Requester:
    return by if by.token is None else replace(by, own=_grant(store.get(tx, by.token)))


def _grant(token: AccessToken) -> Grant:
    return Grant(token.role, token.owner, token.scope_set, token.expires_at)


def _owner(tx: Tx, by: Requester, given: TokenCreate) -> Person | None:
    if "owner" in given.model_fields_set:
        return people.require(tx, given.owner) if given.owner is not None else None
    own = by.person or (by.own.owner if by.own else None)
    return people.get_person(tx, own) if own is not None else None


def _term(tx: Tx, by: Requester, given: TokenCreate) -> Term:
    """Return the term that is asked for: a year if none is, but not longer than the token that asks."""
    if "expires_at" in given.model_fields_set:
        return Term(lasts=None, until=given.expires_at)
    longest = by.own.expires_at if by.own else None
    end = service.ONE_YEAR.end(tx.now)
    return Term(until=longest) if longest is not None and end is not None and longest < end else service.ONE_YEAR


def rotate_token(tx: Tx, by: Requester, name: str, given: TokenRotation) -> NewToken:
    """Rotate a token. A token renews none beyond its own expiry, and gets the secret of none that has more than itself.

    Raises NotFound, Conflict or Forbidden.
    """
    by = _with_grant(tx, by)
    by.check_may_manage()
    token = store.get(tx, name, lock=True)
    by.check_is_own(name, token.owner)
    latest = by.own.expires_at if by.own else None
    if by.own is not None:
        by.check_may_give(replace(_grant(token), expires_at=latest) if name == by.token else _grant(token))
    secret = service.rotate_token(tx, name, timedelta(hours=given.overlap_hours), latest)
    return NewToken(token=service.read_token(tx, name), secret=secret)


def revoke_token(tx: Tx, by: Requester, name: str) -> TokenRecord:
    """Revoke a token. Raises NotFound or Forbidden."""
    _with_grant(tx, by).check_may_manage()
    by.check_is_own(name, store.get(tx, name, lock=True).owner)
    service.revoke_token(tx, name)
    return service.read_token(tx, name)
