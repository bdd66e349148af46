"""Whether the discriminator of an adversarial model can still tell generated images from real ones."""

from standin.metrics.registry import metric


@metric(
    "discriminator_from_half",
    group="training",
    better="lower",
    reference="Goodfellow et al. 2014, Generative Adversarial Networks, proposition 1",
    explanation="distance of the discriminator's mean outputs in the last epoch from 1/2, its output where it cannot "
    "tell generated from real images (.45 with targets of .9)",
)
def discriminator_from_half(discriminator_on_real: float, discriminator_on_generated: float) -> float:
    """The larger distance of the two mean outputs, 0 to 1, from 1/2."""
    return max(abs(float(output) - 0.5) for output in (discriminator_on_real, discriminator_on_generated))
