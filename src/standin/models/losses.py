"""Loss functions: tensors in, one scalar out, averaged over examples."""

from collections.abc import Callable
from typing import Any, NamedTuple

import keras
from keras import ops


def cross_entropy(logits: Any, target: float) -> Any:
    """Mean binary cross-entropy, -target log s - (1 - target) log(1 - s) with s = sigmoid(logits)."""
    return ops.mean(ops.relu(logits) - logits * target + ops.log1p(ops.exp(-ops.abs(logits))))


def discriminator_loss(real_logits: Any, generated_logits: Any, real_target: float = 1.0) -> Any:
    """The original discriminator loss (Goodfellow et al. 2014, eq. 1): (CE(real, real_target) + CE(generated, 0)) / 2.

    It is log 2 for D = 1/2 everywhere. `real_target` < 1 is one-sided label smoothing (Salimans et al. 2016).
    """
    return (cross_entropy(real_logits, real_target) + cross_entropy(generated_logits, 0.0)) / 2


def generator_loss(generated_logits: Any) -> Any:
    """The non-saturating generator loss (Goodfellow et al. 2014, section 3): CE(generated, 1)."""
    return cross_entropy(generated_logits, 1.0)


def least_squares_discriminator_loss(real: Any, generated: Any, real_target: float = 1.0) -> Any:
    """((real - real_target)^2 + generated^2) / 2 (Mao et al. 2017, eq. 9), which is 1/4 if all outputs are 1/2."""
    return (ops.mean(ops.square(real - real_target)) + ops.mean(ops.square(generated))) / 2


def least_squares_generator_loss(generated: Any) -> Any:
    """(generated - 1)^2 / 2 (Mao et al. 2017, eq. 9)."""
    return ops.mean(ops.square(generated - 1.0)) / 2


def wasserstein_critic_loss(real: Any, generated: Any, real_target: float = 1.0) -> Any:
    """generated - real (Arjovsky et al. 2017): the negative estimate of the Wasserstein distance, which requires a
    bounded gradient of the critic (`GANOptions.gradient_penalty`). `real_target` is ignored."""
    return ops.mean(generated) - ops.mean(real)


def hinge_discriminator_loss(real_logits: Any, generated_logits: Any, real_target: float = 1.0) -> Any:
    """(max(0, 1 - real) + max(0, 1 + generated)) / 2 (Lim and Ye 2017; Miyato et al. 2018, eq. 16).

    It is 1 if all outputs are 0, and 0 if they are separated by the margin. `real_target` is ignored.
    """
    return (ops.mean(ops.relu(1.0 - real_logits)) + ops.mean(ops.relu(1.0 + generated_logits))) / 2


def raise_score(generated: Any) -> Any:
    """The generator's loss for a critic and for hinge loss: -generated (Miyato et al. 2018, eq. 17)."""
    return -ops.mean(generated)


class AdversarialLosses(NamedTuple):
    """The losses of the two players: `discriminator(real, generated, real_target)`, `generator(generated)`."""

    discriminator: Callable[..., Any]
    generator: Callable[[Any], Any]


ADVERSARIAL = {
    "non_saturating": AdversarialLosses(discriminator_loss, generator_loss),
    "least_squares": AdversarialLosses(least_squares_discriminator_loss, least_squares_generator_loss),
    "wasserstein": AdversarialLosses(wasserstein_critic_loss, raise_score),
    "hinge": AdversarialLosses(hinge_discriminator_loss, raise_score),
}
DISCRIMINATOR_OUTPUTS = ("discriminator_on_real", "discriminator_on_generated")


def adversarial_logs(loss: str, real: Any, generated: Any) -> dict[str, Any]:
    """D(x) and D(G(z)), the mean probabilities of being real; for a critic its estimate of the Wasserstein distance."""
    if loss == "wasserstein":
        return {"wasserstein_estimate": ops.mean(real) - ops.mean(generated)}
    # With least squares the output is the probability, otherwise a logit.
    probability = (lambda x: ops.clip(x, 0.0, 1.0)) if loss == "least_squares" else ops.sigmoid
    return {name: ops.mean(probability(x)) for name, x in zip(DISCRIMINATOR_OUTPUTS, (real, generated), strict=True)}


def sample_normal(mean: Any, log_variance: Any, random: keras.random.SeedGenerator) -> Any:
    """Samples from N(mean, exp(log_variance)), differentiable in both (Kingma and Welling 2014, section 2.4)."""
    return mean + ops.exp(log_variance / 2) * keras.random.normal(ops.shape(mean), seed=random)


def negative_elbo(
    images: Any, decoded: Any, mean: Any, log_variance: Any, kl_weight: float
) -> tuple[Any, dict[str, Any]]:
    """`summed_squared_error` plus `kl_weight` times `gaussian_kl`, and logs of both, for images in [-1, 1] and their
    reconstructions in [0, 1]."""
    error, divergence = summed_squared_error((images + 1) / 2, decoded), gaussian_kl(mean, log_variance)
    return error + kl_weight * divergence, {"reconstruction_error": error, "kl_divergence": divergence}


def gaussian_kl(mean: Any, log_variance: Any) -> Any:
    """KL(N(mean, exp(log_variance)) || N(0, 1)) of (n, latent_dim) means and log variances, summed over the latent
    (Kingma and Welling 2014, app. B)."""
    per_example = ops.sum(ops.exp(log_variance) + ops.square(mean) - 1.0 - log_variance, axis=-1) / 2
    return ops.mean(per_example)


def summed_squared_error(images: Any, reconstructions: Any) -> Any:
    """Squared error of (n, height, width, channels), summed over the pixels of an image: pixels x MSE."""
    return ops.mean(ops.sum(ops.square(images - reconstructions), axis=(1, 2, 3)))


def shared_information(first: Any, second: Any) -> Any:
    """(...) mutual information, in nats, of the categories of two copies of an image (Ji et al. 2019, eq. 3), from the
    (n, ..., categories) probabilities of the two copies.

    The maximum, the logarithm of the number of categories, requires that both copies always have the same category and
    all categories are equally frequent.
    """
    joint = ops.mean(ops.expand_dims(first, -1) * ops.expand_dims(second, -2), axis=0)
    joint = (joint + ops.swapaxes(joint, -1, -2)) / 2 + 1e-8
    apart = ops.sum(joint, axis=-1, keepdims=True) * ops.sum(joint, axis=-2, keepdims=True)
    return ops.sum(joint * (ops.log(joint) - ops.log(apart)), axis=(-1, -2))
