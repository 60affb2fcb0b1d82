#pragma once

/// Parameters of lanes as they move: the rows of the control grid, and the straight lines between them.
///
/// A step is the 64 frames between two rows of the grid. Parameters are doubles in the units of the description; what a
/// processor makes of them for its inner loops is floats, [field][sample], one row's lanes repeated over 16 samples.

#include <algorithm>
#include <array>
#include <cstring>

#include "engine/base/time.h"
#include "kernels/cpu/pack.h"
#include "kernels/processors/processor.h"

namespace dubplate::kernels {

/// What stages without memory take at a time: four registers, so that a long chain of operations on one of them waits
/// while the others go on. 64 samples divide every step, whatever its width.
using Samples = Pack<float, kRegisterBytes>;
inline constexpr int kSamples = LaneTraits<Samples>::lanes;

inline constexpr int kStepFrames = static_cast<int>(kControlFrames);

/// The values of all parameters in all lanes at the newest row read; before that, those of the setup.
template <int W, std::size_t Count>
class LaneValues {
public:
    explicit LaneValues(const Setup& setup) : row_size_(setup.moving_per_block.size() * W) {
        column_.fill(kNoParameter);
        for (std::size_t at = 0; at < setup.moving_per_block.size(); ++at) column_[setup.moving_per_block[at]] = at;
        for (std::size_t parameter = 0; parameter < Count; ++parameter)
            for (int lane = 0; lane < W; ++lane)
                values_[parameter][static_cast<std::size_t>(lane)] = setup.value(parameter, lane);
    }
    double operator()(std::size_t parameter, int lane) const {
        return values_[parameter][static_cast<std::size_t>(lane)];
    }
    bool moves(std::size_t parameter) const { return column_[parameter] != kNoParameter; }
    /// Takes the values of a row of the grid; answers with the row after it.
    const double* read(const double* row) {
        for (std::size_t parameter = 0; parameter < Count; ++parameter)
            if (moves(parameter)) std::copy_n(row + column_[parameter] * W, W, values_[parameter].begin());
        return row + row_size_;
    }
    void add_rows(LaneRows& rows) { rows.add(values_[0].data(), Count); }

private:
    std::size_t row_size_;
    std::array<std::size_t, Count> column_;  // in the grid
    std::array<std::array<double, W>, Count> values_;
};

template <int W, int Fields>
struct ControlRow {
    void set(int field, int lane, double value) {
        for (int sample = lane; sample < 16; sample += W) values[field][sample] = static_cast<float>(value);
    }
    Samples at(int field) const {
        Samples result;
        detail::for_each_index<Samples::kRegisters>([&](auto i) {
            std::memcpy(&result.v[i], &values[field][i * Samples::kPerRegister % 16], Samples::kBytes);
        });
        return result;
    }
    void add_rows(LaneRows& rows) { rows.add(values[0], Fields, 16); }

    alignas(64) float values[Fields][16];
};

/// From `now` at the step's first frame towards `next` at the frame after its last. Equal rows give the row itself.
template <int W, int Fields>
struct ControlRamp {
    const ControlRow<W, Fields>& now;
    const ControlRow<W, Fields>& next;
    Samples position{0.0f};

    /// Stands at the samples from `sample` of the step on.
    void move_to(int sample) {
        alignas(64) float frames[kSamples];
        for (int i = 0; i < kSamples; ++i) frames[i] = static_cast<float>((sample + i) / W) * (1.0f / kStepFrames);
        position = load<Samples>(frames);
    }
    Samples at(int field) const { return fma(position, next.at(field) - now.at(field), now.at(field)); }
};

}  // namespace dubplate::kernels
