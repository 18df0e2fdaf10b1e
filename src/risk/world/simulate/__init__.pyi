from .weeks import simulate as simulate
