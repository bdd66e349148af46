"""One training step in PyTorch, eager: the networks of a model of this project, and its losses.

Adversarial pairs are trained as the best-known collection of GANs in PyTorch does it: the generator moves first, and
the discriminator is shown the same images, detached, in a call of its own. That generates images once a round where
Standin's players, each of which draws its own, do so twice; and gradients of the discriminator's weights are computed
in the generator's update too, where nobody uses them.
"""

import math
from collections.abc import Callable
from typing import Any

import keras
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from benchmarks.torch_networks import Translated
from standin.models.adversarial import Adversarial
from standin.models.infogan import SPREAD, InfoGAN
from standin.models.vae import VAE

Step = Callable[[], Tensor]
Build = Callable[[keras.Model], nn.Module]


class Autocast(nn.Module):
    """A network whose forward pass runs in mixed bfloat16 (torch.autocast); it returns float32, so that losses and the
    optimizer stay in float32, as in this project's mixed precision."""

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network = network

    def forward(self, *inputs: Tensor) -> Any:
        with torch.autocast("cpu", torch.bfloat16):
            outputs = self.network(*inputs)
        return outputs.float() if isinstance(outputs, Tensor) else [output.float() for output in outputs]


def torch_step(model: keras.Model, images: Any, labels: Any, bfloat16: bool = False) -> Step:
    """A function that trains once and returns the loss, the discriminator's of a pair.

    Args:
        model: whose networks and options are taken; it is left as it is.
        images: (n, height, width, channels) float32 in [-1, 1].
        labels: (n,) integers.
        bfloat16: whether forward passes run in mixed bfloat16.
    """

    def build(network: keras.Model) -> nn.Module:
        translated = Translated(network)
        return Autocast(translated) if bfloat16 else translated

    shown = torch.tensor(images).permute(0, 3, 1, 2).contiguous()
    of = torch.tensor(labels, dtype=torch.long)
    if isinstance(model, InfoGAN):
        return _infogan(build, model, shown)
    if isinstance(model, Adversarial):
        return _game(build, model, shown, None if model.condition is None else of)
    if isinstance(model, VAE):
        return _autoencoder(build, model, shown)
    return _classifier(build, model, shown, of)


def _adam(network: nn.Module, rate: float, game: Any) -> torch.optim.Optimizer:
    return torch.optim.Adam(network.parameters(), lr=rate, betas=(game["beta_1"], game["beta_2"]))


def _game(build: Build, model: Adversarial, images: Tensor, labels: Tensor | None) -> Step:
    generator, discriminator = build(model.generator), build(model.discriminator)
    game, told = model.game, () if labels is None else (labels,)
    making = _adam(generator, game["generator_learning_rate"], game)
    judging = _adam(discriminator, game["discriminator_learning_rate"], game)
    real, valid = torch.full((len(images), 1), game["real_target"]), torch.ones(len(images), 1)
    fake = torch.zeros(len(images), 1)
    error = nn.BCEWithLogitsLoss()

    def step() -> Tensor:
        making.zero_grad()
        made = generator(torch.randn(len(images), model.latent_dim), *told)
        error(discriminator(made, *told), valid).backward()
        making.step()
        judging.zero_grad()
        of_real = error(discriminator(images, *told), real)
        loss = (of_real + error(discriminator(made.detach(), *told), fake)) / 2
        loss.backward()
        judging.step()
        return loss.detach()

    return step


def _infogan(build: Build, model: InfoGAN, images: Tensor) -> Step:
    generator, discriminator = build(model.generator), build(model.discriminator)
    game, rows = model.game, len(images)
    making = _adam(generator, game["generator_learning_rate"], game)
    judging = _adam(discriminator, game["discriminator_learning_rate"], game)

    def information(outputs: list[Tensor], category: Tensor, codes: Tensor) -> Tensor:
        _, read, logits = outputs
        log_codes = -((codes - read) ** 2) / (2 * SPREAD**2) - math.log(SPREAD * math.sqrt(2 * math.pi))
        return -model.category_weight * F.cross_entropy(logits, category) + model.continuous_weight * (
            log_codes.sum(1).mean()
        )

    def step() -> Tensor:
        category, codes = torch.randint(model.categories, (rows,)), torch.rand(rows, model.continuous) * 2 - 1
        latent = torch.cat([torch.randn(rows, model.noise_dim), F.one_hot(category, model.categories), codes], dim=1)
        making.zero_grad()
        made = generator(latent)
        outputs = discriminator(made)
        (-outputs[0].mean() - information(outputs, category, codes)).backward()
        making.step()
        judging.zero_grad()
        made = made.detach()
        share = torch.rand(rows, 1, 1, 1)
        between = (share * images + (1 - share) * made).requires_grad_()
        (slope,) = torch.autograd.grad(discriminator(between)[0].sum(), between, create_graph=True)
        penalty = ((slope.flatten(1).norm(dim=1) - 1) ** 2).mean()
        outputs = discriminator(made)
        loss = outputs[0].mean() - discriminator(images)[0].mean() + model.penalty * penalty
        (loss - information(outputs, category, codes)).backward()
        judging.step()
        return loss.detach()

    return step


def _autoencoder(build: Build, model: VAE, images: Tensor) -> Step:
    encoder, decoder = build(model.encoder), build(model.decoder)
    descent = torch.optim.Adam([*encoder.parameters(), *decoder.parameters()], lr=1e-3)

    def step() -> Tensor:
        descent.zero_grad()
        mean, log_variance = encoder(images)
        made = decoder(mean + torch.exp(log_variance / 2) * torch.randn_like(mean))
        error = (((images + 1) / 2 - made) ** 2).flatten(1).sum(1).mean()
        divergence = (torch.exp(log_variance) + mean**2 - 1 - log_variance).sum(1).mean() / 2
        loss = error + model.kl_weight * divergence
        loss.backward()
        descent.step()
        return loss.detach()

    return step


def _classifier(build: Build, model: keras.Model, images: Tensor, labels: Tensor) -> Step:
    network = build(model)
    descent = torch.optim.AdamW(network.parameters(), lr=1e-3, weight_decay=1e-3)

    def step() -> Tensor:
        descent.zero_grad()
        loss = F.cross_entropy(network(images), labels)
        loss.backward()
        descent.step()
        return loss.detach()

    return step
