"""When should the cumulative concerns about a child have triggered an assessment? On invented children.

A scenario makes a cohort, whose record is asked at landmarks, counted into features and scored by a card;
scores become alarms, trajectories and reviews. What is here is what most people need, each name loaded when
it is first used (`__init__.pyi` lists them in the order of the pipeline); the packages hand on the rest.
For teaching and research, never for decisions about real families.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
