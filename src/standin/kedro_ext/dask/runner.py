"""Runs a pipeline on the workers of a Dask cluster: the same graph, with the same results.

    kedro run --pipelines=mnist --runner=standin.kedro_ext.dask.DaskRunner --runner-params=address=tcp://127.0.0.1:8786

This process, the driver, schedules: a node is sent to the cluster once everything that it needs is stored, together
with the datasets that it reads and writes, the signatures of their files, and a digest of the driver's code. Workers
load, run and save; hooks (progress, MLflow, records) are called in the driver, in one thread. A node whose worker dies
is sent to another one, where training resumes from its checkpoint.
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
from standin.kedro_ext.dask.worker import SPARING, RunEnvironment, pack, run_node
from standin.kedro_ext.datasets.metadata import mlflow_kind
from standin.kedro_ext.incremental.files import signature_of
from standin.kedro_ext.incremental.state import data_inputs

if TYPE_CHECKING:
    from distributed import Client, Future

log = logging.getLogger(__name__)
PATIENCE = 60
"""Seconds to wait for a scheduler, for its first worker, and for files that a worker has written."""
TICK = 5
"""Polling interval, s: whether workers came or left."""


class DaskRunner(AbstractRunner):
    """Runs nodes in parallel on a Dask cluster.

    Args:
        address: of its scheduler, such as `tcp://10.0.0.5:8786`; without one, a cluster is started on this machine for
            the duration of the run.
        workers: processes of that cluster.
        is_async: as for all runners; makes no difference.

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
            raise InputError(f"workers must be an integer of at least 1, got {workers!r}")
        self.address, self.workers = address, workers
        for (
            name,
            value,
        ) in SPARING.items():  # this process builds networks to check them, and must leave memory for those that train
            os.environ.setdefault(name, value)

    def _get_executor(self, max_workers: int) -> None:
        return None

    def _run(
        self, pipeline: Pipeline, catalog: CatalogProtocol, hook_manager: Any = None, run_id: str | None = None
    ) -> None:
        refuse_memory(pipeline, catalog)
        with self._client() as client, token(catalog) as seen:
            log.info("Dask: %d workers at %s.", len(_workers(client)), client.scheduler.address)
            environment = RunEnvironment(all_code_digest(), seen)
            Run(client, pipeline, catalog, hook_manager.hook, run_id, environment).finish()

    @contextmanager
    def _client(self) -> Iterator["Client"]:
        try:
            from distributed import Client, LocalCluster
        except ImportError:
            raise InputError("DaskRunner needs Dask: pip install -e '.[dask]'") from None
        if self.address is None:
            # No memory limit, and a dashboard for this machine only.
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
        environment: what a worker must have in common with this process.
    """

    def __init__(
        self,
        client: "Client",
        pipeline: Pipeline,
        catalog: CatalogProtocol,
        hooks: Any,
        run_id: str | None,
        environment: RunEnvironment,
    ) -> None:
        self.client, self.pipeline, self.catalog, self.hooks = client, pipeline, catalog, hooks
        self.run_id, self.environment = run_id, environment
        self.waiting = dict(pipeline.node_dependencies)  # node -> nodes that must finish first
        self.done: set[Node] = set()
        self.sent: dict[Future, tuple[Node, dict[str, float]]] = {}  # with the resources that it requests
        self.failed: list[TrainingError] = []
        self.error: Exception | None = None

    def finish(self) -> None:
        """Sends nodes until all are done. If training fails, what depends on it is left out; after any other error no
        further node is sent, and running nodes finish.

        Raises:
            TrainingError: the first training failure, which names the others.
            Exception: the first other error.
        """
        try:
            self._send()
            while self.sent or (self.waiting and self.error is None):
                for future in self._finished():
                    self._receive(future, self.sent.pop(future)[0])
                    future.release()  # otherwise Dask would run the finished node again if its worker died
                if self.error is None:
                    self._send()
        finally:
            if self.sent:  # only after an error of this process
                self.client.cancel(list(self.sent))
        if self.error is not None:
            for failure in self.failed:
                log.error("%s: %s", failure.node, failure)
            raise self.error
        if self.failed:
            first, *others = self.failed
            first.others = tuple(others)
            raise first

    def _send(self) -> None:
        """Sends nodes whose predecessors are done, as many as there are workers for them."""
        offers = [worker["resources"] for worker in _workers(self.client).values()]
        ready = [node for node, before in self.waiting.items() if before <= self.done]
        for node in ready if offers else []:
            requested = request_for(resources_of(node, self.catalog), offers)
            alike = sum(("GPU" in requested) == ("GPU" in others) for _, others in self.sent.values())
            if alike >= sum(satisfies(offered, requested) for offered in offers):
                continue
            del self.waiting[node]
            parameters = {name: self.catalog.load(name) for name in node.inputs if name.startswith("params:")}
            self._call("before_node_run", node, inputs=parameters)
            datasets = {name: self.catalog.get(name) for name in {*node.inputs, *node.outputs}}
            signatures = {name: signature_of(self.catalog, name) for name in data_inputs(node, self.catalog)}
            future = self.client.submit(
                run_node,
                node.name,
                pack(node, datasets, signatures),
                self.environment,
                key=f"{node.name}-{uuid.uuid4()}",
                pure=False,
                resources=requested,
            )
            self.sent[future] = node, requested

    def _finished(self) -> list["Future"]:
        """The nodes that have finished; none if none does within a polling interval."""
        from distributed import CancelledError, wait

        if not self.sent:
            log.warning("Dask: no worker is left; %d nodes are waiting for one.", len(self.waiting))
            try:
                self.client.wait_for_workers(1)  # for as long as it takes
            except OSError as error:
                raise InputError(
                    f"the Dask scheduler at {self.client.scheduler.address} is gone ({error}); "
                    f"{len(self.waiting)} nodes have not run"
                ) from None
        try:
            return list(wait(list(self.sent), timeout=TICK, return_when="FIRST_COMPLETED").done)
        except CancelledError:
            return [future for future in self.sent if future.status != "pending"]
        except TimeoutError:
            self._take_back()
            return []

    def _take_back(self) -> None:
        """Takes back nodes that no worker can take any more; they are sent again with other requests."""
        offers = [worker["resources"] for worker in _workers(self.client).values()]
        for future, (node, requested) in list(self.sent.items()):
            if not any(satisfies(offered, requested) for offered in offers):
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
            log.error("%s failed; %d nodes are still running.", node.name, len(self.sent))
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
        """Output -> signature of its files, as its worker sees them."""
        from distributed import CancelledError, KilledWorker

        try:
            signatures: dict[str, str | None] = future.result()
            return signatures
        except KilledWorker as error:
            raise InputError(
                f"{node.name} was given up: its workers died, the last one at {error.last_worker.address} "
                "(a worker that runs out of memory is killed by the system or by its nanny)"
            ) from None
        except CancelledError:
            raise InputError(
                f"{node.name} was given up: the Dask scheduler at {self.client.scheduler.address} is gone"
            ) from None

    def _call(self, hook: str, node: Node, **named: Any) -> None:
        getattr(self.hooks, hook)(node=node, catalog=self.catalog, is_async=False, run_id=self.run_id, **named)


class Stored(Mapping[str, Any]):
    """A node's outputs, loaded on access: most hooks need none."""

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
    """Address -> what the scheduler knows about the worker; none where the scheduler is gone."""
    if client.scheduler is None:
        return {}
    # Not `scheduler_info`: the client's own refresh, every 2 seconds, replaces its answer by one without workers.
    try:
        return dict(client.sync(client.scheduler.identity, n_workers=-1)["workers"])
    except OSError:
        return {}
