"""Time-based one-time passwords of authenticator apps (RFC 6238): 6 digits, 30 seconds, SHA-1.

SHA-1, 6 digits and 30 seconds are what every app supports.
"""

import re
from datetime import datetime
from hmac import compare_digest

STEP_S = 30
"""Seconds for which a code is shown."""

_TOLERATED = 1
"""Steps by which the clock of a phone may be wrong. RFC 6238, section 5.2, recommends one."""

_CODE = re.compile(r"[0-9]{6}")
_ISSUER = "Valhalla"


def new_totp_secret() -> str:
    """Return 160 random bits in base32, as RFC 4226, section 4, recommends."""
    import pyotp

    return pyotp.random_base32(32)


def is_totp_code(code: str) -> bool:
    """Return whether a code without spaces has the form of an app's."""
    return _CODE.fullmatch(code) is not None


def step_at(now: str) -> int:
    """Return the number of the time step at a time in the form of `clock.now`."""
    return int(datetime.fromisoformat(now).timestamp()) // STEP_S


def matching_step(secret: str, code: str, now: str, after: int) -> int | None:
    """Return the step whose code was given, if it is later than the step `after`; else None.

    All tolerated steps are compared, each in constant time.
    """
    import pyotp

    current, app = step_at(now), pyotp.TOTP(secret)
    found = None
    for step in range(current - _TOLERATED, current + _TOLERATED + 1):
        if compare_digest(app.generate_otp(step).encode(), code.encode()) and step > after:
            found = step
    return found


def setup_uri(secret: str, email: str) -> str:
    """Return the `otpauth:` address with which an app is set up."""
    import pyotp

    return pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=_ISSUER)


def qr_image(uri: str) -> str:
    """Return the QR code of an address as an SVG image in a `data:` address."""
    import segno

    return segno.make_qr(uri, error="m").svg_data_uri(scale=4, border=4, dark="#000", light="#fff", xmldecl=False)
