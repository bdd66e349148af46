"""Class-conditional GAN with convolutional networks.

Each network is conditioned on the label in one of two ways:

- generator: `normalization` scales and shifts each normalized grid by embeddings of the label (de Vries et al. 2017;
  Miyato and Koyama 2018), `concatenation` appends an embedding to the latent (Mirza and Osindero 2014);
- discriminator: `projection` adds the inner product of the image's features and an embedding of the label to the logit
  (Miyato and Koyama 2018), `concatenation` adds the embedding as a further image channel.
"""

from collections.abc import Sequence
from typing import Any, Literal, Unpack

import keras
from keras import layers

from standin.models.adversarial import Adversarial, GANOptions, check_choice
from standin.models.dcgan import downsample_stack, normalized, upsample_stack
from standin.models.layers import spectral
from standin.models.layers.batch_normalization import BatchNormalization

EMBEDDING = 64


@keras.saving.register_keras_serializable("standin")
class ConditionalGAN(Adversarial):
    """DCGAN's generator and discriminator, conditioned on the label. The arguments after the two conditions are as in
    DCGAN, the options (`game`) those of `standin.models.adversarial.GANOptions`."""

    condition = "labels"
    compares_rows_by = "batch_normalization"

    def __init__(
        self,
        image_shape: Sequence[int],
        n_classes: int,
        seed: int = 0,
        generator_condition: Literal["normalization", "concatenation"] = "normalization",
        discriminator_condition: Literal["projection", "concatenation"] = "projection",
        generator_width: int = 32,
        discriminator_width: int = 32,
        upsampling: Literal["subpixel", "transposed", "resize"] = "subpixel",
        downsampling: Literal["subpixel", "strided"] = "subpixel",
        batch_normalization: bool = True,
        discriminator_dropout: float = 0.0,
        **game: Unpack[GANOptions],
    ) -> None:
        super().__init__(image_shape, seed, **game)
        check_choice("generator_condition", generator_condition, ("normalization", "concatenation"))
        check_choice("discriminator_condition", discriminator_condition, ("projection", "concatenation"))

        latent, label = layers.Input((self.latent_dim,)), layers.Input((), dtype="int32")
        if generator_condition == "normalization":
            start, activated = latent, lambda x: layers.ReLU()(_scaled(x, label, n_classes))
        else:
            embedded = layers.Embedding(n_classes, EMBEDDING)(label)
            start, activated = layers.Concatenate()([latent, embedded]), normalized
        generated = upsample_stack(start, self.image_shape, generator_width, upsampling, activated)

        images, image_label = layers.Input(self.image_shape), layers.Input((), dtype="int32")
        visible = images
        if discriminator_condition == "concatenation":
            # On the scale of pixels; otherwise the first layers learn slowly to use it.
            height, width, _ = self.image_shape
            normal = keras.initializers.RandomNormal(stddev=1.0)
            plane = layers.Embedding(n_classes, height * width, embeddings_initializer=normal)(image_label)
            visible = layers.Concatenate()([images, layers.Reshape((height, width, 1))(plane)])
        grid = downsample_stack(
            visible, discriminator_width, batch_normalization, discriminator_dropout, self.spectral, downsampling
        )
        features = layers.Flatten()(grid)
        logit = spectral.dense(self.spectral, 1)(features)
        if discriminator_condition == "projection":
            initial = "uniform" if self.spectral else "zeros"
            embed = spectral.embedding(self.spectral, n_classes, features.shape[-1], embeddings_initializer=initial)
            logit = layers.Add()([logit, layers.Dot(axes=1)([features, embed(image_label)])])
        self.set_networks(
            keras.Model([latent, label], generated, name="generator"),
            keras.Model([images, image_label], logit, name="discriminator"),
        )


def _scaled(x: Any, label: Any, n_classes: int) -> Any:
    """Conditional batch normalization: scale and shift depend on the label."""
    channels = x.shape[-1]
    scale = layers.Embedding(n_classes, channels, embeddings_initializer="ones")(label)
    shift = layers.Embedding(n_classes, channels, embeddings_initializer="zeros")(label)
    x = BatchNormalization(center=False, scale=False)(x)
    x = layers.Multiply()([x, layers.Reshape((1, 1, channels))(scale)])
    return layers.Add()([x, layers.Reshape((1, 1, channels))(shift)])
