"""A verdict in sentences that a person can act on."""

from collections.abc import Mapping, Sequence

from standin.data.amounts import two_digits
from standin.experiments.arms import REFERENCE, arm_of, label_of
from standin.verdict.facts import RealCurve, Worth
from standin.verdict.formatting import amount, change, power, times
from standin.verdict.memorization import COPIES
from standin.verdict.schema import LABEL_CONTROLS, Answer, BaselineComparison, Comparison, Verdict, WithheldAnswers


def add_sentences(verdict: Verdict) -> Verdict:
    """A copy of the verdict in which each model has its sentences."""
    worded = {
        model: answers.model_copy(update={"sentences": tuple(_Wording(verdict, model).sentences())})
        for model, answers in verdict.generative_models.items()
    }
    return verdict.model_copy(update={"generative_models": worded})


class _Wording:
    """Words the verdict on one generative model."""

    def __init__(self, verdict: Verdict, model: str) -> None:
        self.verdict, self.model = verdict, model
        self.answers = verdict.generative_models[model]
        memorization = self.answers.memorization
        self.allows_yes = verdict.short_of is None and memorization is not None and not memorization.detected

    def sentences(self) -> list[str]:
        """One sentence per answer or remark: "Replace: no. A classifier trained on dcgan's images alone loses 6.1
        percentage points (95% interval 5.2 to 7.0) compared with one trained on real images."."""
        answers, short_of = self.answers, self.verdict.short_of
        sentences = []
        if answers.worth and self.verdict.real_curve:
            sentences.append(self.on_worth(answers.worth, self.verdict.real_curve))
        if answers.replace:
            sentences.append(self.on_replace(answers.replace))
            sentences += self.on_second_network(answers.replace)
        if answers.extend:
            sentences.append(self.on_extend(answers.extend))
            sentences += self.on_second_network(answers.extend)
        if answers.on_withheld and answers.on_withheld.imputed:
            sentences.append(self.on_withheld(answers.on_withheld, answers.on_withheld.imputed))
        if answers.vs_labeled_images:
            sentences.append(self.on_labels())
        if answers.vs_baseline:
            sentences.append(self.on_baseline(answers.vs_baseline))
        if short_of is not None:
            sentences.append(
                f"The classifier trained on real images recognizes {short_of.accuracy:.1f}%, less than the required "
                f"{short_of.required:.1f}%: no answer is yes."
            )
        if answers.replace or answers.extend:
            sentences.append(self.on_memorization())
        if answer := answers.replace or answers.extend:
            sentences.append(self.on_variation(answer.best))
        if changed := self.without_near_duplicates():
            sentences.append(changed)
        if self.verdict.test_groups is not None:
            sentences.append(
                f"The test images are of {self.verdict.test_groups:,} groups, such as writers or patients; the "
                "intervals count groups, not images."
            )
        return sentences

    def on_worth(self, worth: Worth, curve: RealCurve) -> str:
        """How many real images train a classifier as accurate."""
        smallest, largest = curve.n_real[0], curve.n_real[-1]
        value, low, high = (min(two_digits(n), largest) for n in (worth.n_real, worth.low, worth.high))
        if round(worth.n_real) <= smallest:
            as_well = f"no better than {smallest:,}"
        elif round(worth.n_real) >= largest:
            as_well = f"as well as all {largest:,}"
        else:
            as_well = f"as well as about {value:,} ({self.verdict.confidence:.0%} interval {low:,} to {high:,})"
        return f"Worth: {self.model}'s images train a classifier {as_well} of the {largest:,} real images."

    def on_replace(self, answer: Answer) -> str:
        ratio = self.verdict.margins.replace_error_ratio
        margin = -self.verdict.margins.replace_margin if ratio is None else 0.0
        which = f" ({_best(answer)})" if len(answer.by_arm) > 1 else ""
        found = self.answers.error_ratio
        errors = f", and makes {times(found)} as many errors" if found else ""
        limit = f" (allowed: {ratio:g} times)" if ratio is not None else ""
        return (
            f"Replace: {answer.words}. A classifier trained on {self.model}'s images alone{which} "
            f"{self.change(answer.best, margin)} compared with one trained on real images{errors}{limit}"
            f"{self.doubt(answer, margin) if ratio is None else ''}."
        )

    def on_extend(self, answer: Answer) -> str:
        margin = self.verdict.margins.extend_margin
        convergence = self.verdict.convergence
        if convergence and not convergence.sufficient:
            return (
                "Extend: undecided, since the classifier is not trained long enough: on real images, twice the steps "
                f"gain {convergence.gain_of_double_pp:.1f} percentage points, at least {convergence.limit_pp:g}. With "
                f"{self.model}'s images added to real ones ({_best(answer)}) it {self.change(answer.best, margin)}"
                f"{_than(answer)}."
            )
        below = {control: vs_control for control, vs_control in answer.best.vs_controls.items() if vs_control.pp < 0}
        return (
            f"Extend: {answer.words}. With {self.model}'s images added to real ones ({_best(answer)}) "
            f"{'it' if self.answers.replace else 'a classifier'} {self.change(answer.best, margin)}{_than(answer)}"
            f"{self.doubt(answer, margin, bool(below))}{self.controls(answer, margin, below)}."
        )

    def on_second_network(self, answer: Answer) -> list[str]:
        """Whether the second network confirms a yes, if there is one."""
        network, second = self.verdict.second_network, answer.best.second_network
        if network is None or second is None or not (answer.answer == "yes" or answer.best.unconfirmed):
            return []
        finding = "does not confirm a yes" if answer.best.unconfirmed else "confirms this"
        change = self.change(second)
        return [f"A second network ({network.architecture}) {finding}: trained on the same images, it {change}."]

    def on_withheld(self, withheld: WithheldAnswers, arm: str) -> str:
        """The effect of generated images in place of withheld ones."""
        without, imputed = (f"{withheld.recall[name].proportion:.1%}" for name in (REFERENCE, arm))
        sentence = (
            f"Training images of {withheld.subset} were withheld: of {withheld.test_images:,} such test images, a "
            f"classifier recognizes {without} without them and {imputed} with generated images in their place"
        )
        comparison = withheld.by_arm.get(arm)
        if comparison is None:
            return f"{sentence}."
        references = {"training without them": comparison, **_described(comparison.vs_controls)}
        return f"{sentence}; it {self.changes(references, withheld.test_images)}."

    def on_labels(self) -> str:
        """Training on generated images alone, compared with using the same labels without a generator."""
        comparisons = self.answers.vs_labeled_images
        above_all = comparisons.keys() == set(LABEL_CONTROLS) and all(c.low > 0 for c in comparisons.values())
        saves = "Generating" if self.allows_yes and above_all else "There is no evidence that generating"
        return (
            f"Its images needed {self.answers.labels:,} labels. Training on its images alone "
            f"{self.changes(_described(comparisons), self.verdict.test_images)}. {saves} saves labels."
        )

    def on_baseline(self, baseline: BaselineComparison) -> str:
        """The arm of the answer, compared with the same arm of the baseline."""
        best = self.answers.replace.arm if self.answers.replace else ""
        arm = best if best in baseline.by_arm else next(iter(baseline.by_arm))
        compared, labels = baseline.by_arm[arm], self.answers.labels
        cost = conclusion = ""
        if baseline.labels is not None and labels is not None and baseline.labels > labels:
            cost = f", which needed {baseline.labels:,} labels"
        if compared.low <= 0 <= compared.high:
            conclusion = ": not shown to be better than the baseline"
        elif compared.high < 0 and not cost:
            conclusion = ": no better than the baseline"
        alone = arm_of(arm).question == "replace"
        trained = f"training on {self.model}'s images alone" if alone else f"arm {arm} with {self.model}'s images"
        return f"Compared with the baseline {baseline.model}{cost}, {trained} {self.change(compared)}{conclusion}."

    def on_memorization(self) -> str:
        """Whether copies of training images were found, or how many would have been."""
        found = self.answers.memorization
        if found is None:
            return "There are too few held-out images to test for copies of training images: no answer is yes."
        if found.exact_copies >= COPIES:
            share = f"{found.exact_copies:.1%}"
            return f"Memorization detected: {share} of its images equal training images, so no answer is yes."
        if found.detected:
            return (
                "Memorization detected: its images are closer to training images than to held-out real images "
                f"(AUC {found.auc:.2f} in {found.space}, TPR {found.tpr:.1%} at 1% FPR), so no answer is yes."
            )
        limit = f"{100 * found.detectable_copies:g}%"
        return (
            f"No memorization detected; near copies of training images are detected if they are {limit} of its images."
        )

    def on_variation(self, comparison: Comparison) -> str:
        """Which variation the intervals include in addition to that of the test images."""
        generators, classifiers = comparison.of_any_generator, comparison.of_any_classifier
        if generators and classifiers:
            return "The intervals include the variation between trainings of the generator and of the classifiers."
        if generators:
            return (
                "The intervals include the variation between trainings of the generator, but not of the classifiers: "
                "run three or more classifier seeds to include it."
            )
        seeds = self.answers.generator_seeds
        trained = "one training of the generator" if seeds == 1 else f"{seeds} trainings of the generator"
        if classifiers:
            return (
                f"The intervals include the variation between trainings of the classifiers, but hold for {trained} "
                "only: run three or more generator seeds to include that variation, too."
            )
        return (
            f"The intervals hold for {trained} and for these trainings of the classifiers only: run three or more "
            "seeds of both to include the variation between trainings."
        )

    def without_near_duplicates(self) -> str:
        """The answers that near-duplicates of training images among the test images change; empty if there are none."""
        without = self.answers.without_near_duplicates
        answers = self.answers.by_question
        changed = [
            f"{question}: {answer.words}"
            for question, answer in (without.by_question.items() if without else ())
            if answer.answer != answers[question].answer
        ]
        if not changed:
            return ""
        return (
            f"Without the {self.verdict.near_duplicates:,} test images that a training image nearly equals, the answer "
            f"is {' and '.join(changed)}."
        )

    def change(self, compared: Comparison, margin: float = 0.0) -> str:
        return change(compared, self.verdict.test_images, self.verdict.confidence, margin)

    def changes(self, references: Mapping[str, Comparison], images: int) -> str:
        """Gains and losses compared with each reference, described -> comparison."""
        confidence = self.verdict.confidence
        return _listed([f"{change(c, images, confidence)} compared with {name}" for name, c in references.items()])

    def doubt(self, answer: Answer, margin: float, below: bool = False) -> str:
        """Why an answer is undecided.

        Args:
            below: whether a control did better, which may be the reason.
        """
        if answer.answer != "undecided" or answer.best.unconfirmed:
            return ""
        more = f"; {power(answer.best, self.verdict.test_images)}" if self.allows_yes else ""
        if answer.best.low <= margin <= answer.best.high:
            limit = f"{'the allowed loss' if margin < 0 else 'the required gain'} of {amount(abs(margin))}"
            return f"; the interval includes {limit if margin else 'zero'}, so this is not settled{more}"
        if len(answer.by_arm) > 1 and self.allows_yes and not below:
            return f"; the best of several arms may be so by chance{more}"
        return ""

    def controls(self, answer: Answer, margin: float, below: Mapping[str, Comparison]) -> str:
        """Which controls did better, if that rules out a yes."""
        best = answer.best
        if best.high <= margin or not below or (best.pp <= 0 and answer.answer != "no"):
            return ""
        changes = [
            f"compared with {name} it {self.change(c)}{'' if c.high < 0 else ', which may be chance'}"
            for name, c in _described(below).items()
        ]
        return f"; but {_listed(changes)}"


def _best(answer: Answer) -> str:
    """The arm of the answer, what it trains on, and whether it is the best of several."""
    several = f"; the best of {len(answer.by_arm)} arms" if len(answer.by_arm) > 1 else ""
    return f"{answer.arm}: {label_of(answer.arm)}{several}"


def _than(answer: Answer) -> str:
    """What the arm of the answer is compared with, unless that is `REFERENCE`."""
    reference = arm_of(answer.arm).reference
    return "" if reference == REFERENCE else f" compared with {label_of(reference)} ({reference})"


def _described(comparisons: Mapping[str, Comparison]) -> dict[str, Comparison]:
    return {f"{label_of(arm)} ({arm})": comparison for arm, comparison in comparisons.items()}


def _listed(parts: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    *first, last = parts
    return f"{', '.join(first)} and {last}" if first else last
