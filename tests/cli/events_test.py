"""`render --json`: one JSON object a line, from start to done or error."""

import json
import os
import subprocess
import unittest

from program import DUBPLATE, FAILED, SESSION_UNREADABLE, WRONG_USAGE, ProgramTest


class Events(ProgramTest):
    def setUp(self):
        super().setUp()
        self.session = self.generated_session("--tracks", 9, "--seconds", 1)

    def events(self, *arguments, exit_code=0):
        out, self.err = self.run_program("render", *arguments, "--json", exit_code=exit_code)
        return [json.loads(line) for line in out.splitlines()]

    def test_go_from_start_over_outputs_to_done(self):
        events = self.events(self.session, "-o", "out")
        kinds = [event["event"] for event in events]
        self.assertEqual(kinds[0], "start")
        self.assertEqual(events[0]["schema"], "dubplate-events-1")
        self.assertEqual(kinds[-1], "done")
        self.assertEqual(kinds.count("output"), 9)
        self.assertIn("progress", kinds)
        self.assertEqual(events[-1]["exit_code"], 0)
        receipt = json.loads((self.folder / events[-1]["receipt"]).read_text(encoding="utf-8"))
        outputs = [event for event in events if event["event"] == "output"]
        self.assertEqual([output["sha256"] for output in outputs], [output["sha256"] for output in receipt["outputs"]])
        self.assertEqual(self.err, "")

    def test_progress_never_goes_back_and_names_its_stage(self):
        session = self.generated_session("--tracks", 9, "--seconds", 300, "--repeat", 300)
        progress = [event for event in self.events(session, "-o", "out") if event["event"] == "progress"]
        stages = [event["stage"] for event in progress]
        self.assertEqual(sorted(stages, key=["reading", "rendering", "finishing"].index), stages)
        done = [event["frames_done"] for event in progress]
        self.assertEqual(done, sorted(done))
        for event in progress:
            self.assertLessEqual(event["frames_done"], event["frames_total"])

    def test_errors_come_with_place_code_and_exit_code(self):
        error = self.events(self.session, "-o", "out", "--stems", "bus_99", exit_code=WRONG_USAGE)[-1]
        self.assertEqual((error["event"], error["exit_code"]), ("error", WRONG_USAGE))
        (self.session.parent / "track_004.wav").unlink()
        error = self.events(self.session, "-o", "out", exit_code=FAILED)[-1]
        self.assertEqual((error["event"], error["code"], error["exit_code"]), ("error", "not_found", FAILED))
        self.assertIn("track_004.wav", error["where"])
        self.session.write_text('{\n"tracks": 7\n}', encoding="utf-8")
        errors = self.events(self.session, "-o", "out", exit_code=SESSION_UNREADABLE)
        self.assertTrue(errors)
        for error in errors:
            self.assertEqual((error["event"], error["exit_code"]), ("error", SESSION_UNREADABLE))

    def test_warnings_are_events_too(self):
        text = self.session.read_text(encoding="utf-8")
        session = json.loads(text)
        session["tracks"].append({"name": "Empty"})
        self.session.write_text(json.dumps(session), encoding="utf-8")
        warnings = [event for event in self.events(self.session, "-o", "out") if event["event"] == "warning"]
        self.assertEqual([warning["message"] for warning in warnings], ["has no clips: it renders silence"])
        self.assertIn("strip 'Empty'", warnings[0]["where"])

    def test_a_reader_that_goes_away_cancels_the_render(self):
        reading, writing = os.pipe()
        with subprocess.Popen(
            [DUBPLATE, "render", self.session, "-o", self.folder / "out", "--json"],
            stdout=writing,
            stderr=subprocess.PIPE,
            text=True,
        ) as program:
            os.close(writing)
            os.close(reading)
            _, err = program.communicate()
        self.assertEqual(program.returncode, FAILED)
        self.assertIn("standard output", err)
        self.assertEqual([path for path in self.folder.glob("out/**/*") if path.is_file()], [])


if __name__ == "__main__":
    unittest.main()
