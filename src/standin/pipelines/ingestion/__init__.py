"""Ingestion: splits a data set's source once into training, validation and test images."""

from standin.pipelines.ingestion.pipeline import create_pipeline

__all__ = ["create_pipeline"]
