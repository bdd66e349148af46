"""What an arm is called and coloured in every figure and report.

A name may say more than the arm, which is its first word: `S n100000` is S with so many generated rows.
"""

from standin.figures.style import BLACK, BLUE, GREEN, PINK, RED

COLOURS = {
    "R": BLACK,
    "R_budget": PINK,
    "R+aug": GREEN,
    "R+repeat": "#8C564B",
    "self_training": RED,
    "S": "#B86B00",  # orange, and purple, as dark as is needed on white
    "R+S": BLUE,
    "R+fill": "#7A7A7A",  # yellow is hard to see on white
    "S->R": "#6A3D9A",
}
MEANINGS = {
    "R": "real images",
    "R_budget": "only the real images whose labels were paid for",
    "R+aug": "real images with classical augmentation",
    "R+repeat": "real images, others of their class once more in place of missing ones",
    "self_training": "the other real images, as the labeller names them",
    "S": "generated images only",
    "R+S": "real and generated images",
    "R+fill": "real images, generated ones in place of missing ones",
    "S->R": "generated images first, then real ones, half of the steps each",
}


def colour(name: str) -> str:
    """Of the arm, the same everywhere."""
    return COLOURS[name.partition(" ")[0]]


def meaning(name: str) -> str:
    """What a classifier of this arm is trained on."""
    arm, _, how = name.partition(" ")
    if not how:
        return MEANINGS[arm]
    if how.startswith("x"):
        return f"{MEANINGS[arm]}, {how[1:]} generated for each real one"
    return f"{MEANINGS[arm]}, {'as many as real ones' if how == 'nsame' else f'{int(how[1:]):,} of them'}"
