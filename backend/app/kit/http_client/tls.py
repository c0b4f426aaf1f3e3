"""TLS settings of clients of other services."""

import ssl
from functools import cache

import httpx


@cache
def usual_tls() -> ssl.SSLContext:
    """Return the TLS settings for certificates that the usual authorities signed.

    Every client shares them, because reading the authorities takes 20 ms.
    """
    return httpx.create_ssl_context(trust_env=False)
