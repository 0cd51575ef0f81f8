"""Sample briefs, invented for this project: what `aicmo run client_to_delivery` takes."""
