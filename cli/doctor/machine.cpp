#include "cli/doctor/machine.h"

#include <fmt/format.h>
#include <sched.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <fstream>

#include "kernels/cpu/isa.h"

namespace dubplate::cli {
namespace {

using State = Finding::State;

constexpr std::uint64_t kMiB = std::uint64_t{1} << 20, kGiB = std::uint64_t{1} << 30;
/// A session of 128 tracks with four convolutions takes 100 to 300 MiB.
constexpr std::uint64_t kLittleMemory = 512 * kMiB;
/// What a render of one output needs beside stdin, stdout and stderr.
constexpr std::uint64_t kFewestFiles = 12, kFewFiles = 256;
/// A minute of stereo in 24 bits takes 17 MB.
constexpr std::uint64_t kSmallestFile = 16 * kMiB, kSmallFile = 4 * kGiB;

std::string first_line(const std::string& path) {
    std::ifstream file(path);
    std::string line;
    std::getline(file, line);
    return line;
}

/// The number in front of `text`; absent for "max" and for what is no number.
template <class Number>
std::optional<Number> number_in(std::string_view text) {
    Number value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{}) return {};
    return value;
}

template <class Number>
void take_smaller(std::optional<Number>& limit, std::optional<Number> other) {
    if (other && (!limit || *other < *limit)) limit = other;
}

GroupLimits own_group_limits() {
    std::ifstream groups("/proc/self/cgroup");
    for (std::string line; std::getline(groups, line);)
        if (line.starts_with("0::")) return group_limits("/sys/fs/cgroup", line.substr(3));
    return {};
}

std::optional<std::uint64_t> available_memory() {
    std::ifstream info("/proc/meminfo");
    for (std::string line; std::getline(info, line);) {
        if (!line.starts_with("MemAvailable:")) continue;
        const std::size_t digits = line.find_first_of("0123456789");
        if (digits == std::string::npos) return {};
        if (const auto kib = number_in<std::uint64_t>(std::string_view(line).substr(digits))) return *kib * 1024;
    }
    return {};
}

/// The soft limit; absent where there is none.
std::optional<std::uint64_t> limit_of(int what) {
    struct rlimit limit {};
    if (::getrlimit(static_cast<__rlimit_resource_t>(what), &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) return {};
    return limit.rlim_cur;
}

Finding judge_processor() {
    const auto& isa = kernels::isa_choice();
    if (!isa) return {State::problem, "processor", isa.error().message, "unset DUBPLATE_ISA"};
    const bool less = *isa != kernels::best_isa();
    return {
        State::ok, "processor",
        fmt::format("{}, used as {}{}", processor_model(), kernels::to_string(*isa),
                    less ? fmt::format(" (DUBPLATE_ISA; it can do {})", kernels::to_string(kernels::best_isa())) : "")};
}

}  // namespace

std::string size_text(std::uint64_t bytes) {
    if (bytes < kMiB) return fmt::format("{} KiB", bytes / 1024);
    if (bytes < kGiB) return fmt::format("{} MiB", bytes / kMiB);
    return fmt::format("{:.1f} GiB", static_cast<double>(bytes) / static_cast<double>(kGiB));
}

std::string processor_model() {
    std::ifstream info("/proc/cpuinfo");
    for (std::string line; std::getline(info, line);)
        if (line.starts_with("model name"))
            if (const std::size_t colon = line.find(": "); colon != std::string::npos) return line.substr(colon + 2);
    return "x86-64";
}

GroupLimits group_limits(const std::string& root, const std::string& group) {
    GroupLimits limits;
    std::string path = group == "/" ? "" : group;
    for (;;) {
        const std::string folder = root + path;
        const std::string time = first_line(folder + "/cpu.max");  // "QUOTA PERIOD" or "max PERIOD"
        const auto quota = number_in<double>(time);
        const std::size_t blank = time.find(' ');
        const auto period =
            blank == std::string::npos ? std::nullopt : number_in<double>(std::string_view(time).substr(blank + 1));
        if (quota && period && *period > 0.0) take_smaller(limits.processors, std::optional(*quota / *period));
        const auto most = number_in<std::uint64_t>(first_line(folder + "/memory.max"));
        const auto used = number_in<std::uint64_t>(first_line(folder + "/memory.current"));
        if (most) take_smaller(limits.bytes, std::optional(*most - std::min(*most, used.value_or(0))));
        const std::size_t parent = path.rfind('/');
        if (path.empty() || parent == std::string::npos) return limits;
        path.resize(parent);
    }
}

Finding judge_threads(unsigned usable, unsigned processors, std::optional<double> group_processors) {
    if (group_processors && *group_processors < usable)
        return {State::note, "threads",
                fmt::format("{}, but the control group gives the time of {:.1f} processors", usable, *group_processors),
                fmt::format("render with --threads {}", std::max(1, static_cast<int>(*group_processors + 0.5)))};
    if (usable < processors)
        return {State::note, "threads",
                fmt::format("{} of {} processors may be used (taskset, cpuset)", usable, processors)};
    return {State::ok, "threads", fmt::format("{}", usable)};
}

Finding judge_memory(std::uint64_t free_bytes) {
    if (free_bytes >= kLittleMemory) return {State::ok, "memory", size_text(free_bytes) + " free"};
    return {State::note, "memory", fmt::format("{} free", size_text(free_bytes)),
            "a session of 128 tracks takes 100 to 300 MiB; end other programs, or render with fewer --threads"};
}

Finding judge_open_files(std::optional<std::uint64_t> limit) {
    const std::string text = limit ? fmt::format("{} at once", *limit) : "no limit";
    if (!limit || *limit >= kFewFiles) return {State::ok, "open files", text};
    if (*limit < kFewestFiles)
        return {State::problem, "open files", text + " are too few for any render",
                "raise the hard limit: ulimit -Hn 1024 as root, or nofile in /etc/security/limits.conf"};
    return {State::note, "open files", text + ": each file that is written needs one",
            "for many stems raise the hard limit: ulimit -Hn 1024 as root, or nofile in /etc/security/limits.conf"};
}

Finding judge_file_size(std::optional<std::uint64_t> bytes) {
    if (!bytes) return {State::ok, "file size", "no limit"};
    const std::string text = fmt::format("no file may grow beyond {}", size_text(*bytes));
    if (*bytes >= kSmallFile) return {State::ok, "file size", text};
    return {*bytes < kSmallestFile ? State::problem : State::note, "file size",
            text + "; a minute of stereo takes 17 MiB", "run: ulimit -f unlimited"};
}

Findings check_machine() {
    const GroupLimits group = own_group_limits();
    const long online = ::sysconf(_SC_NPROCESSORS_ONLN);
    const auto processors = static_cast<unsigned>(std::max(online, 1L));
    cpu_set_t usable;
    CPU_ZERO(&usable);
    const bool is_told = ::sched_getaffinity(0, sizeof usable, &usable) == 0;
    Findings findings{judge_processor(), judge_threads(is_told ? static_cast<unsigned>(CPU_COUNT(&usable)) : processors,
                                                       processors, group.processors)};
    auto memory = available_memory();
    take_smaller(memory, group.bytes);
    take_smaller(memory, limit_of(RLIMIT_AS));
    if (memory) findings.push_back(judge_memory(*memory));
    findings.push_back(judge_open_files(limit_of(RLIMIT_NOFILE)));
    findings.push_back(judge_file_size(limit_of(RLIMIT_FSIZE)));
    return findings;
}

}  // namespace dubplate::cli
