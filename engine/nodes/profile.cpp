#include "engine/nodes/profile.h"

#include <algorithm>
#include <atomic>
#include <cassert>
#include <ctime>

namespace dubplate::nodes {
namespace {

/// Room for a few minutes of a large session; beyond it a buffer grows, between two tasks of its thread.
constexpr std::size_t kRoomForTasks = 1 << 12;
constexpr std::size_t kRoomForWorks = 1 << 15;

constexpr std::size_t kProcessors = static_cast<std::size_t>(Work::first_processor);

std::int64_t thread_cpu_ns() {
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
}

std::atomic<std::uint64_t> next_id{1};

}  // namespace

std::string work_name(Work work, const TaskLabel& label) {
    switch (work) {
        case Work::own: return label.work;
        case Work::read_clips: return "read clips";
        case Work::read_streams: return "read streams";
        case Work::lanes: return "to lanes and back";
        case Work::automation: return "automation";
        case Work::keys: return "keys";
        case Work::taps: return "taps";
        case Work::delays: return "bypassed and followed";
        case Work::sums: return "sums";
        case Work::first_processor: break;
    }
    return std::string(kernels::processor_kinds()[static_cast<std::size_t>(work) - kProcessors]->description.name);
}

Work work_of(const kernels::ProcessorKind& kind) {
    const auto kinds = kernels::processor_kinds();
    const auto found = std::find(kinds.begin(), kinds.end(), &kind);
    assert(found != kinds.end() && kProcessors + kinds.size() <= kMostWorks);
    return static_cast<Work>(kProcessors + static_cast<std::size_t>(found - kinds.begin()));
}

Timeline::Timeline(std::chrono::steady_clock::time_point begin) : begin_(begin) {
    tasks_.reserve(kRoomForTasks);
    works_.reserve(kRoomForWorks);
    for (std::size_t work = 0; work < kMostWorks; ++work) now_[work].work = static_cast<Work>(work);
}

std::int64_t Timeline::now_ns() const {
    return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now() - begin_).count();
}

void Timeline::begin_task(std::size_t label, FrameCount chunk, int ready) {
    TaskTime task;
    task.label = label;
    task.chunk = chunk;
    task.ready = ready;
    task.first_work = works_.size();
    task.begin_ns = now_ns();
    task.cpu_ns = thread_cpu_ns();
    tasks_.push_back(task);
    last_ = static_cast<std::int64_t>(__rdtsc());
}

void Timeline::end_task() {
    // What no lap has claimed, without a count of samples: a step that knows them claims it itself.
    WorkTime& rest = now_[static_cast<std::size_t>(Work::own)];
    rest.ticks += static_cast<std::int64_t>(__rdtsc()) - last_;
    if (rest.calls == 0) rest.calls = 1;
    TaskTime& task = tasks_.back();
    task.end_ns = now_ns();
    task.cpu_ns = thread_cpu_ns() - task.cpu_ns;
    for (WorkTime& work : now_) {
        if (work.calls > 0) works_.push_back(work);
        work = {work.work, 0, 0, 0};
    }
    task.last_work = works_.size();
}

Profile::Profile() : id_(next_id.fetch_add(1)) { timeline(); }

std::size_t Profile::add_label(std::string name, std::string work) {
    const std::lock_guard lock(mutex_);
    labels_.push_back({std::move(name), std::move(work)});
    return labels_.size() - 1;
}

ElsewhereTimes& Profile::add_elsewhere(std::size_t label) {
    const std::lock_guard lock(mutex_);
    return *elsewhere_.emplace_back(std::make_unique<ElsewhereTimes>(label, begin_));
}

Timeline& Profile::timeline() {
    thread_local std::uint64_t known_id = 0;
    thread_local Timeline* known = nullptr;
    if (known_id != id_) {
        const std::lock_guard lock(mutex_);
        const auto self = std::this_thread::get_id();
        const auto found = std::find(threads_.begin(), threads_.end(), self);
        const auto index = static_cast<std::size_t>(found - threads_.begin());
        if (found == threads_.end()) {
            threads_.push_back(self);
            timelines_.push_back(std::make_unique<Timeline>(begin_));
        }
        known = timelines_[index].get();
        known_id = id_;
    }
    return *known;
}

}  // namespace dubplate::nodes
