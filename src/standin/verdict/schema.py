"""The stored verdict: typed, immutable, with a version.

Differences are in percentage points (`pp`), accuracies and recalls in [0, 1] unless a field says otherwise.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Literal

from pydantic import model_validator

from standin.experiments.arms import ARMS, REFERENCE, arm_of
from standin.verdict.decision import Outcome
from standin.verdict.facts import (
    Convergence,
    ErrorRatio,
    Frozen,
    Margins,
    Memorization,
    RealCurve,
    Recall,
    SecondNetworkFacts,
    ShortOf,
    Worth,
)

SCHEMA_VERSION = 6
"""Version of the stored file; increase it whenever a field changes its name or meaning."""
THESE, ANY = "these trainings", "any training"
"""What an answer holds for."""
LABEL_CONTROLS = tuple(arm.key for arm in ARMS.values() if arm.label_control)
"""Arms that use the label budget without generated images."""


class Comparison(Frozen):
    """Accuracy (or recall) of one arm minus that of another on the same test images, percentage points.

    Attributes:
        pp: the difference.
        low, high: its interval.
        of_any_generator, of_any_classifier: whether the interval includes the variation between trainings of the
            generator and of the classifiers, or holds for the trained ones only.
    """

    pp: float
    low: float
    high: float
    of_any_generator: bool
    of_any_classifier: bool

    def metrics(self, name: str) -> Iterator[tuple[str, float]]:
        """The difference as `<name>.pp`, and its interval as `.low` and `.high`."""
        return ((f"{name}.{part}", getattr(self, part)) for part in ("pp", "low", "high"))


class SecondAnswer(Comparison):
    """One arm compared with `real`, both trained with the second network, and its answer by this network alone."""

    answer: Outcome


class ArmAnswer(Comparison):
    """One arm compared with `real`, or its own `Arm.reference`.

    Attributes:
        answer: the resulting answer.
        vs_controls: the comparisons with its controls, by arm.
        alone: the answer by these differences alone, whatever the second network, memorization or convergence say.
        second_network: None if it was not trained: no yes is possible, or the comparison is on some test images only.
    """

    answer: Outcome
    vs_controls: dict[str, Comparison]
    alone: Outcome
    second_network: SecondAnswer | None

    @property
    def unconfirmed(self) -> bool:
        """Whether the second network does not confirm a yes."""
        return self.alone == "yes" and self.second_network is not None and self.second_network.answer != "yes"


class Answer(Frozen):
    """The answer to one question: `yes` if any arm says yes, `no` if all say no.

    Attributes:
        scope: `these trainings`, unless at least three generators and three classifiers were trained.
        arm: the best arm with this answer.
        by_arm: every arm that answers the question.
    """

    answer: Outcome
    scope: Literal["these trainings", "any training"]
    arm: str
    by_arm: dict[str, ArmAnswer]

    @property
    def best(self) -> ArmAnswer:
        """The comparison of `arm`."""
        return self.by_arm[self.arm]

    @property
    def words(self) -> str:
        """The answer as shown to people: `no`, `yes, for these trainings`."""
        return f"{self.answer}, for {self.scope}" if (self.answer, self.scope) == ("yes", THESE) else self.answer


class Answers(Frozen):
    """Can generated images replace real ones, can they extend them? None: no arm answers the question."""

    replace: Answer | None = None
    extend: Answer | None = None

    @property
    def by_question(self) -> dict[str, Answer]:
        """Question -> its answer, if it has one."""
        answers = (("replace", self.replace), ("extend", self.extend))
        return {question: answer for question, answer in answers if answer}

    @property
    def by_arm(self) -> dict[str, ArmAnswer]:
        """The arms of both questions."""
        return {arm: of_arm for answer in self.by_question.values() for arm, of_arm in answer.by_arm.items()}


class SubsetAnswers(Answers):
    """The answers on a subset of the test images."""

    test_images: int


class WithheldAnswers(SubsetAnswers):
    """The answers on test images like the withheld training images.

    Attributes:
        subset: such as `7` or `7, red`.
        recall: by arm.
    """

    subset: str
    recall: dict[str, Recall]

    @property
    def imputed(self) -> str | None:
        """The arm with generated images in place of the withheld ones; None if it was not run."""
        return next((arm for arm in self.recall if arm_of(arm).imputes), None)


class AnswersWithoutNearDuplicates(SubsetAnswers):
    """The answers on test images that no training image nearly equals, and the accuracy of every arm on them."""

    accuracy: dict[str, Recall]


class BaselineComparison(Frozen):
    """A model's arms compared with the same arms of the baseline model, which needed `labels` labels."""

    model: str
    labels: int | None
    by_arm: dict[str, Comparison]


class ModelVerdict(Answers):
    """The verdict on one generative model.

    Attributes:
        generator_seeds: number of trained generators.
        memorization: whether its images repeat training images; None if there were too few images to test it, so that
            no answer is yes.
        worth: of its images in real ones; None without a learning curve, or if no classifier was trained on them alone.
        error_ratio: of a classifier trained on its images alone.
        labels: number of labels that its images needed, including manual ones; None if no classifier was trained on
            them alone.
        vs_labeled_images: training on its images alone compared with the arms that use the same labels without
            generated images; empty unless a pseudo-labeler with a budget labeled its images.
        vs_baseline: None for the baseline itself, or without one.
        by_class: class name -> the answers on its test images.
        on_withheld: None without a withheld subset.
        without_near_duplicates: None if no test image has a near-duplicate.
        sentences: the verdict in words.
    """

    generator_seeds: int
    memorization: Memorization | None
    worth: Worth | None
    error_ratio: ErrorRatio | None
    labels: int | None
    vs_labeled_images: dict[str, Comparison]
    vs_baseline: BaselineComparison | None
    by_class: dict[str, SubsetAnswers]
    on_withheld: WithheldAnswers | None
    without_near_duplicates: AnswersWithoutNearDuplicates | None
    sentences: tuple[str, ...] = ()

    @property
    def memorized(self) -> bool:
        """Whether memorization was detected."""
        return self.memorization is not None and self.memorization.detected

    @property
    def sentence(self) -> str:
        """All sentences as one text."""
        return " ".join(self.sentences)

    def metrics(self) -> Iterator[tuple[str, float]]:
        """(name, value) of every number behind the verdict except those by class, for experiment trackers: differences
        as `<what>.pp`, `.low`, `.high`, recalls as `on_withheld.<arm>.recall`."""
        for name, comparison in self._comparisons():
            yield from comparison.metrics(name)
        for arm, recall in (self.on_withheld.recall if self.on_withheld else {}).items():
            yield f"on_withheld.{arm}.recall", recall.proportion
        for part in ("n_real", "low", "high") if self.worth else ():
            yield f"worth.{part}", getattr(self.worth, part)
        for part in ("ratio", "low", "high") if self.error_ratio else ():
            yield f"error_ratio.{part}", getattr(self.error_ratio, part)
        for name in ("auc", "tpr", "auc_p", "tpr_p", "detectable_copies") if self.memorization else ():
            yield f"memorization.{name}", getattr(self.memorization, name)

    def _comparisons(self) -> Iterator[tuple[str, Comparison]]:
        for prefix, answers in (("", self), ("on_withheld.", self.on_withheld or Answers())):
            for question, answer in answers.by_question.items():
                yield f"{prefix}{question}", answer.best
            for arm, of_arm in answers.by_arm.items():
                yield f"{prefix}{arm}.vs_{arm_of(arm).reference}", of_arm
                for control, comparison in of_arm.vs_controls.items():
                    yield f"{prefix}{arm}.vs_{control}", comparison
                if of_arm.second_network:
                    yield f"{prefix}{arm}.second_network.vs_{REFERENCE}", of_arm.second_network
        for other, comparison in self.vs_labeled_images.items():
            yield f"vs_labeled_images.{other}", comparison
        for arm, comparison in (self.vs_baseline.by_arm if self.vs_baseline else {}).items():
            yield f"vs_baseline.{arm}", comparison


class Verdict(Frozen):
    """The verdict on every generative model of a data set.

    Attributes:
        confidence: of all intervals, such as 0.95.
        test_images: their number.
        test_groups: number of their groups, such as patients, which the intervals count in place of images; None if
            the data set has no groups.
        near_duplicates: number of test images that a training image nearly equals; None if they were not counted.
        short_of: set if arm `real` is not accurate enough, so that no answer is yes.
        augmentation: arm `real` compared with `real_unaugmented`; None if that was not run.
        convergence: None if it was not checked.
        second_network: None if there is none, so that each answer is about one architecture.
        real_curve: None if it was not trained.
        failed: what is left out, such as a model whose training failed -> why.
        warnings: sentences on what makes the verdict weak (`standin.verdict.warnings`).
        generative_models: by name.
    """

    schema_version: int
    confidence: float
    margins: Margins
    test_images: int
    test_groups: int | None
    near_duplicates: int | None
    short_of: ShortOf | None
    augmentation: Comparison | None
    convergence: Convergence | None
    second_network: SecondNetworkFacts | None
    real_curve: RealCurve | None
    failed: dict[str, str]
    warnings: tuple[str, ...] = ()
    generative_models: dict[str, ModelVerdict]

    def metrics(self) -> Iterator[tuple[str, float]]:
        """(name, value) of what is not about one generative model, for experiment trackers."""
        if self.augmentation:
            yield from self.augmentation.metrics("augmentation")
        if self.near_duplicates is not None:
            yield "near_duplicates", self.near_duplicates
        if self.convergence:
            yield "convergence.gain_of_double_pp", self.convergence.gain_of_double_pp
        if self.second_network and self.second_network.real_accuracy is not None:
            yield "second_network.real.accuracy", self.second_network.real_accuracy

    @model_validator(mode="before")
    @classmethod
    def _check_version(cls, values: Any) -> Any:
        """Runs first: in a file of another version, every field could be an error."""
        version = values.get("schema_version") if isinstance(values, Mapping) else None
        if version != SCHEMA_VERSION:
            raise ValueError(f"schema_version must be {SCHEMA_VERSION}, got {version}")
        return values
