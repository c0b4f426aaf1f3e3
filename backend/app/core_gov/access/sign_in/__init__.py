"""Signing in: by password, second factor, passkey or provider."""
