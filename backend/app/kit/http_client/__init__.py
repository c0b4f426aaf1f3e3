"""Requests to other servers: bounded in time, with secrets from files."""
