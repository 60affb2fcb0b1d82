#include "cli/dry_run.h"

#include <fmt/format.h>

#include <algorithm>

#include "cli/json.h"
#include "cli/progress.h"
#include "engine/base/spelling.h"

namespace dubplate::cli {
namespace {

using render::Estimate;

std::string counted(int count, std::string_view what) {
    return dubplate::counted(static_cast<std::size_t>(count), what);
}

std::string megabytes(std::int64_t bytes) { return fmt::format("{:.1f} MB", static_cast<double>(bytes) * 1e-6); }

/// Two digits are all that an estimate knows.
std::string about_seconds(double seconds) {
    if (seconds >= 100.0) return clock_time(seconds);
    return seconds >= 10.0 ? fmt::format("{:.0f} s", seconds) : fmt::format("{:.1f} s", std::max(seconds, 0.1));
}

std::string strips_line(const Estimate& estimate) {
    std::string text =
        fmt::format("strips      {}, {}, {} and the master; {} computed", counted(estimate.tracks, "track"),
                    counted(estimate.buses, "bus"), counted(estimate.returns, "return"), estimate.computed);
    if (estimate.copies > 0) text += fmt::format(", {} more for what stems hold of shared strips", estimate.copies);
    return text + "\n";
}

std::string processors_line(const Estimate& estimate) {
    std::string list;
    for (const render::ProcessorUse& use : estimate.processors) {
        list += fmt::format("{}{} {}", list.empty() ? "" : ", ", use.count, use.name);
        if (use.bypassed > 0) list += fmt::format(" ({} bypassed)", use.bypassed);
    }
    return fmt::format("processors  {}\n", list.empty() ? "none" : list);
}

std::string inputs_text(const Estimate& estimate) {
    const auto decoded = std::count_if(estimate.inputs.begin(), estimate.inputs.end(),
                                       [](const render::EstimatedInput& input) { return input.is_decoded; });
    std::string text =
        fmt::format("reads       {}, {}", counted(estimate.inputs.size(), "file"), megabytes(estimate.input_bytes));
    if (decoded > 0)
        text += fmt::format("; {} decoded or resampled first, {} of scratch space", decoded,
                            megabytes(estimate.scratch_bytes));
    return text + "\n";
}

std::string outputs_text(const Estimate& estimate) {
    const double seconds = static_cast<double>(estimate.frames) / estimate.sample_rate;
    std::string text = fmt::format("writes      {} of {}{}, {}{}\n", counted(estimate.outputs.size(), "file"),
                                   estimate.end_is_fixed ? "" : "up to ", clock_time(seconds),
                                   estimate.end_is_fixed ? "" : "up to ", megabytes(estimate.output_bytes));
    std::size_t widest = 0;
    for (const render::EstimatedOutput& output : estimate.outputs) widest = std::max(widest, output.path.size());
    for (const render::EstimatedOutput& output : estimate.outputs)
        text += fmt::format("              {:<{}}  {:<9}  {:<7} {:>10}\n", output.path, widest,
                            render::to_string(output.kind), audio::to_string(output.format), megabytes(output.bytes));
    if (estimate.end_is_fixed) return text;
    const std::string earliest = clock_time(static_cast<double>(estimate.content_frames) / estimate.sample_rate);
    const std::string latest = clock_time(seconds);
    return text + fmt::format("ends        {}, when the tails have died away\n",
                              earliest == latest ? "at " + latest : fmt::format("between {} and {}", earliest, latest));
}

std::string parallelism_text(const render::Parallelism& parallelism) {
    std::string text =
        fmt::format("parallel    {:.1f} s of work, {:.2f} s one after the other: at most {:.0f} tasks at once\n",
                    parallelism.work_seconds, parallelism.span_seconds,
                    parallelism.work_seconds / std::max(parallelism.span_seconds, 1e-9));
    for (const render::SimulatedRender& schedule : parallelism.schedules)
        text += fmt::format("              on {:>3} {:<8} {:>8.2f} s {:>7.1f} at once\n", schedule.threads,
                            schedule.threads == 1 ? "thread" : "threads", schedule.seconds, schedule.parallelism);
    return text;
}

}  // namespace

std::string dry_run_text(const Estimate& estimate) {
    const double audio_seconds = static_cast<double>(estimate.frames) / estimate.sample_rate;
    return strips_line(estimate) + processors_line(estimate) + inputs_text(estimate) + outputs_text(estimate) +
           fmt::format("time        about {} on {}, {:.0f} x real time\n", about_seconds(estimate.seconds),
                       counted(estimate.threads, "thread"), audio_seconds / std::max(estimate.seconds, 1e-3)) +
           parallelism_text(estimate.parallelism) +
           fmt::format("memory      about {} MiB\n", estimate.memory_bytes >> 20) +
           "Nothing was rendered or written.\n";
}

namespace {

/// The keys of one, without the braces around them.
void write_estimate(JsonText& json, const Estimate& estimate) {
    const auto count = [&](std::string_view key, std::int64_t value) {
        json.key(key).count(static_cast<std::uint64_t>(value));
    };
    count("tracks", estimate.tracks);
    count("buses", estimate.buses);
    count("returns", estimate.returns);
    count("strips_computed", estimate.computed);
    count("copies_for_stems", estimate.copies);
    json.key("processors").open_array();
    for (const render::ProcessorUse& use : estimate.processors) {
        json.open_object();
        json.key("name").text(use.name);
        count("count", use.count);
        count("bypassed", use.bypassed);
        json.close_object();
    }
    json.close_array();
    json.key("inputs").open_array();
    for (const render::EstimatedInput& input : estimate.inputs) {
        json.open_object();
        json.key("path").text(input.info.path);
        json.key("format").text(input.info.format);
        count("bytes", input.info.bytes);
        json.key("speed").number(input.speed);
        json.key("response").truth(input.is_response);
        json.key("decoded").truth(input.is_decoded);
        count("scratch_bytes", input.scratch_bytes);
        json.close_object();
    }
    json.close_array();
    json.key("outputs").open_array();
    for (const render::EstimatedOutput& output : estimate.outputs) {
        json.open_object();
        json.key("kind").text(render::to_string(output.kind));
        json.key("name").text(output.name);
        json.key("path").text(output.path);
        json.key("format").text(audio::to_string(output.format));
        count("bytes", output.bytes);
        json.close_object();
    }
    json.close_array();
    count("sample_rate", estimate.sample_rate);
    count("first_frame", estimate.first_frame);
    count("frames", estimate.frames);
    json.key("end_is_fixed").truth(estimate.end_is_fixed);
    count("content_frames", estimate.content_frames);
    count("input_bytes", estimate.input_bytes);
    count("output_bytes", estimate.output_bytes);
    count("scratch_bytes", estimate.scratch_bytes);
    count("threads", estimate.threads);
    json.key("seconds").number(estimate.seconds);
    json.key("cpu_seconds").number(estimate.cpu_seconds);
    count("memory_bytes", estimate.memory_bytes);
    json.key("parallelism").open_object();
    count("tasks", estimate.parallelism.tasks);
    json.key("work_seconds").number(estimate.parallelism.work_seconds);
    json.key("span_seconds").number(estimate.parallelism.span_seconds);
    json.key("schedules").open_array();
    for (const render::SimulatedRender& schedule : estimate.parallelism.schedules) {
        json.open_object();
        count("threads", schedule.threads);
        json.key("seconds").number(schedule.seconds);
        json.key("parallelism").number(schedule.parallelism);
        json.close_object();
    }
    json.close_array();
    json.close_object();
    json.key("warnings").open_array();
    for (const Diagnostic& warning : estimate.warnings) {
        json.open_object();
        json.key("message").text(warning.message);
        json.key("where").text(warning.where);
        json.close_object();
    }
    json.close_array();
}

}  // namespace

std::string dry_run_json(const Estimate& estimate) {
    JsonText json;
    json.open_object();
    json.key("schema").text("dubplate-estimate-1");
    write_estimate(json, estimate);
    json.close_object();
    return json.finish();
}

std::string dry_run_json(std::span<const Estimate> estimates, std::span<const std::string> sessions) {
    JsonText json;
    json.open_object();
    json.key("schema").text("dubplate-estimates-1");
    json.key("versions").open_array();
    for (std::size_t k = 0; k < estimates.size(); ++k) {
        json.open_object();
        json.key("session").text(sessions[k]);
        write_estimate(json, estimates[k]);
        json.close_object();
    }
    json.close_array();
    json.close_object();
    return json.finish();
}

}  // namespace dubplate::cli
