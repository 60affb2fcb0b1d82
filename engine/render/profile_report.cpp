#include "engine/render/profile_report.h"

#include <algorithm>
#include <cassert>
#include <limits>
#include <map>

#include "engine/nodes/profile.h"

namespace dubplate::render {
namespace {

using nodes::TaskTime;

double seconds_of(const TaskTime& task) { return 1e-9 * static_cast<double>(task.end_ns - task.begin_ns); }

/// The rows of one stage, and what its tasks took together.
class StageRows {
public:
    void add(const nodes::Timeline& timeline, const TaskTime& task, const nodes::TaskLabel& label) {
        std::int64_t ticks = 0;
        for (std::size_t w = task.first_work; w < task.last_work; ++w) ticks += timeline.works()[w].ticks;
        for (std::size_t w = task.first_work; w < task.last_work; ++w) {
            const nodes::WorkTime& work = timeline.works()[w];
            const double share = ticks > 0 ? static_cast<double>(work.ticks) / static_cast<double>(ticks) : 0.0;
            WorkRow& row = rows_[work_name(work.work, label)];
            row.seconds += share * seconds_of(task);
            row.cpu_seconds += share * 1e-9 * static_cast<double>(task.cpu_ns);
            row.calls += work.calls;
            row.samples += work.samples;
        }
        seconds_ += seconds_of(task);
        cpu_seconds_ += 1e-9 * static_cast<double>(task.cpu_ns);
        ++tasks_;
    }

    void append(ProfileReport& report, const StageTime& time, int threads) const {
        const double capacity = time.seconds * threads;
        report.stages.push_back({time, capacity > 0.0 ? std::min(seconds_ / capacity, 1.0) : 0.0, tasks_});
        std::vector<WorkRow> rows;
        for (const auto& [work, row] : rows_) {
            rows.push_back(row);
            rows.back().stage = time.name;
            rows.back().work = work;
        }
        std::stable_sort(rows.begin(), rows.end(),
                         [](const WorkRow& a, const WorkRow& b) { return a.cpu_seconds > b.cpu_seconds; });
        WorkRow outside;
        outside.stage = time.name;
        outside.work = kOutsideTasks;
        outside.cpu_seconds = std::max(time.cpu_seconds - cpu_seconds_, 0.0);
        rows.push_back(outside);
        report.rows.insert(report.rows.end(), rows.begin(), rows.end());
    }

private:
    std::map<std::string, WorkRow> rows_;  // by work
    double seconds_ = 0.0, cpu_seconds_ = 0.0;
    std::int64_t tasks_ = 0;
};

/// How long at least one of these spans lasts.
double seconds_of_any(std::vector<std::pair<std::int64_t, std::int64_t>> spans) {
    std::ranges::sort(spans);
    std::int64_t sum = 0, end = std::numeric_limits<std::int64_t>::min();
    for (const auto& [from, to] : spans) {
        if (to > end) sum += to - std::max(from, end);
        end = std::max(end, to);
    }
    return 1e-9 * static_cast<double>(sum);
}

void add_elsewhere(const nodes::Profile& profile, ProfileReport& report) {
    std::vector<std::pair<std::int64_t, std::int64_t>> spans;
    for (const auto& times : profile.elsewhere()) {
        const std::string& work = profile.labels()[times->label()].work;
        auto row = std::ranges::find(report.elsewhere, work, &ElsewhereRow::work);
        if (row == report.elsewhere.end()) row = report.elsewhere.insert(row, ElsewhereRow{work});
        for (const nodes::ElsewhereTime& time : times->told()) {
            row->seconds += 1e-9 * static_cast<double>(time.told_ns - time.begin_ns());
            row->asked_seconds += 1e-9 * static_cast<double>(time.told_ns - time.asked_ns);
            row->bytes += time.bytes;
            ++row->chunks;
            spans.emplace_back(time.begin_ns(), time.told_ns);
        }
    }
    report.elsewhere_seconds = seconds_of_any(std::move(spans));
}

}  // namespace

ProfileReport profile_report(const nodes::Profile& profile, const std::vector<StageTime>& stages, int threads) {
    const std::vector<TaskTime>& spans = profile.timelines().front()->tasks();
    assert(spans.size() >= stages.size());
    std::vector<StageRows> rows(stages.size());
    for (std::size_t t = 1; t < profile.timelines().size(); ++t)
        for (const TaskTime& task : profile.timelines()[t]->tasks()) {
            // A task belongs to the last stage that began before it.
            std::size_t stage = 0;
            while (stage + 1 < stages.size() && spans[stage + 1].begin_ns <= task.begin_ns) ++stage;
            rows[stage].add(*profile.timelines()[t], task, profile.labels()[task.label]);
        }
    ProfileReport report;
    for (std::size_t stage = 0; stage < stages.size(); ++stage) rows[stage].append(report, stages[stage], threads);
    add_elsewhere(profile, report);
    double sum = 0.0;
    for (const WorkRow& row : report.rows) sum += row.cpu_seconds;
    for (WorkRow& row : report.rows) row.share = sum > 0.0 ? row.cpu_seconds / sum : 0.0;
    return report;
}

}  // namespace dubplate::render
