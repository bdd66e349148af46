"""Runs a pipeline on the workers of a Dask cluster: the same graph, with the same results.

    kedro run --pipeline=mnist --runner=standin.kedro_ext.dask.DaskRunner --runner-params=address=tcp://127.0.0.1:8786

This process, the driver, says what runs when: a node is sent to the cluster once all that it needs is stored, with the
datasets that it reads and writes, and what the driver knows of their files and of its code. Workers load, run and save;
hooks (progress, MLflow, records of what results are made of) are called in the driver, in one thread. A node whose
worker dies is sent to another, where a training goes on from its checkpoint.
"""

import logging
import os
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from kedro.io import CatalogProtocol
from kedro.pipeline import Pipeline
from kedro.pipeline.node import Node
from kedro.runner import AbstractRunner

from standin.core.code_digest import all_code_digest
from standin.core.errors import InputError, TrainingError
from standin.kedro_ext.dask.resources import request_for, resources_of, satisfies
from standin.kedro_ext.dask.shared_files import refuse_memory, token, wait_until_visible
from standin.kedro_ext.dask.worker import SPARING, RunEnvironment, packed, run_node
from standin.kedro_ext.datasets.metadata import mlflow_kind
from standin.kedro_ext.incremental.plan import data_inputs
from standin.kedro_ext.incremental.records import signature_of

if TYPE_CHECKING:
    from distributed import Client, Future

log = logging.getLogger(__name__)
PATIENCE = 60
"""Seconds to wait for a scheduler, for its first worker, and for a file that a worker has written to be seen here."""
TICK = 5
"""Seconds after which it is looked whether there are other workers."""


class DaskRunner(AbstractRunner):
    """Runs nodes side by side on a Dask cluster.

    Args:
        address: of its scheduler, such as `tcp://10.0.0.5:8786`; without one, a cluster is started on this machine for
            as long as the run lasts.
        workers: processes of that cluster.
        is_async: as of all runners; makes no difference.

    Raises:
        InputError: `address` is not a scheduler's, `workers` is not positive, or another argument is given.
    """

    def __init__(self, address: str | None = None, workers: int = 2, is_async: bool = False, **unknown: Any) -> None:
        super().__init__(is_async=False)
        if unknown:
            raise InputError(f"--runner-params must be address or workers, got {', '.join(unknown)}")
        if address is not None and "://" not in address:
            raise InputError(f"address must be a Dask scheduler's, such as tcp://10.0.0.5:8786, got {address!r}")
        if not isinstance(workers, int) or workers < 1:
            raise InputError(f"workers must be a whole number from 1, got {workers!r}")
        self.address, self.workers = address, workers
        for name, value in SPARING.items():  # this process tries networks, and must leave room for those that train
            os.environ.setdefault(name, value)

    def _get_executor(self, max_workers: int) -> None:
        return None

    def _run(
        self, pipeline: Pipeline, catalog: CatalogProtocol, hook_manager: Any = None, run_id: str | None = None
    ) -> None:
        refuse_memory(pipeline, catalog)
        with self._client() as client, token(catalog) as seen:
            log.info("Dask: %d workers at %s.", len(_workers(client)), client.scheduler.address)
            Run(
                client, pipeline, catalog, hook_manager.hook, run_id, RunEnvironment(all_code_digest(), seen)
            ).to_the_end()

    @contextmanager
    def _client(self) -> Iterator["Client"]:
        try:
            from distributed import Client, LocalCluster
        except ImportError:
            raise InputError("DaskRunner needs Dask: pip install -e '.[dask]'") from None
        if self.address is None:
            # Nothing is killed for the memory that it takes, and the dashboard is for this machine alone.
            with (
                LocalCluster(
                    n_workers=self.workers,
                    threads_per_worker=1,
                    memory_limit=0,
                    host="127.0.0.1",
                    dashboard_address="127.0.0.1:0",
                ) as cluster,
                Client(cluster) as client,
            ):
                yield client
            return
        try:
            client = Client(self.address, timeout=PATIENCE)
        except (OSError, ValueError, TypeError) as error:  # the last where tls:// has no certificates
            raise InputError(f"address: there is no Dask scheduler at {self.address} ({error})") from None
        with client:
            if not _workers(client):
                log.info("Waiting for a worker: dask worker %s --nthreads 1", self.address)
                try:
                    client.wait_for_workers(1, timeout=PATIENCE)
                except TimeoutError:
                    raise InputError(f"address: the Dask scheduler at {self.address} must have a worker") from None
            yield client


class Run:
    """One run of a pipeline on a cluster.

    Args:
        client: of the cluster.
        hooks: to be called around each node.
        run_id: of the session.
        ground: what a worker must have in common with this process.
    """

    def __init__(
        self,
        client: "Client",
        pipeline: Pipeline,
        catalog: CatalogProtocol,
        hooks: Any,
        run_id: str | None,
        ground: RunEnvironment,
    ) -> None:
        self.client, self.pipeline, self.catalog, self.hooks = client, pipeline, catalog, hooks
        self.run_id, self.ground = run_id, ground
        self.waiting = dict(pipeline.node_dependencies)  # node -> those that must be done before it is sent
        self.done: set[Node] = set()
        self.sent: dict[Future, tuple[Node, dict[str, float]]] = {}  # with what it asks of a worker
        self.failed: list[TrainingError] = []
        self.error: Exception | None = None

    def to_the_end(self) -> None:
        """Sends nodes until all are done. After a training that came to nothing, what follows from it is left out;
        after any other error nothing more is sent, and what is under way is waited for.

        Raises:
            TrainingError: the first that came to nothing, which names the others.
            Exception: the first other error.
        """
        try:
            self._send()
            while self.sent or (self.waiting and self.error is None):
                for future in self._finished():
                    self._receive(future, self.sent.pop(future)[0])
                if self.error is None:
                    self._send()
        finally:
            if self.sent:  # only after an error of this process
                self.client.cancel(list(self.sent))
        if self.error is not None:
            for each in self.failed:
                log.error("%s: %s", each.node, each)
            raise self.error
        if self.failed:
            first, *others = self.failed
            first.others = tuple(others)
            raise first

    def _send(self) -> None:
        """Sends nodes of which all that they wait for is done, as many as there are workers for them."""
        offers = [worker["resources"] for worker in _workers(self.client).values()]
        ready = [node for node, before in self.waiting.items() if before <= self.done]
        for node in ready if offers else []:
            asked = request_for(resources_of(node, self.catalog), offers)
            alike = sum(("GPU" in asked) == ("GPU" in others) for _, others in self.sent.values())
            if alike >= sum(satisfies(offered, asked) for offered in offers):
                continue
            del self.waiting[node]
            parameters = {name: self.catalog.load(name) for name in node.inputs if name.startswith("params:")}
            self._call("before_node_run", node, inputs=parameters)
            datasets = {name: self.catalog.get(name) for name in {*node.inputs, *node.outputs}}
            future = self.client.submit(
                run_node,
                node.name,
                packed(
                    node, datasets, {name: signature_of(self.catalog, name) for name in data_inputs(node, self.catalog)}
                ),
                self.ground,
                key=f"{node.name}-{uuid.uuid4()}",
                pure=False,
                resources=asked,
            )
            self.sent[future] = node, asked

    def _finished(self) -> list["Future"]:
        """Those that have come to an end; none after a while in which none has."""
        from distributed import CancelledError, wait

        if not self.sent:
            log.warning("Dask: no worker is left; %d nodes wait for one.", len(self.waiting))
            try:
                self.client.wait_for_workers(1)  # for as long as it takes
            except OSError as error:
                raise InputError(
                    f"the Dask scheduler at {self.client.scheduler.address} is gone ({error}); "
                    f"{len(self.waiting)} nodes were left"
                ) from None
        try:
            return list(wait(list(self.sent), timeout=TICK, return_when="FIRST_COMPLETED").done)
        except CancelledError:
            return [future for future in self.sent if future.status != "pending"]
        except TimeoutError:
            self._take_back()
            return []

    def _take_back(self) -> None:
        """Nodes that no worker can take any more are sent anew, to ask for what there is."""
        offers = [worker["resources"] for worker in _workers(self.client).values()]
        for future, (node, asked) in list(self.sent.items()):
            if not any(satisfies(offered, asked) for offered in offers):
                log.warning("%s: no worker is left that could take it.", node.name)
                self.client.cancel([future])
                del self.sent[future]
                self.waiting[node] = self.pipeline.node_dependencies[node]

    def _receive(self, future: "Future", node: Node) -> None:
        try:
            if unseen := wait_until_visible(self._result(future, node), self.catalog, PATIENCE):
                raise InputError(f"{unseen} was written on a worker, but is not in this machine's data folder")
        except Exception as error:
            self._call("on_node_error", node, inputs={}, error=error)
            log.error("%s failed; %d nodes are under way.", node.name, len(self.sent))
            if isinstance(error, TrainingError):
                self.failed.append(error)
                for follower in self.pipeline.from_nodes(node.name).nodes:
                    self.waiting.pop(follower, None)
            else:
                self.error = self.error or error
            return
        self._call("after_node_run", node, inputs={}, outputs=Stored(self.catalog, node.outputs))
        for name in node.outputs:
            data = self.catalog.load(name) if mlflow_kind(self.catalog.get(name)) else None
            self.hooks.after_dataset_saved(dataset_name=name, data=data, node=node)
        self.done.add(node)

    def _result(self, future: "Future", node: Node) -> dict[str, str | None]:
        """Output -> stamp of its files, where they were written."""
        from distributed import CancelledError, KilledWorker

        try:
            signatures: dict[str, str | None] = future.result()
            return signatures
        except KilledWorker as error:
            raise InputError(
                f"{node.name} was given up: the workers that had it died, the last one at {error.last_worker.address} "
                "(one that runs out of memory is killed by its system, or by its nanny)"
            ) from None
        except CancelledError:
            raise InputError(
                f"{node.name} was given up: the Dask scheduler at {self.client.scheduler.address} is gone"
            ) from None

    def _call(self, hook: str, node: Node, **named: Any) -> None:
        getattr(self.hooks, hook)(node=node, catalog=self.catalog, is_async=False, run_id=self.run_id, **named)


class Stored(Mapping[str, Any]):
    """A node's outputs, each loaded when it is asked for: most hooks ask for none."""

    def __init__(self, catalog: CatalogProtocol, names: list[str]) -> None:
        self.catalog, self.names = catalog, names

    def __getitem__(self, name: str) -> Any:
        if name not in self.names:
            raise KeyError(name)
        return self.catalog.load(name)

    def __iter__(self) -> Iterator[str]:
        return iter(self.names)

    def __len__(self) -> int:
        return len(self.names)


def _workers(client: "Client") -> dict[str, Any]:
    """Address -> what the scheduler knows of it."""
    return dict(client.scheduler_info(n_workers=-1).get("workers", {}))  # none where the scheduler is gone
