"""How stages become the pipeline of a data set: one namespace for it, one inside for each experiment.

    ingestion ─ labeller ─ real arms ─ evaluation ───────────────────────────────┐      namespace `mnist`
        └── generation ─ labelling ─ arms ─ evaluation ─ figures ── (table, report)     namespace `mnist.gan`

An *experiment* is one generative model with one generator seed: `mnist.gan`; where several seeds are asked for,
`mnist.gan.seed_1`.
"""

from typing import Any

from kedro.pipeline import Pipeline, pipeline

from standin.pipelines import classification, evaluation, generation, ingestion, labelling, reporting
from standin.pipelines.arms import REAL_ARMS, SLUGS, SYNTHETIC_ARMS
from standin.pipelines.binding import own

SHARED_PARAMETERS = (
    "augmentation",
    "labelling",
    "n_synthetic",
    "classifier",
    "classifier_seeds",
    "synthetic_ratio",
    "bootstrap",
    "examination",
)
OF_EXPERIMENT = ("predictions", "examination", "scores", "section")
"""What a data set's verdict, table and report take from each experiment."""
SHARED_ROWS = (
    "train",
    "validation",
    "test",
    "labeller",
    "labeller_report",
    "labeller_rows",
    "oracle",
    "oracle_rows",
    "extractor",
    "extractor_rows",
    "regressor",
    "regressor_rows",
)


def experiments(entry: dict[str, Any]) -> list[tuple[str, str, int]]:
    """(name without the data set's, generative model, generator seed) of each experiment of a data set: those of its
    enabled models."""
    seeds = entry["generator_seeds"]
    return [
        (model if len(seeds) == 1 else f"{model}.seed_{seed}", model, seed)
        for model, described in entry["generative_models"].items()
        if described["enabled"]
        for seed in seeds
    ]


def create_pipeline(data_set: str, entry: dict[str, Any]) -> Pipeline:
    """The whole pipeline of one data set.

    Args:
        data_set: its name.
        entry: its complete parameters.
    """
    real_arms = [arm for arm in REAL_ARMS if arm in entry["arms"]]
    if entry["label_budget"] is None and "R_budget" in real_arms:
        real_arms.remove("R_budget")  # every label is in the budget: it would be R once more
    named = experiments(entry)
    once = (
        ingestion.create_pipeline()
        + labelling.create_pipeline()
        + classification.create_pipeline(real_arms)
        + evaluation.create_pipeline(real_arms, data_set)
        + evaluation.create_verdict_pipeline([(name, model) for name, model, _ in named])
        + reporting.create_pipeline([name for name, _, _ in named], epoch_table=bool(entry["epoch_table"]))
    )
    outside = {own(name, part): f"{data_set}.{name}.{part}" for name, _, _ in named for part in OF_EXPERIMENT}
    if entry["conditions"]:
        once += evaluation.create_regressor_pipeline()
    if entry["epoch_table"]:
        first = next(name for name, model, _ in named if model == entry["epoch_table"]["generative_model"])
        rows = own(first, "labelled_synthetic")
        once += classification.create_epoch_table_pipeline(rows) + evaluation.create_epoch_table_pipeline()
        outside[rows] = f"{data_set}.{first}.labelled_synthetic"
    whole = pipeline(
        once,
        namespace=data_set,
        inputs=outside,
        parameters={"params:entry": f"params:{data_set}"},
    )
    for name, model, seed in named:
        whole += _experiment(data_set, entry, name, model, seed, real_arms)
    return whole


def _experiment(
    data_set: str, entry: dict[str, Any], name: str, model: str, seed: int, real_arms: list[str]
) -> Pipeline:
    arms = [arm for arm in SYNTHETIC_ARMS if arm in entry["generative_models"][model]["arms"]]
    template = (
        generation.create_pipeline(seed)
        + labelling.create_experiment_pipeline()
        + classification.create_experiment_pipeline(arms)
        + evaluation.create_experiment_pipeline(arms, data_set, name, model, seed, bool(entry["conditions"]))
        + reporting.create_experiment_pipeline(data_set, name, arms, real_arms)
    )
    shared = {f"real_curves_{SLUGS[arm]}": f"{data_set}.curves_{SLUGS[arm]}" for arm in real_arms}
    shared |= {rows: f"{data_set}.{rows}" for rows in SHARED_ROWS}
    shared |= {f"real_{table}": f"{data_set}.{table}" for table in ("predictions", "recalls")}
    parameters = {f"params:{key}": f"params:{data_set}.{key}" for key in SHARED_PARAMETERS}
    parameters["params:model"] = f"params:{data_set}.generative_models.{model}"
    used = template.inputs()
    return pipeline(
        template,
        namespace=f"{data_set}.{name}",
        inputs={key: value for key, value in shared.items() if key in used},
        parameters={key: value for key, value in parameters.items() if key in used},
    )
