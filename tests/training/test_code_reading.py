"""Images from given codes."""

import numpy as np
import pytest

from standin.models.infogan import InfoGAN
from standin.training.code_reading import draw_with_codes, read_categories, traverse


def test_a_traversal_changes_two_codes_only(monkeypatch: pytest.MonkeyPatch) -> None:
    model = InfoGAN((8, 8, 3), hidden=4, width=4)
    calls: list[np.ndarray] = []
    monkeypatch.setattr(model, "generate", lambda latents: calls.append(latents) or np.zeros((len(latents), 8, 8, 3)))
    traverse(model, 7, (2, 0), side=10, reach=1.0)
    latents = calls[0]
    assert latents.shape == (100, 62 + 10 + 3)
    assert (latents[:, :62] == latents[0, :62]).all()
    assert (latents[:, 62:72] == np.eye(10)[7]).all()
    assert (latents[:, 73] == 0).all()  # code 1 is not in the pair
    across, up = latents[:, 74].reshape(10, 10), latents[:, 72].reshape(10, 10)
    np.testing.assert_allclose(across, np.tile(np.linspace(-1, 1, 10), (10, 1)), atol=1e-6)
    np.testing.assert_allclose(up, np.tile(np.linspace(1, -1, 10)[:, None], (1, 10)), atol=1e-6)


def test_generated_images_come_with_their_codes() -> None:
    model = InfoGAN((8, 8, 3), categories=3, hidden=4, width=4)
    drawn = draw_with_codes(model, 50)
    latents = model.draw_latent(np.random.default_rng(0), 50)
    np.testing.assert_array_equal(drawn.categories, latents[:, 62:65].argmax(axis=1))
    np.testing.assert_array_equal(drawn.codes, latents[:, 65:])
    assert drawn.images.shape == (50, 8, 8, 3) and drawn.images.dtype == np.uint8


def test_the_most_probable_category_is_predicted(monkeypatch: pytest.MonkeyPatch) -> None:
    model = InfoGAN((8, 8, 3), categories=3, hidden=4, width=4)
    monkeypatch.setattr(model, "recognize", lambda x: (np.eye(3)[[2, 0, 1]], None))
    assert read_categories(model, np.zeros((3, 8, 8, 3), np.uint8)).tolist() == [2, 0, 1]
