#pragma once

/// The files a render writes: what they are called, what stands in their way, and the steps that write them.
///
/// Threads: plain functions. Errors: bad_argument for what the job asks for, io for the disk; all before the first block.

#include <memory>
#include <string>
#include <vector>

#include "engine/nodes/output_steps.h"
#include "engine/render/render.h"

namespace dubplate::render {

struct OutputFile {
    OutputKind kind = OutputKind::mix;
    std::string name;  ///< "mix", "premaster" or the stem's name
    std::string path;
    std::string dither_name;  ///< the same in every format
    std::size_t stem = 0;     ///< of a stem: its index among those asked for
    audio::FileFormat format = {};
};

/// What all files of a render have in common.
struct OutputSettings {
    Layout layout;
    int session_rate = 0;
    int file_rate = 0;
    FrameCount first = 0;   ///< of the timeline, at the session's rate
    FrameCount frames = 0;  ///< at the session's rate, at most
    std::uint64_t seed = 0;
    bool past_cache = false;  ///< outgrow_cache()
};

/// The rate of a job's files.
int file_rate_of(const session::Session& session, const RenderJob& job);

/// Mix, premaster and stems, each in all formats one after the other, named by the job's template. Checked: rate,
/// formats, the template, two outputs of one path. Diagnostics: paths that differ in case only.
Result<std::vector<OutputFile>> plan_outputs(const session::Session& session, const RenderJob& job,
                                             const std::vector<std::string>& stem_names, Diagnostics& diagnostics);

/// What a job writes beside its audio: its receipt, its profile.
struct SideFile {
    std::string what;
    std::string path;
};
std::vector<SideFile> side_files(const RenderJob& job);

/// Refuses to write over a file that is read, and a side file over an output or another one.
Result<void> check_no_overwrite(const std::vector<OutputFile>& outputs, const std::vector<SideFile>& side_files,
                                const std::vector<std::string>& inputs, const std::string& session_file);
/// One error that names every output and side file that is there already.
Result<void> check_nothing_exists(const std::vector<OutputFile>& outputs, const std::vector<SideFile>& side_files);
/// At most so many bytes.
std::int64_t largest_bytes(const std::vector<OutputFile>& outputs, const OutputSettings& settings);
/// Whether so much is more than the system lets wait in its page cache: by default a tenth of the memory. It would have to be
/// written meanwhile anyway, and what is begun early neither stops the render nor pushes out the audio that is read.
bool outgrow_cache(std::int64_t bytes);
/// That every format holds this length and the disk all of it. Makes nothing.
Result<void> check_room(const std::string& folder, const std::vector<OutputFile>& outputs,
                        const OutputSettings& settings);
/// check_room(), and makes the folders.
Result<void> prepare_outputs(const std::string& folder, const std::vector<OutputFile>& outputs,
                             const OutputSettings& settings);

/// Opens the file. `detector` may be null: the window is fixed.
Result<std::unique_ptr<nodes::FileStep>> make_file_step(const OutputFile& output, const OutputSettings& settings,
                                                        nodes::PartialSum audio, nodes::Window window,
                                                        const nodes::EndDetector* detector);

}  // namespace dubplate::render
