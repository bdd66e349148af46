"""Loss functions: tensors in, one scalar out.

`cross_entropy(logits, target)` is -target log s - (1 - target) log(1 - s) with s = sigmoid(logits), the mean over rows.
"""

from typing import Any

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


def hinge_discriminator_loss(real_logits: Any, generated_logits: Any) -> Any:
    """The hinge loss of a discriminator (Lim and Ye 2017; Miyato et al. 2018, eq. 16), as the mean over both halves.

    (max(0, 1 - real) + max(0, 1 + generated)) / 2, which is 1 where it cannot tell and 0 where it is sure.
    """
    return (ops.mean(ops.relu(1.0 - real_logits)) + ops.mean(ops.relu(1.0 + generated_logits))) / 2


def hinge_generator_loss(generated_logits: Any) -> Any:
    """What the generator descends against it: the mean of -generated (Miyato et al. 2018, eq. 17)."""
    return -ops.mean(generated_logits)


def gaussian_kl(mean: Any, log_variance: Any) -> Any:
    """KL(N(mean, exp(log_variance)) || N(0, 1)), summed over the latent, the mean over rows (Kingma and Welling 2014,
    app. B).

    Args:
        mean: (n, latent_dim).
        log_variance: (n, latent_dim).
    """
    per_row = ops.sum(ops.exp(log_variance) + ops.square(mean) - 1.0 - log_variance, axis=-1) / 2
    return ops.mean(per_row)


def summed_squared_error(images: Any, reconstructions: Any) -> Any:
    """Squared error summed over the pixels of an image, the mean over rows: pixels x MSE.

    Args:
        images, reconstructions: (n, height, width, channels), on one scale.
    """
    return ops.mean(ops.sum(ops.square(images - reconstructions), axis=(1, 2, 3)))
