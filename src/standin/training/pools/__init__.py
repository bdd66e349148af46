"""Training pools: the images and labels that the classifier of an arm is trained on, one kind per file.

A function takes the catalog entries that its arm names (`standin.experiments.arms.Arm.inputs`), in that order, and
`amount` where the arm has amounts of generated images; it returns a `standin.training.pools.pool.TrainingPool`. No
module here imports another but `pool`, and nothing imports them all: editing one kind retrains its arms only.
"""
