"""A simulated survey of galaxies in three bands, each determined by its redshift z and stellar mass M.

It replaces 1,866 cut-outs of a real survey that are no longer public. The distributions of redshift and log10(M / Sun)
are similar to that catalog's (here means .226 and 8.60, standard deviations .28 and .63, correlation .47, over 200,000
draws; there .211 and 8.63, .31 and .64, .47; most redshifts between .05 and .25). GalSim (Rowe et al. 2015) draws each
galaxy from them:

- *Brightness.* Rest-frame color g - i = .40 + .30 (log M - 8.6) +- .05, r a fixed fraction in between;
  mass-to-light ratio log(M / L_i) = .70 (g - i) - .68 with the Sun at M_i = 4.58 (Taylor et al. 2011, eq. 7). Distances
  are those of a flat universe with H0 = 70 km/s/Mpc and matter density .3 (Hogg 1999). The k-correction is linear in z
  up to .6, by 1.9, 1.0 and .6 magnitudes per unit of z in g, r, i, so that distant galaxies look red (about the slopes
  of blue galaxies in Chilingarian et al. 2010).
- *Shape.* Half-light radius .1 kpc M^.14 (1 + M / 3.98e10)^.25 (late types, Shen et al. 2003, eq. 18), with a scatter
  of .2 in ln; Sersic index 1 + .25 (log M - 8.6) +- .25; ellipticity up to .6; any orientation.
- *Telescope.* .168 arc seconds per pixel, Moffat point spread function, counts at zero point 27, Gaussian sky noise.

`PSF_FWHM` and `SKY_SIGMA` were set before any generative model was trained (docs/decisions/0006).
"""

from typing import NamedTuple

import numpy as np

BANDS = ("i", "r", "g")  # shown as red, green and blue
SIDE = 50
PIXEL = 0.168  # arc seconds
ZERO_POINT = 27.0  # the magnitude of one count
PSF_FWHM = {"g": 0.75, "r": 0.70, "i": 0.60}  # arc seconds
SKY_SIGMA = {"g": 0.06, "r": 0.08, "i": 0.10}  # counts per pixel

LIGHT_SPEED, HUBBLE, MATTER = 299_792.458, 70.0, 0.3  # km/s, km/s/Mpc, fraction of the critical density
K_SLOPES = {"g": 1.9, "r": 1.0, "i": 0.6}  # magnitudes per unit of redshift
K_REDSHIFT = 0.6  # the k-correction is constant beyond it
FRACTION_OF_COLOR = {"g": 1.0, "r": 0.35, "i": 0.0}  # of g - i, in each band


class Galaxies(NamedTuple):
    """Arrays of shape (n,)."""

    redshift: np.ndarray
    log_mass: np.ndarray


def draw_galaxies(n: int, rng: np.random.Generator) -> Galaxies:
    """Redshifts and log10 stellar masses in Suns. Nine in ten galaxies are near (log-normal around .14); the others are
    more distant, up to redshift 2, and massive enough to be visible."""
    far = rng.random(n) < 0.09
    depth, spread = rng.standard_normal((2, n))
    redshift = np.clip(np.where(far, 0.9 * np.exp(0.5 * depth), 0.138 * np.exp(0.42 * depth)), 0.02, 2.0)
    near_mass, far_mass = 8.52 + 0.28 * depth + 0.52 * spread, 9.4 + 0.2 * depth + 0.35 * spread
    return Galaxies(redshift, np.clip(np.where(far, far_mass, near_mass), 6.8, 11.0))


def comoving_distance(redshift: np.ndarray) -> np.ndarray:
    """In Mpc, in a flat universe with a cosmological constant (Hogg 1999, eq. 15), for redshifts up to 2.5."""
    grid = np.linspace(0.0, 2.5, 2501)
    inverse_rate = 1 / np.sqrt(MATTER * (1 + grid) ** 3 + 1 - MATTER)
    slices = np.diff(grid) * (inverse_rate[1:] + inverse_rate[:-1]) / 2
    return np.interp(redshift, grid, LIGHT_SPEED / HUBBLE * np.concatenate([[0.0], np.cumsum(slices)]))


def magnitudes(galaxies: Galaxies, rng: np.random.Generator) -> dict[str, np.ndarray]:
    """Apparent magnitude in each band."""
    z, log_mass = galaxies
    color = 0.40 + 0.30 * (log_mass - 8.6) + 0.05 * rng.standard_normal(len(z))  # rest-frame g - i
    absolute_i = 4.58 - 2.5 * (log_mass - (0.70 * color - 0.68))
    modulus = 5 * np.log10(comoving_distance(z) * (1 + z)) + 25
    faded = np.minimum(z, K_REDSHIFT)
    return {band: absolute_i + FRACTION_OF_COLOR[band] * color + modulus + K_SLOPES[band] * faded for band in BANDS}


def half_light_radii(galaxies: Galaxies, rng: np.random.Generator) -> np.ndarray:
    """In arc seconds."""
    z, log_mass = galaxies
    mass = 10.0**log_mass
    kiloparsecs = 0.1 * mass**0.14 * (1 + mass / 3.98e10) ** 0.25 * np.exp(0.2 * rng.standard_normal(len(z)))
    angular_diameter_distance = comoving_distance(z) / (1 + z)
    return np.degrees(kiloparsecs / 1000 / angular_diameter_distance) * 3600


def draw_images(galaxies: Galaxies, rng: np.random.Generator) -> np.ndarray:
    """(n, 50, 50, 3) float32 log flux, bands i, r, g; see `log_flux`."""
    import galsim

    n = len(galaxies.redshift)
    magnitude, radius = magnitudes(galaxies, rng), half_light_radii(galaxies, rng)
    index = 1.0 + 0.25 * (galaxies.log_mass - 8.6) + 0.25 * rng.standard_normal(n)
    index = np.clip(index, 0.5, 4.0).round(1)  # GalSim tabulates each index once
    ellipticity, angle = rng.uniform(0, 0.6, n), rng.uniform(0, 180, n)
    shift = rng.uniform(-0.5, 0.5, (n, 2)) * PIXEL
    spread = {band: galsim.Moffat(beta=3.5, fwhm=PSF_FWHM[band]) for band in BANDS}
    counts = np.empty((n, SIDE, SIDE, len(BANDS)), np.float32)
    for i in range(n):
        profile = galsim.Sersic(index[i], half_light_radius=float(radius[i]))
        profile = profile.shear(e=ellipticity[i], beta=angle[i] * galsim.degrees).shift(*shift[i])
        for channel, band in enumerate(BANDS):
            flux = 10 ** (-0.4 * (magnitude[band][i] - ZERO_POINT))
            seen = galsim.Convolve(profile * flux, spread[band])
            counts[i, :, :, channel] = seen.drawImage(nx=SIDE, ny=SIDE, scale=PIXEL).array
    sigma = np.array([SKY_SIGMA[band] for band in BANDS])
    return log_flux(counts + sigma * rng.standard_normal(counts.shape), sigma)


def log_flux(counts: np.ndarray, sigma: np.ndarray) -> np.ndarray:
    """Counts (..., bands) -> a fixed logarithmic scale in [-1, 1]: empty sky at -.6, 1,000 times its noise at 1.

    log10(1 + |counts| / sigma) with the sign of the counts, so that sky noise stays symmetric; `sigma` (bands,) is the
    standard deviation of the sky.
    """
    logarithm = np.sign(counts) * np.log10(1 + np.abs(counts) / sigma)
    return np.clip(1.6 / 3 * logarithm - 0.6, -1, 1).astype(np.float32)
