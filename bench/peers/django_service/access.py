"""Who gets in: whoever shows a token of `rest_framework.authtoken`."""

from rest_framework.authentication import TokenAuthentication


class BearerToken(TokenAuthentication):
    """The framework's own, under the name that HTTP has for it."""

    keyword = "Bearer"
