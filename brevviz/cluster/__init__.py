"""The same work on one thread, on processes of this machine, or on Ray: one call for all."""

from brevviz.cluster.contract import Cluster, Here
from brevviz.cluster.on_demand import OnDemand
from brevviz.cluster.on_ray import OnRay
from brevviz.cluster.opening import open_cluster
from brevviz.cluster.processes import Processes

__all__ = ["Cluster", "Here", "OnDemand", "OnRay", "Processes", "open_cluster"]
