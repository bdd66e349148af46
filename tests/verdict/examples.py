"""A verdict with every field set."""

from typing import Any

import pandas as pd

from standin.verdict.convergence import check_convergence
from standin.verdict.facts import (
    ErrorRatio,
    Margins,
    Memorization,
    RealCurve,
    Recall,
    SecondNetworkFacts,
    ShortOf,
    Worth,
)
from standin.verdict.schema import (
    SCHEMA_VERSION,
    Answer,
    AnswersWithoutNearDuplicates,
    ArmAnswer,
    BaselineComparison,
    Comparison,
    ModelVerdict,
    SecondAnswer,
    SubsetAnswers,
    Verdict,
    WithheldAnswers,
)


def compared(pp: float) -> Comparison:
    return Comparison(pp=pp, low=pp - 0.25, high=pp + 0.5, of_any_generator=False, of_any_classifier=True)


def arm_answer(pp: float, answer: str, second: SecondAnswer | None = None, **controls: float) -> ArmAnswer:
    vs_controls = {arm: compared(value) for arm, value in controls.items()}
    answers: dict[str, Any] = {"answer": answer, "alone": answer, "second_network": second}
    return ArmAnswer(vs_controls=vs_controls, **answers, **dict(compared(pp)))


def full_verdict() -> Verdict:
    replace = Answer(answer="no", scope="any training", arm="synthetic", by_arm={"synthetic": arm_answer(-6, "no")})
    second = SecondAnswer(answer="yes", **dict(compared(1)))
    mixed, imputed = arm_answer(-1, "no"), arm_answer(2, "yes", oversampled=0.5)
    of_withheld = Answer(
        answer="yes", scope="these trainings", arm="imputed", by_arm={"mixed": mixed, "imputed": imputed}
    )
    by_arm = {"mixed": mixed, "imputed": imputed.model_copy(update={"second_network": second})}
    extend = of_withheld.model_copy(update={"by_arm": by_arm})
    model = ModelVerdict(
        replace=replace,
        extend=extend,
        generator_seeds=3,
        memorization=Memorization(
            detected=False,
            space="pixels",
            auc=0.51,
            tpr=0.012,
            auc_p=0.4,
            tpr_p=1.0,
            exact_copies=0.0,
            detectable_copies=0.02,
        ),
        worth=Worth(n_real=190.4, low=150.2, high=243.9),
        error_ratio=ErrorRatio(ratio=2.5, low=2.0, high=3.25),
        labels=200,
        vs_labeled_images={"labeled_subset": compared(4)},
        vs_baseline=BaselineComparison(
            model="class_gaussian", labels=None, by_arm={"synthetic": compared(8), "synthetic_soft": compared(3)}
        ),
        by_class={"7": SubsetAnswers(test_images=20, replace=replace), "8": SubsetAnswers(test_images=1)},
        on_withheld=WithheldAnswers(
            test_images=20,
            subset="7",
            extend=of_withheld,
            recall={
                "real": Recall(proportion=0.5, low=0.4, high=0.6),
                "imputed": Recall(proportion=0.75, low=0.7, high=0.8),
            },
        ),
        without_near_duplicates=AnswersWithoutNearDuplicates(
            test_images=265,
            replace=replace,
            accuracy=dict.fromkeys(("real", "synthetic"), Recall(proportion=0.9, low=0.85, high=0.93)),
        ),
        sentences=("Replace: no.", "Extend: yes."),
    )
    return Verdict(
        schema_version=SCHEMA_VERSION,
        confidence=0.95,
        margins=Margins(replace_margin=1, replace_error_ratio=None, extend_margin=0, real_at_least=None),
        test_images=270,
        test_groups=None,
        near_duplicates=5,
        short_of=ShortOf(accuracy=90, required=97),
        augmentation=compared(1.5),
        convergence=check_convergence(pd.DataFrame({"steps": [3, 6, 12], "accuracy": [0.8, 0.95, 0.96]})),
        second_network=SecondNetworkFacts(architecture="resnet", real_accuracy=0.875),
        real_curve=RealCurve(n_real=(100, 300, 1257), accuracy=(0.8, 0.9, 0.98)),
        warnings=("A class <b> has few images.",),
        failed={"vae": "train_generative_model failed (loss is nan)"},
        generative_models={"gan": model},
    )
