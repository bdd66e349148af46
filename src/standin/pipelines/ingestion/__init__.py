"""Ingestion: a data set's source, split once into train, validation and test rows."""

from standin.pipelines.ingestion.pipeline import create_pipeline

__all__ = ["create_pipeline"]
