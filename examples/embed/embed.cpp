// embed FOLDER SECONDS FILE...: mixes sound files into FOLDER, and gives up after so many seconds (0: takes its time).
//
// What a program does with the library: it builds a session in code, has it judged, renders it and reads the report.

#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "engine/render/render.h"
#include "kernels/processors/processor.h"
#include "session-format/json/validate.h"

namespace render = dubplate::render;
namespace session = dubplate::session;
using dubplate::Layout;

namespace {

constexpr Layout kStereo{Layout::Kind::stereo, 2};

/// A track that plays a file from its start into the bus "Band", and a little of it into the return "Echo".
dubplate::Result<session::Strip> make_track(const std::string& file, double pan) {
    const auto info = dubplate::audio::probe_source(file);
    if (!info) return dubplate::fail(info.error());
    session::Strip track;
    track.name = file.substr(file.rfind('/') + 1);
    track.kind = session::StripKind::track;
    track.layout = dubplate::layout_of_channels(info->channels);
    track.output = "Band";
    track.clips = {{.file = file, .fade_in = {.length = session::seconds(0.005)}}};
    track.inserts = {{.processor = "compressor",
                      .parameters = {{.path = "threshold", .value = session::decibels(-24)},
                                     {.path = "ratio", .value = session::Quantity{.number = 3}}}}};
    track.sends = {{.to = "Echo", .level = session::decibels(-12)}};
    track.fader = session::decibels(-6);
    track.pan = pan;
    return track;
}

dubplate::Result<session::Session> make_session(const std::vector<std::string>& files) {
    session::Session made;
    made.name = "Embedded";
    made.sample_rate = 48000;
    for (std::size_t index = 0; index < files.size(); ++index) {
        auto track = make_track(files[index], index % 2 == 0 ? -0.3 : 0.3);
        if (!track) return dubplate::fail(track.error());
        made.strips.push_back(std::move(*track));
    }
    session::Strip band{.name = "Band", .kind = session::StripKind::bus, .layout = kStereo};
    band.lanes = {{.target = "fader",
                   .points = {{.at = session::seconds(0), .value = session::decibels(-12)},
                              {.at = session::seconds(2), .value = session::decibels(0)}}}};
    session::Strip echo{.name = "Echo", .kind = session::StripKind::return_bus, .layout = kStereo};
    echo.inserts = {{.processor = "delay"}};
    session::Strip master{.name = "Master", .kind = session::StripKind::master, .layout = kStereo};
    master.inserts = {{.processor = "limiter"}};
    made.strips.insert(made.strips.end(), {band, echo, master});
    return made;
}

int failed(const dubplate::Error& error) {
    std::fprintf(stderr, "embed: %s%s%s\n", error.where.c_str(), error.where.empty() ? "" : ": ",
                 error.message.c_str());
    return EXIT_FAILURE;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 4) {
        std::fprintf(stderr, "usage: embed FOLDER SECONDS FILE...\n");
        return 2;
    }
    const double most_seconds = std::atof(argv[2]);
    const auto made = make_session({argv + 3, argv + argc});
    if (!made) return failed(made.error());

    // Whatever was wrong is told here, all at once and with its place, as for a session file.
    const session::ReadResult checked = session::validate_session(*made, dubplate::kernels::processor_table());
    for (const dubplate::Error& error : checked.errors) failed(error);
    if (!checked.errors.empty()) return EXIT_FAILURE;

    render::RenderJob job;
    job.output_folder = argv[1];
    const auto show_progress = [&](const render::Progress& progress) {
        std::fprintf(stderr, "%lld of %lld frames\n", static_cast<long long>(progress.frames_done),
                     static_cast<long long>(progress.frames_total));
        return most_seconds == 0 || progress.seconds_elapsed < most_seconds;  // false cancels
    };
    const auto report = render::render(checked.session, job, show_progress);
    if (!report && report.error().code == dubplate::ErrorCode::cancelled) {
        std::fprintf(stderr, "embed: gave up; no file was written\n");
        return EXIT_FAILURE;
    }
    if (!report) return failed(report.error());

    for (const render::OutputReport& output : report->outputs)
        std::printf("%s: %lld frames, peak %.2f dBFS, SHA-256 %s\n", output.file.path.c_str(),
                    static_cast<long long>(output.file.frames), output.peak_dbfs, output.file.sha256.c_str());
    if (report->stem_sum_residual_dbfs)
        std::printf("the stems sum to the premaster: residual %.1f dBFS\n", *report->stem_sum_residual_dbfs);
    std::printf("%.1f x real time\n", report->times_real_time);
    return EXIT_SUCCESS;
}
