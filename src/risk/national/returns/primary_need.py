"""The primary need: why a child came to children's services, in the census's codes.

The census's guidance says what each code means, and that of several that fit the one highest up is chosen.
A record tells some of them apart, and the choice is ours (assumption): harm, neglect and domestic abuse are
N1; a parent's illness or addiction N3; what is said of the family and not of harm is a crisis, N4, where the
child was never referred before, and family dysfunction, N5, where it was. Where the referral names no
concern, a child's disability is its need, N2. Nobody is referred for his or her behaviour (N6), for an
income (N7) or because no parent is there (N8): a home of the simulated world has none of these.
"""

import polars as pl

from risk.national.returns.cin_codes import code, coded, codes


def primary_need() -> pl.Expr:
    """Return the code of an episode from concern, disability and n_earlier, the child's referrals before it.

    `N0`, not stated, where the referral names no concern and the child is not known to have a disability.

    >>> rows = {"concern": ["hunger", "school_absence", "school_absence", None]}
    >>> rows |= {"disability": [True, False, False, True], "n_earlier": [0, 0, 1, 0]}
    >>> pl.DataFrame(rows).select(need=primary_need())["need"].to_list()
    ['N1', 'N4', 'N5', 'N2']
    """
    in_crisis = (pl.col("n_earlier") == 0) & pl.col("concern").cast(pl.String).is_in(list(codes()["crisis"]))
    unnamed = pl.col("concern").is_null() & pl.col("disability").fill_null(False)
    return (
        pl.when(unnamed)
        .then(code("unnamed_need", "disability"))
        .when(in_crisis)
        .then(coded("concern", "crisis"))
        .otherwise(coded("concern", "primary_need"))
    )
