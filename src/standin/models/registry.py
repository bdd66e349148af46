"""The generative models and classifiers that a configuration may name. Importing this file imports no model."""

from collections.abc import Mapping
from typing import Any

from standin.core.registry import Registry

GENERATIVE_MODELS = Registry(
    "generative model",
    "standin.models",
    {
        "class_gaussian": "standin.models.class_gaussian.ClassGaussian",
        "class_mixture": "standin.models.class_mixture.ClassMixture",
        "conditional_gan": "standin.models.conditional_gan.ConditionalGAN",
        "conditional_predictor_gan": "standin.models.conditional_predictor_gan.ConditionalPredictorGAN",
        "conditional_vae": "standin.models.conditional_vae.ConditionalVAE",
        "dcgan": "standin.models.dcgan.DCGAN",
        "diffusion": "standin.models.diffusion.Diffusion",
        "gan": "standin.models.gan.GAN",
        "infogan": "standin.models.infogan.InfoGAN",
        "latent_diffusion": "standin.models.latent_diffusion.LatentDiffusion",
        "vae": "standin.models.vae.VAE",
    },
)
"""Name -> class, a subclass of `standin.training.GenerativeModel`."""

BASELINES = ("class_mixture", "class_gaussian")
"""Models that take seconds, which others have to beat, the more demanding one first."""

CLASSIFIERS = Registry(
    "classifier",
    "standin.classifiers",
    {
        "airbench": "standin.models.airbench.airbench",
        "cnn": "standin.models.cnn.cnn",
        "plain_cnn": "standin.models.plain_cnn.plain_cnn",
        "resnet": "standin.models.resnet.resnet",
    },
)
"""Name -> function of (image_shape, n_classes, ...) that returns a Keras model whose outputs are logits."""


def baseline_of(generative_models: Mapping[str, Mapping[str, Any]]) -> str | None:
    """The enabled model that the others have to beat, the most demanding one; None if there is none.

    Args:
        generative_models: of a data set, as configured: name -> `_target_`, `enabled` and arguments.
    """
    enabled = {entry.get("_target_"): name for name, entry in generative_models.items() if entry["enabled"]}
    targets = [GENERATIVE_MODELS[name] for name in BASELINES]
    return next((enabled[target] for target in targets if target in enabled), None)
