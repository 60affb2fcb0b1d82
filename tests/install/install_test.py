"""Installs the build into a folder, moves that folder, and builds and runs the example against it."""

import array
import hashlib
import json
import math
import os
import pathlib
import re
import subprocess
import tempfile
import unittest
import wave

CMAKE, BUILD, SOURCE = os.environ["CMAKE"], os.environ["BUILD"], pathlib.Path(os.environ["SOURCE"])
EXAMPLE = SOURCE / "examples" / "embed"


def run(*command, exit_code=0, **options):
    answer = subprocess.run(list(map(str, command)), capture_output=True, text=True, check=False, **options)
    said = f"{' '.join(map(str, command))}\n{answer.stdout}\n{answer.stderr}"
    if answer.returncode != exit_code:
        raise AssertionError(f"exit code {answer.returncode}, not {exit_code}: {said}")
    return answer.stdout + answer.stderr


def write_tone(path, channels, hertz):
    frames = 24000
    samples = array.array("h")
    for frame in range(frames):
        samples.extend([int(9000 * math.sin(2 * math.pi * hertz * frame / 48000))] * channels)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(2)
        file.setframerate(48000)
        file.writeframes(samples.tobytes())


class InstalledTree(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        holder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(holder.cleanup)
        cls.folder = pathlib.Path(holder.name).resolve()
        run(CMAKE, "--install", BUILD, "--prefix", cls.folder / "first")
        # Everything below works on a tree that was moved after it was installed.
        cls.prefix = cls.folder / "moved"
        (cls.folder / "first").rename(cls.prefix)
        cls.embed = cls.build_example()
        cls.tones = [cls.folder / "low.wav", cls.folder / "high.wav"]
        write_tone(cls.tones[0], 1, 110)
        write_tone(cls.tones[1], 2, 880)

    @classmethod
    def build_example(cls):
        build = cls.folder / "build"
        run(CMAKE, "-S", cls.prefix / "share" / "doc" / "dubplate" / "examples" / "embed", "-B", build,
            f"-DCMAKE_PREFIX_PATH={cls.prefix}", f"-DCMAKE_CXX_FLAGS=-Wall -Wextra -Werror {os.environ['SANITIZE']}")
        run(CMAKE, "--build", build)
        return build / "embed"

    def include_folder(self):
        return self.prefix / "include" / "dubplate"

    def test_the_example_renders_and_reports(self):
        out = self.folder / "out"
        said = run(self.embed, out, 0, *self.tones)
        files = [out / "mix.wav", out / "stems" / "Band.wav", out / "stems" / "Echo.wav"]
        for file in files:
            self.assertIn(f"{file}: ", said)
            self.assertIn(hashlib.sha256(file.read_bytes()).hexdigest(), said)
            with wave.open(str(file)) as audio:
                self.assertGreater(audio.getnframes(), 24000)
        self.assertRegex(said, r"the stems sum to the premaster: residual -\d+\.\d dBFS")
        self.assertRegex(said, r"\d+ of \d+ frames")

    def test_the_example_cancels_and_leaves_nothing(self):
        out = self.folder / "cancelled"
        said = run(self.embed, out, 1e-9, *self.tones, exit_code=1)
        self.assertIn("gave up; no file was written", said)
        self.assertEqual([path for path in out.rglob("*") if path.is_file()], [])

    def test_the_example_says_what_is_wrong(self):
        missing = self.folder / "missing.wav"
        self.assertIn(f"{missing}: cannot open", run(self.embed, self.folder / "x", 0, missing, exit_code=1))
        # Two tracks of one name: the session is refused as a file would be.
        said = run(self.embed, self.folder / "x", 0, self.tones[0], self.tones[0], exit_code=1)
        self.assertIn("/tracks/1/name: ", said)

    def test_the_program_runs_from_where_it_was_moved_to(self):
        self.assertRegex(run(self.prefix / "bin" / "dubplate", "--version"), r"\d+\.\d+\.\d+")

    def test_the_program_finds_the_cuda_module_where_it_was_moved_to(self):
        module = self.prefix / "lib" / "dubplate" / "libdubplate_cuda.so"
        environment = {key: value for key, value in os.environ.items() if key != "DUBPLATE_CUDA_MODULE"}
        told = json.loads(run(self.prefix / "bin" / "dubplate", "devices", "--json", env=environment))["cuda"]
        if module.exists():
            self.assertEqual(told["module"], str(module))
        else:
            self.assertIn(f"there is no {module.name} in {self.prefix / 'bin'}, ", told["why_none"])

    def test_every_header_compiles_alone(self):
        headers = sorted(path.relative_to(self.include_folder()) for path in self.include_folder().rglob("*.h"))
        self.assertGreater(len(headers), 10)
        for header in headers:
            with self.subTest(header=str(header)):
                run(os.environ["CXX"], "-std=c++20", "-Wall", "-Wextra", "-Werror", "-fsyntax-only", "-x", "c++",
                    f"-I{self.include_folder()}", "-include", header, "/dev/null")

    def test_nothing_names_the_place_it_was_built_or_installed_in(self):
        for path in self.prefix.rglob("*"):
            if path.suffix in {".cmake", ".h", ".md", ".1"}:
                text = path.read_text(encoding="utf-8")
                for place in (str(SOURCE), str(BUILD), str(self.folder)):
                    self.assertNotIn(place, text, path)

    def test_destdir_stages_the_same_files(self):
        stage = self.folder / "stage"
        run(CMAKE, "--install", BUILD, "--prefix", "/usr", env={**os.environ, "DESTDIR": str(stage)})
        files = lambda root: sorted(path.relative_to(root) for path in root.rglob("*") if path.is_file())
        self.assertEqual(files(stage / "usr"), files(self.prefix))

    def test_licence_and_documents_come_along(self):
        documents = self.prefix / "share" / "doc" / "dubplate"
        for name in ("LICENSE", "NOTICE", "README.md", "docs/embedding.md", "examples/embed/embed.cpp"):
            self.assertTrue((documents / name).is_file(), name)

    def test_links_between_the_documents_lead_somewhere(self):
        documents = self.prefix / "share" / "doc" / "dubplate"
        for page in documents.rglob("*.md"):
            for target in re.findall(r"\]\(([^)#\s]+)[)#]", page.read_text(encoding="utf-8")):
                if "://" not in target:
                    self.assertTrue((page.parent / target).exists(), f"{page}: {target}")

    def test_another_version_is_refused(self):
        project = self.folder / "later"
        project.mkdir()
        (project / "CMakeLists.txt").write_text(
            "cmake_minimum_required(VERSION 3.25)\nproject(later LANGUAGES CXX)\nfind_package(dubplate 99 REQUIRED)\n")
        said = run(CMAKE, "-S", project, "-B", project / "build", f"-DCMAKE_PREFIX_PATH={self.prefix}", exit_code=1)
        self.assertIn('compatible with requested version "99"', " ".join(said.split()))


class Subdirectory(unittest.TestCase):
    def test_a_project_that_takes_the_sources_in_gets_the_libraries_and_nothing_else(self):
        with tempfile.TemporaryDirectory() as folder:
            project = pathlib.Path(folder).resolve()
            (project / "CMakeLists.txt").write_text(f"""
                cmake_minimum_required(VERSION 3.25)
                project(outer LANGUAGES CXX)
                set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
                add_subdirectory({SOURCE} dubplate)
                add_executable(embed {EXAMPLE}/embed.cpp)
                target_link_libraries(embed PRIVATE dubplate::engine)
                """)
            run(CMAKE, "-S", project, "-B", project / "build")
            commands = json.loads((project / "build" / "compile_commands.json").read_text())
            ours = [one["command"] for one in commands if one["file"].startswith(f"{SOURCE}/engine/")]
            outer = [one["command"] for one in commands if one["file"].endswith("/embed.cpp")]
            self.assertTrue(all("-march=x86-64-v3" in one and "-ffp-contract=off" in one for one in ours))
            self.assertEqual(len(outer), 1)
            for option in ("-march", "-W", "-ffp"):
                self.assertNotIn(option, outer[0])
            self.assertIn(f"-I{SOURCE}", outer[0])
            rooms = {pathlib.Path(one["file"]).relative_to(SOURCE).parts[0] for one in commands}
            self.assertEqual(rooms, {"engine", "kernels", "session-format", "examples"})
            # All that the link of the outer program needs is known in the outer project.
            needed = run(CMAKE, "--build", project / "build", "--target", "embed", "--", "-n")
            self.assertRegex(needed, r"embed")
            install = (project / "build" / "dubplate" / "cmake_install.cmake").read_text()
            self.assertNotIn("libdubplate", install)


class Page(unittest.TestCase):
    def test_the_code_of_the_page_on_embedding_is_that_of_the_example(self):
        page = (SOURCE / "docs" / "embedding.md").read_text(encoding="utf-8")
        blocks = re.findall(r"```(cpp|cmake)\n(.*?)```", page, re.DOTALL)
        self.assertGreaterEqual(len(blocks), 4)
        example = {"cpp": (EXAMPLE / "embed.cpp").read_text(), "cmake": (EXAMPLE / "CMakeLists.txt").read_text()}
        squeeze = lambda text: "\n".join(line.strip() for line in text.splitlines() if line.strip())
        for language, code in blocks:
            self.assertIn(squeeze(code), squeeze(example[language]), code)


if __name__ == "__main__":
    unittest.main()
