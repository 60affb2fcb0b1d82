#include "cli/events.h"
#include "engine/base/visible_text.h"

#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <cmath>
#include <string_view>

namespace dubplate::cli {
namespace {

/// One event: opened by the constructor, closed by line().
class Event {
public:
    explicit Event(std::string_view name, std::size_t version) : writer_(buffer_) {
        writer_.SetMaxDecimalPlaces(6);
        writer_.StartObject();
        text("event", name);
        if (version > 0) count("version", static_cast<std::int64_t>(version));
    }
    Event& text(std::string_view key, std::string_view value) {
        put_key(key);
        put_text(value);
        return *this;
    }
    Event& texts(std::string_view key, const std::vector<std::string>& values) {
        put_key(key);
        writer_.StartArray();
        for (const std::string& value : values) put_text(value);
        writer_.EndArray();
        return *this;
    }
    Event& number(std::string_view key, double value) {
        put_key(key);
        std::isfinite(value) ? writer_.Double(value) : writer_.Null();
        return *this;
    }
    Event& count(std::string_view key, std::int64_t value) {
        put_key(key);
        writer_.Int64(value);
        return *this;
    }
    std::string line() {
        writer_.EndObject();
        return std::string(buffer_.GetString(), buffer_.GetSize()) + "\n";
    }

private:
    void put_key(std::string_view key) { writer_.Key(key.data(), static_cast<rapidjson::SizeType>(key.size())); }

    void put_text(std::string_view value) {
        const std::string shown = as_utf8(value);
        writer_.String(shown.data(), static_cast<rapidjson::SizeType>(shown.size()));
    }

    rapidjson::StringBuffer buffer_;
    rapidjson::Writer<rapidjson::StringBuffer> writer_;
};

std::string_view name_of(render::Stage stage) {
    switch (stage) {
        case render::Stage::reading: return "reading";
        case render::Stage::rendering: return "rendering";
        case render::Stage::finishing: return "finishing";
    }
    return "";
}

}  // namespace

void RenderEvents::write(const std::string& line) {
    if (!reader_is_gone_ && !print_result(line)) reader_is_gone_ = true;
}

void RenderEvents::start(const session::Session& session, const render::RenderJob& job) {
    write(Event("start", version_)
              .text("schema", "dubplate-events-1")
              .text("session", session.file)
              .count("sample_rate", session.sample_rate)
              .text("output_folder", job.output_folder)
              .line());
}

bool RenderEvents::progress(const render::Progress& progress) {
    write(Event("progress", version_)
              .text("stage", name_of(progress.stage))
              .count("frames_done", progress.frames_done)
              .count("frames_total", progress.frames_total)
              .number("seconds_elapsed", progress.seconds_elapsed)
              .number("times_real_time", progress.times_real_time)
              .number("seconds_left", progress.seconds_left)
              .line());
    return !reader_is_gone_;
}

void RenderEvents::warning(const Diagnostic& diagnostic) {
    write(Event("warning", version_).text("message", diagnostic.message).text("where", diagnostic.where).line());
}

void RenderEvents::error(const Error& error, Exit exit) {
    write(Event("error", version_)
              .text("code", to_string(error.code))
              .text("message", error.message)
              .text("where", error.where)
              .count("exit_code", static_cast<int>(exit))
              .line());
}

bool RenderEvents::done(const render::RenderReport& report, const std::string& receipt_path) {
    for (const render::OutputReport& output : report.outputs)
        write(Event("output", version_)
                  .text("kind", render::to_string(output.kind))
                  .text("name", output.name)
                  .text("path", output.file.path)
                  .text("format", audio::to_string(output.format))
                  .count("sample_rate", output.sample_rate)
                  .text("sha256", output.file.sha256)
                  .count("bytes", output.file.bytes)
                  .count("frames", output.file.frames)
                  .number("peak_dbfs", output.peak_dbfs)
                  .number("rms_dbfs", output.rms_dbfs)
                  .count("clipped_samples", output.file.clipped_samples)
                  .line());
    Event event("done", version_);
    if (report.stem_sum_residual_dbfs) event.number("stem_sum_residual_dbfs", *report.stem_sum_residual_dbfs);
    write(event.number("audio_seconds", report.audio_seconds)
              .number("wall_seconds", report.wall_seconds)
              .number("times_real_time", report.times_real_time)
              .count("peak_memory_bytes", report.peak_memory_bytes)
              .text("receipt", receipt_path)
              .count("exit_code", static_cast<int>(Exit::done))
              .line());
    return !reader_is_gone_;
}

bool RenderEvents::end(const std::vector<std::string>& rendered, const std::vector<std::string>& not_rendered,
                       Exit exit) {
    write(Event("end", version_)
              .texts("rendered", rendered)
              .texts("not_rendered", not_rendered)
              .count("exit_code", static_cast<int>(exit))
              .line());
    return !reader_is_gone_;
}

}  // namespace dubplate::cli
