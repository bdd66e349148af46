"""Parts of the stored verdict that are measured or set before any answer: typed and immutable.

Accuracies and recalls are in [0, 1] unless a field says otherwise.
"""

from pydantic import BaseModel, ConfigDict


class Frozen(BaseModel):
    """Immutable, without unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Recall(Frozen):
    """Proportion of test images that an arm recognizes, mean over its trainings, with Wilson's interval."""

    proportion: float
    low: float
    high: float


class Worth(Frozen):
    """The number of real training images that give the same accuracy, with its interval, which reflects the sampling of
    test images. The smallest number on the learning curve means "at most", the largest "at least".
    """

    n_real: float
    low: float
    high: float


class ErrorRatio(Frozen):
    """Errors for each error of arm `real`, with its interval, which reflects the sampling of test images."""

    ratio: float
    low: float
    high: float


class RealCurve(Frozen):
    """The learning curve of arm `real`: numbers of real training images and accuracies on test images."""

    n_real: tuple[int, ...]
    accuracy: tuple[float, ...]


class Memorization(Frozen):
    """Whether training images are closer to the generated images than held-out real images are, with several generator
    seeds: of the seed with the clearest result.

    Attributes:
        detected: if so, no answer is yes.
        space: the feature space with the clearest result.
        auc, tpr, auc_p, tpr_p: in that space, as of `standin.metrics.membership.Membership`.
        exact_copies: proportion of generated images that equal a training image.
        detectable_copies: smallest tried proportion of near copies among the images that would have been detected.
    """

    detected: bool
    space: str
    auc: float
    tpr: float
    auc_p: float
    tpr_p: float
    exact_copies: float
    detectable_copies: float


class Margins(Frozen):
    """Limits that the configuration sets before the run.

    Attributes:
        replace_margin: the loss that `replace` allows, percentage points.
        replace_error_ratio: instead, the number of errors that `replace` allows for each error of arm `real`, such as
            1.25; None: `replace_margin` counts.
        extend_margin: the gain that `extend` requires, percentage points.
        real_at_least: accuracy in % that arm `real` must reach, or no answer is yes; None: not checked.
    """

    replace_margin: float
    replace_error_ratio: float | None
    extend_margin: float
    real_at_least: float | None


class ShortOf(Frozen):
    """Accuracy of arm `real` and its required accuracy, in %."""

    accuracy: float
    required: float


class SecondNetworkFacts(Frozen):
    """The network that has to confirm a yes: its architecture, such as resnet, and the accuracy of arm `real` with it;
    None if it was not trained, since no yes is possible."""

    architecture: str
    real_accuracy: float | None


class Convergence(Frozen):
    """Whether arm `real` is trained long enough.

    Attributes:
        steps: half, all and twice the optimizer steps of every arm.
        accuracy: after each of them, on validation images.
        gain_of_double_pp: what twice the steps gain, percentage points.
        limit_pp: the steps suffice if the gain is smaller.
    """

    steps: tuple[int, int, int]
    accuracy: tuple[float, float, float]
    gain_of_double_pp: float
    limit_pp: float
    sufficient: bool
