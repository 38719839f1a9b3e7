"""Compares onsets and pitches of tunes with those that abc2midi plays, and says why they differ.

It needs abc2midi 4.84 (the package abcmidi) and mido (PyPI), and files or folders of ABC notation:

    python compare_abc2midi.py ~/music/ryansMammoth ~/music/oneills1850 ~/music/airdsAirs

Neither reader plays grace notes here; decorations, which abc2midi plays and Galant does not, and the field R:, which makes it
swing, are taken out of what abc2midi reads.

For each tune that differs, the script rewrites the text in one way after the other, none of which changes what Galant
plays: `|:` where a repeat begins, and so on. The first after which abc2midi plays the same names the cause; if it takes
several, they are named together. What stays different is listed with the places where it begins.
"""

import collections
import concurrent.futures
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import mido

ROOT = Path(__file__).parents[5]
TICKS = 10080
# In quarter notes: abc2midi begins single notes a tick late, and rounds others.
TOLERANCE = 6 / 480

FIELD = re.compile(r"[A-Za-z+]:(?![|:])")
# What is no music in a line of it: quoted texts, fields, decorations with names.
QUIET = re.compile(r'"[^"]*"|\[[A-Za-z]:[^\]]*\]|![^!|\s]+!|\{[^}]*\}|%.*')
BAR = re.compile(r":*\|[\]|:]*(?:\s*\[?\d[\d,-]*)?|::+(?:\s*\[?\d[\d,-]*)?|\[\||\[\d[\d,-]*|\|\]")


def played_by_galant(paths: list[Path]) -> list[tuple]:
    """File, place, title, notes or none if it is not read, and text of each tune."""
    command = ["cargo", "run", "--quiet", "--release", "-p", "galant-abc", "--example", "played", "--", *paths]
    output = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE).stdout.decode()
    tunes = []
    for line in output.split("\n")[:-1]:
        path, place, _, title, notes, text = line.split("\t")
        text = re.sub(r"\\(.)", lambda found: "\n" if found[1] == "n" else found[1], text)
        is_read = not notes.startswith("error")
        pairs = [pair.split(":") for pair in notes.split()] if is_read else []
        found = [(int(onset) / TICKS, int(pitch)) for onset, pitch in pairs]
        tunes.append((Path(path), int(place), title, found if is_read else None, text))
    return tunes


def music(edit):
    """`edit` for lines of music alone; a line that it empties stays a line of the tune."""

    def edited(text: str) -> str:
        head, body = divided(text)
        lines = [line if is_no_music(line) else edit(line) or "%" for line in body]
        return "\n".join(head + lines)

    return edited


def divided(text: str) -> tuple[list[str], list[str]]:
    """The lines of the header with K:, and the others."""
    lines = text.split("\n")
    key = next((index for index, line in enumerate(lines) if line.startswith("K:")), -1)
    return lines[: key + 1], lines[key + 1 :]


def is_no_music(line: str) -> bool:
    return bool(FIELD.match(line)) or line.startswith("%") or not line.strip()


def outside(pattern: str, replacement):
    """Replaces a pattern in music outside of what is quoted, decorations and fields."""
    either = re.compile(f"(?P<quiet>{QUIET.pattern})|(?P<found>{pattern})")

    def replace(found: re.Match) -> str:
        if found["quiet"] is not None:
            return found[0]
        return replacement(found) if callable(replacement) else replacement

    return music(lambda line: either.sub(replace, line))


without_letters = outside(r"[~HJ-WuvI.](?!\|)", "")


def without_decorations(text: str) -> str:
    text = music(lambda line: re.sub(r'"[^"]*"|![^!|\s]+!|\{[^}]*\}', "", line))(text)
    return without_letters(text)


def played_by_abc2midi(text: str) -> list[tuple[float, int]] | None:
    head, body = divided(without_decorations(text))
    head = [line for line in head if not line.startswith(("R:", "X:"))]
    head = ["X:1", *head[:-1], "%%MIDI chordattack 0", *head[-1:]]
    with tempfile.TemporaryDirectory() as folder:
        abc, midi = Path(folder) / "tune.abc", Path(folder) / "tune.mid"
        abc.write_text("\n".join(head + body) + "\n")
        command = ["abc2midi", abc, "1", "-o", midi, "-silent", "-NGRA", "-NFER", "-NGUI"]
        subprocess.run(command, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        if not midi.exists():
            return None
        file, found = mido.MidiFile(midi), []
        for track in file.tracks:
            now = 0
            for message in track:
                now += message.time
                if message.type == "note_on" and message.velocity > 0:
                    found.append((now / file.ticks_per_beat, message.note))
        return sorted(found)


def is_same(ours: list, theirs: list | None) -> bool:
    if theirs is None or len(ours) != len(theirs):
        return False
    by_pitch = lambda notes: sorted((pitch, onset) for onset, pitch in notes)
    pairs = zip(by_pitch(ours), by_pitch(theirs))
    return all(a[0] == b[0] and abs(a[1] - b[1]) <= TOLERANCE for a, b in pairs)


class Strain:
    """What is repeated, while it is read: where it begins, and whether a sign says so."""

    def __init__(self, is_first: bool):
        self.begin, self.is_marked, self.is_first, self.has_ending = None, False, is_first, False


def with_starts(text: str, of_first: bool = False) -> str:
    """Writes `|:` where a repeat begins that has no such sign: ABC 2.1, 4.8; with `of_first` at the beginning of parts too."""
    head, body = divided(text)
    voice, strains, places = "1", {}, []
    for number, line in enumerate(body):
        if found := re.match(r"\s*\[?V:\s*([^\]\s]+)", line):
            voice = found[1]
        if re.match(r"P:", line):
            strains.clear()
        if is_no_music(line):
            continue
        for found in re.finditer(f"(?P<quiet>{QUIET.pattern})|(?P<bar>{BAR.pattern})|[^\\s\\\\]", line):
            strain = strains.setdefault(voice, Strain(True))
            if found["quiet"] is not None:
                continue
            sign = found["bar"]
            if sign is None:
                strain.begin = strain.begin or (number, found.start())
                continue
            is_ending = re.search(r"\d", sign)
            if sign.startswith(":") and strain.begin and not strain.is_marked and (of_first or not strain.is_first):
                places.append(strain.begin)
                strain.is_marked = True
            if re.search(r"\|:|::", sign):
                strains[voice] = Strain(False)
                strains[voice].is_marked = True
            elif is_ending:
                strain.has_ending = True
            elif sign.startswith(":") or re.search(r"\|\||\|\]|\[\|", sign) and (not strain.is_first or strain.has_ending):
                strains[voice] = Strain(False)
    for number, column in sorted(set(places), reverse=True):
        body[number] = body[number][:column] + "|:" + body[number][column:]
    return "\n".join(head + body)


def with_ended_endings(text: str) -> str:
    """Ends a second ending with a double bar line instead of a repeat sign."""
    head, body = divided(text)
    whole = "\n".join(body)
    return "\n".join(head) + "\n" + re.sub(r"(\[2|:\|\s*2)((?:(?!:\||\[\d|\|\d|\|\||\|\]|::)[\s\S])*):\|(?!\s*\[?\d)", r"\1\2||", whole)


def with_full_tuplets(text: str) -> str:
    """Writes how many notes a tuplet stands for."""
    meter = next((line[2:].strip() for line in text.split("\n") if line.startswith("M:")), "4/4")
    other = 3 if re.match(r"(6|9|12)/", meter) else 2
    usual = {2: 3, 3: 2, 4: 3, 6: 2, 8: 3}
    return outside(r"\((\d)(?![\d:])", lambda found: f"({found['found'][1]}:{usual.get(int(found['found'][1]), other)}")(text)


def with_joined_endings(text: str) -> str:
    """Writes the number of an ending behind its bar line, if it is on the next line."""
    return re.sub(r"\|(\s*\\?\n)\s*(\d)(?=[\s(])", r"|\2\1", text)


def with_closed_starts(text: str) -> str:
    """Takes away `|:` if another comes before `:|`."""
    return re.sub(r"\|:(?=(?:(?!:\||::)[\s\S])*\|:)", "|", text)


def without_broken_rhythm(text: str) -> str:
    """Takes `>` and `<` away between lengths that differ, where they mean nothing."""
    sound = r"(?:\[[^\]]*\]|[_^=]*[A-Ga-gz][,']*)"
    length = r"\d*/*\d*"
    pattern = re.compile(f"({sound})({length})([<>])({sound})({length})")
    first = re.compile(f"[A-Ga-g][,']*({length})")

    def written(sound: str, length: str) -> str:
        inside = first.search(sound)[1] if sound.startswith("[") else ""
        return inside + length

    def replace(found: re.Match) -> str:
        is_equal = written(found[1], found[2]) == written(found[4], found[5])
        return found[0] if is_equal else found[1] + found[2] + found[4] + found[5]

    return music(lambda line: pattern.sub(replace, line))(text)


def with_marked_voices(text: str) -> str:
    return with_starts(text, of_first=True)


CAUSES = {
    "a repeat begins without |: (ABC 2.1, 4.8)": with_starts,
    "a repeat begins without |:, also at the beginning of a voice or part": with_marked_voices,
    "||: repeats the upbeat before it": outside(r"\|\|:", "|:"),
    "a double bar line before an ending": outside(r"\|\|(?=\s*\[?\d)", "|"),
    "|: follows |: (4.8)": with_closed_starts,
    "the number of an ending on the next line": with_joined_endings,
    "a second ending ends with :| (4.9)": with_ended_endings,
    "quintuplets and the like in 3/4 (4.13)": with_full_tuplets,
    "broken rhythm between a chord and a note of another length (4.4)": without_broken_rhythm,
    "Z within a bar": outside(r"Z", "z"),
    "chords as +CEG+ (10.1)": outside(r"\+([^+\s]*)\+", lambda found: f"[{found['found'][1:-1]}]"),
    "! as the end of a line (10.1)": outside(r"!", ""),
}


def explained(tune: tuple) -> tuple[str, str] | None:
    """Names of CAUSES after which abc2midi plays what Galant does of the text as it is, and the text rewritten so."""
    *_, ours, text = tune
    once = [(name, edit(text)) for name, edit in CAUSES.items()]
    twice = [(f"{name}; {later}", edit(half)) for name, half in once for later, edit in CAUSES.items()]
    tried = {text}
    for name, rewritten in once + twice:
        if rewritten not in tried and is_same(ours, played_by_abc2midi(rewritten)):
            return name, rewritten
        tried.add(rewritten)
    return None


def first_difference(ours: list, theirs: list | None) -> str:
    if theirs is None:
        return "abc2midi reads nothing"
    pairs = zip(sorted(ours), sorted(theirs))
    different = (a for a, b in pairs if a[1] != b[1] or abs(a[0] - b[0]) > TOLERANCE)
    onset = next(different, (min(len(ours), len(theirs)), 0))[0]
    return f"{len(ours)} notes, {len(theirs)} of abc2midi; they part near quarter note {onset:g}"


def compare(folder: Path, pool: concurrent.futures.Executor, causes: collections.Counter) -> None:
    paths = sorted(folder.glob("*.abc")) if folder.is_dir() else [folder]
    tunes = played_by_galant(paths)
    read = [tune for tune in tunes if tune[3] is not None]
    theirs = list(pool.map(lambda tune: played_by_abc2midi(tune[4]), read))
    different = [(tune, notes) for tune, notes in zip(read, theirs) if not is_same(tune[3], notes)]
    n_same = len(read) - len(different)
    print(f"{folder.name}: {len(tunes)} tunes, {len(read)} read, {n_same} equal ({100 * n_same / len(read):.2f} %)")
    found = list(pool.map(lambda pair: explained(pair[0]), different))
    with tempfile.TemporaryDirectory() as rewritten:
        paths = [Path(rewritten) / f"{number:04}.abc" for number in range(len(found))]
        for path, explanation, (tune, _) in zip(paths, found, different):
            path.write_text(explanation[1] if explanation else tune[4])
        again = {path: notes for path, _, _, notes, _ in played_by_galant(paths)}
    for path, explanation, (tune, notes) in zip(paths, found, different):
        title = f"{tune[0].name}#{tune[1] + 1} {tune[2]}"
        if explanation is None:
            print(f"  {title}: {first_difference(tune[3], notes)}")
        elif not is_same(tune[3], again[path]):
            print(f"  {title}: Galant too plays otherwise if it is rewritten: {explanation[0]}")
        causes[explanation[0] if explanation else "not explained"] += 1


def main() -> None:
    causes = collections.Counter()
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        for name in sys.argv[1:]:
            compare(Path(name), pool, causes)
    for name, count in causes.most_common():
        print(f"{count:4} {name}")


if __name__ == "__main__":
    main()
