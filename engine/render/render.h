#pragma once

/// Renders a session: mix, premaster and stems in one pass, to files, with a receipt.
///
/// One call is one job. Everything that can be checked is checked before the first block; then the graph is evaluated
/// once and every output is a tap of it. All outputs and the receipt appear together, whole, or none of them does; what
/// had their names stays as it was.
/// Threads: render() uses `threads` threads of its own making; several renders may run in one process.
/// Determinism: the files depend on session, range, pre-roll, format and rate alone: not on threads, chunk length, executor,
/// or on which other outputs were asked for.
/// Errors: not_found/corrupt_input/bad_argument for what the session holds (all of them: check() lists them),
/// cancelled (within a second of being asked to, in every stage), io, refused (only of strict jobs).

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/audio/file_sink.h"
#include "engine/audio/input_file.h"
#include "engine/audio/source.h"
#include "engine/render/profile_report.h"
#include "session-format/model/session.h"

namespace dubplate::render {

/// Which stems: none, all (those the session lists; without a list its stem_rule), one for each track or bus, or some
/// of the listed or implied ones by name.
struct StemSelection {
    enum class Kind { none, all, each_track, each_bus, named };
    Kind kind = Kind::all;
    std::vector<std::string> names;
    std::optional<session::StemReturns> returns;  ///< overrides what the stems say
};

enum class ExecutorKind { tbb, threads };

struct RenderJob {
    std::string output_folder;
    std::optional<session::Quantity> from, to;  ///< absent: the session's start, its end with tails
    std::optional<session::Quantity> preroll;   ///< absent: from the session's start, unheard
    StemSelection stems;
    bool premaster = false;  ///< also write the premaster (what enters the master strip)
    /// Every output is written in each of them, in the same pass.
    std::vector<audio::FileFormat> formats{audio::FileFormat::wav24};
    int sample_rate = 0;  ///< of the files; 0: the session's
    std::string
        name_template;  ///< of the files below output_folder, see output_names.h; "": mix, premaster, stems/{name}
    bool keep_existing = false;   ///< an error, before anything is rendered, where a file of that name is there
    std::string device = "auto";  ///< "auto", "cpu", "cuda", "cuda:N" (device.h)
    int threads = 0;              ///< 0: as many as the process may use, which is also the most there will be
    /// More threads than the process may use processors, if `threads` says so: nothing gets done sooner, but threads are
    /// interrupted wherever they are. For tests.
    bool oversubscribe = false;
    FrameCount chunk_frames = 0;  ///< 0: chosen; otherwise a multiple of 8192, or -1: the whole render in one
    ExecutorKind executor = ExecutorKind::tbb;
    std::string calibration_path;  ///< what was measured of devices (calibration.h); "": the user's, where there is one
    std::string scratch_folder;    ///< "": the system's folder for temporary files
    std::string receipt_path;      ///< "": no receipt is written
    std::string profile_path;  ///< "": what takes how long is not recorded; else where the trace of it goes (trace.h)
    bool strict = false;       ///< a warning or a clipped sample fails the render
};

enum class Stage { reading, rendering, finishing };

/// Called from the thread that called render(), about 15 times a second.
struct Progress {
    FrameCount frames_done = 0, frames_total = 0;  ///< frames_total may shrink when the tail ends early
    double seconds_elapsed = 0.0;
    double times_real_time = 0.0;
    double seconds_left = 0.0;
    Stage stage = Stage::reading;
};
using ProgressFunction = std::function<bool(const Progress&)>;  ///< false cancels

enum class OutputKind { mix, premaster, stem };
std::string_view to_string(OutputKind kind);  ///< "mix", "premaster", "stem"

struct OutputReport {
    OutputKind kind = OutputKind::mix;
    std::string name;
    audio::FileFormat format;
    int sample_rate = 0;  ///< of the file
    audio::SinkReport file;
    double peak_dbfs = 0.0;
    double rms_dbfs = 0.0;
};

struct InputReport {
    audio::SourceInfo info;
    audio::InputHash hash;  ///< of the bytes that the outputs follow from
};

/// What a device was given of a render's audio, responses and moving values.
struct DeviceTraffic {
    std::int64_t copied_up_bytes = 0;
    std::int64_t resident_bytes = 0;  ///< of files, that lay there since an earlier render of the same workshop
};

struct RenderReport {
    std::string session_file;
    std::string session_xxh3_128;  ///< empty where the session has no file
    std::string working_folder;    ///< that relative paths count from
    int sample_rate = 0;           ///< the session's
    std::vector<audio::FileFormat> formats;
    std::uint64_t seed = 0;
    FrameCount first_frame = 0, frames = 0;
    std::string end_reason;  ///< "range", "session end", "silence", "declared tail", "hard cap"
    std::string device;
    std::optional<DeviceTraffic> traffic;  ///< of renders on a device
    int threads = 0;
    FrameCount chunk_frames = 0;
    std::optional<FrameCount> preroll_frames;
    std::vector<InputReport> inputs;
    std::vector<OutputReport> outputs;             ///< one for each output and format
    std::optional<double> stem_sum_residual_dbfs;  ///< absent if the stems asked for are no partition of the mix
    double stem_sum_residual_peak_dbfs = 0.0;
    Diagnostics warnings;
    std::vector<StageTime> stages;
    std::optional<ProfileReport> profile;  ///< of jobs with a profile_path
    double wall_seconds = 0.0, audio_seconds = 0.0, times_real_time = 0.0;
    std::int64_t peak_memory_bytes = 0;
};

/// How many processors the process may use.
int usable_processors();
/// How many threads a render runs on: what the job says, but no more than there are processors for them. Threads that take
/// turns on one put what each works on out of its caches.
int threads_of(const RenderJob& job);

/// What checks and renders of one process leave to those that come after them (workshop.h). Changes no bit.
class Workshop;

/// Finds everything that would stop a render: missing files, cycles, stems that name nothing. Of audio the responses alone
/// are read; a caller who goes on to render keeps them in a workshop.
std::vector<Error> check(const session::Session& session, const RenderJob& job, Diagnostics& diagnostics,
                         Workshop* workshop = nullptr);

Result<RenderReport> render(const session::Session& session, const RenderJob& job,
                            const ProgressFunction& progress = {}, Workshop* workshop = nullptr);

/// The receipt: one JSON object, keys in docs/receipts.md.
std::string receipt_json(const RenderReport& report);

}  // namespace dubplate::render
