"""Shared technical foundation of all packages. It contains no business terms."""
