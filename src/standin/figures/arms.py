"""What an arm is called and colored in every figure and report.

A name may say more than the arm, which is its first word: `synthetic n100000` is `synthetic` with so many generated rows.
"""

from standin.figures.style import BLACK, BLUE, GREEN, PINK, RED

COLORS = {
    "real": BLACK,
    "labeled_subset": PINK,
    "real_augmented": GREEN,
    "oversampled": "#8C564B",
    "self_training": RED,
    "synthetic": "#B86B00",  # orange, and purple, as dark as is needed on white
    "mixed": BLUE,
    "imputed": "#7A7A7A",  # yellow is hard to see on white
    "synthetic_then_real": "#6A3D9A",
}
MEANINGS = {
    "real": "real images",
    "labeled_subset": "only the real images whose labels were paid for",
    "real_augmented": "real images with classical augmentation",
    "oversampled": "real images, others of their class once more in place of missing ones",
    "self_training": "the other real images, as the pseudo-labeler names them",
    "synthetic": "generated images only",
    "mixed": "real and generated images",
    "imputed": "real images, generated ones in place of missing ones",
    "synthetic_then_real": "generated images first, then real ones, half of the steps each",
}


def color(name: str) -> str:
    """Of the arm, the same everywhere."""
    return COLORS[name.partition(" ")[0]]


def meaning(name: str) -> str:
    """What a classifier of this arm is trained on."""
    arm, _, how = name.partition(" ")
    if not how:
        return MEANINGS[arm]
    if how.startswith("x"):
        return f"{MEANINGS[arm]}, {how[1:]} generated for each real one"
    return f"{MEANINGS[arm]}, {'as many as real ones' if how == 'nsame' else f'{int(how[1:]):,} of them'}"
