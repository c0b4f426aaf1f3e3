"""Agreements of joint ventures: partners, deals, and terms as data, amended by versions."""
