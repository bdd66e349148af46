"""What is said of a model that was asked for real numbers: does its image show them?"""

from typing import Any

import numpy as np

from standin.figures.conditions import asked_and_read, real_beside_generated
from standin.metrics.conditions import asked_against_obtained
from standin.pipelines.sample_quality.findings import MetricResult, Panel, Part, counted, draw

Arrays = dict[str, np.ndarray]
Model = Any  # keras.Model, standin.training.GenerativeModel: Keras is imported when a node runs
SHOWN = 9
POINTS = 1000
SEED = 0


def evaluate_conditions(
    model: Model,
    labeled: Arrays,
    train: Arrays,
    test: Arrays,
    regressor: Model,
    shown: list[list[float]],
    rows: int,
    experiment: str,
) -> Part:
    """Asked against read by the regressor; and images at the conditions in `shown`, real and generated."""
    from standin.training.inference import outputs_of

    names = train["condition_names"].tolist()
    made, tested = (draw(part, rows, seed) for seed, part in enumerate((labeled, test)))
    asked, real = made["conditions"], tested["conditions"]
    read, real_read = (outputs_of(regressor, part["images"]) for part in (made, tested))
    findings = []
    for name, own, of_real in zip(
        names, asked_against_obtained(asked, read), asked_against_obtained(real, real_read), strict=True
    ):
        slug = name.replace(" ", "_")
        what = f"{name} asked for against {name} read from the image by the regressor"
        findings += [
            MetricResult(f"{slug}_r2", own.r2, f"{what}: coefficient of determination", of_real.r2),
            MetricResult(f"{slug}_slope", own.slope, f"{what}: slope", of_real.slope),
            MetricResult(
                f"{slug}_error", own.mean_absolute_error, f"{what}: mean absolute error", of_real.mean_absolute_error
            ),
        ]
    points = asked[:POINTS], read[:POINTS], real[:POINTS], real_read[:POINTS]
    pictures = {
        "conditions": Panel(
            asked_and_read(*points, names, f"{experiment}: asked for and obtained"),
            "What a regressor, trained on real train rows, reads from each image, against what was asked for; for real "
            "test rows against their own values.",
        )
    }
    if shown:
        pictures["at_conditions"] = _at_conditions(model, train, shown, names, experiment)
    return counted(findings, len(asked), len(real)), pictures


def _at_conditions(model: Model, train: Arrays, shown: list[list[float]], names: list[str], experiment: str) -> Panel:
    deviation = np.maximum(train["conditions"].std(axis=0), 1e-6)
    real, generated, questions = [], [], []
    for values in np.array(shown, np.float32):
        distance = (((train["conditions"] - values) / deviation) ** 2).sum(axis=1)
        real.append(train["images"][np.argsort(distance)[:SHOWN]])
        generated.append(np.concatenate(list(model.sample(SHOWN, SEED, np.tile(values, (SHOWN, 1))))))
        questions.append(", ".join(f"{name} {value:g}" for name, value in zip(names, values, strict=True)))
    return Panel(
        real_beside_generated(real, generated, questions, f"{experiment}: the same conditions, real and generated"),
        f"The {SHOWN} real train images nearest to each condition, and {SHOWN} generated for exactly it, with the same "
        "latents in each block. If the generated ones are all alike, the model has collapsed.",
    )
