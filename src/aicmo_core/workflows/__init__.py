"""Sagas that span modules. Each is a value that a host may change and register anew."""

from aicmo_core.workflows.client_to_delivery import ClientToDeliveryInput, client_to_delivery
from aicmo_core.workflows.reworded_delivery import reworded_delivery

__all__ = ["ClientToDeliveryInput", "client_to_delivery", "reworded_delivery"]
