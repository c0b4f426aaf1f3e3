"""Authentication by a token of `rest_framework.authtoken`."""

from rest_framework.authentication import TokenAuthentication


class BearerToken(TokenAuthentication):
    """The framework's token authentication, with the HTTP keyword Bearer."""

    keyword = "Bearer"
