#!/usr/bin/env python3
"""Writes ppm.txt beside it: what PPM pays for the tokens of pieces, counted from the definitions before each token.

A line a piece of the corpus, then the pieces to read, each with a line of its nats; all numbers are exact fractions until the
logarithm. A shorter context counts a token once for each longer one that it followed, and once for each piece that begins
with the context.
"""
import math, os
from fractions import Fraction

V, LONGEST, SEED = 5, 7, [12345]


def drawn(n):
    """Tokens that often repeat what came three before."""
    out = []
    for _ in range(n):
        SEED[0] = (SEED[0] * 1103515245 + 12345) % 2**31
        number = SEED[0] >> 16
        out.append(out[-3] if len(out) > 3 and number % 10 < 6 else number // 10 % V)
    return out


def counted(pieces):
    """Of each length of context, how often which token followed which."""
    counts = {length: {} for length in range(LONGEST + 1)}
    for piece in pieces:
        for at in range(LONGEST, len(piece)):
            followed = counts[LONGEST].setdefault(tuple(piece[at - LONGEST:at]), {})
            followed[piece[at]] = followed.get(piece[at], 0) + 1
    for length in range(LONGEST - 1, -1, -1):
        for longer, tokens in counts[length + 1].items():
            for token in tokens:
                followed = counts[length].setdefault(longer[1:], {})
                followed[token] = followed.get(token, 0) + 1
        for piece in pieces:
            if len(piece) > length:
                followed = counts[length].setdefault(tuple(piece[:length]), {})
                followed[piece[length]] = followed.get(piece[length], 0) + 1
    return counts


def discounts(counts):
    found = []
    for length in range(LONGEST + 1):
        n = [sum(count == k for tokens in counts[length].values() for count in tokens.values()) for k in range(5)]
        if 0 in n[1:]:
            found.append([Fraction(0), Fraction(1, 2), Fraction(1), Fraction(3, 2)]); continue
        y = Fraction(n[1], n[1] + 2 * n[2])
        raw = [1 - 2 * y * n[2] / n[1], 2 - 3 * y * n[3] / n[2], 3 - 4 * y * n[4] / n[3]]
        found.append([Fraction(0)] + [min(max(d, Fraction(0.1)), Fraction(k + 1)) for k, d in enumerate(raw)])
    return found


def probability(counts, d, before, token):
    p = Fraction(1, V)
    for length in range(min(LONGEST, len(before)) + 1):
        followed = counts[length].get(tuple(before[len(before) - length:]))
        if followed is None:
            break
        count = followed.get(token, 0)
        mass = sum(d[length][min(c, 3)] for c in followed.values())
        p = (count - d[length][min(count, 3)] + mass * p) / sum(followed.values())
    return p


def main():
    corpus, pieces = [drawn(80), drawn(60), drawn(5)], [drawn(40), drawn(12)]
    d = discounts(counted(corpus))
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "ppm.txt"), "w") as out:
        for piece in corpus:
            print("corpus", *piece, file=out)
        for piece in pieces:
            print("piece", *piece, file=out)
            nats = [-math.log(probability(counted(corpus + [piece[:at]]), d, piece[:at], piece[at])) for at in range(len(piece))]
            print("nats", *(repr(x) for x in nats), file=out)


if __name__ == "__main__":
    main()
