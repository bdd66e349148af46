"""Pages of example results, and errors in templates."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
from jinja2 import UndefinedError

from standin.core.error_messages import user_message
from standin.core.images import png
from standin.data.copies import Copies
from standin.experiments.arms import ARMS
from standin.reports.contact_sheet import contact_sheet
from standin.reports.data_card import license_id, size_category
from standin.reports.dataset_report import build_report, describe_restriction
from standin.reports.learning_curve import build_curve_report, tabulate_sizes
from standin.reports.overview import Result, build_overview
from standin.reports.templating import TEMPLATES
from standin.verdict.schema import ModelVerdict
from tests.verdict.examples import full_verdict

PNG = png(np.zeros((2, 3, 1), np.uint8))
WITHHELD = {"class": "7", "attribute": None, "keep": 0.5}


def accuracy() -> pd.DataFrame:
    """Every arm once, those with generated images of model gan."""
    rows = [
        {
            "arm": arm.key,
            "generative_model": "gan" if arm.generated else None,
            "generator_seed": 0 if arm.generated else None,
            "accuracy": 0.9 if arm.key == "real" else 0.8,
            "label_source": None,
            "roc_auc": None,
        }
        for arm in ARMS.values()
    ]
    counts = {"n_real": 100, "n_synthetic": 30, "n_labels_spent": 20, "n_manual_labels": 0, "optimizer_steps": 6}
    scores = {
        "accuracy_low": 0.7,
        "accuracy_high": 0.95,
        "macro_f1": 0.5,
        "average_precision": None,
        "log_loss": 0.4,
        "calibration_error": 0.06,
        "validation_accuracy": 0.8,
    }
    return pd.DataFrame(rows).assign(classifier_seed=0, **counts, **scores)


def parameters(**changed: Any) -> dict[str, Any]:
    plain = {
        "title": "Digits",
        "n_real": None,
        "withheld_subset": WITHHELD,
        "label_budget": 20,
        "generative_models": {"gan": {}, "class_gaussian": {}},
        "classifier_seeds": [0],
        "bootstrap": {"confidence": 0.95, "resamples": 500},
        "classifier": {
            "model": {"_target_": "a.b"},
            "steps": 6,
            "batch_size": 10,
            "recipe": {"augmentation": {"max_shift": 1}},
        },
        "oracle": {"model": {"_target_": "a.c"}},
        "run": {"command": "kedro run"},
    }
    return plain | changed


NO_COPIES: Copies = {"dropped": {"train": 0}, "with_other_label": 0, "example": None, "formats": [], "notes": []}


def robustness(model: str | None, *accuracies: float) -> pd.DataFrame:
    """Accuracy on unperturbed and on noisy images; of all classes, then of one."""
    rows = [(name, of, a) for name, a in zip(("none", "noise"), accuracies, strict=True) for of in ("(all)", "a")]
    table = pd.DataFrame(rows, columns=["perturbation", "class", "accuracy"])
    return table.assign(arm="synthetic" if model else "real", generative_model=model, test_images=50)


def pixel_scores(k_nearest: float, boosted_trees: float) -> pd.DataFrame:
    scores = {"classifier": ["k_nearest", "boosted_trees"], "real": [0.9, 0.8], "synthetic": [k_nearest, boosted_trees]}
    return pd.DataFrame(scores).assign(generative_model="gan", images=30)


def report(copies: Copies = NO_COPIES, before: pd.DataFrame | None = None, **changed: Any) -> str:
    before = pd.DataFrame() if before is None else before
    oracle = {"images_validated_on": 50, "images_trained_on": 100, "validation_accuracy": 0.99}
    parts = (full_verdict(), accuracy(), before, parameters(**changed), oracle, copies, PNG, PNG, PNG, "<h2>gan</h2>")
    perturbed = (robustness(None, 0.9, 0.8), robustness("gan", 0.7, 0.5), robustness("gan", 0.75, 0.55))
    on_pixels = (pixel_scores(0.7, 0.79), pixel_scores(0.8, 0.83))
    optional = ("robustness", "gan__robustness", "gan__seed_1__robustness", "gan__pixel_scores", "gan__1__pixel_scores")
    return build_report(*parts, *perturbed, *on_pixels, experiments=("gan",), optional=optional)


def test_a_report_compares_with_the_previous_run() -> None:
    assert "Since the previous run" not in report()
    before = accuracy().assign(accuracy=0.6)
    assert "<td>60.0%</td><td>90.0%</td><td>+30.0</td>" in report(before=before)
    assert "No accuracy changed by 0.05 percentage points or more." in report(before=accuracy())


def test_a_report_has_answers_and_differences_of_the_verdict() -> None:
    page = report()
    assert (
        '<span class="answer no">replace: no</span>' in page
        and '<span class="answer yes">extend: yes, for these trainings</span>' in page
    )
    assert "<li>Replace: no.</li>" in page and "<li>Extend: yes.</li>" in page
    assert "is at most 1 percentage point less accurate than one trained on real images" in page
    assert "<strong>vae</strong> is left out: train_generative_model failed (loss is nan)." in page
    # The verdict has the differences of arms with generated images; those of real arms follow from the accuracies.
    synthetic = (
        "it recognizes <strong>80.0%</strong> of the real test images (70.0% to 95.0%), 6.0 percentage points less"
    )
    assert f"trained only on its 30 generated images, {synthetic}" in page
    assert "images without augmentation</strong>, it recognizes <strong>80.0%" in page
    worth = (
        "With augmentation, as in all other arms, the classifier gains 1.5 percentage points (95% interval 1.2 to 2.0)"
    )
    assert worth in page and "the same random augmentation, which preserves classes" in page
    assert page.count("10.0 percentage points less than after training on real images alone") == 7
    assert "<h2>gan</h2>" in page
    assert "5 (1.9%) <em>nearly equal</em> a training image" in page
    soft = "it recognizes <strong>80.0%</strong> of the real test images (70.0% to 95.0%). Such labels carry what the"
    assert f"With the pseudo-labeler's probabilities as labels of these images, {soft}" in page
    controls = "on real images, 80.0%; compared with class_gaussian's images and such labels, it gains 3.0 percentage"
    assert controls in page


def test_a_report_begins_with_the_answers_to_both_questions() -> None:
    page = report()
    first = page.partition("<figure")[0]
    assert 'Can generated images replace real ones?</strong> <span class="answer no">no</span>' in first
    assert "Do generated images extend real ones?" in first
    assert "Trained on images by gan alone, a classifier loses 6.0 percentage points (95% interval 5.5 to 6.2)" in first
    assert "mean nothing" not in page


def test_a_report_of_a_test_run_says_that_its_figures_mean_nothing() -> None:
    run = {
        "date": "2026-01-02T03:04:05+00:00",
        "environment": "test",
        "command": "kedro run --env=test",
        "commit": "a" * 40,
    }
    page = report(run=run).partition("<figure")[0]
    assert "its figures mean nothing" in page
    assert "2026-01-02 03:04 UTC, <code>kedro run --env=test</code>, commit aaaaaaaaaa" in page


def test_a_report_has_the_number_of_copies_and_of_contradictory_labels() -> None:
    assert "equaled another image" not in report()
    page = report(
        {
            "dropped": {"train": 1200, "test": 3},
            "with_other_label": 2,
            "example": "<a> equals b",
            "formats": [],
            "notes": [],
        }
    )
    assert "(1,200 of the train images, 3 of the test images equaled another image and were left out)" in page
    assert "<strong>2 of them have another label than the equal image</strong>, for example &lt;a&gt; equals b." in page
    assert "1 of them has another label" in report({**NO_COPIES, "with_other_label": 1, "example": "c"})


def test_a_report_begins_with_warnings_and_names_what_was_resized() -> None:
    page = report({**NO_COPIES, "notes": ["2 of 9 images were resized."]})
    assert page.index("A class &lt;b&gt; has few images.") < page.index("Percentage points gained or lost")
    assert "2 of 9 images were resized." in page


def test_a_report_shows_probability_scores_and_accuracy_on_perturbed_images() -> None:
    page = report()
    assert '<td data-value="0.4">0.400</td><td data-value="0.06">0.060</td>' in page
    assert "Accuracy on 50 test images after training on real images alone" in page
    assert '<th scope="row">noise</th><td>80.0%</td><td>52.5%</td>' in page  # the mean of gan's seeds


def test_a_report_shows_where_the_second_network_disagrees() -> None:
    page = report()
    assert "second network, <strong>resnet</strong>, confirms it. Trained on real images, it recognizes 87.5%" in page
    first = '<th scope="row">imputed</th><td class="text">gan</td><td class="text">yes</td><td>+2.0</td>'
    second = '<td class="text">yes</td><td>+1.0</td><td>+0.8 to +1.5</td><td class="text">yes</td>'
    assert first in page and second in page
    assert '<th scope="row">mixed</th><td class="text">gan</td><td class="text">' not in page  # no yes is possible


def test_a_report_shows_the_classifiers_on_pixels() -> None:
    page = report()
    assert '<th scope="row">real images: accuracy</th><td>30</td><td>90.0%</td><td>80.0%</td><td>90.0%</td>' in page
    assert (
        '<th scope="row">gan</th><td>30</td><td>-15.0</td><td>+1.0</td><td>-6.0</td>' in page
    )  # the mean of the seeds


def test_a_report_says_whether_training_is_long_enough() -> None:
    page = report()
    assert "Training is not long enough: twice the steps gain 1.00 percentage points (limit 0.3)." in page
    assert '<th scope="col">12</th>' in page and "<td>95.0%</td><td>96.0%</td>" in page


def test_a_report_on_a_withheld_subset_has_the_effect_of_imputing() -> None:
    page = report()
    assert "Withheld images: 7" in page and 'href="#withheld"' in page
    assert "recognizes <strong>75.0%</strong> of the real test images of 7: +2.0 percentage points" in page
    assert "+0.5 percentage points (95% interval +0.2 to +1.0) compared with real images, some repeated" in page


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"withheld_subset": None}, None),
        ({}, "all but 50% of the real training images of 7 were withheld"),
        ({"n_real": 1000, "withheld_subset": None}, "only 1,000 real training images were used"),
        (
            {"n_real": 60, "withheld_subset": {"class": "7", "attribute": "red", "keep": 0}},
            "only 60 real training images were used, and all of the real training images of 7, red were withheld",
        ),
    ],
)
def test_restrictions_are_described(changed: dict[str, Any], words: str | None) -> None:
    assert describe_restriction(parameters(**changed)) == words


def test_the_overview_has_a_row_for_each_model_and_links_to_reports() -> None:
    page = build_overview([Result("digits", "Digits", full_verdict(), accuracy(), "all were withheld", None)])
    assert '<a href="digits/report.html">Digits</a>' in page and "Here all were withheld." in page
    assert (
        '<th scope="row">Digits *</th><td class="text">gan</td><td class="text">no</td>'
        '<td class="text">yes, for these trainings</td>' in page
    )
    assert '<td data-value="-6.0">-6.0</td><td data-value="-6.25">-6.2 to -5.5</td>' in page


def test_a_learning_curve_shows_each_size() -> None:
    entry, parameter = {"title": "Few"}, "label_budget"
    curve = tabulate_sizes(accuracy(), accuracy().assign(n_labels_spent=5), parameter=parameter)
    assert curve["size"].tolist() == [5] * len(ARMS) + [20] * len(ARMS)
    verdicts = (full_verdict(), full_verdict())
    names = {"sizes": ("few_5", "few_20"), "titles": ("five", "twenty")}
    page = build_curve_report(curve, entry, PNG, *verdicts, parameter=parameter, **names)
    assert '<a href="../few_20/report.html">twenty</a>' in page
    assert page.count("<li>Replace: no.</li>") == 2


def test_a_contact_sheet_numbers_its_images(rng: Any) -> None:
    page = contact_sheet("digits.gan", rng.integers(0, 256, (3, 8, 8, 1)).astype("uint8"), ["a", "b"])
    assert 'alt="generated image 3"' in page and "<strong>a, b</strong>" in page


def test_an_error_in_a_template_is_not_a_users_error() -> None:
    template = TEMPLATES.from_string("{{ answers.no_such_field }}")
    answers: ModelVerdict = full_verdict().generative_models["gan"]
    with pytest.raises(UndefinedError, match="no_such_field") as raised:
        template.render(answers=answers)
    assert user_message(raised.value) is None


@pytest.mark.parametrize(
    ("text", "identifier"),
    [
        ("CC BY-SA 3.0 (LeCun, Cortes and Burges)", "cc-by-sa-3.0"),
        ("CC BY 4.0 (Alpaydin and Kaynak 1998, UCI)", "cc-by-4.0"),
        ("Apache 2.0 (simulated)", "apache-2.0"),
        ("not stated by its authors", None),
        (None, None),
    ],
)
def test_known_licenses_have_the_identifier_of_hugging_face(text: str | None, identifier: str | None) -> None:
    assert license_id(text) == identifier


@pytest.mark.parametrize(
    ("n", "category"), [(999, "n<1K"), (1000, "1K<n<10K"), (54_000, "10K<n<100K"), (10**7, "n>1M")]
)
def test_cards_have_a_size_category(n: int, category: str) -> None:
    assert size_category(n) == category
