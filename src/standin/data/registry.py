"""The data sources that a configuration may name. Importing this module imports none of them."""

from standin.core.registry import Registry

SOURCES = Registry(
    "data source",
    "standin.data",
    {
        "cifar": "standin.data.cifar.load",
        "color_mnist": "standin.data.color_mnist.load",
        "digits": "standin.data.digits.load",
        "galaxies": "standin.data.galaxies.load",
        "image_folder": "standin.data.image_folder.load",
        "mnist": "standin.data.mnist.load",
        "npz": "standin.data.npz.load",
        "simulated_galaxies": "standin.data.galaxies.simulate",
    },
)
"""Name -> function that returns a `standin.data.source.Source`."""
