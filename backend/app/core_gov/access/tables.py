"""The tables of access, which are not mirrored to JSON files: importing this module declares them."""

from backend.app.core_gov.access.factors.store import passkeys, recovery_codes, totp_secrets
from backend.app.core_gov.access.people.store import people, person_links
from backend.app.core_gov.access.sessions.store import sessions
from backend.app.core_gov.access.sign_in.store import sign_in_challenges, sign_in_failures
from backend.app.core_gov.access.single_sign_on.store import identities
from backend.app.core_gov.access.tokens.store import access_tokens

ARCHIVED = {
    table.name: f"access/{table.name}.json"
    for table in (access_tokens, people, person_links, totp_secrets, recovery_codes, passkeys, identities)
}
"""Name, and file in a transfer to a directory."""

NOT_ARCHIVED = tuple(table.name for table in (sessions, sign_in_failures, sign_in_challenges))
"""Tables that neither archives nor transfers contain: after a restore, everyone signs in again."""
