"""Relay's `Node`: every object of a graph that has an id of its own can be fetched by it."""

import strawberry


@strawberry.interface
class Node:
    """An object with a global id: opaque, and unique over all types."""

    id: strawberry.ID
