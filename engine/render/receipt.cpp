#include <fmt/format.h>
#include <rapidjson/prettywriter.h>
#include <rapidjson/stringbuffer.h>
#include <sndfile.h>
#include <soxr.h>
#include <tbb/version.h>

#include "engine/render/profile_json.h"
#include "engine/render/render.h"
#include "kernels/cpu/fft.h"
#include "kernels/cpu/isa.h"

namespace dubplate::render {
namespace {

using Writer = rapidjson::PrettyWriter<rapidjson::StringBuffer>;

void text(Writer& out, const char* key, const std::string& value) {
    out.Key(key);
    out.String(value.c_str(), static_cast<rapidjson::SizeType>(value.size()));
}
void number(Writer& out, const char* key, double value) {
    out.Key(key);
    out.Double(value);
}
void number(Writer& out, const char* key, std::int64_t value) {
    out.Key(key);
    out.Int64(value);
}

template <class Range, class Function>
void array(Writer& out, const char* key, const Range& range, Function function) {
    out.Key(key);
    out.StartArray();
    for (const auto& item : range) {
        out.StartObject();
        function(item);
        out.EndObject();
    }
    out.EndArray();
}

void ranges(Writer& out, const std::vector<audio::ByteRange>& all) {
    out.Key("ranges");
    out.SetFormatOptions(rapidjson::kFormatSingleLineArray);
    out.StartArray();
    for (const audio::ByteRange& range : all) {
        out.StartArray();
        out.Int64(range.begin);
        out.Int64(range.end);
        out.EndArray();
    }
    out.EndArray();
    out.SetFormatOptions(rapidjson::kFormatDefault);
}

}  // namespace

std::string_view to_string(OutputKind kind) {
    switch (kind) {
        case OutputKind::mix: return "mix";
        case OutputKind::premaster: return "premaster";
        case OutputKind::stem: return "stem";
    }
    return "";
}

std::string receipt_json(const RenderReport& report) {
    rapidjson::StringBuffer buffer;
    Writer out(buffer);
    out.SetIndent(' ', 2);
    out.SetMaxDecimalPlaces(6);
    out.StartObject();
    text(out, "schema", "dubplate-receipt-1");
    text(out, "engine_version", DUBPLATE_VERSION);
    out.Key("libraries");
    out.StartObject();
    text(out, "libsndfile", sf_version_string());
    text(out, "libsoxr", soxr_version());
    text(out, "fftw", kernels::fft_library());
    text(out, "tbb", TBB_runtime_version());
    out.EndObject();
    text(out, "working_folder", report.working_folder);
    text(out, "session", report.session_file);
    if (!report.session_xxh3_128.empty()) text(out, "session_xxh3_128", report.session_xxh3_128);
    out.Key("formats");
    out.StartArray();
    for (const audio::FileFormat format : report.formats) out.String(audio::to_string(format).c_str());
    out.EndArray();
    out.Key("seed");
    out.Uint64(report.seed);
    text(out, "device", report.device);
    if (report.traffic) {
        out.Key("device_traffic");
        out.StartObject();
        number(out, "copied_up_bytes", report.traffic->copied_up_bytes);
        number(out, "resident_bytes", report.traffic->resident_bytes);
        out.EndObject();
    }
    text(out, "instruction_set", std::string(kernels::to_string(kernels::chosen_isa())));
    number(out, "threads", std::int64_t{report.threads});
    number(out, "chunk_frames", report.chunk_frames);
    number(out, "sample_rate", std::int64_t{report.sample_rate});
    number(out, "first_frame", report.first_frame);
    number(out, "frames", report.frames);
    text(out, "end", report.end_reason);
    if (report.preroll_frames) number(out, "preroll_frames", *report.preroll_frames);
    array(out, "outputs", report.outputs, [&](const OutputReport& output) {
        text(out, "kind", std::string(to_string(output.kind)));
        text(out, "name", output.name);
        text(out, "path", output.file.path);
        text(out, "format", audio::to_string(output.format));
        number(out, "sample_rate", std::int64_t{output.sample_rate});
        text(out, "sha256", output.file.sha256);
        number(out, "bytes", output.file.bytes);
        number(out, "frames", output.file.frames);
        number(out, "peak_dbfs", output.peak_dbfs);
        number(out, "rms_dbfs", output.rms_dbfs);
        number(out, "clipped_samples", output.file.clipped_samples);
    });
    out.Key("stem_sum_residual_dbfs");
    if (report.stem_sum_residual_dbfs)
        out.Double(*report.stem_sum_residual_dbfs);
    else
        out.Null();
    if (report.stem_sum_residual_dbfs) number(out, "stem_sum_residual_peak_dbfs", report.stem_sum_residual_peak_dbfs);
    array(out, "inputs", report.inputs, [&](const InputReport& input) {
        text(out, "path", input.info.path);
        number(out, "bytes", input.info.bytes);
        number(out, "modified_ns", input.info.modified_ns);
        text(out, input.hash.ranges.empty() ? "xxh3_128" : "ranges_xxh3_128", input.hash.xxh3_128);
        if (!input.hash.ranges.empty()) ranges(out, input.hash.ranges);
        text(out, "format", input.info.format);
        number(out, "sample_rate", std::int64_t{input.info.sample_rate});
        number(out, "channels", std::int64_t{input.info.channels});
        number(out, "frames", input.info.frames);
    });
    array(out, "warnings", report.warnings, [&](const Diagnostic& warning) {
        text(out, "message", warning.message);
        if (!warning.where.empty()) text(out, "where", warning.where);
    });
    array(out, "stages", report.stages, [&](const StageTime& stage) {
        text(out, "name", stage.name);
        number(out, "seconds", stage.seconds);
        number(out, "cpu_seconds", stage.cpu_seconds);
    });
    if (report.profile) {
        out.Key("profile");
        write_profile(out, *report.profile);
    }
    number(out, "wall_seconds", report.wall_seconds);
    number(out, "audio_seconds", report.audio_seconds);
    number(out, "times_real_time", report.times_real_time);
    number(out, "peak_memory_bytes", report.peak_memory_bytes);
    out.EndObject();
    return std::string(buffer.GetString(), buffer.GetSize()) + "\n";
}

}  // namespace dubplate::render
