"""Tests of the console in Chromium.

`lookup` finds a browser, `unpacked` unpacks one from a package where none is installed, `watched` opens pages and
collects what goes wrong in them, and `page_checks` has checks of accessibility and layout.
"""
