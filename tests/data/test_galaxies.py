"""The simulated survey and the loader of real cut-outs."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from standin.core.errors import InputError
from standin.data import galaxies, galaxy_simulation
from standin.data.split import split


def test_redshift_and_mass_have_the_catalogues_distribution() -> None:
    drawn = galaxy_simulation.draw_galaxies(100_000, np.random.default_rng(0))
    assert drawn.redshift.mean() == pytest.approx(0.211, abs=0.03)
    assert drawn.redshift.std() == pytest.approx(0.307, abs=0.03)
    assert drawn.log_mass.mean() == pytest.approx(8.627, abs=0.05)
    assert drawn.log_mass.std() == pytest.approx(0.638, abs=0.05)
    assert np.corrcoef(drawn.redshift, drawn.log_mass)[0, 1] == pytest.approx(0.47, abs=0.02)
    middle = np.percentile(drawn.redshift, [15, 80])
    assert 0.05 < middle[0] < middle[1] < 0.25
    labels = galaxies.labels_of(np.stack(drawn, axis=1))
    assert 0.26 < labels.mean() < 0.35  # .28 in the catalog, 1 in 3 on its slides


def test_distances_are_those_of_the_stated_universe() -> None:
    """Ned Wright's cosmology calculator: H0 = 70, matter .3, flat; comoving distance in Mpc."""
    np.testing.assert_allclose(galaxy_simulation.comoving_distance(np.array([0.1, 1.0])), [418.5, 3303.8], rtol=1e-3)


def test_a_galaxy_ten_times_as_far_looks_five_magnitudes_fainter_and_more() -> None:
    near, far = (galaxy_simulation.Galaxies(np.full(500, z), np.full(500, 9.0)) for z in (0.02, 0.2))
    seen = [galaxy_simulation.magnitudes(g, np.random.default_rng(0))["i"].mean() for g in (near, far)]
    ratio = (
        galaxy_simulation.comoving_distance(np.array([0.2]))[0]
        * 1.2
        / (galaxy_simulation.comoving_distance(np.array([0.02]))[0] * 1.02)
    )
    assert seen[1] - seen[0] == pytest.approx(5 * np.log10(ratio) + 0.6 * 0.18, abs=1e-6)


def test_log_flux_is_a_fixed_scale() -> None:
    sigma = np.array([0.1, 0.2, 0.5])
    counts = np.stack([np.zeros(3), 999 * sigma, -9 * sigma, 1e9 * sigma])
    expected = np.array([-0.6, 1.0, -1.0, 1.0])  # -9 sigma would be -1.13
    np.testing.assert_allclose(galaxy_simulation.log_flux(counts, sigma), np.repeat(expected[:, None], 3, 1), atol=1e-6)


def test_simulated_galaxies_repeat_by_seed_and_are_brighter_where_heavier() -> None:
    source = galaxies.simulate(n=40, seed=1)
    rows = source.splits["train"]
    assert rows["images"].shape == (40, 50, 50, 3) and rows["images"].dtype == np.float32
    assert rows["conditions"].shape == (40, 2) and source.condition_names == ("redshift", "log mass")
    np.testing.assert_array_equal(rows["images"], galaxies.simulate(n=40, seed=1).splits["train"]["images"])
    assert not np.array_equal(rows["images"], galaxies.simulate(n=40, seed=2).splits["train"]["images"])
    np.testing.assert_array_equal(rows["labels"], galaxies.labels_of(rows["conditions"]))
    middle = rows["images"][:, 24:26, 24:26].mean(axis=(1, 2, 3))
    assert middle.min() > -0.6  # every galaxy stands above the empty sky


def test_the_split_keeps_conditions_with_their_images() -> None:
    rows = split(galaxies.simulate(n=60), 0)
    for part in rows.values():
        np.testing.assert_array_equal(galaxies.labels_of(part["conditions"]), part["labels"])
        assert part["condition_names"].tolist() == ["redshift", "log mass"]


@pytest.fixture
def pair(tmp_path: Path) -> tuple[Path, Path, pd.DataFrame, np.ndarray]:
    """A .npy file of six cut-outs, channels first, and its catalog."""
    images = np.random.default_rng(0).uniform(-2, 4, (6, 3, 10, 12)).astype(np.float64)
    table = pd.DataFrame(
        {
            "COSMOS_id": [1, 2, 3, 4, 5, 6],
            "photo_z": [0.1, 0.2, 0.1, 0.12, 0.1, 0.9],
            "log_mass": [8.5, 8.5, 9.5, 8.2, 8.9, 10.0],
        }
    )
    np.save(tmp_path / "images.npy", images)
    table.to_csv(tmp_path / "catalog.csv", index=False)
    return tmp_path / "images.npy", tmp_path / "catalog.csv", table, images


def test_cut_outs_are_read_with_their_catalog(pair: tuple) -> None:
    path, catalog, _, images = pair
    rows = galaxies.load(path, catalog, faintest=-1, brightest=3).splits["train"]
    assert rows["labels"].tolist() == [1, 0, 0, 1, 1, 0]
    np.testing.assert_allclose(rows["images"], np.clip((images.transpose(0, 2, 3, 1) - 1) / 2, -1, 1), atol=1e-6)


def test_rows_with_missing_values_and_second_rows_of_a_galaxy_are_left_out(
    pair: tuple, caplog: pytest.LogCaptureFixture
) -> None:
    path, catalog, table, images = pair
    table.loc[0, "photo_z"] = 1e300
    images[2, 0, 0, 0] = np.inf
    table = table.astype({"log_mass": object})
    table.loc[2, "log_mass"] = 10**40  # of integers beyond 64 bits pandas makes objects
    table.loc[3, "COSMOS_id"] = 1  # its first row has no redshift: this one stays
    table.loc[5, "COSMOS_id"] = 5
    np.save(path, images)
    table.to_csv(catalog, index=False)
    rows = galaxies.load(path, catalog, faintest=-2, brightest=4).splits["train"]
    np.testing.assert_allclose(rows["conditions"], [[0.2, 8.5], [0.12, 8.2], [0.1, 8.9]], atol=1e-6)
    assert "2 of 6 rows" in caplog.text and "1 of 6 rows" in caplog.text


def test_either_id_identifies_a_galaxy(pair: tuple) -> None:
    path, catalog, table, _ = pair
    table.assign(HSC_id=[7, 8, 9, 7, 10, 11]).to_csv(catalog, index=False)
    rows = galaxies.load(path, catalog, faintest=-2, brightest=4).splits["train"]
    np.testing.assert_allclose(rows["conditions"][:, 1], [8.5, 8.5, 9.5, 8.9, 10.0])


def test_long_ids_are_compared_to_the_last_digit(pair: tuple) -> None:
    """One missing name would make pandas read them as float64, which has sixteen digits."""
    path, catalog, table, _ = pair
    names = [*(f"4373010000000001{last}" for last in "34567"), ""]
    table.assign(HSC_id=names).to_csv(catalog, index=False)
    assert len(galaxies.load(path, catalog, faintest=-2, brightest=4).splits["train"]["labels"]) == 6


def test_the_format_of_an_id_does_not_matter(pair: tuple) -> None:
    path, catalog, table, _ = pair
    table.assign(HSC_id=["7", " 7", "7.0", "70", "07", "7.5"]).to_csv(catalog, index=False)
    rows = galaxies.load(path, catalog, faintest=-2, brightest=4).splits["train"]
    np.testing.assert_allclose(rows["conditions"][:, 1], [8.5, 8.2, 8.9, 10.0])


def test_galaxies_without_ids_differ_and_minus_99_is_no_redshift(pair: tuple) -> None:
    path, catalog, table, _ = pair
    table.loc[[0, 1, 2], "COSMOS_id"] = np.nan
    table.loc[4, "photo_z"] = -99
    table.to_csv(catalog, index=False)
    rows = galaxies.load(path, catalog, faintest=-2, brightest=4).splits["train"]
    np.testing.assert_allclose(rows["conditions"][:, 1], [8.5, 8.5, 9.5, 8.2, 10.0])


def test_a_catalog_that_does_not_match_the_images_is_rejected(pair: tuple) -> None:
    path, catalog, table, images = pair
    table[:5].to_csv(catalog, index=False)
    with pytest.raises(InputError, match="must have one row for each of the 6 images of .*, got 5"):
        galaxies.load(path, catalog, faintest=-1, brightest=3)
    table.drop(columns="photo_z").to_csv(catalog, index=False)
    with pytest.raises(InputError, match="must have the columns photo_z, log_mass, got COSMOS_id, log_mass"):
        galaxies.load(path, catalog, faintest=-1, brightest=3)
    table.astype({"log_mass": str}).replace({"log_mass": {"9.5": "heavy"}}).to_csv(catalog, index=False)
    with pytest.raises(InputError, match="line 4: log_mass must be a number, got 'heavy'"):
        galaxies.load(path, catalog, faintest=-1, brightest=3)
    table.astype({"photo_z": str}).replace({"photo_z": {"0.1": "=SUM(A1:A9)"}}).to_csv(catalog, index=False)
    with pytest.raises(InputError, match=r"photo_z must be a number, got '=SUM\(A1:A9\)'"):
        galaxies.load(path, catalog, faintest=-1, brightest=3)
    for longer in (0, 3):  # a line with a value too many
        lines = [f"{'7,' * (row == longer)}.1,8.5" for row in range(6)]
        catalog.write_text("\n".join(["photo_z,log_mass", *lines]))
        with pytest.raises(InputError, match="catalog .* cannot be read: .*(data|fields)") as raised:
            galaxies.load(path, catalog, faintest=-1, brightest=3)
        assert "\n" not in str(raised.value)
    table.assign(photo_z=True).to_csv(catalog, index=False)
    with pytest.raises(InputError, match="line 2: photo_z must be a number, got 'True'"):
        galaxies.load(path, catalog, faintest=-1, brightest=3)
    catalog.write_text(",".join(f"c{number}" for number in range(2_000)))
    with pytest.raises(InputError, match="must have the columns photo_z, log_mass, got c0, .*, c19 and 1980 more$"):
        galaxies.load(path, catalog, faintest=-1, brightest=3)
    np.save(path, images[:, 0])
    with pytest.raises(InputError, match="must contain one array of real numbers .*, got \\(6, 10, 12\\) float64"):
        galaxies.load(path, catalog, faintest=-1, brightest=3)
    with pytest.raises(InputError, match="faintest must be below brightest, got 3 and 3"):
        galaxies.load(path, catalog, faintest=3, brightest=3)
    np.save(path, images)
    with pytest.raises(InputError, match="catalog .* does not exist"):
        galaxies.load(path, path.parent / "none.csv", faintest=-1, brightest=3)
