"""Conditional variational autoencoder (Sohn et al. 2015): encoder and decoder are conditioned on the label.

The latent then represents only what the label does not determine, such as slant and stroke. Networks and loss are the
VAE's, with a wider latent and the one-hot label concatenated to each input.
"""

from collections.abc import Sequence

import keras

from standin.models.vae import VAE


@keras.saving.register_keras_serializable("standin")
class ConditionalVAE(VAE):
    """Fully connected encoder and decoder, conditioned on the label; arguments as in VAE."""

    condition = "labels"
    snapshot_weights = False

    def __init__(
        self,
        image_shape: Sequence[int],
        n_classes: int,
        seed: int = 0,
        latent_dim: int = 16,
        widths: Sequence[int] = (512, 256),
        learning_rate: float = 1e-3,
        kl_weight: float = 1.0,
        moving_average: float | None = 0.999,
    ) -> None:
        super(VAE, self).__init__(image_shape, seed)
        self.build_players(latent_dim, widths, learning_rate, kl_weight, moving_average, n_classes)
