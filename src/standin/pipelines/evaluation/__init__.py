"""Evaluation: scores of classifiers on test images, and the verdict."""
