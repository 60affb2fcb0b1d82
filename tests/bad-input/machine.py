"""Faults of the machine and of the folders: no room, no rights, too few descriptors, files that change."""

import resource

from case import DONE, RENDER, SESSION_UNREADABLE, Case, Skip, plays, reads, session, track, wav, write_session

KIB = 1024
WAV_44100 = wav(100_000, rate=44100)  # has to be resampled into scratch space


def closed(name, mode):
    """A maker: a render whose file or folder `name` has this mode."""

    def make(folder):
        (folder / "inner").mkdir()
        (folder / "inner" / "a.wav").write_bytes(wav())
        write_session(folder, session(track(file="inner/a.wav")))
        (folder / name).chmod(mode)

    return make


def output_holds(name, data=b"kept"):
    def make(folder):
        plays(wav())(folder)
        (folder / "out").mkdir()
        (folder / "out" / name).write_bytes(data)

    return make


def output_is_input(folder):
    (folder / "out").mkdir()
    (folder / "out" / "mix.wav").write_bytes(wav())
    write_session(folder, session(track(file="out/mix.wav")))


def linked_output(folder):
    plays(wav())(folder)
    (folder / "out").mkdir()
    (folder / "out" / "mix.wav").symlink_to("../a.wav")


def output_is_file(folder):
    plays(wav())(folder)
    (folder / "out").write_bytes(b"a file")


def closed_output(folder):
    plays(wav())(folder)
    (folder / "out").mkdir()
    (folder / "out").chmod(0o555)


def many_files(count):
    def make(folder):
        for k in range(count):
            (folder / f"{k}.wav").write_bytes(wav(100))
        write_session(folder, session(*(track(str(k), f"{k}.wav") for k in range(count))))

    return make


def table():
    yield Case("a sound file nobody may read", closed("inner/a.wav", 0o000), ("inner/a.wav", "Permission denied"), as_user=True)
    yield Case("a folder nobody may enter", closed("inner", 0o000), ("inner/a.wav", "Permission denied"), as_user=True)
    yield Case("a session nobody may read", closed("session.dub.json", 0o000), ("session.dub.json", "Permission denied"),
               as_user=True, code=SESSION_UNREADABLE)
    yield Case("an output folder nobody may write to", closed_output, ("out", "Permission denied"), as_user=True, check=DONE)
    yield Case("an output folder that is a file", output_is_file, ("out",), check=DONE)
    yield Case("an output onto an input", output_is_input, ("out/mix.wav", "choose another folder"), check=DONE,
               keeps=("mix.wav",))
    yield Case("an output onto an input by way of a link", linked_output, ("a.wav", "choose another folder"), check=DONE,
               keeps=("mix.wav",))
    yield Case("an older mix, when the render fails", output_with_fault, ("a.wav", "not a finite number"), check=DONE,
               keeps=("mix.wav",))

    # No room.
    yield Case("a full disk", lambda folder: (plays(wav(400_000))(folder), (folder / "out").mkdir()), ("out", "disk"),
               disk=("out", 256 * KIB), check=DONE)
    yield Case("files that may not grow", plays(wav(400_000)), ("mix.wav", "File too large"), check=DONE,
               limits=((resource.RLIMIT_FSIZE, 256 * KIB),))
    yield Case("scratch space that may not grow", plays(WAV_44100), ("scratch folder", "File too large"), check=DONE,
               limits=((resource.RLIMIT_FSIZE, 64 * KIB),))
    yield Case("a full disk for scratch space", lambda folder: (plays(WAV_44100)(folder), (folder / "tmp").mkdir()),
               ("scratch folder", "No space left"), environment={"TMPDIR": "tmp"}, disk=("tmp", 64 * KIB), check=DONE)
    yield Case("no folder for temporary files, none needed", plays(wav()), environment={"TMPDIR": "/nowhere"}, code=DONE)
    yield Case("no folder for temporary files", plays(WAV_44100), ("/nowhere", "scratch file"), check=DONE,
               environment={"TMPDIR": "/nowhere"})
    yield Case("a folder for temporary files nobody may write to",
               lambda folder: (plays(WAV_44100)(folder), (folder / "tmp").mkdir(), (folder / "tmp").chmod(0o555)),
               ("tmp", "Permission denied"), environment={"TMPDIR": "tmp"}, as_user=True, check=DONE)

    # Few descriptors, little memory.
    for limit in (16, 32, 64):
        yield Case(f"200 sound files and {limit} descriptors", many_files(200), code=DONE,
                   limits=((resource.RLIMIT_NOFILE, limit),))
    yield Case("little memory", reads(lambda: '{"dubplate": 1, "tracks": [' + "0," * 3_000_000 + "0]}"),
               ("not enough memory",), limits=((resource.RLIMIT_AS, 220 << 20),), check=None)


def output_with_fault(folder):
    from sound_files import floats  # the table of the other faults

    (folder / "out").mkdir()
    (folder / "out" / "mix.wav").write_bytes(b"the mix of yesterday")
    plays(floats(*[0.5] * 5000, float("nan")))(folder)
