"""A verdict in sentences that a person can act on."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from standin.experiments.arms import REFERENCE, arm_of, label_of
from standin.verdict.formatting import amount, change
from standin.verdict.schema import (
    LABEL_CONTROLS,
    Answer,
    BaselineComparison,
    Comparison,
    Verdict,
    WithheldAnswers,
)


def add_sentences(verdict: Verdict) -> Verdict:
    """The same verdict, each model with its sentences."""
    worded = {
        model: found.model_copy(update={"sentences": tuple(_Wording(verdict, model).sentences())})
        for model, found in verdict.generative_models.items()
    }
    return verdict.model_copy(update={"generative_models": worded})


class _Wording:
    """Words the verdict on one generative model."""

    def __init__(self, verdict: Verdict, model: str) -> None:
        self.verdict, self.model = verdict, model
        self.found = verdict.generative_models[model]
        self.allows_yes = not self.found.copies and verdict.short_of is None

    def sentences(self) -> list[str]:
        """An answer, or another thing to know, each: "Replace: no. A classifier trained on dcgan's images alone loses
        6.1 percentage points (95% interval 5.2 to 7.0) compared with one trained on real images."."""
        found, short_of = self.found, self.verdict.short_of
        sentences = []
        if found.replace:
            sentences.append(self.on_replace(found.replace))
        if found.extend:
            sentences.append(self.on_extend(found.extend))
        if found.on_withheld and found.on_withheld.imputed:
            sentences.append(self.on_withheld(found.on_withheld, found.on_withheld.imputed))
        if found.vs_labeled_images:
            sentences.append(self.on_labels())
        if found.vs_baseline:
            sentences.append(self.on_baseline(found.vs_baseline))
        if short_of is not None:
            sentences.append(
                f"The classifier trained on real images is right on {short_of.accuracy:.1f}%, less than the required "
                f"{short_of.required:.1f}%: no answer is yes."
            )
        if found.copies:
            sentences.append(
                "Its images lie closer to training images than new real images do: they may be copies, so no answer is "
                "yes."
            )
        if answer := found.replace or found.extend:
            sentences.append(self.on_variation(answer.best))
        return sentences

    def on_replace(self, answer: Answer) -> str:
        margin = -self.verdict.margins.replace_margin
        which = f" ({_best(answer)})" if len(answer.by_arm) > 1 else ""
        return (
            f"Replace: {answer.answer}. A classifier trained on {self.model}'s images alone{which} "
            f"{self.change(answer.best, margin)} compared with one trained on real images"
            f"{self.doubt(answer, margin)}."
        )

    def on_extend(self, answer: Answer) -> str:
        margin = self.verdict.margins.extend_margin
        below = _below(answer)
        return (
            f"Extend: {answer.answer}. With {self.model}'s images added to real ones ({_best(answer)}) "
            f"{'it' if self.found.replace else 'a classifier'} {self.change(answer.best, margin)}"
            f"{self.doubt(answer, margin, below)}{self.controls(answer, margin, below)}."
        )

    def on_withheld(self, withheld: WithheldAnswers, arm: str) -> str:
        """What generated images do for the kind of image that was withheld."""
        without, imputed = (f"{withheld.recall[name].proportion:.1%}" for name in (REFERENCE, arm))
        sentence = (
            f"Training images of {withheld.subset} were withheld: of {withheld.test_images:,} such test images, a "
            f"classifier recognizes {without} without them and {imputed} with generated images in their place"
        )
        comparison = withheld.by_arm.get(arm)
        if comparison is None:
            return f"{sentence}."
        images, confidence = withheld.test_images, self.verdict.confidence
        changes = [f"{change(comparison, images, confidence)} compared with training without them"]
        for control, compared in comparison.vs_controls.items():
            changes.append(f"{change(compared, images, confidence)} compared with {_described(control)}")
        return f"{sentence}; it {_listed(changes)}."

    def on_labels(self) -> str:
        """Training on generated images alone, compared with what their labels do without a generator."""
        comparisons = self.found.vs_labeled_images
        changes = [f"{self.change(found)} compared with {_described(arm)}" for arm, found in comparisons.items()]
        above_all = comparisons.keys() == set(LABEL_CONTROLS) and all(found.low > 0 for found in comparisons.values())
        saves = self.allows_yes and above_all
        return (
            f"Its images needed {self.found.labels:,} labels; training on them alone {_listed(changes)}. "
            f"{'Generating saves labels.' if saves else 'There is no evidence that generating saves labels.'}"
        )

    def on_baseline(self, baseline: BaselineComparison) -> str:
        """The arm of the answer, compared with the same arm of the baseline."""
        best = self.found.replace.arm if self.found.replace else ""
        arm = best if best in baseline.by_arm else next(iter(baseline.by_arm))
        found = baseline.by_arm[arm]
        needed, own = baseline.labels, self.found.labels
        needed_more = needed is not None and own is not None and needed > own
        conclusion = ""
        if found.low <= 0 <= found.high:
            conclusion = ": not shown to be better than the baseline"
        elif found.high < 0 and not needed_more:
            conclusion = ": no better than the baseline"
        cost = f", which needed {needed:,} labels" if needed_more else ""
        alone = arm_of(arm).question == "replace"
        trained = f"training on {self.model}'s images alone" if alone else f"arm {arm} with {self.model}'s images"
        return f"Compared with the baseline {baseline.model}{cost}, {trained} {self.change(found)}{conclusion}."

    def on_variation(self, comparison: Comparison) -> str:
        """Which variation the intervals include besides that of the test images."""
        generators, classifiers = comparison.of_any_generator, comparison.of_any_classifier
        if generators and classifiers:
            return "The intervals include the variation between trainings of the generator and of the classifiers."
        if generators:
            return (
                "The intervals include the variation between trainings of the generator, but not of the classifiers: "
                "run three or more classifier seeds to include it."
            )
        seeds = self.found.generator_seeds
        trained = "one training of the generator" if seeds == 1 else f"{seeds} trainings of the generator"
        included = "include the variation between trainings of the classifiers, but " if classifiers else ""
        return (
            f"The intervals {included}hold for {trained} only: run three or more generator seeds to include the "
            "variation between trainings."
        )

    def change(self, found: Comparison, margin: float = 0.0) -> str:
        return change(found, self.verdict.test_images, self.verdict.confidence, margin)

    def doubt(self, answer: Answer, margin: float, below: Mapping[str, Comparison] = MappingProxyType({})) -> str:
        """Why an answer is undecided.

        Args:
            below: the controls that did better, which may be why.
        """
        if answer.answer != "undecided":
            return ""
        more = "; more test images or seeds would help" if self.allows_yes else ""
        if answer.best.low <= margin <= answer.best.high:
            limit = f"{'the allowed loss' if margin < 0 else 'the required gain'} of {amount(abs(margin))}"
            return f"; the interval includes {limit if margin else 'zero'}, so this is not settled{more}"
        if len(answer.by_arm) > 1 and self.allows_yes and not below:
            return f"; the best of several ways may be so by chance{more}"
        return ""

    def controls(self, answer: Answer, margin: float, below: Mapping[str, Comparison]) -> str:
        """Which controls did better, where that rules out a yes."""
        best = answer.best
        if best.high <= margin or not below or (best.pp <= 0 and answer.answer != "no"):
            return ""
        changes = [
            f"compared with {_described(control)} it {self.change(found)}{'' if found.high < 0 else ', not surely'}"
            for control, found in below.items()
        ]
        return f"; but {_listed(changes)}"


def _best(answer: Answer) -> str:
    """The arm of the answer, what it trains on, and whether it is the best of several."""
    several = len(answer.by_arm)
    return f"{answer.arm}: {label_of(answer.arm)}{f'; the best of {several} ways' if several > 1 else ''}"


def _below(answer: Answer) -> dict[str, Comparison]:
    """The controls that did better than the arm of the answer."""
    return {control: found for control, found in answer.best.vs_controls.items() if found.pp < 0}


def _described(arm: str) -> str:
    return f"{label_of(arm)} ({arm})"


def _listed(parts: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    *first, last = parts
    return f"{', '.join(first)} and {last}" if first else last
