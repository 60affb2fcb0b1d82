#include "engine/render/trace.h"

#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include "engine/base/visible_text.h"
#include "engine/nodes/profile.h"
#include "engine/render/profile_json.h"

namespace dubplate::render {
namespace {

using nodes::TaskTime;

constexpr std::size_t kPieceBytes = 1 << 20;

class TraceWriter {
public:
    TraceWriter(const nodes::Profile& profile, audio::OutputFile& file) : profile_(profile), file_(file) {
        std::size_t tasks = 0;
        for (const auto& timeline : profile.timelines()) tasks += timeline->tasks().size();
        shows_work_ = tasks <= kMostTasksWithWork;
    }

    Result<void> run(const ProfileReport& report) {
        json_.SetMaxDecimalPlaces(3);
        json_.StartObject();
        text("displayTimeUnit", "ms");
        json_.Key("traceEvents");
        json_.StartArray();
        add_name("process_name", 0, "dubplate render");
        for (std::size_t thread = 0; thread < profile_.timelines().size(); ++thread) {
            add_name("thread_name", thread, thread == 0 ? "stages" : "worker " + std::to_string(thread));
            for (const TaskTime& task : profile_.timelines()[thread]->tasks()) {
                add_task(thread, task);
                if (buffer_.GetSize() >= kPieceBytes)
                    if (auto ok = flush(); !ok) return ok;
            }
        }
        if (auto ok = add_elsewhere(); !ok) return ok;
        json_.EndArray();
        json_.Key("dubplate");
        json_.SetMaxDecimalPlaces(6);
        write_profile(json_, report);
        json_.EndObject();
        return flush();
    }

private:
    Result<void> flush() {
        const auto bytes = static_cast<std::int64_t>(buffer_.GetSize());
        if (auto ok = file_.write(buffer_.GetString(), bytes, written_); !ok) return ok;
        written_ += bytes;
        buffer_.Clear();
        return {};
    }

    void text(const char* key, const std::string& value) {
        json_.Key(key);
        const std::string shown = as_utf8(value);
        json_.String(shown.c_str(), static_cast<rapidjson::SizeType>(shown.size()));
    }
    void begin_event(const char* phase, const std::string& name, std::size_t thread) {
        json_.StartObject();
        text("ph", phase);
        text("name", name);
        json_.Key("pid");
        json_.Int(1);
        json_.Key("tid");
        json_.Uint64(thread);
    }
    void microseconds(const char* key, double ns) {
        json_.Key(key);
        json_.Double(1e-3 * ns);
    }
    void add_name(const char* what, std::size_t thread, const std::string& name) {
        begin_event("M", what, thread);
        json_.Key("args");
        json_.StartObject();
        text("name", name);
        json_.EndObject();
        json_.EndObject();
    }

    void add_task(std::size_t thread, const TaskTime& task) {
        const nodes::TaskLabel& label = profile_.labels()[task.label];
        begin_event("X", label.name, thread);
        text("cat", thread == 0 ? "stage" : "task");
        microseconds("ts", static_cast<double>(task.begin_ns));
        microseconds("dur", static_cast<double>(task.end_ns - task.begin_ns));
        json_.Key("args");
        json_.StartObject();
        if (task.chunk != TaskTime::kNoChunk) {
            json_.Key("chunk");
            json_.Int64(task.chunk);
        }
        microseconds("cpu_us", static_cast<double>(task.cpu_ns));
        json_.EndObject();
        json_.EndObject();
        if (thread == 0) return;
        if (shows_work_) add_work(thread, task, label);
        if (task.chunk == TaskTime::kNoChunk) return;
        begin_event("C", "ready tasks", 0);
        microseconds("ts", static_cast<double>(task.begin_ns));
        json_.Key("args");
        json_.StartObject();
        json_.Key("ready");
        json_.Int(task.ready);
        json_.EndObject();
        json_.EndObject();
    }

    Result<void> add_elsewhere() {
        std::size_t row = profile_.timelines().size();
        for (const auto& times : profile_.elsewhere()) {
            const nodes::TaskLabel& label = profile_.labels()[times->label()];
            add_name("thread_name", row, label.name + ": " + label.work);
            for (const nodes::ElsewhereTime& time : times->told()) {
                begin_event("X", label.work, row);
                text("cat", "device");
                microseconds("ts", static_cast<double>(time.begin_ns()));
                microseconds("dur", static_cast<double>(time.told_ns - time.begin_ns()));
                json_.Key("args");
                json_.StartObject();
                json_.Key("chunk");
                json_.Int64(time.chunk);
                microseconds("asked_us", static_cast<double>(time.told_ns - time.asked_ns));
                json_.Key("bytes");
                json_.Int64(time.bytes);
                json_.EndObject();
                json_.EndObject();
                if (buffer_.GetSize() >= kPieceBytes)
                    if (auto ok = flush(); !ok) return ok;
            }
            ++row;
        }
        return {};
    }

    void add_work(std::size_t thread, const TaskTime& task, const nodes::TaskLabel& label) {
        const std::vector<nodes::WorkTime>& works = profile_.timelines()[thread]->works();
        double ticks = 0.0, at = static_cast<double>(task.begin_ns);
        for (std::size_t w = task.first_work; w < task.last_work; ++w) ticks += static_cast<double>(works[w].ticks);
        if (ticks <= 0.0 || task.last_work - task.first_work < 2) return;
        for (std::size_t w = task.first_work; w < task.last_work; ++w) {
            const double length =
                static_cast<double>(works[w].ticks) / ticks * static_cast<double>(task.end_ns - task.begin_ns);
            begin_event("X", work_name(works[w].work, label), thread);
            text("cat", "work");
            microseconds("ts", at);
            microseconds("dur", length);
            json_.EndObject();
            at += length;
        }
    }

    const nodes::Profile& profile_;
    audio::OutputFile& file_;
    rapidjson::StringBuffer buffer_;
    rapidjson::Writer<rapidjson::StringBuffer> json_{buffer_};
    std::int64_t written_ = 0;
    bool shows_work_ = true;
};

}  // namespace

Result<void> write_trace(const nodes::Profile& profile, const ProfileReport& report, audio::OutputFile& file) {
    return TraceWriter(profile, file).run(report);
}

}  // namespace dubplate::render
