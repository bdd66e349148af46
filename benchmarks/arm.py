"""Arm synthetic on validation rows: how well a classifier does that was trained on one model's samples alone."""

from typing import Any

import numpy as np
import pandas as pd

from standin.experiments.arms import ARMS
from standin.pipelines.classification.nodes import train_arm
from standin.pipelines.ingestion.nodes import ingest
from standin.pipelines.ingestion.pipeline import PARAMETERS
from standin.pipelines.pseudo_labeling.nodes import label_synthetic, train_pseudo_labeler
from standin.pipelines.pseudo_labeling.pipeline import PSEUDO_LABELER_SEED
from standin.training.inference import predict

Arrays = dict[str, np.ndarray]


class Judged:
    """A data set with its pseudo-labeler, which is trained when first needed.

    Args:
        settings: the data set's entry in the configuration.

    Attributes:
        settings: as given.
        train: the rows that generative models learn from.
        validation: those that arms are scored on here.
    """

    def __init__(self, settings: dict[str, Any]) -> None:
        self.settings = settings
        self.train, self.validation, _, self._labeled, *_ = ingest(*(settings[key] for key in PARAMETERS))
        self._pseudo_labeler: tuple[Any, Arrays] | None = None

    def arm_s(self, synthetic: Arrays) -> float:
        """Accuracy on validation rows, the mean over the configuration's classifier seeds.

        Args:
            synthetic: what `standin.pipelines.generation.nodes.sample_generative_model` returns.
        """
        settings = self.settings
        pseudo_labeler, pseudo_labeler_seen = (None, {}) if "labels" in synthetic else self.pseudo_labeler()
        amounts = settings["n_synthetic"], settings["synthetic_ratio"]
        named, _report = label_synthetic(
            synthetic,
            pseudo_labeler,
            pseudo_labeler_seen,
            self.train,
            pd.DataFrame(),
            settings["pseudo_labeling"],
            *amounts,
        )
        classifiers, _curve, _provenance = train_arm(
            settings["classifier"], settings["classifier_seeds"], named, pool={"_target_": ARMS["synthetic"].pool}
        )
        called = [predict(classifier, self.validation["images"]).argmax(axis=1) for classifier in classifiers.values()]
        return float(np.mean([calls == self.validation["labels"] for calls in called]))

    def pseudo_labeler(self) -> tuple[Any, Arrays]:
        """The pseudo-labeler and the rows it has seen."""
        if self._pseudo_labeler is None:
            settings = self.settings
            model, _report, seen = train_pseudo_labeler(self._labeled, settings["pseudo_labeler"], PSEUDO_LABELER_SEED)
            self._pseudo_labeler = model, seen
        return self._pseudo_labeler
