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
        "hugging_face": "standin.data.hugging_face.load",
        "image_folder": "standin.data.image_folder.load",
        "images": "standin.data.images.read_images",
        "mnist": "standin.data.mnist.load",
        "npz": "standin.data.npz.load",
        "parquet": "standin.data.parquet.load",
        "simulated_galaxies": "standin.data.galaxies.simulate",
    },
)
"""Name -> function that returns a `standin.data.source.Source`."""

FILE_LOADERS = tuple(SOURCES.target(name) for name in ("hugging_face", "image_folder", "images", "npz", "parquet"))
"""Loaders of images in files of the user."""
