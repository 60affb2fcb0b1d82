#pragma once

/// A profile added up: what every stage of a render took, and in it every kind of work.
///
/// Times of a kind are summed over threads. Its CPU seconds are its share of each task's: where a machine is busy with
/// other things, wall times grow and CPU seconds do not. Rows and stages together hold all the CPU time that the process
/// took from render()'s begin to the end of its last stage. Threads: a plain function, once no task runs.

#include <cstdint>
#include <string>
#include <vector>

namespace dubplate::nodes {
class Profile;
}

namespace dubplate::render {

struct StageTime {
    std::string name;
    double seconds = 0.0;      ///< wall
    double cpu_seconds = 0.0;  ///< summed over threads
};

struct WorkRow {
    std::string stage, work;
    double seconds = 0.0;  ///< wall, summed over threads
    double cpu_seconds = 0.0;
    double share = 0.0;  ///< of the CPU seconds of all rows
    std::int64_t calls = 0;
    std::int64_t samples = 0;  ///< lanes' samples it was done for; 0: it is not done by samples
};

struct ProfileStage {
    StageTime time;
    double busy = 0.0;  ///< the part of all threads' time that tasks fill; 0 for stages without tasks
    std::int64_t tasks = 0;
};

/// What is done elsewhere, as on a device: of one kind, over all chunks. Nobody's CPU time.
struct ElsewhereRow {
    std::string work;
    double seconds = 0.0;        ///< in which it worked, by its own clock
    double asked_seconds = 0.0;  ///< from asking for it to hearing that it was done, waiting included
    std::int64_t chunks = 0;
    std::int64_t bytes = 0;  ///< moved
};

struct ProfileReport {
    std::vector<ProfileStage> stages;
    std::vector<WorkRow> rows;            ///< by stage; most CPU seconds first
    std::vector<ElsewhereRow> elsewhere;  ///< in the order of the steps; empty where all was done here
    double elsewhere_seconds = 0.0;       ///< in which any of them worked
};

/// What a stage's rows call the time outside of tasks: the thread that called render(), and what there is between tasks.
inline constexpr const char* kOutsideTasks = "outside of tasks";

/// The stages are those of the tasks on the profile's first timeline, in their order.
ProfileReport profile_report(const nodes::Profile& profile, const std::vector<StageTime>& stages, int threads);

}  // namespace dubplate::render
