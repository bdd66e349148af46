"""Ingestion: splits a data set's source once into training, validation and test images."""
