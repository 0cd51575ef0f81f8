"""Sagas that span modules. Each is a value that a host may change and register anew."""

from aicmo_core.workflows.client_to_delivery import ClientToDeliveryInput, client_to_delivery

__all__ = ["ClientToDeliveryInput", "client_to_delivery"]
