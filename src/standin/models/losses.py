"""Loss functions: tensors in, one scalar out.

`cross_entropy(logits, target)` is -target log s - (1 - target) log(1 - s) with s = sigmoid(logits), the mean over
examples.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

from keras import ops


def cross_entropy(logits: Any, target: float) -> Any:
    """Binary cross-entropy of `logits` (any shape) against one target probability, the mean over all entries."""
    return ops.mean(ops.relu(logits) - logits * target + ops.log1p(ops.exp(-ops.abs(logits))))


def discriminator_loss(real_logits: Any, generated_logits: Any, real_target: float = 1.0) -> Any:
    """The original discriminator loss (Goodfellow et al. 2014, eq. 1), as the mean over both halves.

    (CE(real, real_target) + CE(generated, 0)) / 2; `real_target` = .9 is one-sided label smoothing (Salimans et al.
    2016).
    At D = 1/2 everywhere it is log 2.
    """
    return (cross_entropy(real_logits, real_target) + cross_entropy(generated_logits, 0.0)) / 2


def generator_loss(generated_logits: Any) -> Any:
    """The non-saturating generator loss (Goodfellow et al. 2014, section 3): CE(generated, 1)."""
    return cross_entropy(generated_logits, 1.0)


def least_squares_discriminator_loss(real: Any, generated: Any, real_target: float = 1.0) -> Any:
    """The least squares loss of a discriminator (Mao et al. 2017, eq. 9), as the mean over both halves.

    ((real - real_target)^2 + generated^2) / 2, which is 1/4 where its output is 1/2 everywhere.
    """
    return (ops.mean(ops.square(real - real_target)) + ops.mean(ops.square(generated))) / 2


def least_squares_generator_loss(generated: Any) -> Any:
    """The generator's loss against it: (generated - 1)^2 / 2 (Mao et al. 2017, eq. 9)."""
    return ops.mean(ops.square(generated - 1.0)) / 2


def wasserstein_critic_loss(real: Any, generated: Any, real_target: float = 1.0) -> Any:
    """The critic's loss (Arjovsky et al. 2017): minus its estimate of the Wasserstein distance, generated - real.

    It estimates a distance only where the critic's gradient is bounded: see `GANOptions.gradient_penalty`. There is no
    target for real images; `real_target` is ignored.
    """
    return ops.mean(generated) - ops.mean(real)


def hinge_discriminator_loss(real_logits: Any, generated_logits: Any, real_target: float = 1.0) -> Any:
    """The hinge loss of a discriminator (Lim and Ye 2017; Miyato et al. 2018, eq. 16), as the mean over both halves.

    (max(0, 1 - real) + max(0, 1 + generated)) / 2, which is 1 where all outputs are 0 and 0 where it separates them by
    the margin. `real_target` is ignored.
    """
    return (ops.mean(ops.relu(1.0 - real_logits)) + ops.mean(ops.relu(1.0 + generated_logits))) / 2


def raise_score(generated: Any) -> Any:
    """The generator's loss against a critic and against hinge loss: the mean of -generated (Miyato et al. 2018, eq.
    17)."""
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
    """D(x) and D(G(z)), the mean outputs as probabilities; for a critic its estimate of the
    Wasserstein distance."""
    if loss == "wasserstein":
        return {"wasserstein_estimate": ops.mean(real) - ops.mean(generated)}
    # With least squares the output itself is the probability; the others give logits.
    probability = (lambda x: ops.clip(x, 0.0, 1.0)) if loss == "least_squares" else ops.sigmoid
    return {name: ops.mean(probability(x)) for name, x in zip(DISCRIMINATOR_OUTPUTS, (real, generated), strict=True)}


def gaussian_kl(mean: Any, log_variance: Any) -> Any:
    """KL(N(mean, exp(log_variance)) || N(0, 1)), summed over the latent, the mean over examples (Kingma and Welling
    2014, app. B).

    Args:
        mean: (n, latent_dim).
        log_variance: (n, latent_dim).
    """
    per_example = ops.sum(ops.exp(log_variance) + ops.square(mean) - 1.0 - log_variance, axis=-1) / 2
    return ops.mean(per_example)


def summed_squared_error(images: Any, reconstructions: Any) -> Any:
    """Squared error summed over the pixels of an image, the mean over images: pixels x MSE.

    Args:
        images, reconstructions: (n, height, width, channels), on one scale.
    """
    return ops.mean(ops.sum(ops.square(images - reconstructions), axis=(1, 2, 3)))


def shared_information(first: Any, second: Any) -> Any:
    """Mutual information, in nats, of the category of one copy of an image and that of another (Ji et al. 2019, eq. 3).

    At most the logarithm of the number of categories: where both copies always have the same one and all are equally
    frequent.

    Args:
        first, second: (n, ..., categories) probabilities of the two copies.

    Returns:
        (...), from the joint distribution estimated from the n examples.
    """
    joint = ops.mean(ops.expand_dims(first, -1) * ops.expand_dims(second, -2), axis=0)
    joint = (joint + ops.swapaxes(joint, -1, -2)) / 2 + 1e-8
    apart = ops.sum(joint, axis=-1, keepdims=True) * ops.sum(joint, axis=-2, keepdims=True)
    return ops.sum(joint * (ops.log(joint) - ops.log(apart)), axis=(-1, -2))
