#pragma once

/// How long a piece of work takes at best: CPU time of the calling thread, so that a busy machine disturbs little.

#include <ctime>

#include <algorithm>
#include <utility>

namespace dubplate::bench {

inline double thread_seconds() {
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

/// Nanoseconds per unit of `work`, which does `units` of them each time: the least of several rounds, each at least
/// 15 ms long. What is least was disturbed least.
template <class Work>
double nanoseconds_per_unit(double units, Work&& work) {
    constexpr double kRoundSeconds = 0.015;
    constexpr int kRounds = 9;
    work();  // caches, pages, branch predictors
    double best = 1e300;
    for (int round = 0; round < kRounds; ++round) {
        const double begin = thread_seconds();
        long times = 0;
        double spent = 0.0;
        do {
            work();
            ++times;
            spent = thread_seconds() - begin;
        } while (spent < kRoundSeconds);
        best = std::min(best, spent / static_cast<double>(times));
    }
    return best / units * 1e9;
}

/// Keeps a value alive that nobody reads.
template <class T>
void keep(const T& value) {
    asm volatile("" : : "g"(&value) : "memory");
}

}  // namespace dubplate::bench
