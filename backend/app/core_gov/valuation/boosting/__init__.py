"""Fitting of boosted trees by scikit-learn: in threads of this process, or in processes of their own."""
