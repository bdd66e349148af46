"""Checks before anything is trained."""

import logging
from collections.abc import Callable
from typing import Any

from kedro.framework.context import KedroContext
from kedro.framework.hooks import hook_impl
from kedro.io import CatalogProtocol
from kedro.pipeline.node import Node

from standin.core.quiet import only_own_messages
from standin.kedro_ext.incremental import Plan
from standin.kedro_ext.namespaces import group_of, groups_of

log = logging.getLogger(__name__)
TRAIN, INGEST = "train", "ingest"
"""Tags of nodes that train, and of nodes that make the data which all others read."""


class PreflightHook:
    """Checks the parameters before a run starts, and the networks before the first is trained.

    Args:
        remember: called with the configuration loader of each new context.
        check_parameters: called with the name of each group (top-level namespace) that has something to run.
        check_data: called with the name of each group that has something to train, and with its data.
        data: catalog entry of a group's data, within its namespace.
        device: names the device that trains.
        precision: a log line on the precision in which a group's networks are trained.
    """

    def __init__(
        self,
        remember: Callable[[Any], None],
        check_parameters: Callable[[str], None],
        check_data: Callable[[str, Any], None],
        data: str,
        device: Callable[[], str],
        precision: Callable[[str], str],
    ) -> None:
        self.remember, self.device, self.precision = remember, device, precision
        self.check_parameters, self.check_data, self.data = check_parameters, check_data, data

    @hook_impl
    def after_context_created(self, context: KedroContext) -> None:
        self.remember(context.config_loader)

    @hook_impl
    def after_plan_created(self, plan: Plan) -> None:
        """Checks the parameters before a run is recorded. Where everything is up to date, they have been checked by an
        earlier run, and Keras need not be imported for them."""
        if plan.reasons:
            with only_own_messages():  # imports the backend, which writes to the terminal
                self.device()
            for group in groups_of(plan.pipeline):
                self.check_parameters(group)

    @hook_impl
    def before_nodes_run(self, plan: Plan, catalog: CatalogProtocol) -> None:
        """Checks the networks of groups whose data is known already, where anything is to be trained."""
        nodes = plan.to_run.nodes
        training = {group_of(node) for node in nodes if TRAIN in node.tags} - {""}
        if training:
            log.info("Training on %s.", self.device())
        for line in sorted({self.precision(group) for group in training}):
            log.info(line)
        for group in training - {group_of(node) for node in nodes if INGEST in node.tags}:
            if catalog.exists(f"{group}.{self.data}"):
                self.check_data(group, catalog.load(f"{group}.{self.data}"))

    @hook_impl
    def after_node_run(self, node: Node, outputs: dict[str, Any]) -> None:
        """Checks the networks once a group's data is known, before anything is trained on it."""
        if INGEST in node.tags:
            self.check_data(group_of(node), outputs[f"{group_of(node)}.{self.data}"])
