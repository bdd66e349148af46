"""The arms of the comparison: what a classifier is trained on. This is the only list of them.

Configuration schema, pipeline, figures, reports, MLflow and the reference docs are derived from `ARMS`. All arms share
test images, architecture, number of optimizer steps (except `real_longer` and `mixed_equal_exposure`) and, except
`real_unaugmented`, augmentation. `pool` names the function that builds an arm's training pool
(`standin.training.pools`). `pseudo_labeler` is trained by its own recipe.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import reduce
from operator import getitem
from typing import Any, Literal, NamedTuple

from standin.experiments.amounts import ratios
from standin.experiments.ids import is_image_set

LABELED_SYNTHETIC = "labeled_synthetic"
"""The catalog entry with the generated images of an experiment."""
Requirement = Literal["withheld_subset", "label_budget", "classifier.recipe.augmentation"]


@dataclass(frozen=True)
class Arm:
    """One way to train a classifier.

    Attributes:
        key: its name in configuration, tables and catalog entries.
        label: its name in figures and reports.
        description: one sentence.
        color: hexadecimal, the same in every figure; dark enough on white.
        pool: dotted name of the function that builds its training pool; None: its classifier is trained for another
            purpose and only evaluated as an arm.
        inputs: catalog entries and parameters that the function takes, in this order.
        requires: parameters of a data set, dotted, without which the arm would repeat `real`.
        question: the question of the verdict that it answers; None for arms that are only compared with.
        amounts: parameter with one or several amounts of generated images; None for arms with a fixed amount.
        reference: the arm without generated images that it is compared with: as many optimizer steps, or more.
        controls: arms without generated images with which it is compared, in addition to `reference`. "extend" is not
            "yes" for an arm below one of them.
    """

    key: str
    label: str
    description: str
    color: str
    pool: str | None
    inputs: tuple[str, ...]
    requires: frozenset[Requirement] = frozenset()
    question: Literal["replace", "extend"] | None = None
    amounts: Literal["n_synthetic", "synthetic_ratio"] | None = None
    reference: str = "real"
    controls: tuple[str, ...] = ()

    @property
    def generated(self) -> bool:
        """Whether it trains on generated images and so runs once per experiment, not once per data set."""
        return LABELED_SYNTHETIC in self.inputs

    @property
    def needs(self) -> list[str]:
        """The arms whose results it uses."""
        provenance = "provenance_"
        used = [name.removeprefix(provenance) for name in self.inputs if name.startswith(provenance)]
        return [self.reference, *used] if self.generated else used

    @property
    def imputes(self) -> bool:
        """Whether generated images replace withheld ones."""
        return self.generated and "withheld_subset" in self.requires

    @property
    def label_control(self) -> bool:
        """Whether it shows what the label budget is worth without generated images."""
        return not self.generated and "label_budget" in self.requires


ARMS: dict[str, Arm] = {
    arm.key: arm
    for arm in (
        Arm(
            "real",
            "real images",
            "All real training images with their own labels (train on real, test on real): the reference.",
            "#000000",
            "standin.training.pools.real.real",
            ("train",),
        ),
        Arm(
            "real_unaugmented",
            "real images without augmentation",
            "The images of `real` without augmentation, its only difference: what augmentation is worth.",
            "#009E73",
            "standin.training.pools.real.real_unaugmented",
            ("train",),
            requires=frozenset({"classifier.recipe.augmentation"}),
        ),
        Arm(
            "real_longer",
            "real images, for twice the steps",
            "The images of `real` for twice the steps: what `mixed_equal_exposure` is compared with.",
            "#3B3B98",
            "standin.training.pools.real.real_longer",
            ("train",),
        ),
        Arm(
            "labeled_subset",
            "the labeled real images only",
            "Only the real images of the label budget: what the labels are worth without a generative model.",
            "#CC79A7",
            "standin.training.pools.real.real",
            ("labeled",),
            requires=frozenset({"label_budget"}),
        ),
        Arm(
            "oversampled",
            "real images, some repeated in place of withheld ones",
            "Real images; remaining images of the withheld subset's class are repeated in place of the withheld ones.",
            "#8C564B",
            "standin.training.pools.oversampled.oversampled",
            ("train",),
            requires=frozenset({"withheld_subset"}),
        ),
        Arm(
            "self_training",
            "labeled real images and pseudo-labeled ones",
            "The labeled real images, and the others with the pseudo-labeler's labels: the control for pseudo-labels.",
            "#D55E00",
            "standin.training.pools.self_training.self_training",
            ("train", "labeled", "pseudo_labeler", "pseudo_labeler_seen"),
            requires=frozenset({"label_budget"}),
        ),
        Arm(
            "pseudo_labeler",
            "the labeled real images, by the pseudo-labeler's recipe",
            "The pseudo-labeler itself, evaluated as it is: what the labels are worth by its recipe.",
            "#8B2252",
            None,
            ("pseudo_labeler", "pseudo_labeler_seen"),
            requires=frozenset({"label_budget"}),
        ),
        Arm(
            "real_pseudo_labeled",
            "real images, labeled by pseudo-labelers",
            "All real images with the labels of pseudo-labelers that did not see them: what such labels cost.",
            "#17606E",
            "standin.training.pools.real_pseudo_labeled.real_pseudo_labeled",
            ("train", "cross_fitted_labels"),
        ),
        Arm(
            "real_soft",
            "real images with soft labels",
            "The images of `real_pseudo_labeled` with the probabilities of all classes as labels.",
            "#4F8A2F",
            "standin.training.pools.real_pseudo_labeled.real_soft",
            ("train", "cross_fitted_labels"),
        ),
        Arm(
            "synthetic",
            "generated images only",
            "Generated images only (train on synthetic, test on real).",
            "#B86B00",
            "standin.training.pools.synthetic.synthetic",
            (LABELED_SYNTHETIC,),
            question="replace",
            amounts="n_synthetic",
        ),
        Arm(
            "synthetic_soft",
            "generated images with soft labels",
            "The images of `synthetic` with the pseudo-labeler's probabilities of all classes as labels.",
            "#7A5230",
            "standin.training.pools.synthetic_soft.synthetic_soft",
            (LABELED_SYNTHETIC, "pseudo_labeler", "pseudo_labeler_seen"),
            amounts="n_synthetic",
        ),
        Arm(
            "mixed",
            "real and generated images",
            "Real and generated images, drawn uniformly from the pool of both.",
            "#0072B2",
            "standin.training.pools.mixed.mixed",
            ("train", LABELED_SYNTHETIC),
            question="extend",
            amounts="synthetic_ratio",
        ),
        Arm(
            "mixed_equal_exposure",
            "real and generated images, each real one as often as when alone",
            "The pool of `mixed` for more steps: each real image is shown as often as in `real`.",
            "#17808A",
            "standin.training.pools.mixed.mixed_equal_exposure",
            ("train", "labeled_synthetic", "provenance_mixed"),
            question="extend",
            reference="real_longer",
        ),
        Arm(
            "imputed",
            "real images, generated ones in place of withheld ones",
            "Real images, with generated images of their class in place of the withheld ones.",
            "#7A7A7A",
            "standin.training.pools.imputed.imputed",
            ("train", LABELED_SYNTHETIC),
            requires=frozenset({"withheld_subset"}),
            question="extend",
            controls=("oversampled",),
        ),
        Arm(
            "synthetic_then_real",
            "generated images first, then real ones",
            "Generated images for half of the steps, then real images with a new optimizer.",
            "#6A3D9A",
            "standin.training.pools.synthetic_then_real.synthetic_then_real",
            ("train", LABELED_SYNTHETIC),
            question="extend",
        ),
    )
}
REFERENCE = "real"
"""The arm that others are compared with, except those with another `Arm.reference`."""
LONGER = "real_longer"
"""The arm with the images of `REFERENCE` and twice its steps."""
UNAUGMENTED = "real_unaugmented"
"""The arm that differs from `REFERENCE` by augmentation only."""


class Run(NamedTuple):
    """One run of an arm: an arm has one for each amount of generated images.

    Attributes:
        name: in tables. Its first word is the arm's key; further runs state their amount: `mixed x2`,
            `synthetic n10000`.
        amount: number of generated images (None: as many as real training images), or generated images per real one.
        candidates: amounts from which validation images choose; empty if `amount` is given.
    """

    name: str
    amount: float | None = None
    candidates: tuple[float, ...] = ()

    @property
    def arm(self) -> Arm:
        return arm_of(self.name)


def arm_of(name: str) -> Arm:
    """The arm of a run."""
    return ARMS[name.partition(" ")[0]]


def slug(name: str) -> str:
    """A run's name for nodes and catalog entries, where a dot would end a namespace."""
    return name.replace(" ", "_").replace(".", "_")


def label_of(name: str) -> str:
    """What a run trains on, in words, for figures and reports."""
    label, amount = arm_of(name).label, name.partition(" ")[2]
    if not amount:
        return label
    if amount.startswith("x"):
        return f"{label}, {amount[1:]} generated for each real one"
    return f"{label}, {'as many as real ones' if amount == 'nsame' else f'{int(amount[1:]):,} of them'}"


def real_arms(entry: Mapping[str, Any]) -> list[str]:
    """The arms without generated images of a data set with complete parameters `entry`."""
    return [arm.key for arm in ARMS.values() if not arm.generated and arm.key in entry["arms"] and _applies(arm, entry)]


def synthetic_runs(entry: Mapping[str, Any], model: str) -> list[Run]:
    """The runs with generated images of a generative model of a data set. All images of a given set are used, whatever
    `n_synthetic`."""
    runs = []
    n_synthetic = [None] if is_image_set(entry["generative_models"][model]) else entry["n_synthetic"]
    for arm in ARMS.values():
        if not arm.generated or arm.key not in entry["generative_models"][model]["arms"] or not _applies(arm, entry):
            continue
        if arm.amounts == "synthetic_ratio" and isinstance(entry[arm.amounts], Mapping):
            runs.append(Run(arm.key, candidates=tuple(ratios(entry[arm.amounts]))))
        elif arm.amounts:
            first, *others = n_synthetic if arm.amounts == "n_synthetic" else entry[arm.amounts]
            sign = "n" if arm.amounts == "n_synthetic" else "x"
            runs.append(Run(arm.key, first))
            runs += [Run(f"{arm.key} {sign}{'same' if n is None else f'{n:.12g}'}", n) for n in others]
        else:
            runs.append(Run(arm.key, n_synthetic[0] if arm.key == "synthetic_then_real" else None))
    return runs


def _applies(arm: Arm, entry: Mapping[str, Any]) -> bool:
    return all(reduce(getitem, parameter.split("."), entry) is not None for parameter in arm.requires)
