"""The peers train the same networks: as many weights, images of the same shape, and losses that fall."""

import numpy as np
import pytest
from benchmarks.published_loop import published_step

from standin.models.cnn import cnn
from standin.models.conditional_gan import ConditionalGAN
from standin.models.dcgan import DCGAN
from standin.models.gan import GAN
from standin.models.infogan import InfoGAN
from standin.models.vae import VAE

SHAPE = (16, 16, 1)
NETWORKS = {
    "gan": lambda: GAN(SHAPE, latent_dim=8, generator_widths=[16], discriminator_widths=[16]),
    "dcgan": lambda: DCGAN(SHAPE, generator_width=4, discriminator_width=4),
    "dcgan, strided": lambda: DCGAN(SHAPE, 0, 4, 4, upsampling="transposed", downsampling="strided"),
    "conditional_gan": lambda: ConditionalGAN(SHAPE, n_classes=3, generator_width=4, discriminator_width=4),
    "infogan": lambda: InfoGAN(SHAPE, hidden=16, width=4),
    "vae": lambda: VAE(SHAPE, widths=[16]),
    "classifier": lambda: cnn(SHAPE, 3, widths=[4, 8], hidden=16),
}
IMAGES = np.random.default_rng(0).uniform(-1, 1, (8, *SHAPE)).astype(np.float32)
LABELS = np.arange(8) % 3


@pytest.mark.parametrize("name", NETWORKS)
def test_networks_in_pytorch_have_the_same_weights_and_outputs(name: str) -> None:
    torch = pytest.importorskip("torch")
    from benchmarks.torch_networks import Translated
    from benchmarks.torch_steps import torch_step

    model = NETWORKS[name]()
    for network in [getattr(model, part, None) for part in ("generator", "discriminator", "encoder", "decoder")] + (
        [] if hasattr(model, "players") else [model]
    ):
        if network is None:
            continue
        translated = Translated(network)
        trained = sum(int(np.prod(v.shape)) for v in network.trainable_variables)
        assert sum(p.numel() for p in translated.parameters()) == trained
        given = [
            torch.zeros(8, dtype=torch.long) if i.dtype == "int32" else torch.zeros(8, *channels_first(i.shape[1:]))
            for i in network.inputs
        ]
        found = translated(*given)
        for output, expected in zip(found if isinstance(found, list) else [found], network.outputs, strict=True):
            assert tuple(output.shape) == (8, *channels_first(expected.shape[1:]))
    torch_step(model, IMAGES, LABELS)()


@pytest.mark.parametrize("bfloat16", [False, True])
@pytest.mark.parametrize(("name", "at_first"), [("gan", np.log(2)), ("dcgan", np.log(2)), ("classifier", np.log(3))])
def test_losses_in_pytorch_start_where_nothing_is_known(name: str, at_first: float, bfloat16: bool) -> None:
    torch = pytest.importorskip("torch")
    from benchmarks.torch_steps import torch_step

    torch.manual_seed(0)
    step = torch_step(NETWORKS[name](), IMAGES, LABELS, bfloat16)
    first, *_, last = [float(step()) for _ in range(100)]
    assert first == pytest.approx(at_first, abs=0.3)
    assert last < first


def test_an_autoencoder_in_pytorch_learns() -> None:
    torch = pytest.importorskip("torch")
    from benchmarks.torch_steps import torch_step

    torch.manual_seed(0)
    step = torch_step(NETWORKS["vae"](), IMAGES, LABELS)
    first, *_, last = [float(step()) for _ in range(100)]
    assert first == pytest.approx(np.square((IMAGES + 1) / 2 - 0.5).sum() / 8, rel=0.15)  # it draws gray
    assert last < first


def test_the_published_loop_trains_copies() -> None:
    model = NETWORKS["gan"]()
    before = [v.numpy().copy() for v in model.generator.trainable_variables]
    step = published_step(model, IMAGES)
    trained = [cell.cell_contents for cell in step.__closure__ if hasattr(cell.cell_contents, "predict")]
    generators = [network for network in trained if network.name == "generator"]
    start = [v.numpy().copy() for v in generators[0].trainable_variables]
    step()
    assert all((a == v.numpy()).all() for a, v in zip(before, model.generator.trainable_variables, strict=True))
    assert any((a != v.numpy()).any() for a, v in zip(start, generators[0].trainable_variables, strict=True))


def channels_first(shape: tuple[int, ...]) -> tuple[int, ...]:
    return (shape[-1], *shape[:-1])
