"""The answers of all models in two sentences: what a reader needs in ten seconds."""

from typing import NamedTuple

from standin.verdict.formatting import change, worth_in_words
from standin.verdict.schema import Answer, Verdict

QUESTIONS = {
    "replace": "Can generated images replace real ones?",
    "extend": "Do generated images extend real ones?",
}


class Headline(NamedTuple):
    """One question.

    Attributes:
        answer: yes, if it is the answer for any model; no, if it is for all.
        words: the answer as shown to people, such as "yes, for these trainings".
        reason: on the best model with this answer.
    """

    question: str
    answer: str
    words: str
    reason: str


def headlines(verdict: Verdict) -> list[Headline]:
    """One for each question that any model answers."""
    found = []
    for question, words in QUESTIONS.items():
        by_model = {
            model: answers.by_question[question]
            for model, answers in verdict.generative_models.items()
            if question in answers.by_question
        }
        if by_model:
            best = max(by_model, key=lambda model: _rank(verdict, model, by_model[model]))
            answer = by_model[best]
            reason = _reason(verdict, question, best, answer, several=len(by_model) > 1)
            found.append(Headline(words, answer.answer, answer.words, reason))
    return found


def _rank(verdict: Verdict, model: str, answer: Answer) -> tuple[int, bool, float]:
    """Models that repeat training images come after others with the same answer."""
    order = ("no", "undecided", "yes").index(answer.answer)
    return order, not verdict.generative_models[model].memorized, answer.best.pp


def _reason(verdict: Verdict, question: str, model: str, answer: Answer, several: bool) -> str:
    """`Best: gan. Trained on its images alone, a classifier loses 3.8 percentage points (95% interval 2.3 to 5.4). They
    are worth 90 of 1,100 real ones.`"""
    changed = change(answer.best, verdict.test_images, verdict.confidence)
    best, images = (f"Best: {model}. ", "its images") if several else ("", f"images by {model}")
    trained = f"Trained on {images} alone" if question == "replace" else f"With {images} added"
    sentences = f"{best}{trained}, a classifier {changed}."
    worth = verdict.generative_models[model].worth
    if question == "replace" and worth and verdict.real_curve:
        sentences += f" They are worth {worth_in_words(worth, verdict.real_curve)} real ones."
    return f"{sentences} They repeat training images." if verdict.generative_models[model].memorized else sentences
