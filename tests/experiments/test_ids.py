"""Names of experiments, and what nodes and catalog entries belong to."""

from typing import Any

from standin.experiments.ids import ExperimentId, data_set_of, experiment_of, experiments, last_part


def entry(*seeds: int) -> dict[str, Any]:
    models = {"gan": {"enabled": True}, "vae": {"enabled": False}, "gan_2": {"enabled": True}}
    return {"generator_seeds": list(seeds), "generative_models": models}


def test_an_experiment_is_an_enabled_model_and_a_seed() -> None:
    assert [str(experiment) for experiment in experiments("mnist", entry(0))] == ["mnist.gan", "mnist.gan_2"]
    assert experiments("mnist", entry(1, 10)) == [
        ExperimentId("mnist", "gan", 1, "gan.seed_1"),
        ExperimentId("mnist", "gan", 10, "gan.seed_10"),
        ExperimentId("mnist", "gan_2", 1, "gan_2.seed_1"),
        ExperimentId("mnist", "gan_2", 10, "gan_2.seed_10"),
    ]


def test_nodes_entries_and_namespaces_belong_to_their_experiment() -> None:
    known = experiments("mnist", entry(1, 10))
    for name in ("mnist.gan.seed_1", "mnist.gan.seed_1.evaluate", "mnist.gan.seed_1.sample_quality.fidelity"):
        assert str(experiment_of(name, known)) == "mnist.gan.seed_1"
    assert str(experiment_of("mnist.gan.seed_10.evaluate", known)) == "mnist.gan.seed_10"
    assert str(experiment_of("mnist.gan_2.seed_1.train", known)) == "mnist.gan_2.seed_1"
    for name in ("mnist", "mnist.ingest", "mnist.gan_3.seed_1", "mnist.gan.seed_100", "digits.gan.seed_1.train"):
        assert experiment_of(name, known) is None


def test_parts_of_names() -> None:
    assert [data_set_of(name) for name in ("mnist", "mnist.gan", "mnist.gan.seed_1.evaluate")] == ["mnist"] * 3
    assert [last_part(name) for name in ("mnist", "mnist.gan.seed_1.evaluate")] == ["mnist", "evaluate"]
