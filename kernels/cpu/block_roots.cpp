#include "kernels/cpu/block_roots.h"

#include <map>
#include <memory>
#include <mutex>

#include "kernels/shared/math.h"

namespace dubplate::kernels {
namespace {

BlockRoots make_roots(int frames, int parts) {
    BlockRoots roots;
    const int points = frames / parts;
    for (int first = 0; first < points; first += BlockRoots::kRun)
        for (int part = 0; part < parts; ++part) {
            double sines[BlockRoots::kRun], cosines[BlockRoots::kRun];
            for (int i = 0; i < BlockRoots::kRun; ++i)
                sine_cosine_of_turns(static_cast<double>((first + i) * (1 - 4 * part)) / (4.0 * frames), sines[i],
                                     cosines[i]);
            roots.precise.insert(roots.precise.end(), cosines, cosines + BlockRoots::kRun);
            roots.precise.insert(roots.precise.end(), sines, sines + BlockRoots::kRun);
        }
    roots.rounded.assign(roots.precise.begin(), roots.precise.end());
    return roots;
}

}  // namespace

const BlockRoots& block_roots(int frames, int parts) {
    static std::mutex lock;
    static std::map<int, std::unique_ptr<const BlockRoots>> all;
    const std::lock_guard guard(lock);
    auto& roots = all[frames];
    if (!roots) roots = std::make_unique<const BlockRoots>(make_roots(frames, parts));
    return *roots;
}

}  // namespace dubplate::kernels
