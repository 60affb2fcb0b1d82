#include "engine/regions/response_spectra.h"

#include <algorithm>

#include "kernels/cpu/aligned.h"
#include "kernels/cpu/fft.h"
#include "kernels/shared/math.h"

namespace dubplate::regions {
namespace {

struct Turn {
    double sine = 0.0, cosine = 0.0;
};

Turn turn(int j, int points) {
    Turn made;
    kernels::sine_cosine_of_turns(static_cast<double>(j) / (4.0 * points), made.sine, made.cosine);
    return made;
}

}  // namespace

std::vector<device::Complex> block_turns(int points) {
    std::vector<device::Complex> turns;
    for (int j = 0; j < points; ++j) {
        const Turn made = turn(j, points);
        turns.push_back({static_cast<float>(made.cosine), static_cast<float>(made.sine)});
    }
    return turns;
}

std::vector<device::Complex> response_spectra(std::span<const float> response, int points) {
    const auto size = static_cast<std::size_t>(points);
    std::vector<Turn> turns;
    for (int j = 0; j < points; ++j) turns.push_back(turn(j, points));
    kernels::AlignedVector<double> from(2 * size), to(2 * size);
    std::vector<device::Complex> spectra;
    spectra.reserve((response.size() + size - 1) / size * size);
    for (std::size_t first = 0; first < response.size(); first += size) {
        const std::span<const float> partition = response.subspan(first, std::min(size, response.size() - first));
        std::fill(from.begin(), from.end(), 0.0);
        for (std::size_t j = 0; j < partition.size(); ++j) {
            const double scaled = static_cast<double>(partition[j]) / points;
            from[2 * j] = scaled * turns[j].cosine;
            from[2 * j + 1] = scaled * turns[j].sine;
        }
        kernels::precise_fft(points, from.data(), to.data());
        for (std::size_t b = 0; b < size; ++b)
            spectra.push_back({static_cast<float>(to[2 * b]), static_cast<float>(to[2 * b + 1])});
    }
    return spectra;
}

}  // namespace dubplate::regions
