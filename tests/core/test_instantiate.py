"""Targets, and checks of arguments against signatures."""

import re
from typing import Any

import pytest

from standin.core.errors import InputError
from standin.core.instantiate import check_arguments, check_target, name_of, resolve_target, resolved_arguments

CNN = "standin.models.cnn.cnn"
NPZ = "standin.data.npz.load"
INFOGAN = "standin.models.infogan.InfoGAN"


@pytest.mark.parametrize("target", ["os.system", "cnn", "standin", "standin..cnn", "standin._x.y", "standin.x.__y", 5])
def test_forbidden_targets_are_rejected(target: Any) -> None:
    with pytest.raises(InputError, match="_target_ must be") as raised:
        check_target(target)
    assert str(raised.value).count(", got ") == 1


def test_an_imported_name_is_no_target() -> None:
    with pytest.raises(InputError, match="defines no class or function 'np'"):
        resolve_target("standin.data.npz.np")


def test_unknown_missing_and_ill_typed_arguments_are_reported_at_once() -> None:
    with pytest.raises(InputError) as raised:
        check_arguments(NPZ, {"class_name": ["a"], "class_names": 5}, where="mine.source")
    lines = str(raised.value).splitlines()
    assert "mine.source.path: must be given" in lines
    (unknown,) = (line for line in lines if line.startswith("mine.source.class_name:"))
    assert "has no argument 'class_name'; did you mean class_names? Its arguments are: path, class_names" in unknown
    assert any(line.startswith("mine.source.class_names") and line.endswith("got 5") for line in lines)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"image_shape": [8, 8, 1]}, "has no argument 'image_shape'"),  # the program supplies it
        ({"dropout": "0.3"}, "standin.models.cnn.cnn.dropout: input should be a valid number, got '0.3'"),
        ({"standardize": 1}, "standardize: input should be a valid boolean, got 1"),
    ],
)
def test_values_are_strict(arguments: dict[str, Any], message: str) -> None:
    check_arguments(CNN, {"widths": [4], "dropout": 0, "standardize": True})
    with pytest.raises(InputError, match=re.escape(message)):
        check_arguments(CNN, arguments)


def test_options_of_a_typed_dictionary_are_arguments() -> None:
    supplied = ("image_shape", "seed")
    check_arguments(INFOGAN, {"loss": "hinge", "hidden": 8}, supplied=supplied)
    with pytest.raises(InputError, match=r"InfoGAN.loss: input should be 'non_saturating', .* got 'hing'"):
        check_arguments(INFOGAN, {"loss": "hing"}, supplied=supplied)


def test_resolved_arguments_are_those_of_the_built_model() -> None:
    """Otherwise the record of a run would be wrong."""
    from standin.training import build_model
    from standin.training.build import SUPPLIED

    for target in (
        "standin.models.gan.GAN",
        "standin.models.conditional_predictor_gan.ConditionalPredictorGAN",
        INFOGAN,
    ):
        arguments = {"generator_learning_rate": 0.5}
        resolved = resolved_arguments(target, arguments, SUPPLIED)
        model: Any = build_model(target, (8, 8, 1), 2, 0, arguments, n_conditions=2)
        options = {name: value for name, value in model.game.items() if name in resolved}
        assert options == {name: resolved[name] for name in options} and len(options) >= 11
        assert resolved["generator_learning_rate"] == 0.5
        # Built with all of them written out, it is the same model.
        spelled_out: Any = build_model(target, (8, 8, 1), 2, 0, resolved, n_conditions=2)
        assert spelled_out.count_params() == model.count_params() and spelled_out.game == model.game
        assert not resolved.keys() & set(SUPPLIED)


def test_a_given_function_has_a_name_in_this_process_and_one_defined_again_another() -> None:
    def network() -> None:
        """As in a cell of a notebook that runs twice."""

    def again() -> None:
        """The second."""

    again.__name__ = network.__name__
    first = name_of(network)
    assert first.startswith("given.network")
    assert name_of(network) == first
    assert name_of(again) != first
    assert resolve_target(name_of(again)) is again
    assert resolve_target(name_of(lambda: None)).__name__ == "<lambda>"
    with pytest.raises(InputError, match="allowed packages"):
        check_target("given.other")
