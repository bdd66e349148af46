"""The answers in two sentences."""

import pytest

from standin.verdict.facts import RealCurve, Worth
from standin.verdict.formatting import worth_in_words
from standin.verdict.headline import headlines
from standin.verdict.schema import ModelVerdict, Verdict
from tests.verdict.examples import compared, full_verdict


def with_answer(model: ModelVerdict, answer: str, pp: float) -> ModelVerdict:
    assert model.replace is not None
    arm = model.replace.best.model_copy(update={"answer": answer, **dict(compared(pp))})
    replace = model.replace.model_copy(update={"answer": answer, "by_arm": {"synthetic": arm}})
    return model.model_copy(update={"replace": replace, "extend": None})


def verdict_on(**answers: tuple[str, float]) -> Verdict:
    verdict = full_verdict()
    (model,) = verdict.generative_models.values()
    models = {name: with_answer(model, *given) for name, given in answers.items()}
    return verdict.model_copy(update={"generative_models": models})


def test_both_questions_are_answered() -> None:
    replace, extend = headlines(full_verdict())
    assert (replace.answer, extend.words) == ("no", "yes, for these trainings")
    assert replace.reason == (
        "Trained on images by gan alone, a classifier loses 6.0 percentage points (95% interval 5.5 to 6.2). They are "
        "worth 190 of 1,257 real ones."
    )
    assert extend.reason.startswith("With images by gan added, a classifier gains 2.0 ")


def test_the_best_answer_of_any_model_counts() -> None:
    (only,) = headlines(verdict_on(a=("no", -3.0), b=("yes", -0.5), c=("undecided", 0.5)))
    assert only.answer == "yes" and only.reason.startswith("Best: b. Trained on its images alone, a")


def test_of_equal_answers_the_best_model_is_named() -> None:
    (only,) = headlines(verdict_on(a=("no", -3.0), b=("no", -2.0)))
    assert only.answer == "no" and only.reason.startswith("Best: b.")


def test_a_model_that_repeats_training_images_is_not_the_best() -> None:
    verdict = verdict_on(a=("undecided", -3.0), b=("undecided", -0.5))
    copier = verdict.generative_models["b"]
    assert copier.memorization is not None
    copier = copier.model_copy(update={"memorization": copier.memorization.model_copy(update={"detected": True})})
    (only,) = headlines(verdict.model_copy(update={"generative_models": verdict.generative_models | {"b": copier}}))
    assert only.reason.startswith("Best: a.") and "repeat" not in only.reason
    (only,) = headlines(verdict.model_copy(update={"generative_models": {"b": copier}}))
    assert only.reason.endswith(" They repeat training images.")


def test_questions_that_no_model_answers_are_left_out() -> None:
    assert headlines(verdict_on()) == []


@pytest.mark.parametrize(
    ("n_real", "words"), [(100.2, "at most 100 of 1,257"), (190.4, "190 of 1,257"), (1257.0, "all 1,257")]
)
def test_the_worth_has_the_ends_of_the_learning_curve(n_real: float, words: str) -> None:
    verdict = full_verdict()
    assert verdict.real_curve is not None
    assert worth_in_words(Worth(n_real=n_real, low=100, high=1257), verdict.real_curve) == words


def test_the_worth_is_not_rounded_beyond_the_number_of_real_images() -> None:
    curve = RealCurve(n_real=(100, 1078), accuracy=(0.9, 0.99))
    assert worth_in_words(Worth(n_real=1077.0, low=500, high=1078), curve) == "1,078 of 1,078"
