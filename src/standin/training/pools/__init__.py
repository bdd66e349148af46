"""Training pools: the images and labels that train the classifier of an arm, one type per file.

A function takes the catalog entries in `standin.experiments.arms.Arm.inputs`, in that order, and `amount` if the arm
has amounts of generated images; it returns a `standin.training.pools.pool.TrainingPool`. Modules here import only
`pool` from this package, and no module imports them all: editing one type retrains its arms only.
"""
