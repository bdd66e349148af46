"""Seeds of the models that a data set has one of: far from those of classifiers and generative models, and distinct."""

PSEUDO_LABELER_SEED = 1000
ORACLE_SEED, FEATURE_EXTRACTOR_SEED, SECOND_EXTRACTOR_SEED, REGRESSOR_SEED = 2000, 3000, 3500, 4000
