"""Pseudo-labeling: labels samples of unconditional models and counts the real labels that this requires."""
