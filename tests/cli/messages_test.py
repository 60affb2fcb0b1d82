"""What the program answers to mistakes: place, what is wrong, what to do. One row a mistake; add rows."""

import os
import unittest

from program import DONE, FAILED, SESSION_UNREADABLE, WRONG_USAGE, ProgramTest

SESSION = """{"dubplate": 1,
 "ranges": [{"name": "Final chorus", "from": 0, "to": 48000}],
 "markers": [{"name": "Verse", "at": 0}, {"name": "Bridge", "at": "9|1"}],
 "tracks": [{"name": "Kick", "output": "Drums"}, {"name": "Lead vox"}],
 "buses": [{"name": "Drums"}], "returns": [{"name": "Plate"}]}
"""

# The command line and what stderr says of it.
WRONG_COMMAND_LINES = [
    ("rendr", "there is no command 'rendr', did you mean 'render'?"),
    ("--versoin", "there is no option '--versoin', did you mean '--version'?"),
    ("-q render song.dub.json", "options stand after the command: dubplate render ... -q"),
    ("song.dub.json", "'song.dub.json' is no command; to render it: dubplate render song.dub.json"),
    ("complet", "did you mean 'completion'?"),
    # Arguments.
    ("render", "render: SESSION is missing: the session file (*.dub.json)"),
    ("fmt", "fmt: SESSION is missing: session files"),
    ("fmt --check", "fmt: SESSION is missing"),
    ("check a.dub.json b.dub.json", "'b.dub.json' is one argument too many"),
    ("schema x", "'x' is one argument too many"),
    ("devices -- --json", "'--json' is one argument too many"),
    # Options.
    ("render song.dub.json --sterms all", "there is no option '--sterms', did you mean '--stems'?"),
    ("render --sterms all song.dub.json", "there is no option '--sterms', did you mean '--stems'?"),
    ("render song.dub.json --fromat=wav16", "there is no option '--fromat', did you mean '--format'?"),
    ("render song.dub.json -x", "there is no option '-x'\n"),
    ("render song.dub.json --thread 2", "there is no option '--thread', did you mean '--threads'?"),
    # Values: missing, too many, out of range, of the wrong kind.
    ("render song.dub.json --threads", "--threads needs a value: --threads N"),
    ("render song.dub.json --threads=", "--threads needs a value: --threads=N"),
    ("render song.dub.json --threads --quiet", "--threads needs a value: --threads N"),
    ("render --threads -q song.dub.json", "--threads needs a value: --threads N"),
    ("render song.dub.json --stem --x", "one that begins with -- is written --stem=--x"),
    ("render song.dub.json -o", "-o needs a value: -o DIR"),
    ("render song.dub.json --quiet=yes", "--quiet takes no value"),
    ("render song.dub.json --threads 2 --threads 3", "--threads stands here 2 times: give it once"),
    ("render song.dub.json --threads 0", "--threads: '0' is not a whole number from 1 to 1024"),
    ("render song.dub.json --threads=1025", "--threads: '1025' is not a whole number from 1 to 1024"),
    ("render song.dub.json --threads -1", "--threads: '-1' is not a whole number from 1 to 1024"),
    ("render song.dub.json --threads two", "--threads: 'two' is not a whole number from 1 to 1024"),
    ("render song.dub.json --threads 2.5", "--threads: '2.5' is not a whole number from 1 to 1024"),
    ("render song.dub.json --threads 99999999999999999999", "is not a whole number from 1 to 1024"),
    ("render song.dub.json --threads 1e2", "is not a whole number from 1 to 1024"),
    ("render song.dub.json --stems all --stem Drums", "exclude each other: give one of them"),
    # Words.
    ("render song.dub.json --returns shard", "--returns: there is no 'shard', did you mean 'shared'?"),
    ("render song.dub.json --returns both", "--returns: there is no 'both'; there are 'own' or 'shared'"),
    ("render song.dub.json --device cpuu", "--device: there is no 'cpuu', did you mean 'cpu'?"),
    ("completion zhs", "SHELL: there is no 'zhs', did you mean 'zsh'?"),
    ("manual --format markdwn", "--format: there is no 'markdwn', did you mean 'markdown'?"),
    ("manual chekc", "there is no command 'chekc', did you mean 'check'?"),
    ("processors comprssor", "there is no processor 'comprssor', did you mean 'compressor'?"),
    ("processors reverb", "there is no processor 'reverb'; there are 'trim',"),
    # What the session does not have.
    ("render song.dub.json --stems Drms", "there is no stem 'Drms', did you mean 'Drums'?"),
    ("render song.dub.json --stem Choir", "there is no stem 'Choir'; there are 'Lead vox', 'Drums' or 'Plate'"),
    ("render song.dub.json --stems each-trak", "--stems: there is no stem 'each-trak', did you mean 'each-track'?"),
    ("render song.dub.json --range Chorus", "--range: the session has no range 'Chorus'; between times"),
    ("render song.dub.json --range Final-chorus", "no range 'Final-chorus', did you mean 'Final chorus'?"),
    ("render song.dub.json --range Vers", "no range 'Vers', did you mean 'Verse:'?"),
    ("render song.dub.json --range Verse", "'Verse' is a marker: say 'Verse:' to begin there, ':Verse' to end there"),
    ("render song.dub.json --range Verse:Brige", "'Brige' is neither a time", "did you mean 'Bridge'?"),
    ("render song.dub.json --range 1_sec:2_s", "'1 sec' has an unknown unit, did you mean 's'?"),
    ("render song.dub.json --preroll 5_sec", "--preroll: '5 sec' has an unknown unit, did you mean 's'?"),
    ("render song.dub.json --format wav42", "'wav42', did you mean 'wav24'?"),
]

# What stands where a session should, and what stderr says of it.
NO_SESSIONS = [
    ("song", "song: there is no such file, did you mean 'song.dub.json'?"),
    ("Song.dub.json", "did you mean 'song.dub.json'?"),
    ("sonng.dub.json", "did you mean 'song.dub.json'?"),
    ("song.json", "did you mean 'song.dub.json'?"),
    ("album/one.json", "did you mean 'album/one.dub.json'?"),
    ("other.dub.json", "other.dub.json: there is no such file\n"),
    ("nowhere/song.dub.json", "there is no folder 'nowhere'"),
    ("album", "album: is a folder, did you mean 'album/one.dub.json'?"),
    (".", ".: is a folder; name one of its sessions: './second.dub.json' or './song.dub.json'"),
    ("empty", "empty: is a folder that holds no session (*.dub.json); dubplate new empty makes one"),
    ("take.WAV", "take.WAV: is a sound file, not a session; dubplate new take.WAV makes a session of it"),
    ("", "SESSION: the name is empty"),
]

# A part of a session and what is said of it. STRIP stands in a track's place, the others at the top level.
STRIP = [
    ('"output": "Drms"', "(/tracks/0/output): there is no strip 'Drms', did you mean 'Drums'?"),
    ('"output": "Nowhere"', "there is no strip 'Nowhere'; there are 'Drums', 'Plate' or 'Master'"),
    ('"sends": [{"to": "Plat"}]', "(/tracks/0/sends/0/to): there is no strip 'Plat', did you mean 'Plate'?"),
    ('"sends": [{"to": "Kick"}]', "'Kick' does not fit here: a send goes to a bus or a return"),
    ('"sends": [{"too": "Plate"}]', "unknown key 'too', did you mean 'to'?"),
    ('"inserts": [{"processor": "compresor"}]', "unknown processor 'compresor', did you mean 'compressor'?"),
    ('"inserts": [{"processor": "compressor", "treshold": 1}]', "unknown key 'treshold', did you mean 'threshold'?"),
    ('"inserts": [{"processor": "compressor", "key": "Kik"}]', "there is no strip 'Kik', did you mean 'Kick'?"),
    ('"inserts": [{"processor": "eq", "bands": [{"type": "bel"}]}]', 'unknown word "bel", did you mean \'bell\'?'),
    ('"inserts": [{"processor": "eq", "bands": [{"frequency": "1 khz"}]}]', "unknown unit, did you mean 'kHz'?"),
    ('"layout": "sterio"', "(/tracks/0/layout): unknown layout 'sterio', did you mean 'stereo'?"),
    ('"layout": "binaural"', "unknown layout 'binaural': there are mono, stereo,"),
    ('"fader": "-6 db"', "'-6 db' has an unknown unit, did you mean 'dB'?"),
    ('"fader": -6', '-6 is no level: write it in dB, such as "-6 dB"'),
    ('"pan": 2', "2 is out of range: it must lie between -1 and 1"),
    ('"mute": "yes"', 'expected true or false, not "yes"'),
    ('"Mute": true', "unknown key 'Mute', did you mean 'mute'?"),
    ('"overlap": "crosfade"', "did you mean 'crossfade'?"),
    ('"clips": [{"fil": "a.wav"}]', "the key 'file' is missing", "unknown key 'fil', did you mean 'file'?"),
    ('"clips": [{"file": "a.wav", "start": "5 sec"}]', "'5 sec' has an unknown unit, did you mean 's'?"),
    ('"automation": {"fadr": [[0, "0 dB"]]}', "unknown target 'fadr', did you mean 'fader'?"),
    ('"automation": {"sends/0/level": [[0, "0 dB"]]}', "there is no send 0: the strip has none"),
    ('"inserts": [{"processor": "trim"}], "automation": {"inserts/0/gian": [[0, "0 dB"]]}', "did you mean 'gain'?"),
    ('"inserts": [{"processor": "trim"}], "automation": {"inserts/1/gain": [[0, 0]]}', "has 1, counted from 0"),
]
ROOT = [
    ('"dubplate": 1, "track": []', "x.dub.json:1:17 (/track): unknown key 'track', did you mean 'tracks'?"),
    ('"tracks": []', "the key 'dubplate' is missing: a session says its version, \"dubplate\": 1"),
    ('"dubplate": 2', "a newer Dubplate is needed"),
    ('"dubplate": 1, "stems": "each trak"', "did you mean 'each track'?"),
    ('"dubplate": 1, "stems": [{"name": "A", "strips": ["Nope"]}]', "(/stems/0/strips/0): there is no strip 'Nope'"),
    ('"dubplate": 1, "sample_rate": 44', "44 is out of range: it must lie between 8000 and 384000"),
    ('"dubplate": 1, "tempo": "fast"', "expected beats per minute, such as 120"),
    ('"dubplate": 1,', 'expected a key in "quotes" (JSON has no comments, and no comma after the last value)'),
]


class Messages(ProgramTest):
    def setUp(self):
        super().setUp()
        self.write("song.dub.json", SESSION)
        self.write("second.dub.json", SESSION)
        for folder in ("album", "empty"):
            (self.folder / folder).mkdir()
        self.write("album/one.dub.json", SESSION)
        self.write("take.WAV", "")

    def expect(self, arguments, exit_code, sayings):
        with self.subTest(arguments):
            out, err = self.run_program(*arguments, exit_code=exit_code)
            self.assertEqual(out, "")
            for saying in sayings:
                self.assertIn(saying, err)
            self.assertTrue(err.startswith("dubplate"), err)
            self.assertFalse((self.folder / "out").exists())

    def test_wrong_command_lines(self):
        for line, *sayings in WRONG_COMMAND_LINES:
            # "_" is a blank within a word, where the session needs one.
            words = [word.replace("_", " ") if "_" in word and "." not in word else word for word in line.split()]
            self.expect(words, WRONG_USAGE, sayings)

    def test_a_command_line_that_cannot_be_read_says_where_help_is(self):
        for line in ("render", "render --sterms", "fmt --chekc x", "completion", "inspect a b"):
            _, err = self.run_program(*line.split(), exit_code=WRONG_USAGE)
            self.assertIn(f"\nSee: dubplate {line.split()[0]} --help\n", err)

    def test_what_is_no_session(self):
        for path, *sayings in NO_SESSIONS:
            for command in ("render", "check", "inspect", "fmt"):
                self.expect([command, path], SESSION_UNREADABLE, sayings)

    def test_mistakes_within_sessions(self):
        rest = '"buses": [{"name": "Drums"}], "returns": [{"name": "Plate"}]'
        start = '{"dubplate": 1, "tracks": [{"name": "Kick", '
        sessions = [(start + part + "}], " + rest + "}", *sayings) for part, *sayings in STRIP]
        sessions += [("{" + part + "}", *sayings) for part, *sayings in ROOT]
        for text, *sayings in sessions:
            self.write("x.dub.json", text)
            for command in ("check", "fmt"):
                with self.subTest(text):
                    _, err = self.run_program(command, "x.dub.json", exit_code=SESSION_UNREADABLE)
                    for saying in sayings:
                        self.assertIn(saying, err)
                    self.assertRegex(err, r"^dubplate: error: x\.dub\.json:1:\d+")

    def test_forms_of_options_that_are_right(self):
        """Before and after the session, with and without '=', after '--', joined to a letter."""
        for arguments in (
            ["inspect", "--json", "song.dub.json"],
            ["inspect", "song.dub.json", "--json"],
            ["inspect", "--json", "--", "song.dub.json"],
            ["processors", "eq", "--json"],
            ["manual", "--format=text", "fmt"],
            ["manual", "fmt", "--format", "text"],
            ["completion", "bash", "-ohere"],
            ["completion", "-o", "there", "bash"],
            ["help", "fmt"],
        ):
            with self.subTest(arguments):
                _, err = self.run_program(*arguments, exit_code=DONE)
                self.assertEqual(err, "")
        self.assertTrue((self.folder / "here").is_file() and (self.folder / "there").is_file())
        self.write("-odd.dub.json", SESSION)
        self.assertIn("Kick", self.run_program("inspect", "--", "-odd.dub.json")[0])

    def test_a_folder_that_cannot_be_read_is_told(self):
        if os.geteuid() == 0:
            self.skipTest("every folder can be read by root")
        (self.folder / "empty").chmod(0)
        self.addCleanup((self.folder / "empty").chmod, 0o755)
        _, err = self.run_program("check", "empty/song.dub.json", exit_code=SESSION_UNREADABLE)
        self.assertIn("Permission denied", err)

    def test_a_file_that_cannot_be_written_is_named(self):
        for arguments in (["completion", "bash", "-o", "take.WAV/where"], ["manual", "-o", "take.WAV/man1"]):
            _, err = self.run_program(*arguments, exit_code=FAILED)
            self.assertIn(arguments[-1], err)


if __name__ == "__main__":
    unittest.main()
