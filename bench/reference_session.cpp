// reference_session --tracks N --seconds S [--mixed | --scale | --heavy | --full | --moving | --sparse] [--seed K] [--repeat R]
// -o DIR: writes a session to measure with.

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <atomic>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

#include "bench/sessions/heavy_plan.h"
#include "bench/sessions/mixed_plan.h"
#include "bench/sessions/reference_plan.h"
#include "bench/sessions/scale_plan.h"
#include "bench/sessions/sounds.h"
#include "bench/sessions/sparse_plan.h"
#include "session-format/json/write.h"

namespace dubplate::bench {
namespace {

/// All files, several at a time. The first error is the one that is told.
Result<void> write_sounds(const Plan& plan, const std::string& folder, unsigned thread_count) {
    std::atomic<std::size_t> next{0};
    std::mutex mutex;
    std::optional<Error> first_error;
    const auto work = [&] {
        for (std::size_t index; (index = next.fetch_add(1)) < plan.files.size();) {
            const Result<void> written = write_sound(plan.files[index], folder);
            if (written) continue;
            const std::lock_guard lock(mutex);
            if (!first_error) first_error = written.error();
            next = plan.files.size();
        }
    };
    std::vector<std::thread> threads;
    for (unsigned thread = 1; thread < thread_count; ++thread) threads.emplace_back(work);
    work();
    for (std::thread& thread : threads) thread.join();
    if (first_error) return fail(*first_error);
    return {};
}

Result<void> write_text(const std::string& text, const std::string& path) {
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "wb"), std::fclose);
    if (!file || std::fwrite(text.data(), 1, text.size(), file.get()) != text.size() || std::fflush(file.get()) != 0)
        return fail(ErrorCode::io, "cannot write it", path);
    return {};
}

enum class Kind { reference, mixed, scale, heavy, full, moving, sparse };

Plan make_plan(const PlanSettings& settings, Kind kind) {
    switch (kind) {
        case Kind::mixed: return mixed_plan(settings);
        case Kind::scale: return scale_plan(settings);
        case Kind::heavy: return heavy_plan(settings);
        case Kind::full: return full_plan(settings);
        case Kind::moving: return moving_plan(settings);
        case Kind::sparse: return sparse_plan(settings);
        default: return reference_plan(settings);
    }
}

/// What other programs read; empty: they have no such session. They read no clips: theirs is one file a track.
std::string json_for_others(const PlanSettings& settings, Kind kind) {
    if (kind == Kind::heavy) return heavy_json(settings);
    return kind == Kind::reference && settings.repeat == 1 ? reference_json(settings) : std::string();
}

Result<void> write_plan(const PlanSettings& settings, Kind kind, const std::string& folder) {
    std::error_code failure;
    std::filesystem::create_directories(folder, failure);
    if (failure) return fail(ErrorCode::io, failure.message(), folder);
    const Plan plan = make_plan(settings, kind);
    if (const auto written = write_sounds(plan, folder, std::max(1u, std::thread::hardware_concurrency())); !written)
        return fail(written.error());
    if (const std::string text = json_for_others(settings, kind); !text.empty())
        if (const auto written = write_text(text, folder + "/session.json"); !written) return fail(written.error());
    return session::write_session_file(plan.session, folder + "/session.dub.json");
}

int run(int argc, char** argv) {
    PlanSettings settings;
    Kind kind = Kind::reference;
    std::string folder;
    CLI::App app{
        "Writes a session to measure with: sound files, DIR/session.dub.json and, for other programs, "
        "DIR/session.json.",
        "reference_session"};
    app.add_option("--tracks", settings.tracks, "how many tracks (128)")->check(CLI::Range(1, 4096));
    app.add_option("--seconds", settings.seconds, "how long (180)")->check(CLI::Range(1, 36000));
    auto* const repeat =
        app.add_option("--repeat", settings.repeat, "play every file so many times: files are SECONDS / R long (1)")
            ->check(CLI::Range(1, 1000));
    app.add_option("--seed", settings.seed, "another seed, another session (0: the reference)")
        ->check(CLI::Range(0u, 1'000'000u));
    auto* kinds = app.add_option_group("kinds", "instead of the reference, one of:")->require_option(0, 1);
    const auto add_kind = [&](const char* flag, Kind chosen, const char* help) {
        return kinds->add_flag_callback(
            flag, [&kind, chosen] { kind = chosen; }, help);
    };
    add_kind("--mixed", Kind::mixed, "inserts of random kinds, layouts, automation and side-chains");
    add_kind("--scale", Kind::scale, "20 clips and 200 automation points a track, few files")->excludes(repeat);
    add_kind("--heavy", Kind::heavy, "a stereo response of 3 s on every track, nothing else")->excludes(repeat);
    add_kind("--full", Kind::full,
             "the reference, each track with a linear-phase EQ and a stereo response of 3 s besides")
        ->excludes(repeat);
    add_kind("--moving", Kind::moving, "the same, with linear-phase EQs that are automated")->excludes(repeat);
    add_kind("--sparse", Kind::sparse, "the reference in clips with gaps, 60 % silence")->excludes(repeat);
    app.add_option("-o", folder, "the folder")->required();
    try {
        app.parse(argc, argv);
        if (settings.seconds < settings.repeat) throw CLI::ValidationError("--repeat", "files shorter than a second");
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? 0 : 2;
    }
    if (const Result<void> written = write_plan(settings, kind, folder); !written) {
        fmt::print(stderr, "reference_session: {}: {}\n", written.error().where, written.error().message);
        return 1;
    }
    return 0;
}

}  // namespace
}  // namespace dubplate::bench

int main(int argc, char** argv) { return dubplate::bench::run(argc, argv); }
