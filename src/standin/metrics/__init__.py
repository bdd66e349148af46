"""Metrics of generated images: arrays in, numbers out.

    from standin.metrics import authenticity, evaluate_metrics
    authenticity(generated, training).value
    evaluate_metrics("fidelity", {"generated": generated, "real": real}, real_inputs={"generated": held_out})

A metric is a function under the decorator `metric`, in a module that is imported here, or in a module of another
package under the entry point `standin.metrics`.
"""

from standin.metrics.authenticity import authenticity as authenticity
from standin.metrics.authenticity import imputed_authenticity as imputed_authenticity
from standin.metrics.c2st_accuracy import c2st_accuracy as c2st_accuracy
from standin.metrics.codes import category_drawn as category_drawn
from standin.metrics.codes import category_match as category_match
from standin.metrics.codes import code_explanation as code_explanation
from standin.metrics.condition_readings import condition_readings as condition_readings
from standin.metrics.data_copying import data_copying as data_copying
from standin.metrics.diversity import distinct_features as distinct_features
from standin.metrics.diversity import diversity as diversity
from standin.metrics.diversity import diversity_at_conditions as diversity_at_conditions
from standin.metrics.evaluate import MetricResult as MetricResult
from standin.metrics.evaluate import evaluate_metrics as evaluate_metrics
from standin.metrics.frechet_distance import frechet_distance as frechet_distance
from standin.metrics.inputs import INPUTS as INPUTS
from standin.metrics.kid import kid as kid
from standin.metrics.label_tv_distance import label_tv_distance as label_tv_distance
from standin.metrics.membership import Membership as Membership
from standin.metrics.membership import detectable_copies as detectable_copies
from standin.metrics.membership import exact_copies as exact_copies
from standin.metrics.membership import membership as membership
from standin.metrics.membership import membership_by_space as membership_by_space
from standin.metrics.models import discriminator_from_half as discriminator_from_half
from standin.metrics.models import evidence_lower_bound as evidence_lower_bound
from standin.metrics.models import label_preservation as label_preservation
from standin.metrics.models import label_preservation_drawn as label_preservation_drawn
from standin.metrics.models import latent_neighbor_accuracy as latent_neighbor_accuracy
from standin.metrics.neighborhoods import neighborhoods as neighborhoods
from standin.metrics.predictions import confident_fraction as confident_fraction
from standin.metrics.predictions import label_accuracy as label_accuracy
from standin.metrics.proportion import Proportion as Proportion
from standin.metrics.registry import GROUPS as GROUPS
from standin.metrics.registry import METRICS as METRICS
from standin.metrics.registry import Metric as Metric
from standin.metrics.registry import load_plugins as load_plugins
from standin.metrics.registry import metric as metric
from standin.metrics.registry import plugins as plugins
from standin.metrics.vendi_score import vendi_score as vendi_score
