#include "engine/render/outputs.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>
#include <algorithm>
#include <filesystem>
#include <map>
#include <optional>
#include <set>

#include "engine/audio/posix_file.h"
#include "engine/render/output_names.h"

namespace dubplate::render {
namespace {

namespace fs = std::filesystem;
using audio::FileFormat;

std::string described(const OutputFile& output, bool with_format) {
    std::string text = output.kind == OutputKind::stem ? fmt::format("stem '{}'", output.name) : "the " + output.name;
    return with_format ? fmt::format("{} as {}", text, audio::to_string(output.format)) : text;
}

std::string lower_case(std::string text) {
    for (char& c : text)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
    return text;
}

bool shares_extension(FileFormat format, const std::vector<FileFormat>& formats) {
    return std::count_if(formats.begin(), formats.end(), [&](FileFormat other) {
               return audio::file_extension(other) == audio::file_extension(format);
           }) > 1;
}

/// Two outputs of one path cannot be; of paths that differ in case only, other file systems make one.
Result<void> check_paths(const std::vector<OutputFile>& outputs, const RenderJob& job, Diagnostics& diagnostics) {
    std::map<std::string, const OutputFile*> exact, folded;
    for (const OutputFile& output : outputs) {
        const auto [same, is_new] = exact.emplace(output.path, &output);
        if (!is_new)
            return fail(ErrorCode::bad_argument,
                        fmt::format("{} and {} would both be written to '{}': {}",
                                    described(*same->second, same->second->format != output.format),
                                    described(output, same->second->format != output.format), output.path,
                                    job.name_template.empty()
                                        ? "rename one"
                                        : "put {name}, {kind}, {index} or {format} into the name template"));
        const auto [similar, is_different] = folded.emplace(lower_case(output.path), &output);
        if (!is_different)
            diagnostics.push_back({fmt::format("differs from '{}' in case only: where case does not count (macOS, "
                                               "Windows) one replaces the other",
                                               similar->second->path),
                                   output.path});
    }
    return {};
}

Result<void> check_formats(const session::Session& session, const RenderJob& job) {
    const int rate = file_rate_of(session, job);
    if (rate < audio::kMinOutputRate || rate > audio::kMaxOutputRate)
        return fail(ErrorCode::bad_argument, fmt::format("files can have rates from {} to {} Hz, not {}",
                                                         audio::kMinOutputRate, audio::kMaxOutputRate, rate));
    if (job.formats.empty()) return fail(ErrorCode::bad_argument, "no file format was given");
    const Layout layout = session::master_of(session).layout;
    for (std::size_t k = 0; k < job.formats.size(); ++k) {
        if (std::find(job.formats.begin(), job.formats.begin() + static_cast<std::ptrdiff_t>(k), job.formats[k]) !=
            job.formats.begin() + static_cast<std::ptrdiff_t>(k))
            return fail(ErrorCode::bad_argument,
                        fmt::format("the format {} is asked for twice", audio::to_string(job.formats[k])));
        if (auto ok = audio::check_format(job.formats[k], layout, rate); !ok) return ok;
    }
    return {};
}

}  // namespace

int file_rate_of(const session::Session& session, const RenderJob& job) {
    return job.sample_rate == 0 ? session.sample_rate : job.sample_rate;
}

Result<std::vector<OutputFile>> plan_outputs(const session::Session& session, const RenderJob& job,
                                             const std::vector<std::string>& stem_names, Diagnostics& diagnostics) {
    if (auto ok = check_formats(session, job); !ok) return fail(ok.error());
    std::vector<OutputFile> whats{{OutputKind::mix, "mix", "", "mix"}};
    if (job.premaster) whats.push_back({OutputKind::premaster, "premaster", "", "premaster"});
    for (std::size_t k = 0; k < stem_names.size(); ++k)
        whats.push_back({OutputKind::stem, stem_names[k], "", "stem/" + stem_names[k], k});

    NameFields fields;
    fields.session = session_stem(session);
    fields.rate = file_rate_of(session, job);
    fields.index_digits = std::max(2, static_cast<int>(std::to_string(whats.size()).size()));
    std::vector<OutputFile> outputs;
    for (const OutputFile& what : whats) {
        fields.kind = what.kind;
        fields.name = what.name;
        ++fields.index;
        for (const FileFormat format : job.formats) {
            fields.format = format;
            const auto name = output_name(job.name_template.empty()
                                              ? standard_template(what.kind, shares_extension(format, job.formats))
                                              : job.name_template,
                                          fields);
            if (!name) return fail(name.error());
            outputs.push_back(what);
            outputs.back().format = format;
            outputs.back().path = (fs::path(job.output_folder) / *name).string();
        }
    }
    if (auto ok = check_paths(outputs, job, diagnostics); !ok) return fail(ok.error());
    return outputs;
}

std::vector<SideFile> side_files(const RenderJob& job) {
    std::vector<SideFile> files;
    if (!job.receipt_path.empty()) files.push_back({"receipt", job.receipt_path});
    if (!job.profile_path.empty()) files.push_back({"profile", job.profile_path});
    return files;
}

Result<void> check_no_overwrite(const std::vector<OutputFile>& outputs, const std::vector<SideFile>& side_files,
                                const std::vector<std::string>& inputs, const std::string& session_file) {
    std::vector<std::string> written, read = inputs;
    for (const OutputFile& output : outputs) written.push_back(output.path);
    for (const SideFile& side : side_files) {
        for (const std::string& output : written)
            if (fs::path(side.path).lexically_normal() == fs::path(output).lexically_normal())
                return fail(ErrorCode::bad_argument,
                            fmt::format("the {} would lie where an output does: choose another name for it", side.what),
                            side.path);
        written.push_back(side.path);
    }
    if (!session_file.empty()) read.push_back(session_file);
    // Each is looked at once: there may be thousands of either.
    using Identity = std::pair<std::uint64_t, std::uint64_t>;
    const auto identity_of = [](const std::string& path) -> std::optional<Identity> {
        struct stat status {};
        if (::stat(path.c_str(), &status) != 0) return std::nullopt;
        const audio::FileStatus file = audio::file_status_of(status);
        return Identity{file.device, file.inode};
    };
    std::set<Identity> replaced;
    for (const std::string& output : written)
        if (const auto there = identity_of(output)) replaced.insert(*there);
    if (replaced.empty()) return {};
    for (const std::string& input : read)
        if (const auto there = identity_of(input); there && replaced.contains(*there))
            return fail(ErrorCode::bad_argument,
                        fmt::format("would write over '{}', which the session reads: choose another folder", input));
    return {};
}

Result<void> check_nothing_exists(const std::vector<OutputFile>& outputs, const std::vector<SideFile>& side_files) {
    std::vector<std::string> there;
    const auto look_at = [&](const std::string& path) {
        std::error_code error;
        if (fs::exists(fs::symlink_status(path, error))) there.push_back(path);
    };
    for (const OutputFile& output : outputs) look_at(output.path);
    for (const SideFile& side : side_files) look_at(side.path);
    if (there.empty()) return {};
    std::string message = there.size() == 1 ? "is there already and is kept: choose another folder or name"
                                            : fmt::format(
                                                  "{} files are there already and are kept: choose another "
                                                  "folder or name",
                                                  there.size());
    if (there.size() == 1) return fail(ErrorCode::io, message, there[0]);
    for (const std::string& path : there) message += "\n  " + path;
    return fail(ErrorCode::io, message);
}

std::int64_t largest_bytes(const std::vector<OutputFile>& outputs, const OutputSettings& settings) {
    const FrameCount frames = audio::resampled_frames(settings.frames, settings.session_rate, settings.file_rate);
    double bytes = 0.0;
    for (const OutputFile& output : outputs)
        bytes +=
            static_cast<double>(audio::largest_file_bytes(output.format, settings.layout, settings.file_rate, frames));
    return static_cast<std::int64_t>(std::min(bytes, 0x1p62));
}

bool outgrow_cache(std::int64_t bytes) {
    const long pages = ::sysconf(_SC_PHYS_PAGES), page_bytes = ::sysconf(_SC_PAGESIZE);
    return pages > 0 && bytes / page_bytes > pages / 10;
}

Result<void> check_room(const std::string& folder, const std::vector<OutputFile>& outputs,
                        const OutputSettings& settings) {
    const FrameCount frames = audio::resampled_frames(settings.frames, settings.session_rate, settings.file_rate);
    for (const OutputFile& output : outputs)
        if (auto ok = audio::check_format(output.format, settings.layout, settings.file_rate, frames); !ok) return ok;
    std::error_code error;
    fs::path there = fs::absolute(folder, error);
    while (there.has_relative_path() && !fs::exists(there, error)) there = there.parent_path();
    const std::int64_t bytes = largest_bytes(outputs, settings);
    const fs::space_info space = fs::space(there, error);
    if (!error && static_cast<std::uint64_t>(bytes) > space.available)
        return fail(ErrorCode::io,
                    fmt::format("the files need up to {:.1f} MB but the disk has {:.1f} MB left",
                                static_cast<double>(bytes) * 1e-6, static_cast<double>(space.available) * 1e-6),
                    folder);
    return {};
}

Result<void> prepare_outputs(const std::string& folder, const std::vector<OutputFile>& outputs,
                             const OutputSettings& settings) {
    if (auto ok = check_room(folder, outputs, settings); !ok) return ok;
    std::set<std::string> folders{folder};
    for (const OutputFile& output : outputs) folders.insert(fs::path(output.path).parent_path().string());
    std::error_code error;
    for (const std::string& path : folders) {
        fs::create_directories(path, error);
        if (error) return fail(ErrorCode::io, fmt::format("cannot make the folder: {}", error.message()), path);
    }
    return {};
}

Result<std::unique_ptr<nodes::FileStep>> make_file_step(const OutputFile& output, const OutputSettings& settings,
                                                        nodes::PartialSum audio, nodes::Window window,
                                                        const nodes::EndDetector* detector) {
    const auto at_file_rate = [&](FrameCount frames) {
        return audio::resampled_frames(frames, settings.session_rate, settings.file_rate);
    };
    audio::SinkSettings sink_settings;
    sink_settings.path = output.path;
    sink_settings.format = output.format;
    sink_settings.layout = settings.layout;
    sink_settings.sample_rate = settings.file_rate;
    sink_settings.first_frame = at_file_rate(settings.first);
    sink_settings.expected_frames = at_file_rate(settings.frames);
    sink_settings.length_is_certain = true;  // most renders end where their tails were declared to end
    sink_settings.past_cache = settings.past_cache;
    sink_settings.seed = settings.seed;
    sink_settings.name = output.dither_name;
    auto sink = audio::FileSink::create(sink_settings);
    if (!sink) return fail(sink.error());
    std::optional<audio::OutputResampler> resampler;
    if (settings.file_rate != settings.session_rate) {
        auto made = audio::OutputResampler::create(settings.session_rate, settings.file_rate, settings.layout.channels);
        if (!made) return fail(made.error());
        resampler.emplace(std::move(*made));
    }
    return std::make_unique<nodes::FileStep>(std::move(audio), settings.layout.channels, std::move(*sink),
                                             std::move(resampler), window, detector);
}

}  // namespace dubplate::render
