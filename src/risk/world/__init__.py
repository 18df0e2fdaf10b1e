"""The world: how the invented families live, are noticed and are helped, forwards and backwards."""
