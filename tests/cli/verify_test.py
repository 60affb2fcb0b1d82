"""`verify`: what it finds of a render's files afterwards, also when they were moved, and receipts that are none."""

import json
import os
import shutil
import signal
import struct
import subprocess
import time
import unittest

from program import DUBPLATE, FAILED, SESSION_UNREADABLE, WRONG_USAGE, ProgramTest


class Verify(ProgramTest):
    def setUp(self):
        super().setUp()
        self.session = self.generated_session("--tracks", 9, "--seconds", 1)
        self.run_program("render", "session/session.dub.json", "-o", "song/out", "--quiet")
        self.receipt = self.folder / "song" / "out" / "receipt.json"

    def states(self, exit_code, receipt="song/out/receipt.json"):
        """The files that are not the same: {name: state}."""
        told = json.loads(self.run_program("verify", receipt, "--json", exit_code=exit_code)[0])
        for state in ("same", "changed", "missing", "unreadable"):
            self.assertEqual(told[state], sum(file["state"] == state for file in told["files"]))
        return {os.path.basename(file["path"]): file["state"] for file in told["files"] if file["state"] != "same"}

    def test_an_untouched_render_is_all_the_same(self):
        receipt = json.loads(self.receipt.read_text(encoding="utf-8"))
        count = len(receipt["inputs"]) + len(receipt["outputs"]) + 1
        out, err = self.run_program("verify", "song/out/receipt.json")
        self.assertEqual((out, err), (f"{count} files: {count} same\n", ""))

    def test_each_kind_of_file_is_told_with_what_to_do(self):
        with open(self.session.parent / "track_003.wav", "r+b") as file:
            file.seek(1000)
            file.write(b"changed")
        with open(self.folder / "song" / "out" / "mix.wav", "ab") as file:
            file.write(b"longer")
        (self.folder / "song" / "out" / "stems" / "bus_2.wav").unlink()
        self.session.write_text(self.session.read_text(encoding="utf-8") + "\n", encoding="utf-8")
        out, _ = self.run_program("verify", "song/out/receipt.json", exit_code=FAILED)
        lines = out.splitlines()
        self.assertEqual(len(lines), 5)
        self.assertRegex(lines[0], r"^session  changed    .*session\.dub\.json: .*edited since: render again")
        self.assertRegex(lines[1], r"^input    changed    .*track_003\.wav: as long as then; .*bring the old one back")
        self.assertRegex(lines[2], r"^output   changed    .*mix\.wav: \d+ bytes, \d+ then; .*render again")
        self.assertRegex(lines[3], r"^output   missing    .*bus_2\.wav: .*render again")
        self.assertRegex(lines[4], r" same, 3 changed, 1 missing$")
        self.assertEqual(
            self.states(FAILED),
            {"session.dub.json": "changed", "track_003.wav": "changed", "mix.wav": "changed", "bus_2.wav": "missing"},
        )

    def test_the_current_folder_does_not_matter(self):
        answer = subprocess.run([DUBPLATE, "verify", self.receipt], cwd="/", capture_output=True, check=False)
        self.assertEqual(answer.returncode, 0, answer.stdout)

    def test_outputs_moved_with_their_receipt_are_found_beside_it(self):
        (self.folder / "song" / "out").rename(self.folder / "archive")
        self.assertEqual(self.states(0, "archive/receipt.json"), {})

    def test_everything_moved_together_is_found(self):
        moved = self.folder / "elsewhere"
        moved.mkdir()
        shutil.move(self.folder / "session", moved / "session")
        shutil.move(self.folder / "song", moved / "song")
        self.assertEqual(self.states(0, "elsewhere/song/out/receipt.json"), {})

    def test_a_copied_tree_is_looked_at_and_not_its_original(self):
        copy = self.folder / "copy"
        shutil.copytree(self.folder / "session", copy / "session")
        shutil.copytree(self.folder / "song", copy / "song")
        out, _ = self.run_program("verify", "copy/song/out/receipt.json")
        self.assertTrue(out.endswith(f" same; looked in {copy}\n"), out)
        with open(copy / "song" / "out" / "mix.wav", "ab") as file:
            file.write(b"longer")
        (copy / "session" / "track_003.wav").unlink()
        self.assertEqual(
            self.states(FAILED, "copy/song/out/receipt.json"), {"mix.wav": "changed", "track_003.wav": "missing"}
        )
        self.assertEqual(self.states(0), {})

    def test_a_copied_render_folder_is_looked_at_with_the_inputs_of_the_original(self):
        shutil.copytree(self.folder / "song" / "out", self.folder / "backup" / "song" / "out")
        (self.folder / "backup" / "song" / "out" / "stems" / "bus_2.wav").unlink()
        self.assertEqual(self.states(FAILED, "backup/song/out/receipt.json"), {"bus_2.wav": "missing"})

    def test_no_other_file_of_the_same_name_is_taken(self):
        stems = self.folder / "song" / "out" / "stems"
        receipt = json.loads(self.receipt.read_text(encoding="utf-8"))
        stem = next(output for output in receipt["outputs"] if output["path"].endswith("stems/bus_2.wav"))
        stem["path"] = stem["path"].replace("bus_2.wav", "mix.wav")
        self.receipt.write_text(json.dumps(receipt), encoding="utf-8")
        (stems / "bus_2.wav").unlink()
        self.assertEqual(self.states(FAILED), {"mix.wav": "missing"})
        (self.folder / "song" / "out").rename(self.folder / "archive")
        self.assertEqual(self.states(FAILED, "archive/receipt.json"), {"mix.wav": "missing"})

    def test_an_input_moved_to_another_folder_is_missing(self):
        (self.session.parent / "track_003.wav").rename(self.folder / "track_003.wav")
        self.assertEqual(self.states(FAILED), {"track_003.wav": "missing"})

    def test_a_folder_in_place_of_a_file_is_unreadable(self):
        mix = self.folder / "song" / "out" / "mix.wav"
        mix.unlink()
        mix.mkdir()
        self.assertEqual(self.states(FAILED), {"mix.wav": "unreadable"})

    def test_the_receipt_itself_may_have_more_keys(self):
        receipt = json.loads(self.receipt.read_text(encoding="utf-8"))
        receipt["later"] = {"version": [1, 2]}
        receipt["outputs"][0]["more"] = None
        self.receipt.write_text(json.dumps(receipt), encoding="utf-8")
        self.run_program("verify", self.receipt)

    def test_receipts_of_before_sessions_were_hashed_are_read(self):
        receipt = json.loads(self.receipt.read_text(encoding="utf-8"))
        del receipt["session_xxh3_128"], receipt["working_folder"]
        self.receipt.write_text(json.dumps(receipt), encoding="utf-8")
        self.run_program("verify", self.receipt)


class VerifyParts(ProgramTest):
    """A render that plays seconds 2 to 3 of a file of 6 s; 1 s of it is 96,000 bytes."""

    def setUp(self):
        super().setUp()
        data = bytes(k * k // 7 % 251 for k in range(6 * 96000))
        riff = b"WAVEfmt " + struct.pack("<IHHIIHH", 16, 1, 1, 48000, 96000, 2, 16)
        riff += b"data" + struct.pack("<I", len(data)) + data
        (self.folder / "long.wav").write_bytes(b"RIFF" + struct.pack("<I", len(riff)) + riff)
        clip = {"file": "long.wav", "start": "1 s", "offset": "2 s", "length": "1 s"}
        self.write("song.dub.json", json.dumps({"dubplate": 1, "tracks": [{"name": "a", "clips": [clip]}]}))
        self.run_program("render", "song.dub.json", "-o", "out", "--quiet")

    def change(self, position):
        with open(self.folder / "long.wav", "r+b") as file:
            file.seek(position)
            file.write(b"new")

    def test_the_receipt_has_the_bytes_that_were_heard(self):
        (told,) = json.loads((self.folder / "out" / "receipt.json").read_text(encoding="utf-8"))["inputs"]
        self.assertEqual(told["ranges"], [[0, 44], [44 + 2 * 96000, 44 + 3 * 96000]])
        self.assertNotIn("xxh3_128", told)
        self.run_program("verify", "out/receipt.json")

    def test_a_change_where_nothing_is_heard_is_none(self):
        for position in (1000, 44 + 2 * 96000 - 3, 44 + 3 * 96000, 500000):
            self.change(position)
        self.run_program("verify", "out/receipt.json")

    def test_a_change_of_what_is_heard_is_told(self):
        self.change(44 + 3 * 96000 - 1)
        out, _ = self.run_program("verify", "out/receipt.json", exit_code=FAILED)
        self.assertRegex(out, r"^input    changed    .*long\.wav: as long as then; ")

    def test_a_change_of_the_length_is_told(self):
        with open(self.folder / "long.wav", "ab") as file:
            file.write(b"more")
        out, _ = self.run_program("verify", "out/receipt.json", exit_code=FAILED)
        self.assertRegex(out, r"^input    changed    .*long\.wav: 576048 bytes, 576044 then; ")


class HostileReceipts(ProgramTest):
    GOOD = {
        "schema": "dubplate-receipt-1",
        "inputs": [{"path": "a.wav", "xxh3_128": "0" * 32, "bytes": 1}],
        "outputs": [{"path": "b.wav", "sha256": "0" * 64, "bytes": 1}],
    }

    def refused(self, text, *parts):
        path = self.folder / "r.json"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        out, err = self.run_program("verify", path, exit_code=SESSION_UNREADABLE)
        self.assertEqual(out, "")
        for part in ("dubplate: error: ", "r.json", *parts):
            self.assertIn(part, err)
        return err

    def test_what_is_no_json_is_located(self):
        self.refused("", ":1:1")
        self.refused('{\n  "schema": oops}', ":2:13")
        self.refused("[" * 100000, ":1:6")
        self.refused('{"a":' * 100000, ":1:")
        self.refused(b'{"schema": "\xff"}', ":1:1")
        self.refused("[]", ":1:1", "must be an object, not a list")

    def test_wrong_types_are_located_all_at_once(self):
        def changed(place, key, value):
            receipt = json.loads(json.dumps(self.GOOD))
            target = receipt[place][0] if place else receipt
            target[key] = value
            return json.dumps(receipt)

        self.refused(changed("", "schema", "dubplate-receipt-9"), "(/schema)", "dubplate-receipt-1")
        self.refused(changed("", "schema", 7), "(/schema)", "must be text, not a number")
        self.refused(changed("", "inputs", {}), "(/inputs)", "must be a list")
        self.refused(changed("", "outputs", [7]), "(/outputs/0)", "must be an object")
        self.refused(changed("outputs", "sha256", "xyz"), "(/outputs/0/sha256)", "must be 64 digits")
        self.refused(changed("inputs", "xxh3_128", None), "(/inputs/0/xxh3_128)")
        for bytes_there in (-1, 1.5, 1e300, "7"):
            self.refused(changed("inputs", "bytes", bytes_there), "(/inputs/0/bytes)")
        self.refused(changed("inputs", "path", ""), "(/inputs/0/path)")
        self.refused(changed("inputs", "path", "a\0b"), "(/inputs/0/path)")
        self.refused(changed("", "session_xxh3_128", "0" * 32), "lacks the key 'session'")
        err = self.refused('{"schema": 1, "inputs": 2, "outputs": 3}')
        self.assertEqual(err.count("dubplate: error: "), 3)

    def test_ranges_that_are_none_are_located(self):
        def of(ranges):
            part = {"path": "a.wav", "ranges_xxh3_128": "0" * 32, "bytes": 1000}
            return json.dumps({**self.GOOD, "inputs": [part if ranges is None else {**part, "ranges": ranges}]})

        self.refused(of(None), "(/inputs/0)", "lacks the key 'ranges'")
        self.refused(of(7), "(/inputs/0/ranges)", "must be a list")
        self.refused(of([]), "(/inputs/0/ranges)", "must hold a range")
        self.refused(of([7]), "(/inputs/0/ranges/0)", "must be a list")
        self.refused(of([["0", 7]]), "(/inputs/0/ranges/0/0)", "must be a number")
        self.refused(of([[-1, 7]]), "(/inputs/0/ranges/0/0)", "must be a count")
        self.refused(of([[0, 1e300]]), "(/inputs/0/ranges/0/1)", "must be a count")
        for wrong in ([[0]], [[]], [[0, 1, 2]], [[5, 5]], [[7, 5]], [[0, 1001]], [[0, 2**63 - 1]]):
            self.refused(of(wrong), "(/inputs/0/ranges/0)", "two positions in the file")
        self.refused(of([[0, 10], [9, 20]]), "(/inputs/0/ranges/1)", "behind those before")

    def test_a_receipt_full_of_mistakes_is_cut_short(self):
        err = self.refused(json.dumps({"schema": "dubplate-receipt-1", "inputs": [1] * 100000, "outputs": []}))
        self.assertEqual(err.count("dubplate: error: "), 100)

    def test_paths_that_are_no_files_are_findings(self):
        receipt = json.loads(json.dumps(self.GOOD))
        receipt["inputs"] = [
            {"path": path, "xxh3_128": "0" * 32, "bytes": 1} for path in ("/dev/zero", "/", "../" * 2000, "x" * 100000)
        ]
        os.mkfifo(self.folder / "b.wav")
        (self.folder / "r.json").write_text(json.dumps(receipt), encoding="utf-8")
        told = json.loads(self.run_program("verify", "r.json", "--json", exit_code=FAILED)[0])
        self.assertEqual(told["same"], 0)
        self.assertEqual(len(told["files"]), 5)

    def test_no_receipt_is_unreadable_and_no_argument_wrong_usage(self):
        self.run_program("verify", "no.json", exit_code=SESSION_UNREADABLE)
        self.run_program("verify", "/dev/zero", exit_code=SESSION_UNREADABLE)
        self.run_program("verify", self.folder, exit_code=SESSION_UNREADABLE)
        self.run_program("verify", exit_code=WRONG_USAGE)
        self.run_program("verify", "a", "b", exit_code=WRONG_USAGE)


class Interrupted(ProgramTest):
    def test_stops_in_the_middle_of_a_large_file(self):
        with open(self.folder / "large.wav", "wb") as file:
            file.truncate(1 << 40)  # sparse: hashing it takes minutes
        output = {"path": "large.wav", "sha256": "0" * 64, "bytes": 1 << 40}
        receipt = self.write(
            "r.json", json.dumps({"schema": "dubplate-receipt-1", "inputs": [], "outputs": [output] * 3})
        )
        with subprocess.Popen(
            [DUBPLATE, "verify", receipt],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        ) as program:
            time.sleep(0.5)
            begin = time.monotonic()
            program.send_signal(signal.SIGINT)
            out, err = program.communicate()
        print(f"\n    stopped after {time.monotonic() - begin:.3f} s", end=" ")
        self.assertEqual((program.returncode, out), (FAILED, ""))
        self.assertIn("cancelled", err)


if __name__ == "__main__":
    unittest.main()
