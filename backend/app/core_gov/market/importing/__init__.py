"""Importing sales and appraisals: files and records, mapped, converted and checked."""
