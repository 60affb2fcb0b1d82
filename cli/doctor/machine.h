#pragma once

/// The machine, as far as a render sees it: processor, threads, memory, limits of the process.
///
/// Threads: plain functions. Errors: none; what the system does not tell is left out.

#include <cstdint>
#include <optional>
#include <string>

#include "cli/doctor/finding.h"

namespace dubplate::cli {

/// "AMD EPYC 9R14", as the system calls it.
std::string processor_model();

Findings check_machine();

/// What a control group may use; absent where it is not limited.
struct GroupLimits {
    std::optional<double> processors = {};  ///< processor time per time
    std::optional<std::uint64_t> bytes = {};
};
/// The narrowest limits on the way from `group` ("/system.slice/x.service", as /proc/self/cgroup tells it) up to the root
/// of the tree of version 2 that is mounted at `root`.
GroupLimits group_limits(const std::string& root, const std::string& group);

/// Judgements, apart from where the numbers come from. Absent: no limit.
Finding judge_threads(unsigned usable, unsigned processors, std::optional<double> group_processors);
Finding judge_memory(std::uint64_t free_bytes);
Finding judge_open_files(std::optional<std::uint64_t> limit);
Finding judge_file_size(std::optional<std::uint64_t> bytes);

/// "1.5 GiB", "12 MiB".
std::string size_text(std::uint64_t bytes);

}  // namespace dubplate::cli
