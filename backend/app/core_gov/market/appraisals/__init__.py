"""Appraisals: values given by appraisers, kept beside computed values."""
