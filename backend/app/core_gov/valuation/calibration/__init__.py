"""Prediction intervals: their calibration in training, and their recalibration on the latest sales."""
