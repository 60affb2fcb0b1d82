#pragma once

/// A profile's report as a JSON object, of a receipt and of a trace alike (docs/profiling.md). Threads: a plain function.

#include "engine/render/profile_report.h"

namespace dubplate::render {

/// Writer: one of RapidJSON's.
template <class Writer>
void write_profile(Writer& out, const ProfileReport& report) {
    const auto text = [&](const char* key, const std::string& value) {
        out.Key(key);
        out.String(value.c_str());
    };
    const auto number = [&](const char* key, double value) {
        out.Key(key);
        out.Double(value);
    };
    const auto count = [&](const char* key, std::int64_t value) {
        out.Key(key);
        out.Int64(value);
    };
    out.StartObject();
    out.Key("stages");
    out.StartArray();
    for (const ProfileStage& stage : report.stages) {
        out.StartObject();
        text("name", stage.time.name);
        number("seconds", stage.time.seconds);
        number("cpu_seconds", stage.time.cpu_seconds);
        number("busy", stage.busy);
        count("tasks", stage.tasks);
        out.EndObject();
    }
    out.EndArray();
    out.Key("work");
    out.StartArray();
    for (const WorkRow& row : report.rows) {
        out.StartObject();
        text("stage", row.stage);
        text("name", row.work);
        number("seconds", row.seconds);
        number("cpu_seconds", row.cpu_seconds);
        number("share", row.share);
        count("calls", row.calls);
        count("samples", row.samples);
        out.EndObject();
    }
    out.EndArray();
    if (!report.elsewhere.empty()) {
        out.Key("device");
        out.StartObject();
        number("busy_seconds", report.elsewhere_seconds);
        out.Key("work");
        out.StartArray();
        for (const ElsewhereRow& row : report.elsewhere) {
            out.StartObject();
            text("name", row.work);
            number("seconds", row.seconds);
            number("asked_seconds", row.asked_seconds);
            count("chunks", row.chunks);
            count("bytes", row.bytes);
            out.EndObject();
        }
        out.EndArray();
        out.EndObject();
    }
    out.EndObject();
}

}  // namespace dubplate::render
