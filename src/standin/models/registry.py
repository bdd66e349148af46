"""The generative models and classifiers that a configuration may name. Importing this file imports no model."""

from standin.core.registry import Registry

GENERATIVE_MODELS = Registry(
    "generative model",
    "standin.models",
    {
        "class_gaussian": "standin.models.class_gaussian.ClassGaussian",
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
